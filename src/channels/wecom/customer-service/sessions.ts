/** Who has the conversation, the bot or a human, as WeCom sees it; and the hand-over (protocol page, 5.4). */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../clock.js';
import type { InboundEvent } from '../../../dialogue/event.js';
import { isPosDoctorError, PosDoctorError } from '../../../errors.js';
import type { Log } from '../../../log.js';
import { reactionOf, type WecomApi } from '../api.js';
import type { CardWords } from '../card.js';
import { KNOWN_ERRCODES } from '../errcodes.js';
import { type Address, KF } from './address.js';
import { errcodeOf } from './errors.js';

export interface SessionsOptions {
  api: Pick<WecomApi, 'get' | 'post'>;
  accept: (event: InboundEvent) => Promise<unknown>;
  words: CardWords;
  clock: Clock;
  log: Log;
}

/** 0 new, 1 assistant, 2 waiting for a human, 3 with a human, 4 ended. */
const stateAnswer = z.object({ service_state: z.number().int() });
const transAnswer = z.object({ msg_code: z.string().optional() });
const servicersAnswer = z.object({
  servicer_list: z.array(z.object({ userid: z.string().optional(), status: z.number().optional() })).default([]),
});

const BOT_MAY_SEND: ReadonlySet<number> = new Set([0, 1]);
const WITH_HUMAN: ReadonlySet<number> = new Set([2, 3]);
const HUMAN = 3;
/** Status of a servicer in the list; in events the numbers are others. */
const RECEIVING = 0;
/** No servicer, one who has stopped receiving since the list was read, one whom the app cannot see: the next one may do. */
const NOT_THIS_ONE: ReadonlySet<number> = new Set([95014, 95019, 60030]);
/** Servicers asked for one hand-over. */
const TRIES = 10;

/** Milliseconds for which a page of messages waits for one state: longer than WeCom's "busy" is tried again for. */
export const PATIENCE_MS = 5_000;
/** After such trouble no page waits for a state for so long: a hundred customers must not cost a hundred times the wait. */
export const UNASKED_MS = 30_000;
/** Before an answer that depends on it asks again. Milliseconds. */
const ASK_AGAIN_MS = 1_000;
/** Conversations remembered as doubtful; of one that is forgotten, the answers' own marks and WeCom's refusal are left. */
export const DOUBTED_MAX = 2_000;

/** Who has a conversation that a human was believed to have. */
export type Holder = 'bot' | 'human' | 'unknown';

/** Trouble that will be over soon. */
function passes(error: unknown): boolean {
  const known = KNOWN_ERRCODES.includes(errcodeOf(error));
  const reaction = reactionOf(error);
  return reaction === undefined || (known && (reaction === 'retry' || reaction === 'slow-down'));
}

export class Sessions {
  readonly #options: SessionsOptions;
  /** Conversations of which it is not known who has them. */
  readonly #doubted = new Set<string>();
  /** When a state could not be read last. Milliseconds since the epoch. */
  #troubleAt = Number.NEGATIVE_INFINITY;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Conversations remembered. */
  get size(): number {
    return this.#doubted.size;
  }

  /**
   * Whether the bot may send. If a human has the conversation, the service is told so.
   * @param eventId of that event
   * @throws what `WecomApi` and `accept` throw
   */
  async isFree(conversation: string, to: Address, eventId: string): Promise<boolean> {
    const state = await this.#state(to);
    if (WITH_HUMAN.has(state)) await this.#taken(conversation, eventId);
    return BOT_MAY_SEND.has(state);
  }

  /**
   * Who has the conversation, although a human was believed to. Takes no longer than {@link PATIENCE_MS}; if it stays unknown,
   * what is said meanwhile has to be settled before it is sent.
   */
  async holder(conversation: string, to: Address): Promise<Holder> {
    const { clock } = this.#options;
    const sinceTrouble = clock.now() - this.#troubleAt;
    const holder = sinceTrouble >= 0 && sinceTrouble < UNASKED_MS ? 'unknown' : await this.#inTime(this.#ask(to));
    if (holder === 'unknown') this.#doubt(conversation);
    return holder;
  }

  /** Whether nothing may be sent before {@link settle} was asked. */
  isInDoubt(conversation: string): boolean {
    return this.#doubted.has(conversation);
  }

  /**
   * As `isFree`, of a conversation in doubt.
   * @throws SEND_FAILED if it was asked a moment ago; what `WecomApi` and `accept` throw
   */
  async settle(conversation: string, to: Address, eventId: string): Promise<boolean> {
    const sinceTrouble = this.#options.clock.now() - this.#troubleAt;
    if (sinceTrouble >= 0 && sinceTrouble < ASK_AGAIN_MS) {
      const why = 'who has the conversation cannot be asked yet';
      throw new PosDoctorError('SEND_FAILED', { channel: KF, why }, { retryAfterMs: ASK_AGAIN_MS - sinceTrouble });
    }
    try {
      const free = await this.isFree(conversation, to, eventId);
      this.#doubted.delete(conversation);
      this.#troubleAt = Number.NEGATIVE_INFINITY;
      return free;
    } catch (error) {
      if (passes(error)) this.#troubleAt = this.#options.clock.now();
      throw error;
    }
  }

