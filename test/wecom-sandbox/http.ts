/** The HTTP side on loopback: bodies in, JSON out, scripted faults in between. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Core } from './core.js';
import type { ApiFault } from './faults.js';
import type { JsonObject } from './json.js';
import { Recent } from './recent.js';
import type { Door } from './rooms.js';
import { Refusal } from './rules.js';

const MAX_BODY = 8 * 1024 * 1024;
/** Calls remembered. */
const KEEP = 10_000;
/** The caller's address in WeCom's messages; 60020 names it so that an operator can allow it. */
export const CALLER_IP = '203.0.113.9';

export interface ApiCall {
  /** The path below /cgi-bin/. */
  api: string;
  query: URLSearchParams;
  body: string;
  /** Faults of this very call that a handler has to know. */
  fault: ApiFault;
  /** The answer will not arrive: what was done may rightly be tried again. */
  answerLost: boolean;
}

interface Route {
  door: Door;
  method: 'GET' | 'POST';
  handle: (call: ApiCall) => JsonObject;
}

/** A call that came in, as a test may want to count it. */
export interface SeenCall {
  at: number;
  api: string;
  errcode: number | 'lost' | 'http';
}

export class HttpSide {
  readonly calls: SeenCall[] = [];
  readonly server: Server;
  readonly #routes = new Map<string, Route>();
  readonly #files = new Recent<(response: ServerResponse) => void>(1000);
  readonly #sockets = new Set<Socket>();

  constructor(private readonly core: Core) {
    this.server = createServer((request, response) => void this.#serve(request, response));
    this.server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  route(door: Door, method: Route['method'], api: string, handle: Route['handle']): void {
    this.#routes.set(api, { door, method, handle });
  }

  /** Serves something that is no API below that path. */
  file(path: string, serve: (response: ServerResponse) => void): void {
    this.#files.set(path, serve);
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.server.listening) await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const done = this.core.busy();
    response.on('close', done);
    try {
      const url = new URL(request.url ?? '/', 'http://local');
      const file = this.#files.get(url.pathname);
      if (file) {
        file(response);
        return;
      }
      const body = await read(request);
      if (body !== null) this.#answer(request, response, url, body, done);
    } catch (error) {
      // A client that goes away while it is read from is not our mistake; anything else is.
      if (!request.destroyed || request.complete) this.core.ledger.crash(error);
      request.socket.destroy();
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse, url: URL, body: string, done: () => void): void {
    const api = url.pathname.replace(/^\/cgi-bin\//, '');
    const fault = this.core.faults.takeApi(api) ?? {};
    if (fault.http !== undefined) {
      this.#seen(api, 'http');
      response.writeHead(fault.http, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
      return;
    }
    if (fault.hang === 'before' || fault.drop === 'before') {
      this.#lose(api, request, fault, done);
      return;
    }
    const answerLost = fault.hang === 'after' || fault.drop === 'after';
    const answer =
      fault.errcode === undefined
        ? this.#handle(request.method ?? 'GET', { api, query: url.searchParams, body, fault, answerLost })
        : { errcode: fault.errcode, errmsg: fault.errmsg ?? this.#message(fault.errcode), ...fault.body };
    if (answerLost) {
      this.#lose(api, request, fault, done);
      return;
    }
    this.#seen(api, Number(answer.errcode));
    const send = () => {
      response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(answer));
    };
    if (fault.delayMs === undefined) {
      send();
      return;
    }
    this.core.clock.after(fault.delayMs, send);
    // It waits for the test's clock, not for the wire.
    done();
  }

  #handle(method: string, call: ApiCall): JsonObject {
    const route = this.#routes.get(call.api);
    try {
      if (!route) throw new Refusal('unknown-api', call.api);
      if (route.method !== method) throw new Refusal('method', `${method} ${call.api}`);
      return { errcode: 0, errmsg: 'ok', ...route.handle(call) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.core.ledger.refuse(route?.door ?? 'token', call.api, error);
      return { errcode: error.errcode, errmsg: this.#message(error.errcode, error.rule) };
    }
  }

  #lose(api: string, request: IncomingMessage, { drop }: ApiFault, done: () => void): void {
    this.#seen(api, 'lost');
    if (drop) request.socket.destroy();
    done();
  }

  #seen(api: string, errcode: SeenCall['errcode']): void {
    this.calls.push({ at: this.core.clock.now(), api, errcode });
    if (this.calls.length > KEEP) this.calls.shift();
  }

  /** As WeCom words it; only the errcode is to be relied on. */
  #message(errcode: number, what = errcode === 60020 ? 'not allow to access from your ip' : 'refused'): string {
    const hint = `hint: [${this.core.bigId()}], from ip: ${CALLER_IP}`;
    return `${what}, ${hint}, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`;
  }
}

/** The body as text; null (and the connection cut) if it is larger than anything WeCom takes. */
async function read(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY) {
      request.socket.destroy();
      return null;
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
