/**
 * Access tokens: one for each secret, shared by all processes through the store, fetched as rarely as can be, because WeCom
 * counts fetches and blocks an address for an hour that shows a wrong secret again and again.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../clock.js';
import { PosDoctorError } from '../../errors.js';
import type { Store } from '../../store/store.js';
import { reactionOf, type TokenSource, type WecomApi } from './api.js';

export interface FetchedToken {
  token: string;
  expiresInMs: number;
}

export interface TokenKeeperOptions {
  store: Pick<Store, 'getSmall' | 'putSmall' | 'acquireLease' | 'releaseLease'>;
  corpId: string;
  secret: string;
  fetchToken: (corpId: string, secret: string) => Promise<FetchedToken>;
  clock: Clock;
  /** Unique to this process. */
  holder: string;
}

/** Renewed so long before it ends; half its life for one that is shorter than twice that. */
export const RENEW_BEFORE_MS = 5 * 60_000;
/** A setting was wrong: nobody changes it in less time, and WeCom counts the tries. */
export const REFUSED_MS = 60_000;
/** How long WeCom may go on giving out a token that it refuses before it is asked again. */
const SAME_TOKEN_MS = 10_000;
/** Longer than one fetch can take, so that a lease that ends belongs to a process that is gone. */
const LEASE_MS = 15_000;
/** Between two looks for the token that another process is fetching. */
const LOOK_MS = 250;

/** Kept in the store and in memory; times in ms since the epoch. */
const kept = z.object({ token: z.string().min(1), renewAt: z.number(), expiresAt: z.number() });
type Kept = z.infer<typeof kept>;

/** Fetches through /cgi-bin/gettoken; `api` must be one without a keeper. */
export function fetchTokenThrough(api: Pick<WecomApi, 'get'>): TokenKeeperOptions['fetchToken'] {
  // 512 bytes are to be reserved for a token (docs); the double, so that a longer one is not refused at once.
  const schema = z.object({ access_token: z.string().min(1).max(1024), expires_in: z.number().positive() });
  return async (corpid, corpsecret) => {
    const answer = await api.get('/cgi-bin/gettoken', { corpid, corpsecret }, { schema });
    return { token: answer.access_token, expiresInMs: answer.expires_in * 1000 };
  };
}

/** Keep one for each secret in a process. */
export class TokenKeeper implements TokenSource {
  readonly #options: TokenKeeperOptions;
  readonly #key: string;
  #kept: Kept | null = null;
  #underWay: Promise<Kept> | null = null;
  #refusal: { error: unknown; until: number } | null = null;
  /** A token that was refused and yet came back from a fetch. */
  #stuck: { token: string; until: number } | null = null;

  constructor(options: TokenKeeperOptions) {
    this.#options = options;
    const name = createHash('sha256').update(`${options.corpId}\0${options.secret}`).digest('hex').slice(0, 32);
    this.#key = `wecom-token:${name}`;
  }

  /**
   * A token that should work.
   * @throws {PosDoctorError} what fetching throws; at once for a minute after WeCom refused the secret
   */
  async get(): Promise<string> {
    const now = this.#options.clock.now();
    const old = this.#kept;
    if (old && now < old.renewAt) return old.token;
    try {
      return (await this.#renew(null)).token;
    } catch (error) {
      // The last minutes of a token are there for this.
      if (old && now < old.expiresAt) return old.token;
      throw error;
    }
  }

  /** @throws as `get` */
  async refused(token: string): Promise<string> {
    if (this.#kept && this.#kept.token !== token) return this.#kept.token;
    if (this.#stuck?.token === token && this.#options.clock.now() < this.#stuck.until) return token;
    // What is under way may be about to take this very token from the store.
    const other = (await this.#underWay)?.token ?? token;
    if (other !== token) return other;
    return (await this.#renew(token)).token;
  }

  /** One at a time; whoever comes meanwhile gets the same outcome. */
  #renew(bad: string | null): Promise<Kept> {
    this.#underWay ??= this.#fresh(bad).finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #fresh(bad: string | null): Promise<Kept> {
    const { store, clock, holder } = this.#options;
    const giveUpAt = clock.now() + LEASE_MS + LOOK_MS;
    for (;;) {
      const shared = await this.#shared(bad);
      if (shared) return this.#keep(shared);
      if (this.#refusal && clock.now() < this.#refusal.until) throw this.#refusal.error;
      if (await store.acquireLease(this.#key, holder, clock.now(), LEASE_MS)) break;
      if (clock.now() >= giveUpAt)
        throw new PosDoctorError('WECOM_UNREACHABLE', {
          api: '/cgi-bin/gettoken',
          why: 'another process has been fetching the token for too long',
        });
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
    }
    try {
      // Whoever had the lease before may have fetched one between our look and our lease.
      const shared = await this.#shared(bad);
      return shared ? this.#keep(shared) : await this.#fetch(bad);
    } finally {
      await store.releaseLease(this.#key, holder);
    }
  }

  /** What is in the store, if it is another than the one that was refused and will do for a while. */
  async #shared(bad: string | null): Promise<Kept | null> {
    const { store, clock } = this.#options;
    const found = kept.safeParse((await store.getSmall(this.#key))?.value);
    return found.success && found.data.token !== bad && clock.now() < found.data.renewAt ? found.data : null;
  }

  async #fetch(bad: string | null): Promise<Kept> {
    const { store, clock, corpId, secret, fetchToken } = this.#options;
    let fetched: FetchedToken;
    try {
      fetched = await fetchToken(corpId, secret);
    } catch (error) {
      if (reactionOf(error) === 'configure') this.#refusal = { error, until: clock.now() + REFUSED_MS };
      throw error;
    }
    const { token, expiresInMs } = fetched;
    const now = clock.now();
    const expiresAt = now + expiresInMs;
    const fresh = this.#keep({ token, expiresAt, renewAt: expiresAt - Math.min(RENEW_BEFORE_MS, expiresInMs / 2) });
    this.#stuck = token === bad ? { token, until: now + SAME_TOKEN_MS } : null;
    await store.putSmall(this.#key, fresh);
    return fresh;
  }

  #keep(fresh: Kept): Kept {
    this.#kept = fresh;
    this.#refusal = null;
    return fresh;
  }
}
