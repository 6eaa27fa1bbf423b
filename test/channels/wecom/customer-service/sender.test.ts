import type { Progress } from '../../../../src/channels/channel.js';
import { unsent } from '../../../support/channel.js';
import { QUESTION, reply, T0 } from '../items.js';
import { again, answering, batch, CONVERSATION, desk, failureOf, HOUR, LONG, unasked } from './sender-desk.js';

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

  test('count on after a restart although another message came in the same second', async () => {
    const d = desk();
    const progress: Progress = { taken: 0, memory: { v: 1, message: 'm2', until: T0 + 48 * HOUR, sends: 3 } };
    await d.sender.send(CONVERSATION, batch('a', answering('m1'), QUESTION), progress);
    expect(progress.memory).toMatchObject({ message: 'm2', sends: 4 });
    d.state.newest = { msgid: 'm3', until: T0 + 48 * HOUR };
    progress.taken = 0;
    await d.sender.send(CONVERSATION, batch('b', answering('m3'), QUESTION), progress);
    expect(progress.memory).toMatchObject({ message: 'm3', sends: 1 });
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
