/** A local HTTP server that answers as told, and a log that keeps what it was told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../../src/log.js';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
}

export type Answering = (asked: Asked, response: ServerResponse) => unknown;

export interface Stub {
  base: string;
  asked: Asked[];
  /** What to answer next; an object is sent as JSON, undefined: the handler has answered itself, or never will. */
  answer: Answering;
  close(): Promise<void>;
}

export async function startStub(answer: Answering = () => ({ errcode: 0, errmsg: 'ok' })): Promise<Stub> {
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://stub');
      const asked = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        body: await textOf(request),
      };
      stub.asked.push(asked);
      const answered = await stub.answer(asked, response);
      if (answered !== undefined) response.end(JSON.stringify(answered));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stub: Stub = {
    base: `http://127.0.0.1:${port}`,
    asked: [],
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return stub;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

export interface KeptLog extends Log {
  lines: { level: string; data: Record<string, unknown>; message: string }[];
  /** Everything, as text. */
  text(): string;
}

export function keptLog(): KeptLog {
  const lines: KeptLog['lines'] = [];
  const at = (level: string) => (data: object, message: string) => {
    lines.push({ level, data: { ...data }, message });
  };
  return {
    lines,
    text: () => JSON.stringify(lines),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}

/** Lets what is under way get as far as it can without time passing. */
export async function settle(until: () => boolean): Promise<void> {
  for (let turn = 0; !until(); turn += 1) {
    if (turn > 20_000) throw new Error('it never came to that');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The error of a promise that must fail, all of it as text too: what may hold no secret. */
export async function failureOf(promise: Promise<unknown>): Promise<{ error: unknown; text: string }> {
  try {
    await promise;
  } catch (error) {
    const { message, stack, cause } = error as Error;
    return { error, text: `${message} ${stack} ${String(cause)} ${JSON.stringify(error)}` };
  }
  throw new Error('it did not fail');
}
