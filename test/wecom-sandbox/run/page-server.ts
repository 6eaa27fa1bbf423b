/** Serves the page on loopback: its files, its state as server-sent events, and what is done on it. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, relative } from 'node:path';
import type { Act, Done } from '../page/types.js';
import { actSchema } from './acts.js';
import type { Feed } from './feed.js';

const HOST = '127.0.0.1';
/** Ports that are tried, one after the other. */
const TRIES = 20;
/** Bytes of a request's body. */
const BODY_MAX = 64 * 1024;
/** Changes that a page which does not read may leave waiting, bytes; beyond it, it is cut off and starts anew. */
const WAITING_MAX = 4 * 1024 * 1024;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

export interface PageServerOptions {
  /** Folder of the built page. */
  folder: string;
  feed: Feed;
  perform: (act: Act) => Promise<Done>;
}

export class PageServer {
  readonly #server: Server;
  readonly #files: ReadonlyMap<string, { type: string; body: Buffer }>;

  constructor(private readonly options: PageServerOptions) {
    this.#files = readFiles(options.folder);
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : error}\n`);
        response.destroy();
      });
    });
  }

  /**
   * @param first the port; the ones after it are tried too unless it was `chosen`
   * @returns the address to open
   * @throws {Error} that says what to do if no port is free
   */
  async listen(first: number, chosen: boolean): Promise<string> {
    for (let port = first; port < first + (chosen ? 1 : TRIES); port += 1)
      if (await this.#tryPort(port)) return `http://${HOST}:${(this.#server.address() as AddressInfo).port}`;
    const taken = chosen ? `port ${first} is` : `the ports ${first} to ${first + TRIES - 1} are`;
    throw new Error(`${taken} in use; choose one with --port N (0: any that is free)`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  #tryPort(port: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') resolve(false);
        else if (error.code === 'EACCES') reject(new Error(`port ${port} may not be used; choose one above 1023`));
        else reject(error);
      };
      this.#server.once('error', failed);
      this.#server.listen(port, HOST, () => {
        this.#server.off('error', failed);
        resolve(true);
      });
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    // Another site's page must not get at this one by a name that it points here.
    if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.headers.host ?? '')) return end(response, 403);
    const { pathname } = new URL(request.url ?? '/', 'http://local');
    if (request.method === 'POST') return pathname === '/act' ? this.#act(request, response) : end(response, 404);
    if (request.method !== 'GET') return end(response, 405);
    if (pathname === '/events') return this.#events(response);
    if (pathname === '/state') return json(response, 200, this.options.feed.snapshot());
    const file = this.#files.get(pathname === '/' ? '/index.html' : pathname);
    if (!file) return end(response, 404);
    response.writeHead(200, { 'Content-Type': file.type }).end(file.body);
  }

  #events(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const tell = (event: string, data: unknown) => {
      if (response.writableLength > WAITING_MAX) response.destroy();
      else response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    tell('snapshot', this.options.feed.snapshot());
    const off = this.options.feed.subscribe((change) => tell('change', change));
    response.on('close', off);
  }

  async #act(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A form of another site cannot send JSON without being asked first.
    if (request.headers['content-type'] !== 'application/json') return end(response, 415);
    const body = await read(request);
    if (body === null) return end(response, 413);
    const act = actSchema.safeParse(parse(body));
    if (!act.success) return json(response, 400, { error: '这个操作看不懂。' });
    const done = await this.options.perform(act.data);
    json(response, done.error === undefined ? 200 : 409, done);
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

/** null: it is too long. */
async function read(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_MAX) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readFiles(folder: string): Map<string, { type: string; body: Buffer }> {
  const files = new Map<string, { type: string; body: Buffer }>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, path).replaceAll('\\', '/')}`, { type, body: readFileSync(path) });
  }
  return files;
}
