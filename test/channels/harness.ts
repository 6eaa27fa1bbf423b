/** The web side as a whole, over a fake assistant and a clock that a test moves. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HubLimits } from '../../src/channels/web/hub.js';
import { createWebChannel, type WebChannel } from '../../src/channels/web.js';
import type { InboundEvent } from '../../src/dialogue/event.js';
import type { Board } from '../../src/incidents/board.js';
import type { Knowledge } from '../../src/knowledge/schema.js';
import { silentLog } from '../../src/log.js';
import { createServer, type Server } from '../../src/server.js';
import { fixtureKnowledge } from '../pages/fixture.js';
import { type TestClock, testClock } from '../support/clock.js';
import { type Answer, FakeAssistant } from './fake-assistant.js';

export const ORIGIN = 'http://127.0.0.1:3000';

export interface Harness {
  server: Server;
  web: WebChannel;
  assistant: FakeAssistant;
  clock: TestClock;
  errors: object[];
  /** As a visitor would: the first page sets the cookie. */
  visit(): Promise<Visitor>;
}

export interface HarnessOptions {
  answer?: (event: InboundEvent) => Answer;
  hub?: HubLimits;
  knowledge?: () => Knowledge;
  publicUrl?: string;
  host?: string;
  port?: number;
  /** Folder of the page; a stand-in by default. */
  assets?: string;
  /** What cookies are signed with; always the same by default. */
  key?: Uint8Array;
  proxies?: number;
  /** What is on the board of incidents; it could not be read without. */
  board?: Board;
}

/** Stands in for the built page: the parts of it that the server touches. */
export function standInAssets(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-web-'));
  writeFileSync(join(folder, 'index.html'), '<title>{{web.title}}</title><h1>{{organization.assistantName}}</h1>');
  writeFileSync(join(folder, 'chat.js'), 'void 0;');
  writeFileSync(join(folder, 'kb.css'), 'body {}');
  writeFileSync(join(folder, 'secret.txt'), 'not for the web');
  return folder;
}

export async function harness(options: HarnessOptions = {}): Promise<Harness> {
  const clock = testClock();
  const publicUrl = options.publicUrl ?? ORIGIN;
  const knowledge = options.knowledge ?? fixtureKnowledge;
  const errors: object[] = [];
  const log = { ...silentLog, error: (data: object) => void errors.push(data) };
  const web = createWebChannel({
    publicUrl: () => publicUrl,
    knowledge,
    mask: (text) => text.replace(/\d{16}/g, (digits) => '*'.repeat(digits.length)),
    log,
    clock,
    key: async () => options.key ?? new Uint8Array(32),
    proxies: options.proxies ?? 0,
    ...(options.hub === undefined ? {} : { hub: options.hub }),
  });
  const assistant = new FakeAssistant(
    () => web,
    () => clock.now(),
    options.answer,
  );
  const server = createServer({
    config: { host: options.host ?? '127.0.0.1', port: options.port ?? 3000, publicUrl },
    knowledge,
    assistant,
    web,
    log,
    incidents: () => ({ board: options.board, readAt: clock.now(), now: clock.now() }),
    assets: options.assets ?? standInAssets(),
  });
  await web.start(assistant);
  return { server, web, assistant, clock, errors, visit: () => Visitor.arrive(server) };
}

/** A browser's worth of requests. */
export class Visitor {
  private constructor(
    private readonly server: Server,
    readonly cookie: string,
  ) {}

  static async arrive(server: Server): Promise<Visitor> {
    const answer = await server.app.request(`${ORIGIN}/`);
    return new Visitor(server, (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '');
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.server.app.request(`${ORIGIN}${path}`, { headers: { Cookie: this.cookie, ...headers } });
  }

  async post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.server.app.request(`${ORIGIN}/api/messages`, {
      method: 'POST',
      body:
        typeof body === 'string' || body instanceof Uint8Array
          ? (body as Uint8Array<ArrayBuffer>)
          : JSON.stringify(body),
      headers: { Cookie: this.cookie, Origin: ORIGIN, 'Content-Type': 'application/json', ...headers },
    });
  }

  async stream(after?: string): Promise<Events> {
    return new Events(await this.get('/api/stream', after === undefined ? {} : { 'Last-Event-ID': after }));
  }
}

export interface ServerEvent {
  event: string;
  id?: string;
  data: unknown;
}

/** Reads server-sent events one by one. */
export class Events {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(readonly response: Response) {
    this.#reader = response.body?.getReader();
  }

  /** The next event, or undefined at the end. */
  async next(): Promise<ServerEvent | undefined> {
    for (let end = this.#rest.indexOf('\n\n'); end < 0; end = this.#rest.indexOf('\n\n')) {
      const chunk = await this.#reader?.read();
      if (!chunk || chunk.done) return undefined;
      this.#rest += this.#decoder.decode(chunk.value, { stream: true });
    }
    const end = this.#rest.indexOf('\n\n');
    const lines = this.#rest.slice(0, end).split('\n');
    this.#rest = this.#rest.slice(end + 2);
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const id = field('id');
    return {
      event: field('event') ?? '',
      data: JSON.parse(field('data') ?? 'null'),
      ...(id === undefined ? {} : { id }),
    };
  }

  /** Skips to the next event of this kind. */
  async until(event: string): Promise<ServerEvent> {
    for (let next = await this.next(); next; next = await this.next()) if (next.event === event) return next;
    throw new Error(`the stream ended before ${event}`);
  }

  async close(): Promise<void> {
    await this.#reader?.cancel();
  }
}
