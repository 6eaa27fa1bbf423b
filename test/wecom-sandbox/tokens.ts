/** Access tokens (wecom-protocol.md 4.5): one per secret, 7200 s, taken back early when a test says so. */
import type { Core } from './core.js';
import type { ApiCall } from './http.js';
import type { JsonObject } from './json.js';
import { HOUR, Rates } from './rates.js';
import { Recent } from './recent.js';
import { Refusal } from './rules.js';

const LIFE_MS = 7_200_000;

/** What a secret may call. */
export type Scope = 'app' | 'kf';

interface Issued {
  secret: string;
  expires: number;
  revoked: boolean;
}

export class Tokens {
  /** Calls of gettoken that were answered with a token. */
  fetched = 0;
  readonly #scopes = new Map<string, Set<Scope>>();
  readonly #issued = new Recent<Issued>(1000);
  readonly #rates: Rates;

  constructor(
    private readonly core: Core,
    private readonly options: { corpId: string; perHour: number },
  ) {
    this.#rates = new Rates(core.clock, [{ count: options.perHour, ms: HOUR }]);
  }

  /** A secret may have several scopes: an app's secret that is listed in 微信客服's callable apps. */
  allow(secret: string, scope: Scope): void {
    this.#scopes.set(secret, (this.#scopes.get(secret) ?? new Set()).add(scope));
  }

  /** GET /cgi-bin/gettoken. A token that still lives is given again, as WeCom did while that was documented. */
  get({ query }: ApiCall): JsonObject {
    const secret = query.get('corpsecret') ?? '';
    if (query.get('corpid') !== this.options.corpId) throw new Refusal('corp-id', 'corpid');
    if (!this.#scopes.has(secret)) throw new Refusal('secret', 'corpsecret');
    if (!this.#rates.take(secret)) throw new Refusal('gettoken-often', `more than ${this.options.perHour} an hour`);
    this.fetched += 1;
    const now = this.core.clock.now();
    const living = [...this.#issued].find(([, one]) => one.secret === secret && !one.revoked && one.expires > now);
    const [token, { expires }] = living ?? this.#issue(secret);
    return { access_token: token, expires_in: Math.floor((expires - now) / 1000) };
  }

  /** Refuses a call whose token does not allow it. */
  check({ query, api }: ApiCall, scope: Scope): void {
    const token = query.get('access_token') ?? '';
    if (token === '') throw new Refusal('token-missing', api);
    const issued = this.#issued.get(token);
    if (!issued) throw new Refusal('token-unknown', api);
    if (issued.revoked) throw new Refusal('token-revoked', api);
    if (issued.expires <= this.core.clock.now()) throw new Refusal('token-expired', api);
    if (this.#scopes.get(issued.secret)?.has(scope)) return;
    throw new Refusal(scope === 'app' ? 'token-foreign' : 'api-forbidden', api);
  }

  /** Takes every living token back, as after a change of the secret or by WeCom's own choice. */
  revoke(): void {
    for (const one of this.#issued.values()) one.revoked = true;
  }

  #issue(secret: string): [string, Issued] {
    const token = this.core.id('token');
    const issued = { secret, expires: this.core.clock.now() + LIFE_MS, revoked: false };
    this.#issued.set(token, issued);
    return [token, issued];
  }
}
