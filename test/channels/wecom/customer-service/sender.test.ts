import type { Progress } from '../../../../src/channels/channel.js';
import type { Answerable } from '../../../../src/channels/wecom/customer-service/memory.js';
import { Sender } from '../../../../src/channels/wecom/customer-service/sender.js';
import type { Sessions } from '../../../../src/channels/wecom/customer-service/sessions.js';
import { writeToken } from '../../../../src/channels/wecom/customer-service/token.js';
import { PosDoctorError } from '../../../../src/errors.js';
import { silentLog } from '../../../../src/log.js';
import type { OutboxItem } from '../../../../src/store/store.js';
import { unsent } from '../../../support/channel.js';
import { testClock } from '../../../support/clock.js';
import { item, QUESTION, reply, T0 } from '../items.js';

const CONVERSATION = 'wecom-kf:wk1:wm1';
const HOUR = 3_600_000;
const LONG = reply('请照下面的步骤做。\n'.repeat(60));

type Body = { msgid: string; touser?: string; code?: string; text?: { content: string } };
/** What WeCom answers next, in order; then it takes everything. */
type Answer = number | 'lost';

function desk(...answers: Answer[]) {
  const clock = testClock(T0 - 1000);
  const asked: { path: string; body: Body }[] = [];
  const handedOver: string[] = [];
  const state = { free: true, newest: undefined as Answerable | undefined };
  const post = async (path: string, body: unknown) => {
    asked.push({ path, body: body as Body });
    const answer = answers.shift() ?? 0;
    if (answer === 'lost') throw new PosDoctorError('WECOM_UNREACHABLE', { api: path, why: 'lost' });
    if (answer !== 0) throw new PosDoctorError('WECOM_ERROR', { api: path, errcode: answer, what: 'x' });
    return {};
  };
  const sessions = {
    isFree: async () => state.free,
    handOver: async (conversation: string) => void handedOver.push(conversation),
  } as unknown as Sessions;
  const sender = new Sender({
    api: { post } as never,
    sessions,
    newest: () => state.newest,
    words: () => '请选一个',
    starts: () => [],
    clock,
    log: silentLog,
  });
  return { clock, asked, handedOver, state, sender };
}

const answering = (msgid: string, at = T0): Partial<OutboxItem> => ({
  inReplyTo: msgid,
  replyTo: { channel: 'wecom-kf', token: writeToken({ kind: 'message', msgid }), expiresAt: at + 48 * HOUR },
});
const unasked = (msgid: string): Partial<OutboxItem> => ({ ...answering(msgid), inReplyTo: '' });
const batch = (id: string, more: Partial<OutboxItem>, ...contents: OutboxItem['reply'][]) =>
  contents.map((content, index) => item(`${id}:${index}`, content, more));
const failureOf = (sending: Promise<void>) =>
  sending.then(
    () => null,
    (error: unknown) => error as PosDoctorError,
  );
/** As the outbox does after a failure. */
const again = (items: OutboxItem[]): OutboxItem[] => items.map((one) => ({ ...one, attempts: one.attempts + 1 }));

describe('an answer', () => {
  test('goes to the customer of the account, each part with its own id', async () => {
    const { sender, asked } = desk();
    const progress = unsent();
    await sender.send(CONVERSATION, batch('a', answering('m1'), LONG, QUESTION), progress);
    expect(asked.map(({ path }) => path)).toEqual(['/cgi-bin/kf/send_msg', '/cgi-bin/kf/send_msg']);
    expect(asked[0]?.body).toMatchObject({ touser: 'wm1', open_kfid: 'wk1', msgtype: 'text' });
    for (const { body } of asked) expect(body.msgid).toMatch(/^[0-9A-Za-z_-]{32}$/);
    expect(new Set(asked.map(({ body }) => body.msgid)).size).toBe(2);
    expect(progress).toMatchObject({ taken: 2, memory: { message: 'm1', sends: 2 } });
  });

  test('that was sent in part has only its rest sent again, under the same ids', async () => {
    const { sender, asked } = desk(0, 'lost');
    const progress = unsent();
    const items = batch('a', answering('m1'), LONG, QUESTION);
    await expect(sender.send(CONVERSATION, items, progress)).rejects.toMatchObject({ code: 'SEND_FAILED' });
    expect(progress.taken).toBe(1);
    await sender.send(CONVERSATION, again(items), progress);
    expect(asked).toHaveLength(3);
    expect(asked[2]?.body).toEqual(asked[1]?.body);
    expect(progress).toMatchObject({ taken: 2, memory: { sends: 2 } });
    expect(progress.memory).not.toHaveProperty('unsure');
  });

  test('of another conversation than ours is refused', async () => {
    const sending = desk().sender.send('web:1', batch('a', answering('m1'), QUESTION), unsent());
    await expect(sending).rejects.toMatchObject({ code: 'SEND_REFUSED' });
  });

  test('starts no hand-over before all of it was taken, and each time it was', async () => {
    const { sender, handedOver } = desk('lost');
    const items = batch('a', answering('m1'), { ...QUESTION, handover: '情况' });
    const progress = unsent();
    await failureOf(sender.send(CONVERSATION, items, progress));
    expect(handedOver).toEqual([]);
    await sender.send(CONVERSATION, again(items), progress);
    expect(handedOver).toEqual([CONVERSATION]);
  });
});