  /**
   * Gives the conversation to a servicer who is receiving, if there is one, and says whether it did. Never fails: the answer, with the numbers to call,
   * has been sent and must not be sent again for this. Whether servicers see what was said with the bot before them is UNCONFIRMED
   * (the joint edition shows the session's messages, sent by API included); therefore the bot's answer with the summary
   * is sent first, and the group robot gets it as well.
   */
  async handOver(conversation: string, to: Address): Promise<boolean> {
    const { log } = this.#options;
    let taken = false;
    try {
      for (const servicer of await this.#receiving(conversation, to)) {
        const code = await this.#transfer(to, servicer);
        if (code === null) continue;
        taken = true;
        await this.#taken(conversation, `handover:${this.#options.clock.now()}`);
        if (code !== '') await this.#say(code);
        return true;
      }
      log.info({ channel: KF }, 'a human was asked for and nobody is receiving');
    } catch (error) {
      const what = taken ? 'a hand-over could not be told of' : 'a conversation could not be handed over';
      log.warn({ channel: KF, error: String(error) }, what);
    }
    return taken;
  }

  #doubt(conversation: string): void {
    this.#doubted.delete(conversation);
    this.#doubted.add(conversation);
    const [oldest] = this.#doubted;
    if (this.#doubted.size > DOUBTED_MAX && oldest !== undefined) this.#doubted.delete(oldest);
  }

  async #ask(to: Address): Promise<Holder> {
    try {
      return WITH_HUMAN.has(await this.#state(to)) ? 'human' : 'bot';
    } catch (error) {
      this.#options.log.warn({ channel: KF, error: String(error) }, 'the state of a session cannot be read');
      // What an operator has to change, or nobody knows, may last for days; its end comes as an event too.
      return passes(error) ? 'unknown' : 'human';
    }
  }

  /** What was asked, or 'unknown' if that takes too long. */
  async #inTime(asked: Promise<Holder>): Promise<Holder> {
    const { clock } = this.#options;
    let cancel = (): void => undefined;
    const late = new Promise<Holder>((resolve) => {
      cancel = clock.after(PATIENCE_MS, () => resolve('unknown'));
    });
    const holder = await Promise.race([asked, late]);
    cancel();
    if (holder === 'unknown') this.#troubleAt = clock.now();
    return holder;
  }

  async #state({ account, customer }: Address): Promise<number> {
    const body = { open_kfid: account, external_userid: customer };
    const answer = await this.#options.api.post('/cgi-bin/kf/service_state/get', body, { schema: stateAnswer });
    return answer.service_state;
  }

  async #taken(conversation: string, id: string): Promise<void> {
    await this.#options.accept({ kind: 'human', id, conversation, at: this.#options.clock.now(), active: true });
  }

  /** Those who may be asked, beginning with another one for each conversation. */
  async #receiving(conversation: string, { account }: Address): Promise<string[]> {
    const query = { open_kfid: account };
    const answer = await this.#options.api.get('/cgi-bin/kf/servicer/list', query, { schema: servicersAnswer });
    // Departments are in the list too; who of them receives is not said.
    const ids = answer.servicer_list.flatMap(({ userid, status }) =>
      userid !== undefined && status === RECEIVING ? [userid] : [],
    );
    const first = createHash('sha256').update(conversation).digest().readUInt32BE() % Math.max(1, ids.length);
    return [...ids.slice(first), ...ids.slice(0, first)].slice(0, TRIES);
  }

  /** @returns the code for one message, perhaps empty; null if this servicer does not receive */
  async #transfer({ account, customer }: Address, servicer: string): Promise<string | null> {
    const body = { open_kfid: account, external_userid: customer, service_state: HUMAN, servicer_userid: servicer };
    try {
      const answer = await this.#options.api.post('/cgi-bin/kf/service_state/trans', body, { schema: transAnswer });
      return answer.msg_code ?? '';
    } catch (error) {
      if (NOT_THIS_ONE.has(errcodeOf(error))) return null;
      // Its answer was lost, or somebody was faster: it may be with a human.
      const maybe = isPosDoctorError(error, 'WECOM_UNREACHABLE') || errcodeOf(error) === 95016;
      if (maybe && (await this.#state({ account, customer })) === HUMAN) return '';
      throw error;
    }
  }

  async #say(code: string): Promise<void> {
    const content = this.#options.words('handedOver');
    if (content === '') return;
    const body = { code, msgtype: 'text', text: { content } };
    await this.#options.api.post('/cgi-bin/kf/send_msg_on_event', body, { schema: z.object({}) });
  }
}
