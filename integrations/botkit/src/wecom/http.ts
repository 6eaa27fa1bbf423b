/** WeCom's callbacks behind any Node server, Botkit's own included. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Doors } from 'pos-doctor';

/** Botkit's server keeps what it has read of a body here. */
export type HookRequest = IncomingMessage & { originalUrl?: string; rawBody?: string };
export type HookHandler = (request: HookRequest, response: ServerResponse, next?: () => void) => void;

/** Answers on the paths of the callbacks; `next` (or 404) for every other one. */
export function handlerOf(callbacks: Doors['callbacks'], failed: (error: unknown) => void): HookHandler {
  return (request, response, next) => {
    const url = new URL(request.originalUrl ?? request.url ?? '/', 'http://localhost');
    const callback = callbacks.get(url.pathname);
    if (!callback) {
      if (next) next();
      else response.writeHead(404).end();
      return;
    }
    // Now and not later: behind Botkit's server the body already flows.
    const asked = new Request(`http://localhost/${url.search}`, requestOf(request));
    Promise.resolve(callback.fetch(asked))
      .then((answer) => write(answer, response))
      .catch((error: unknown) => {
        failed(error);
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
  };
}

function requestOf(request: HookRequest): RequestInit {
  const { method = 'GET', rawBody } = request;
  const headers = new Headers();
  for (const name of ['content-type', 'content-length']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  if (method === 'GET' || method === 'HEAD') return { method, headers };
  // A JSON body has been read to its end before it comes here.
  if (request.readableEnded) return { method, headers, body: rawBody ?? '' };
  return { method, headers, body: Readable.toWeb(request) as ReadableStream, duplex: 'half' } as RequestInit;
}

async function write(answer: Response, response: ServerResponse): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  // What was refused may not have been read; the rest of it is nothing that a next request could follow.
  const close = answer.ok ? {} : { connection: 'close' };
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...close }).end(body);
}
