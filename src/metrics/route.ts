/** GET /metrics: for whoever has the token, or without one for this machine alone. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { isLoopbackAddress, isLoopbackHost } from '../loopback.js';

export interface MetricsPage {
  /** The value of METRICS_TOKEN, if it is set. */
  token: string | undefined;
  contentType: string;
  read(): Promise<string>;
}

/** A proxy on this machine calls from a loopback address too, for anybody; this is how it can be told. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

export function metricsRoute({ token, contentType, read }: MetricsPage): (c: Context) => Promise<Response> {
  return async (c) => {
    c.header('Cache-Control', 'no-store');
    if (token === undefined && !isLocal(c))
      return c.text('only for this machine, as METRICS_TOKEN is not set; see docs/configuration.md\n', 403);
    if (token !== undefined && !isBearer(c.req.header('authorization'), token)) {
      c.header('WWW-Authenticate', 'Bearer realm="metrics"');
      return c.text('Authorization: Bearer <METRICS_TOKEN> is needed\n', 401);
    }
    return c.body(await read(), 200, { 'Content-Type': contentType });
  };
}

function isLocal(c: Context): boolean {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  const forwarded = FORWARDED.some((name) => c.req.header(name) !== undefined);
  const hostname = (c.req.header('host') ?? '').toLowerCase().replace(/:\d+$/, '');
  return !forwarded && isLoopbackAddress(incoming?.socket.remoteAddress ?? '') && isLoopbackHost(hostname);
}

/** In constant time: hashed, so that the lengths are equal. */
function isBearer(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}
