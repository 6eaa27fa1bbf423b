/**
 * Pulls what came for the accounts: by a cursor for each, which moves on only when every message of a page was taken (protocol
 * page, 5.1). One pull at a time for an account; what fails is tried again, at the latest by the poll.
 */
import { z } from 'zod';
import type { Clock } from '../../../clock.js';
import { isPosDoctorError } from '../../../errors.js';
import type { Log } from '../../../log.js';
import type { Store } from '../../../store/store.js';
import type { WecomApi } from '../api.js';
import { KF } from './address.js';
import { errcodeOf } from './errors.js';

export interface PullerOptions {
  api: Pick<WecomApi, 'post'>;
  store: Pick<Store, 'getSmall' | 'putSmall'>;
  /** Takes one message; rejects if it is to be delivered again, and all that follow it. */
  take: (raw: unknown, account: string) => Promise<void>;
  clock: Clock;
  log: Log;
}

/** Without a cursor everything of three days comes; what is older than this was meant for whoever answered then. Milliseconds. */
export const FRESH_MS = 10 * 60_000;
/**
 * A callback that got lost is made up for after this. Pulls without a token are limited, by how much is a GAP: one in five
 * minutes is what can hardly be too many. Milliseconds.
 */
export const POLL_MS = 5 * 60_000;
/** A token is valid for 10 min (5.1); a little less, for it is used for several pages. Milliseconds. */
const TOKEN_MS = 9 * 60_000;
/**
 * Pages in a row that show nothing and lead nowhere although there is more, after which the rest is left for later. An empty page
 * with more behind it is documented; whether its cursor differs is UNCONFIRMED, so a few that do not are believed.
 */
export const EMPTY_MAX = 20;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Accounts known; a corp has a handful, and all of them come from WeCom itself. */
export const ACCOUNTS_MAX = 500;
/** The callback's token is wrong or too old. */
const BAD_TOKEN = 95007;

const page = z.object({
  next_cursor: z.string().default(''),
  has_more: z.number().default(0),
  msg_list: z.array(z.unknown()).default([]),
});

/** `since`: the account is being drained for the first time, and what is older is passed over (ms since the epoch). */
const position = z.object({ cursor: z.string(), since: z.number().optional() });
type Position = z.infer<typeof position>;

const sendTime = z.object({ send_time: z.number() });

interface Account {
  /** The pull under way. */
  done: Promise<void> | null;
  /** Something came during the pull. */
  again: boolean;
  token: { value: string; at: number } | null;
  failures: number;
  cancelNext: () => void;
}

export const cursorKey = (account: string): string => `wecom-kf-cursor:${account}`;

export class Puller {
  readonly #options: PullerOptions;
  readonly #accounts = new Map<string, Account>();
  #stopped = false;

  constructor(options: PullerOptions) {
    this.#options = options;
  }

  /** Something came for the account, or may have. @param token of the callback, which makes the pull free of limits */
  pull(account: string, token = ''): void {
    if (this.#stopped) return;
    const known = this.#account(account);
    if (known === null) return;
    if (token !== '') known.token = { value: token, at: this.#options.clock.now() };
    known.again = true;
    known.done ??= this.#run(account, known);
  }

  /** Resolves when no pull is under way; tests. */
  async settled(): Promise<void> {
    for (let running = this.#running(); running.length > 0; running = this.#running()) await Promise.all(running);
  }

  /** Pulls no more, and waits for the pulls under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { cancelNext } of this.#accounts.values()) cancelNext();
    await this.settled();
  }

  #running(): Promise<void>[] {
    return [...this.#accounts.values()].flatMap(({ done }) => done ?? []);
  }

  #account(account: string): Account | null {
    const known = this.#accounts.get(account);
    if (known || this.#accounts.size >= ACCOUNTS_MAX) return known ?? null;
    const fresh: Account = { done: null, again: false, token: null, failures: 0, cancelNext: () => undefined };
    this.#accounts.set(account, fresh);
    return fresh;
  }

  async #run(account: string, known: Account): Promise<void> {
    const { clock, log } = this.#options;
    known.cancelNext();
    let wait = POLL_MS;
    try {
      while (known.again && !this.#stopped) {
        known.again = false;
        await this.#drain(account, known);
      }
      known.failures = 0;
    } catch (error) {
      known.failures += 1;
      const backOff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(known.failures - 1, 20));
      wait = Math.max(backOff, isPosDoctorError(error) ? (error.retryAfterMs ?? 0) : 0);
      if (!isPosDoctorError(error, 'STOPPING'))
        log.warn({ channel: KF, failures: known.failures, error: String(error) }, 'a pull failed; trying again');
    }
    if (!this.#stopped) known.cancelNext = clock.after(wait, () => this.pull(account));
    // In one go with the last look at `again`: what comes from here on begins a pull of its own.
    known.done = null;
  }

  /** Takes page after page until there is no more. */
  async #drain(account: string, known: Account): Promise<void> {
    const { store, clock } = this.#options;
    const key = cursorKey(account);
    for (let empty = 0; !this.#stopped; ) {
      const kept = await store.getSmall(key);
      const at = position.safeParse(kept?.value).data ?? { cursor: '', since: clock.now() - FRESH_MS };
      const { next_cursor, has_more, msg_list } = await this.#page(account, at.cursor, known);
      for (const raw of msg_list) {
        if (this.#stopped) return;
        if (isFresh(raw, at)) await this.#options.take(raw, account);
      }
      // Whether an empty page may come without a cursor is not said; the old one is right as long as there is no new one.
      const next: Position = { cursor: next_cursor || at.cursor };
      if (has_more === 1 && at.since !== undefined) next.since = at.since;
      const moved = next.cursor !== at.cursor || next.since !== at.since;
      // If another process has moved on meanwhile, we go on from there: what both took counts once.
      if (moved) await store.putSmall(key, next, kept?.version ?? 0);
      if (has_more !== 1) return;
      empty = moved || msg_list.length > 0 ? 0 : empty + 1;
      if (empty >= EMPTY_MAX) throw new Error('sync_msg has more but does not move on');
    }
  }

  async #page(account: string, cursor: string, known: Account): Promise<z.infer<typeof page>> {
    const { clock, api } = this.#options;
    const { token } = known;
    const usable = token !== null && clock.now() - token.at < TOKEN_MS;
    const body = { open_kfid: account, limit: 1000, ...(cursor === '' ? {} : { cursor }) };
    if (!usable) return api.post('/cgi-bin/kf/sync_msg', body, { schema: page });
    try {
      return await api.post('/cgi-bin/kf/sync_msg', { ...body, token: token.value }, { schema: page });
    } catch (error) {
      if (errcodeOf(error) !== BAD_TOKEN) throw error;
      if (known.token === token) known.token = null;
      return api.post('/cgi-bin/kf/sync_msg', body, { schema: page });
    }
  }
}

function isFresh(raw: unknown, { since }: Position): boolean {
  if (since === undefined) return true;
  const sent = sendTime.safeParse(raw);
  return sent.success && sent.data.send_time * 1000 >= since;
}
