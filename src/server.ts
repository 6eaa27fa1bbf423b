/** The HTTP side: the web chat's page and its routes, the knowledge pages, health, metrics. */

import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { type Asset, type Assets, readAssets } from './assets.js';
import { knownHost } from './channels/web/request.js';
import { type AssistantPort, TEXT_MAX, type WebChannel } from './channels/web.js';
import { type Config, urlOf } from './config.js';
import { type ErrorCode, isPosDoctorError, PosDoctorError } from './errors.js';
import type { Knowledge } from './knowledge/schema.js';
import type { Log } from './log.js';
import { type MetricsPage, metricsRoute } from './metrics/route.js';
import { escapeHtml } from './pages/html.js';
import { renderNotFound, renderPage } from './pages/index.js';
import { type BoardSeen, renderStatus } from './pages/status.js';
import { inRequest } from './trace-context.js';

export type { AssistantPort } from './channels/web.js';

export interface ServerOptions {
  config: Pick<Config, 'host' | 'port' | 'publicUrl'>;
  knowledge: () => Knowledge;
  assistant: AssistantPort;
  web: WebChannel;
  /** Path → what a platform calls there; each request proves itself by its signature. */
  callbacks?: ReadonlyMap<string, Hono>;
  log: Log;
  /** What /metrics shows, and to whom. */
  metrics?: MetricsPage;
  /** What the page of incidents shows, and when it is (ms since the epoch). */
  incidents?: () => BoardSeen & { now: number };
  /** Folder of the built web page. */
  assets?: string;
}

export interface Server {
  /** The application without a socket, for tests and for mounting elsewhere. */
  readonly app: Hono;
  /**
   * Resolves with the real port and the URL to open on this machine.
   * @throws {PosDoctorError} PORT_IN_USE, CANNOT_LISTEN
   */
  listen(): Promise<{ host: string; port: number; url: string }>;
  /** Takes no new connection, lets running requests end for at most `graceMs`, then cuts them. Stop the channels first. */
  close(graceMs?: number): Promise<void>;
}

/** No script or style but our own files, nobody may frame us, no link tells where it was clicked. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
} as const;

/** HTTP status of an error that reached a request; every other one is 500. */
const STATUS: Partial<Record<ErrorCode, 404 | 429 | 503>> = {
  QUEUE_FULL: 429,
  STORE_FULL: 503,
  STORE_REFUSED: 503,
  STORE_UNREACHABLE: 503,
  STOPPING: 503,
  UNKNOWN_CONVERSATION: 404,
};

/** So long may the page of incidents be kept by whoever passes it on. */
const STATUS_SECONDS = 15;

/** Between two looks for idle connections while closing. */
const SWEEP_MS = 20;