describe('a refused id', () => {
  test('means that the message is there', async () => {
    const { sender, asked } = desk(40058);
    const progress = unsent();
    await sender.send(CONVERSATION, batch('a', answering('m1'), LONG, QUESTION), progress);
    expect(asked).toHaveLength(2);
    expect(progress).toMatchObject({ taken: 2, memory: { sends: 2 } });
  });

  test('may have a code that nobody knows, if an earlier attempt was not answered', async () => {
    const { sender, asked } = desk('lost', 95099);
    const progress = unsent();
    const items = batch('a', answering('m1'), QUESTION);
    await failureOf(sender.send(CONVERSATION, items, progress));
    await sender.send(CONVERSATION, again(items), progress);
    expect(asked).toHaveLength(2);
    expect(progress.taken).toBe(1);
  });

  test('may have it too if the answer is older than this process', async () => {
    const { sender } = desk(95099);
    const progress = unsent();
    await sender.send(CONVERSATION, batch('a', { ...answering('m1'), createdAt: T0 - HOUR }, QUESTION), progress);
    expect(progress.taken).toBe(1);
  });

  test('has no unknown code at the first attempt: that is tried again', async () => {
    const { sender } = desk(95099);
    const progress = unsent();
    const sending = sender.send(CONVERSATION, batch('a', answering('m1'), QUESTION), progress);
    await expect(sending).rejects.toMatchObject({ code: 'SEND_FAILED' });
    expect(progress.taken).toBe(0);
  });
});

describe('five messages after one of the customer’s', () => {
  test('are all; a further reminder is dropped without asking WeCom', async () => {
    const d = desk();
    let progress: Progress = { taken: 0, memory: undefined };
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      progress = { taken: 0, memory: progress.memory };
      await d.sender.send(CONVERSATION, batch(id, unasked('m1'), reply('在的。')), progress);
    }
    const more = d.sender.send(CONVERSATION, batch('f', unasked('m1'), reply('还在吗？')), { ...progress, taken: 0 });
    await expect(more).rejects.toMatchObject({ code: 'SEND_REFUSED' });
    expect(d.asked).toHaveLength(5);
  });

  test('are counted anew when the customer writes', async () => {
    const d = desk();
    const progress: Progress = { taken: 0, memory: { v: 1, message: 'm1', until: T0 + 48 * HOUR, sends: 5 } };
    await d.sender.send(CONVERSATION, batch('a', answering('m2', T0 + 1000), QUESTION), progress);
    expect(progress.memory).toMatchObject({ message: 'm2', sends: 1 });
  });

  test('leave fewer for a second answer, which is put more tightly', async () => {
    const d = desk();
    const memory = { v: 1, message: 'm1', until: T0 + 48 * HOUR, sends: 4 };
    const progress: Progress = { taken: 0, memory };
    await d.sender.send(CONVERSATION, batch('b', answering('m1'), LONG, QUESTION), progress);
    expect(d.asked).toHaveLength(1);
    expect(progress.memory).toMatchObject({ sends: 5 });
  });

  test('include what an older answer needed that was sent after the customer wrote again', async () => {
    const d = desk();
    d.state.newest = { msgid: 'm2', until: T0 + 1000 + 48 * HOUR };
    const progress: Progress = unsent();
    await d.sender.send(CONVERSATION, batch('a', answering('m1'), LONG, QUESTION), progress);
    expect(progress.memory).toMatchObject({ message: 'm2', sends: 2 });
    progress.taken = 0;
    await d.sender.send(CONVERSATION, batch('b', answering('m2', T0 + 1000), QUESTION), progress);
    expect(progress.memory).toMatchObject({ message: 'm2', sends: 3 });
  });

  test('are all that was left when WeCom says so: an answer waits for the customer', async () => {
    const d = desk(0, 95001);
    const progress = unsent();
    const items = batch('a', answering('m1'), LONG, QUESTION);
    const failure = await failureOf(d.sender.send(CONVERSATION, items, progress));
    expect(failure).toMatchObject({ code: 'SEND_FAILED', retryAfterMs: 24 * HOUR });
    // Nothing changed: WeCom is not asked again.
    await expect(d.sender.send(CONVERSATION, again(items), progress)).rejects.toMatchObject({ code: 'SEND_FAILED' });
    expect(d.asked).toHaveLength(2);
    d.state.newest = { msgid: 'm2', until: T0 + 49 * HOUR };
    await d.sender.send(CONVERSATION, again(items), progress);
    expect(d.asked[2]?.body).toEqual(d.asked[1]?.body);
    expect(progress).toMatchObject({ taken: 2, memory: { message: 'm2', sends: 1 } });
  });

  test('keep the cut of an answer that was begun', async () => {
    const d = desk('lost');
    const memory = { v: 1, message: 'm1', until: T0 + 48 * HOUR, sends: 4 };
    const progress: Progress = { taken: 0, memory };
    const items = batch('b', answering('m1'), LONG, QUESTION);
    await failureOf(d.sender.send(CONVERSATION, items, progress));
    d.state.newest = { msgid: 'm2', until: T0 + 49 * HOUR };
    await d.sender.send(CONVERSATION, again(items), progress);
    expect(d.asked).toHaveLength(2);
    expect(d.asked[1]?.body).toEqual(d.asked[0]?.body);
  });
});

