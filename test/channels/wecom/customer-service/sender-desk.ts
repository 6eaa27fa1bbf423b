/** The sender over a WeCom that answers as told. */
import type { Answerable } from '../../../../src/channels/wecom/customer-service/memory.js';
import { Sender } from '../../../../src/channels/wecom/customer-service/sender.js';
import type { Sessions } from '../../../../src/channels/wecom/customer-service/sessions.js';
import { writeToken } from '../../../../src/channels/wecom/customer-service/token.js';
import { PosDoctorError } from '../../../../src/errors.js';
import { silentLog } from '../../../../src/log.js';
import type { OutboxItem } from '../../../../src/store/store.js';
import { testClock } from '../../../support/clock.js';
import { item, reply, T0 } from '../items.js';

export const CONVERSATION = 'wecom-kf:wk1:wm1';
export const HOUR = 3_600_000;
export const LONG = reply('请照下面的步骤做。\n'.repeat(60));

type Body = { msgid: string; touser?: string; code?: string; text?: { content: string } };
/** What WeCom answers next, in order; then it takes everything. */
type Answer = number | 'lost';

export function desk(...answers: Answer[]) {
  const clock = testClock(T0 - 1000);
  const asked: { path: string; body: Body }[] = [];
  const handedOver: string[] = [];
  const state = {
    free: true,
    silent: false,
    inDoubt: false,
    /** Somebody takes conversations over. */
    takes: true,
    settles: (): Promise<boolean> => Promise.resolve(true),
    newest: undefined as Answerable | undefined,
  };
  const post = async (path: string, body: unknown) => {
    asked.push({ path, body: body as Body });
    const answer = answers.shift() ?? 0;
    if (answer === 'lost') throw new PosDoctorError('WECOM_UNREACHABLE', { api: path, why: 'lost' });
    if (answer !== 0) throw new PosDoctorError('WECOM_ERROR', { api: path, errcode: answer, what: 'x' });
    return {};
  };
  const sessions = {
    isFree: async () => state.free,
    isInDoubt: () => state.inDoubt,
    settle: () => state.settles(),
    handOver: async (conversation: string) => {
      handedOver.push(conversation);
      return state.takes;
    },
  } as unknown as Sessions;
  const sender = new Sender({
    api: { post } as never,
    sessions,
    newest: () => state.newest,
    silent: async () => state.silent,
    words: () => '请选一个',
    starts: () => [],
    clock,
    log: silentLog,
  });
  return { clock, asked, handedOver, state, sender };
}

export const answering = (msgid: string, at = T0): Partial<OutboxItem> => ({
  inReplyTo: msgid,
  replyTo: { channel: 'wecom-kf', token: writeToken({ kind: 'message', msgid }), expiresAt: at + 48 * HOUR },
});
export const unasked = (msgid: string): Partial<OutboxItem> => ({ ...answering(msgid), inReplyTo: '' });
export const batch = (id: string, more: Partial<OutboxItem>, ...contents: OutboxItem['reply'][]) =>
  contents.map((content, index) => item(`${id}:${index}`, content, more));
export const failureOf = (sending: Promise<void>) =>
  sending.then(
    () => null,
    (error: unknown) => error as PosDoctorError,
  );
/** As the outbox does after a failure. */
export const again = (items: OutboxItem[]): OutboxItem[] =>
  items.map((one) => ({ ...one, attempts: one.attempts + 1 }));
