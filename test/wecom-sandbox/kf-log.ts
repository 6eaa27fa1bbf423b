/** 微信客服: the messages of an account, pulled by cursor (wecom-protocol.md 5.1). */
import type { Core } from './core.js';
import { seconds } from './core.js';
import type { ApiCall } from './http.js';
import { bytes, type JsonObject, maybeNumber, maybeText, parseObject } from './json.js';
import { DAY, MINUTE, Rates } from './rates.js';
import { Recent } from './recent.js';
import { Refusal } from './rules.js';

const KEPT_MS = 3 * DAY;
const TOKEN_MS = 10 * MINUTE;
const MAX_LIMIT = 1000;
/** 3 customer, 4 system event, 5 servicer. */
export type Origin = 3 | 4 | 5;

interface Entry {
  seq: number;
  at: number;
  json: JsonObject;
}

export class KfLog {
  /** Most messages a page has, below what the client asked for; "may return fewer". */
  pageSize = MAX_LIMIT;
  /** So many of the next pages come empty although more follows. */
  emptyPages = 0;
  readonly #entries = new Map<string, Entry[]>();
  readonly #tokens = new Recent<{ account: string; at: number }>();
  readonly #rates: Rates;
  #seq = 0;

  constructor(
    private readonly core: Core,
    private readonly accounts: ReadonlySet<string>,
    tokenlessPerMinute: number,
  ) {
    this.#rates = new Rates(core.clock, [{ count: tokenlessPerMinute, ms: MINUTE }]);
  }

  /** Adds a message as sync_msg will show it; returns its msgid. */
  add(account: string, origin: Origin, msgtype: string, parts: JsonObject): string {
    this.#seq += 1;
    const at = this.core.clock.now();
    const msgid = this.core.id('kfmsg');
    const json = { msgid, send_time: seconds(at), origin, msgtype, ...parts };
    const entries = this.#entries.get(account) ?? [];
    entries.push({ seq: this.#seq, at, json });
    this.#entries.set(account, entries);
    return msgid;
  }

  /** A token for a notification. */
  token(account: string): string {
    const token = this.core.id('ENC');
    this.#tokens.set(token, { account, at: this.core.clock.now() });
    return token;
  }

  /** POST /cgi-bin/kf/sync_msg */
  sync({ body: text }: ApiCall): JsonObject {
    const body = parseObject(text);
    const account = this.#account(body);
    const limit = maybeNumber(body, 'limit') ?? MAX_LIMIT;
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw new Refusal('kf-limit', `${limit}`);
    const now = this.core.clock.now();
    const all = (this.#entries.get(account) ?? []).filter(({ at }) => now - at <= KEPT_MS);
    this.#entries.set(account, all);
    const from = this.#position(account, maybeText(body, 'cursor', 'kf-cursor') ?? '');
    const rest = all.filter(({ seq }) => seq > from);
    const empty = this.emptyPages > 0;
    if (empty) this.emptyPages -= 1;
    const page = empty ? [] : rest.slice(0, Math.min(limit, this.pageSize));
    return {
      next_cursor: cursorOf(account, page.at(-1)?.seq ?? from),
      has_more: empty || page.length < rest.length ? 1 : 0,
      msg_list: page.map(({ json }) => json),
    };
  }

  #account(body: JsonObject): string {
    const token = maybeText(body, 'token', 'kf-token') ?? '';
    const named = maybeText(body, 'open_kfid', 'kf-account') ?? '';
    if (named !== '' && !this.accounts.has(named)) throw new Refusal('kf-account', named);
    if (token === '') {
      if (named === '') throw new Refusal('kf-account', 'neither open_kfid nor token');
      if (!this.#rates.take(named)) throw new Refusal('kf-tokenless', named);
      return named;
    }
    const known = this.#tokens.get(token);
    if (!known || (named !== '' && known.account !== named)) throw new Refusal('kf-token', named);
    if (this.core.clock.now() - known.at > TOKEN_MS) throw new Refusal('kf-token-expired', named);
    return known.account;
  }

  #position(account: string, cursor: string): number {
    if (cursor === '') return 0;
    const [owner, seq] = Buffer.from(cursor, 'base64url').toString('utf8').split('#');
    const position = Number(seq);
    if (bytes(cursor) > 64 || owner !== account.slice(-24) || !Number.isInteger(position) || position > this.#seq)
      throw new Refusal('kf-cursor', cursor);
    return position;
  }
}

/** At most 64 bytes, opaque to the client. */
const cursorOf = (account: string, seq: number): string =>
  Buffer.from(`${account.slice(-24)}#${seq}`).toString('base64url');