describe('48 hours after the customer wrote', () => {
  test.each([
    ['an answer waits until they write', answering('m1'), 'SEND_FAILED'],
    ['a reminder is dropped', unasked('m1'), 'SEND_REFUSED'],
  ])('%s', async (_, more, code) => {
    const d = desk();
    await d.clock.advance(48 * HOUR + 1000);
    await expect(d.sender.send(CONVERSATION, batch('a', more, QUESTION), unsent())).rejects.toMatchObject({ code });
    expect(d.asked).toEqual([]);
  });

  test('WeCom says so, and the answer waits until they write', async () => {
    const failure = await failureOf(
      desk(95002).sender.send(CONVERSATION, batch('a', answering('m1'), QUESTION), unsent()),
    );
    expect(failure).toMatchObject({ code: 'SEND_FAILED', retryAfterMs: 24 * HOUR });
  });
});

describe('what the bot says of its own accord', () => {
  const welcomed = {
    inReplyTo: '',
    replyTo: { channel: 'wecom-kf', token: writeToken({ kind: 'welcome', code: 'C' }), expiresAt: T0 + 20_000 },
  };

  test('after a welcome answers the customer’s last message', async () => {
    const d = desk();
    const progress: Progress = { taken: 0, memory: { v: 1, message: 'm1', until: T0 + 48 * HOUR, sends: 2 } };
    await d.sender.send(CONVERSATION, batch('a', welcomed, reply('还在吗？')), progress);
    expect(d.asked.map(({ path }) => path)).toEqual(['/cgi-bin/kf/send_msg']);
    expect(progress.memory).toMatchObject({ message: 'm1', sends: 3 });
  });

  test('to somebody who never wrote is dropped', async () => {
    const sending = desk().sender.send(CONVERSATION, batch('a', welcomed, reply('还在吗？')), unsent());
    await expect(sending).rejects.toMatchObject({ code: 'SEND_REFUSED' });
  });
});

describe('a welcome', () => {
  const entered = {
    inReplyTo: 'e1',
    replyTo: { channel: 'wecom-kf', token: writeToken({ kind: 'welcome', code: 'C' }), expiresAt: T0 + 20_000 },
  };

  test('uses its code, once', async () => {
    const d = desk();
    const progress = unsent();
    const items = batch('a', entered, reply('您好。'));
    await d.sender.send(CONVERSATION, items, progress);
    await d.sender.send(CONVERSATION, items, progress);
    expect(d.asked).toEqual([
      {
        path: '/cgi-bin/kf/send_msg_on_event',
        body: expect.objectContaining({ code: 'C', text: { content: '您好。' } }),
      },
    ]);
  });

  test('is not tried after 20 seconds', async () => {
    const d = desk();
    await d.clock.advance(21_000);
    const sending = d.sender.send(CONVERSATION, batch('a', entered, reply('您好。')), unsent());
    await expect(sending).rejects.toMatchObject({ code: 'SEND_REFUSED' });
    expect(d.asked).toEqual([]);
  });

  test('that got no answer is tried again', async () => {
    const sending = desk('lost').sender.send(CONVERSATION, batch('a', entered, reply('您好。')), unsent());
    await expect(sending).rejects.toMatchObject({ code: 'SEND_FAILED' });
  });
});

describe('a refusal for the state of the session', () => {
  test('is final if a human has it, or it has ended', async () => {
    const d = desk(95018);
    d.state.free = false;
    const sending = d.sender.send(CONVERSATION, batch('a', answering('m1'), QUESTION), unsent());
    await expect(sending).rejects.toMatchObject({ code: 'SEND_REFUSED' });
  });

  test('is tried once more if the state allows sending, and then waits for the customer', async () => {
    const d = desk(95018, 95018);
    const items = batch('a', answering('m1'), QUESTION);
    const first = await failureOf(d.sender.send(CONVERSATION, items, unsent()));
    expect(first).toMatchObject({ code: 'SEND_FAILED', retryAfterMs: undefined });
    const second = await failureOf(d.sender.send(CONVERSATION, again(items), unsent()));
    expect(second).toMatchObject({ code: 'SEND_FAILED', retryAfterMs: 24 * HOUR });
  });
});

test.each([
  [45009, 'SEND_FAILED'],
  [-1, 'SEND_FAILED'],
  [60020, 'SEND_FAILED'],
  [40096, 'SEND_REFUSED'],
  [45002, 'SEND_REFUSED'],
])('errcode %i is %s', async (errcode, code) => {
  const sending = desk(errcode).sender.send(CONVERSATION, batch('a', answering('m1'), QUESTION), unsent());
  await expect(sending).rejects.toMatchObject({ code });
});
