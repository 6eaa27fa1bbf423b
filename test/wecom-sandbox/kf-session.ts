/** 微信客服: a customer's session with an account: its state, how often and until when the API may write (5.2 to 5.4). */
import type { Core } from './core.js';
import type { ApiCall } from './http.js';
import { type JsonObject, maybeNumber, maybeText, needText, parseObject } from './json.js';
import { HOUR } from './rates.js';
import { Recent } from './recent.js';
import { Refusal } from './rules.js';

/** 0 new, 1 assistant, 2 waiting in the pool, 3 human, 4 ended or not started. */
export type State = 0 | 1 | 2 | 3 | 4;

export interface Session {
  account: string;
  customer: string;
  state: State;
  servicer?: string;
  /** Last message of the customer. */
  wroteAt?: number;
  /** API messages since then. */
  sent: number;
  welcomedAt?: number;
}

/** What a one-time code of send_msg_on_event allows. */
interface Code {
  session: Session;
  at: number;
  ms: number;
  types: readonly string[];
  /** The state in which alone it may be used; not for a welcome. */
  state?: State;
  used: boolean;
}

export const REACH_MS = 48 * HOUR;
const SHORT_MS = 20_000;

export class KfSessions {
  /** userid → receives now. */
  readonly servicers = new Map<string, boolean>();
  readonly #sessions = new Map<string, Session>();
  readonly #codes = new Recent<Code>();

  constructor(
    private readonly core: Core,
    private readonly options: { unconfirmedEdges: boolean },
  ) {}

  /** The session of a known customer, its state as time has left it. */
  find(account: string, customer: string): Session | undefined {
    const session = this.#sessions.get(`${account} ${customer}`);
    if (session && session.state !== 4 && this.isOld(session)) session.state = 4;
    return session;
  }

  /** The session of a customer, new if there was none. */
  open(account: string, customer: string): Session {
    const session = this.find(account, customer) ?? { account, customer, state: 4, sent: 0 };
    this.#sessions.set(`${account} ${customer}`, session);
    return session;
  }

  /** The customer wrote: a turn of 5 messages and 48 h begins, an ended session starts anew. */
  wrote(session: Session): void {
    session.wroteAt = this.core.clock.now();
    session.sent = 0;
    if (session.state !== 4) return;
    session.state = 0;
    delete session.servicer;
  }

  /** True if the customer's last message is more than 48 h old. */
  isOld({ wroteAt }: Session): boolean {
    return wroteAt === undefined || this.core.clock.now() - wroteAt > REACH_MS;
  }

  /** A welcome_code, if WeCom gives one: no welcome in 48 h and nothing written by the customer. */
  welcome(session: Session): string | undefined {
    const { welcomedAt } = session;
    const welcomed = welcomedAt !== undefined && this.core.clock.now() - welcomedAt <= REACH_MS;
    return welcomed || !this.isOld(session) ? undefined : this.#code(session, SHORT_MS, ['text', 'msgmenu']);
  }

  /** A human or the API moves the session; the code that comes with it, for one message. */
  move(session: Session, state: State, servicer?: string): string {
    session.state = state;
    if (servicer === undefined) delete session.servicer;
    else session.servicer = servicer;
    if (state === 4) return this.#code(session, SHORT_MS, ['text', 'msgmenu'], state);
    return this.#code(session, REACH_MS, ['text'], state);
  }

  /** Refuses a code that does not allow this message now; otherwise uses it up. */
  use(name: string, msgtype: string): Session {
    const code = this.#codes.get(name);
    if (!code) throw new Refusal('kf-code', name);
    if (code.used) throw new Refusal('kf-code-used', name);
    if (this.core.faults.isLate('kf-code')) throw new Refusal('kf-code-late', 'scripted', { forgiven: true });
    if (this.core.clock.now() - code.at > code.ms) throw new Refusal('kf-code-late', `valid ${code.ms / 1000} s`);
    if (!code.types.includes(msgtype)) throw new Refusal('msgtype', `${msgtype} for this code`);
    const session = this.find(code.session.account, code.session.customer) ?? code.session;
    if (code.state !== undefined && session.state !== code.state)
      throw new Refusal('kf-code-state', `state ${session.state}, the code is of ${code.state}`);
    code.used = true;
    if (code.state === undefined) session.welcomedAt = this.core.clock.now();
    return session;
  }

  /** POST /cgi-bin/kf/service_state/get */
  get(call: ApiCall): JsonObject {
    const { state, servicer } = this.#named(parseObject(call.body));
    return { service_state: state, ...(servicer !== undefined && { servicer_userid: servicer }) };
  }

  /** POST /cgi-bin/kf/service_state/trans */
  trans(call: ApiCall): JsonObject {
    const body = parseObject(call.body);
    const session = this.#named(body);
    const to = maybeNumber(body, 'service_state');
    const from = session.state;
    if (to === undefined || !this.#edges(from).includes(to)) throw new Refusal('kf-transition', `${from} to ${to}`);
    const servicer = maybeText(body, 'servicer_userid');
    if (to === 3) this.#checkServicer(servicer);
    const code = this.move(session, to as State, to === 3 ? servicer : undefined);
    this.core.rooms.touch('kf', session.customer);
    return to === 1 ? {} : { msg_code: code };
  }

  /** 0→1 and the ways to 4 from 0, 1 and 2 are only in a picture of the docs: off unless asked for. */
  #edges(from: State): readonly number[] {
    const sure: Record<State, readonly number[]> = { 0: [2, 3], 1: [2, 3], 2: [3], 3: [3, 4], 4: [] };
    const unsure: Record<State, readonly number[]> = { 0: [1, 4], 1: [4], 2: [4], 3: [], 4: [] };
    return this.options.unconfirmedEdges ? [...sure[from], ...unsure[from]] : sure[from];
  }

  #checkServicer(userid: string | undefined): void {
    const receives = this.servicers.get(userid ?? '');
    if (receives === undefined) throw new Refusal('kf-servicer', userid ?? 'servicer_userid is missing');
    if (!receives) throw new Refusal('kf-servicer-paused', userid ?? '');
  }

  #named(body: JsonObject): Session {
    const account = needText(body, 'open_kfid', 'kf-account');
    const customer = needText(body, 'external_userid', 'kf-customer');
    const session = this.find(account, customer);
    if (!session) throw new Refusal('kf-customer', `${customer} with ${account}`);
    return session;
  }

  #code(session: Session, ms: number, types: readonly string[], state?: State): string {
    const name = this.core.id('code');
    const at = this.core.clock.now();
    this.#codes.set(name, { session, at, ms, types, used: false, ...(state !== undefined && { state }) });
    return name;
  }
}