export function createServer(options: ServerOptions): Server {
  const { config, knowledge, assistant, web, log } = options;
  const assets = readAssets(options.assets ?? fileURLToPath(new URL('./web/', import.meta.url)));
  const names = [config.host.toLowerCase(), new URL(config.publicUrl).hostname];
  const app = new Hono();

  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
    await next();
  });
  app.use('*', (c, next) => inRequest(c.req.header('traceparent'), next));
  app.get('/healthz', (c) => health(c, { ok: true }));
  app.get('/readyz', async (c) => health(c, await assistant.ready()));
  app.get('/readyz/http', async (c) => health(c, await assistant.ready(false)));
  if (options.metrics) app.get('/metrics', metricsRoute(options.metrics));
  for (const [path, callback] of options.callbacks ?? []) app.route(path, callback);
  // Health checks and callbacks come by whatever name the platform knows; everything else must name us.
  app.use(async (c, next) => {
    if (!knownHost(c.req.header('host') ?? new URL(c.req.url).host, names)) return refuse(c, 403, 'unknownHost');
    return next();
  });
  app.route('/api', web.routes(assistant));
  app.get('/', (c) => chatPage(c));
  for (const path of ['/kb', '/kb/*']) app.get(path, (c) => knowledgePage(c));
  if (options.incidents) {
    const { incidents } = options;
    app.get('/status', (c) => {
      const { now, ...seen } = incidents();
      // Asked for by many at once while something is out; what changed is seen soon enough.
      c.header('Cache-Control', seen.board ? `public, max-age=${STATUS_SECONDS}` : 'no-store');
      return c.html(renderStatus(knowledge(), seen, now).html);
    });
  }
  app.get('/favicon.ico', (c) => c.redirect('/icon.svg', 301));
  app.get('*', (c) => {
    const asset = assets.files.get(c.req.path);
    return asset ? file(c, asset) : notFound(c);
  });
  app.notFound((c) => notFound(c));
  app.onError((error, c) => {
    const status = (isPosDoctorError(error) && STATUS[error.code]) || 500;
    log.error(
      { method: c.req.method, route: c.req.path.split('/')[1] ?? '', error: error.stack ?? String(error) },
      'a request failed',
    );
    return refuse(c, status, status === 503 ? 'notNow' : status === 429 ? 'tooFast' : 'internal');
  });

  function health(c: Context, state: { ok: boolean; why?: string }): Response {
    c.header('Cache-Control', 'no-store');
    return c.json(state, state.ok ? 200 : 503);
  }

  function refuse(c: Context, status: 403 | 404 | 429 | 500 | 503, key: string) {
    c.header('Cache-Control', 'no-store');
    return c.json({ error: { code: key, text: knowledge().ui[`error.${key}`] ?? key } }, status);
  }

  /** 304 if the client has this version already. */
  function unchanged(c: Context, etag: string): boolean {
    c.header('ETag', etag);
    c.header('Cache-Control', 'no-cache');
    return (c.req.header('if-none-match') ?? '').split(/\s*,\s*/).includes(etag);
  }

  function file(c: Context, asset: Asset): Response {
    if (unchanged(c, asset.etag)) return c.body(null, 304);
    c.header('Content-Type', asset.type);
    return c.body(asset.body);
  }

  function chatPage(c: Context): Response {
    const wait = web.greet(c);
    // Not stored: the answer carries the visitor's cookie.
    c.header('Cache-Control', 'no-store');
    if (wait > 0) {
      c.header('Retry-After', String(Math.ceil(wait / 1000)));
      return c.text(knowledge().ui['error.tooMany'] ?? '', 429);
    }
    return c.html(fillWords(assets, knowledge()));
  }

  function knowledgePage(c: Context): Response {
    const { version } = knowledge();
    if (unchanged(c, `"${version}-${assets.version}"`)) return c.body(null, 304);
    const page = renderPage(knowledge(), new URL(c.req.url).pathname, c.req.query('q') ?? '');
    return c.html(page.html, page.status);
  }

  function notFound(c: Context): Response {
    if (c.req.method !== 'GET') return refuse(c, 404, 'notFound');
    c.header('Cache-Control', 'no-store');
    return c.html(renderNotFound(knowledge()).html, 404);
  }

  let http: HttpServer | undefined;
  return {
    app,
    async listen() {
      const { host, port } = config;
      // The global Request and Response stay Node's own: other code of the process relies on them.
      const server = createHttpServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error) =>
          reject(new PosDoctorError(listenError(error), { host, port, why: reasonOf(error) }, { cause: error })),
        );
        server.listen({ host, port }, resolve);
      });
      server.on('error', (error) => log.error({ error: String(error) }, 'the listener failed'));
      http = server;
      const real = (server.address() as AddressInfo).port;
      return { host, port: real, url: urlOf(host, real) };
    },
    async close(graceMs = 2000) {
      const server = http;
      if (!server) return;
      http = undefined;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection whose last answer ends only now would otherwise be kept for the next request.
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

function listenError(error: Error & { code?: string }): 'PORT_IN_USE' | 'CANNOT_LISTEN' {
  return error.code === 'EADDRINUSE' ? 'PORT_IN_USE' : 'CANNOT_LISTEN';
}

function reasonOf(error: Error & { code?: string }): string {
  return error.code ?? error.message;
}

/** index.html with its `{{words}}`, so that it can be read aloud before any script runs. */
function fillWords(assets: Assets, { ui, organization }: Knowledge): string {
  const values: Readonly<Record<string, string>> = {
    ...ui,
    'organization.name': organization.name,
    'organization.assistantName': organization.assistantName,
    textMax: String(TEXT_MAX),
  };
  return assets.index.replace(/\{\{([\w.]+)\}\}/g, (_, key: string) => escapeHtml(values[key] ?? key));
}
