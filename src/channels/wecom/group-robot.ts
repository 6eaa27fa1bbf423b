/**
 * 群机器人 (now 消息推送): the way into one internal group, outbound only. Everything goes through one queue that keeps
 * WeCom's pace, because what comes faster is lost without a word.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../clock.js';
import { isPosDoctorError, PosDoctorError } from '../../errors.js';
import type { Log } from '../../log.js';
import type { Store } from '../../store/store.js';
import { splitBytes } from '../../text/bytes.js';
import { WecomApi } from './api.js';
import { Pace, ROBOT_PACE, SharedPace } from './pace.js';

export interface GroupRobotOptions {
  /** Scheme and host, without a trailing slash. */
  base: string;
  /** The whole credential; in no log and no error. */
  key: string;
  clock: Clock;
  log: Log;
  fetch?: typeof globalThis.fetch;
  /** The store that the processes share which write through the same robot; absent: there is but one. */
  store?: Pick<Store, 'getSmall' | 'putSmall'>;
  /** The words of ui.yaml, for what the log says has to be changed. */
  ui?: () => Readonly<Record<string, string>>;
}

/** UTF-8 bytes of one markdown message (page 99110). */
export const MARKDOWN_MAX = 4096;
/** Messages that one text may become; the rest of it is cut off. */
export const PARTS_MAX = 5;
/** Texts that may wait: five minutes of them at the pace. */
export const QUEUE_MAX = 100;
/** An alert that is repeated within this time has been heard. */
export const SAID_MS = 10 * 60_000;
/** Alerts remembered for that. */
export const SAID_MAX = 200;

const API = '/cgi-bin/webhook/send';
const NAME = 'group-robot';
const answer = z.object({});

interface Waiting {
  parts: string[];
  isAlert: boolean;
  done: () => void;
  failed: (error: unknown) => void;
}

export class GroupRobot {
  readonly #options: GroupRobotOptions;
  readonly #api: WecomApi;
  readonly #pace: Pace;
  /** Of all processes together. */
  readonly #shared: SharedPace | undefined;
  readonly #queue: Waiting[] = [];
  /** Alert → when it was last said. */
  readonly #said = new Map<string, number>();
  #sending = false;
  #stopped = false;
  /** Ends the wait for the pace. */
  #wake = (): void => undefined;

  constructor(options: GroupRobotOptions) {
    const { base, clock, log, fetch, ui } = options;
    this.#options = options;
    // Without `alert`: that a robot is broken cannot be told through it.
    this.#api = new WecomApi({ base, clock, log, ...(fetch && { fetch }), ...(ui && { ui }) });
    this.#pace = new Pace(ROBOT_PACE, () => clock.now(), 1);
    const robot = createHash('sha256').update(options.key).digest('hex').slice(0, 16);
    if (options.store) this.#shared = new SharedPace(ROBOT_PACE, () => clock.now(), options.store, `pace:${robot}`);
  }

  /** Texts that wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Alerts remembered as said. */
  get remembered(): number {
    return this.#said.size;
  }

  /**
   * Says a text in the group, as Markdown; `<@userid>` in it mentions a member, so what users wrote has to be made harmless
   * before. Split at line ends where it is longer than one message. Resolves when WeCom took the whole of it.
   * @throws {PosDoctorError} SEND_FAILED if too much is waiting or the robot is stopped; else as WecomApi.post
   */
  post(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const parts = splitBytes(text, MARKDOWN_MAX).slice(0, PARTS_MAX);
      this.#add({ parts, isAlert: false, done: resolve, failed: reject });
    });
  }

  /** Tells the operator something, once in ten minutes if it is the same. Never fails: what cannot be said is in the log. */
  alert(text: string): void {
    const [part] = splitBytes(text, MARKDOWN_MAX);
    if (part === undefined || this.#wasSaid(part)) return;
    const failed = (error: unknown): void => {
      this.#said.delete(part);
      this.#options.log.warn({ channel: NAME, error: String(error) }, 'an alert could not be said in the group');
    };
    this.#add({ parts: [part], isAlert: true, done: () => undefined, failed });
  }

  /** Gives up what waits. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
    for (const one of this.#queue.splice(0)) one.failed(failure('the robot is stopped'));
  }

  #wasSaid(text: string): boolean {
    const now = this.#options.clock.now();
    const last = this.#said.get(text);
    if (last !== undefined && now - last < SAID_MS) return true;
    this.#said.delete(text);
    this.#said.set(text, now);
    const [oldest] = this.#said.keys();
    if (this.#said.size > SAID_MAX && oldest !== undefined) this.#said.delete(oldest);
    return false;
  }

  #add(one: Waiting): void {
    if (this.#stopped) {
      one.failed(failure('the robot is stopped'));
      return;
    }
    this.#queue.push(one);
    if (this.#queue.length > QUEUE_MAX) {
      // Whoever posts learns of it and tries again; nobody waits for an alert, and the newest ones say most.
      const alert = this.#queue.findIndex(({ isAlert }) => isAlert);
      const [dropped] = this.#queue.splice(alert < 0 ? this.#queue.length - 1 : alert, 1);
      dropped?.failed(failure('too many messages are waiting'));
    }
    if (!this.#sending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    for (let one = this.#queue.shift(); one !== undefined; one = this.#queue.shift())
      try {
        for (const part of one.parts) await this.#say(part);
        one.done();
      } catch (error) {
        one.failed(error);
      }
    this.#sending = false;
  }

  /** One message, as soon as the pace allows. */
  async #say(content: string): Promise<void> {
    for (;;) {
      if (this.#stopped) throw failure('the robot is stopped');
      const wait = (await this.#room()) || (await this.#try(content));
      if (wait === 0) return;
      await new Promise<void>((resolve) => {
        const cancel = this.#options.clock.after(wait, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
    }
  }

  /** Milliseconds until one more may be said; 0: it may now, and is counted. */
  async #room(): Promise<number> {
    const waitMs = this.#pace.wait('');
    if (waitMs > 0 || !this.#shared) return waitMs;
    // That the store is away is among what has to be told.
    return this.#shared.wait().catch(() => 0);
  }

  /** 0 if WeCom took it, else the milliseconds after which it may. */
  async #try(content: string): Promise<number> {
    const body = { msgtype: 'markdown', markdown: { content } };
    try {
      await this.#api.post(API, body, { schema: answer, query: { key: this.#options.key } });
      return 0;
    } catch (error) {
      if (isPosDoctorError(error, 'WECOM_ERROR') && error.retryAfterMs !== undefined) return error.retryAfterMs;
      throw error;
    }
  }
}

function failure(why: string): PosDoctorError {
  return new PosDoctorError('SEND_FAILED', { channel: NAME, why });
}
