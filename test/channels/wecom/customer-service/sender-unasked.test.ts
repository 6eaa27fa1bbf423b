import type { Progress } from '../../../../src/channels/channel.js';
import { writeToken } from '../../../../src/channels/wecom/customer-service/token.js';
import { unsent } from '../../../support/channel.js';
import { QUESTION, reply, T0 } from '../items.js';
import { again, answering, batch, CONVERSATION, desk, failureOf, HOUR } from './sender-desk.js';

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
