/**
 * A local WeCom: a strict fake of its bot's WebSocket and of its HTTP API, on loopback, on a clock that a test moves. It
 * refuses what WeCom refuses and remembers each refusal, so that `assertClean` fails the test that caused one; what goes
 * wrong on purpose is scripted with `faults` and not held against anybody. README.md shows how to use it.
 */
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { type Clock, systemClock } from '../../src/clock.js';
import { App } from './app.js';
import { Bot } from './bot.js';
import { endsOpen } from './bot-desk.js';
import { BotHttp } from './bot-http.js';
import type { Core } from './core.js';
import { Faults } from './faults.js';
import { HttpSide } from './http.js';
import { Kf } from './kf.js';
import { Ledger } from './ledger.js';
import { Media } from './media.js';
import { type GivenOptions, readOptions, type SandboxOptions } from './options.js';
import { ResponseUrls } from './response-urls.js';
import { type Door, Rooms } from './rooms.js';
import type { Rule } from './rules.js';
import { Tokens } from './tokens.js';
import { Webhook } from './webhook.js';

/** How long `until` waits on the machine's own clock before it gives up. */
const PATIENCE_MS = 10_000;

export interface Started {
  /** For WECOM_API_BASE. */
  apiBase: string;
  /** For WECOM_BOT_WS_URL. */
  wsUrl: string;
}

export function createSandbox(options: GivenOptions & { clock?: Clock } = {}): Sandbox {
  return new Sandbox(readOptions(options), options.clock ?? systemClock);
}

export class Sandbox {
  readonly faults = new Faults();
  readonly ledger: Ledger;
  readonly rooms: Rooms;
  readonly http: HttpSide;
  readonly tokens: Tokens;
  readonly media: Media;
  readonly bot: Bot;
  readonly botHttp: BotHttp;
  readonly app: App;
  readonly kf: Kf;
  readonly webhook: Webhook;
  readonly #events = new EventEmitter().setMaxListeners(0);
  #base = '';
  #ids = 0;
  #busy = 0;

  constructor(
    readonly options: SandboxOptions,
    readonly clock: Clock,
  ) {
    this.ledger = new Ledger(clock);
    this.rooms = new Rooms(clock.now, (door, chat) => this.#events.emit('change', door, chat));
    const core = this.#core();
    this.http = new HttpSide(core);
    this.tokens = new Tokens(core, { corpId: options.corpId, perHour: options.gettokenPerHour });
    this.tokens.allow(options.app.secret, 'app');
    this.tokens.allow(options.kf.secret, 'kf');
    this.http.route('token', 'GET', 'gettoken', (call) => this.tokens.get(call));
    this.media = new Media(core, this.http);
    const { corpId, members, keepAlive } = options;
    const urls = new ResponseUrls(core, this.http);
    const bot = { ...options.bot, members, isPlaceholder: options.bot.isPlaceholder ?? endsOpen };
    this.bot = new Bot(core, bot, this.media, urls);
    this.botHttp = new BotHttp(core, { ...bot, ...options.botHttp, keepAlive }, this.media, urls);
    urls.serve('bot', this.bot.commands.desk);
    urls.serve('bot-http', this.botHttp.desk);
    this.app = new App(core, { ...options.app, corpId, members, keepAlive }, this.http, this.tokens, this.media);
    this.kf = new Kf(core, { ...options.kf, corpId, keepAlive }, this.http, this.tokens, this.media);
    this.webhook = new Webhook(core, options.webhookKeys, this.http);
  }

  async start(): Promise<Started> {
    const port = await this.http.start();
    this.bot.socket.start(this.http.server);
    this.#base = `http://127.0.0.1:${port}`;
    return { apiBase: this.#base, wsUrl: `ws://127.0.0.1:${port}` };
  }

  async stop(): Promise<void> {
    this.bot.commands.desk.stop();
    this.botHttp.stop();
    await this.bot.socket.stop();
    this.app.callbacks.stop();
    this.kf.callbacks.stop();
    await this.http.stop();
  }

  /** Called after every change that somebody could see; `chat` is '' when it concerns the door as a whole. */
  on(_event: 'change', listener: (door: Door, chat: string) => void): () => void {
    this.#events.on('change', listener);
    return () => this.#events.off('change', listener);
  }

  get violations() {
    return this.ledger.violations;
  }

  get warnings() {
    return this.ledger.warnings;
  }

  /** The next `times` breaches of the rule are what the test is about. */
  expect(rule: Rule, times = 1): void {
    this.ledger.expect(rule, times);
  }

  /** Throws unless there was no breach, no display warning, every expected breach came and every fault was met. */
  assertClean(options: { warnings?: boolean } = {}): void {
    const problems = [...this.ledger.problems(options), ...this.faults.problems()];
    if (problems.length > 0) throw new Error(`WeCom would not have taken this:\n${problems.join('\n')}`);
  }

  /** Resolves when the condition holds, looked at after every change; rejects after 10 s of the machine's own time. */
  async until(condition: () => boolean, what = condition.toString()): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const off = this.on('change', () => {
        if (!condition()) return;
        clearTimeout(timer);
        off();
        resolve();
      });
      const timer = setTimeout(() => {
        off();
        reject(new Error(`waited in vain for: ${what}`));
      }, PATIENCE_MS);
    });
  }

  /** Resolves when no request is on the wire in either direction and the socket's frames have been read. */
  async settled(): Promise<void> {
    await this.bot.socket.flushed();
    await this.until(() => this.#busy === 0, 'nothing on the wire');
  }

  #core(): Core {
    return {
      clock: this.clock,
      random: randomBytes,
      ledger: this.ledger,
      faults: this.faults,
      rooms: this.rooms,
      id: (prefix) => {
        this.#ids += 1;
        return `${prefix}${this.#ids.toString(36).padStart(6, '0')}`;
      },
      bigId: () => {
        this.#ids += 1;
        return String(7_000_000_000_000_000_000n + BigInt(this.#ids));
      },
      busy: () => {
        this.#busy += 1;
        let counted = true;
        return () => {
          if (counted) this.#busy -= 1;
          counted = false;
          this.#events.emit('change', 'token', '');
        };
      },
      base: () => this.#base,
    };
  }
}
