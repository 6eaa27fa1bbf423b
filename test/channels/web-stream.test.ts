import { HUB_LIMITS } from '../../src/channels/web/hub.js';
import { TEXT_MAX } from '../../src/channels/web/request.js';
import { BEAT_MS } from '../../src/channels/web.js';
import { PosDoctorError } from '../../src/errors.js';
import { UI } from '../pages/fixture.js';
import { unsent } from '../support/channel.js';
import { textReply } from './fake-assistant.js';
import { harness, ORIGIN } from './harness.js';

const refusal = async (answer: Response) => ({ status: answer.status, ...((await answer.json()) as object) });
const error = (code: string) => ({ error: { code, text: UI[`error.${code}`] } });
let serial = 0;
const newId = () => `message-${String(++serial).padStart(4, '0')}`;

describe('GET /api/stream', () => {
  test('brings what was said, the replies with their ids, and the state', async () => {
    const { visit, assistant, clock } = await harness({
      answer: () => ({
        replies: [textReply('先别刷'), textReply('扣款了吗')],
        state: { status: 'asking', question: 'charged' },
      }),
    });
    const visitor = await visit();
    const events = await visitor.stream();
    expect(await events.next()).toEqual({ event: 'hello', data: { resumed: false, at: clock.now() } });
    assistant.pause();
    await visitor.post({ id: 'first-one', text: '刷不了' });
    expect(await events.until('said')).toEqual({ event: 'said', data: { id: 'first-one' } });
    assistant.resume();
    expect(await events.until('reply')).toMatchObject({
      id: 'first-one.0',
      data: { inReplyTo: 'first-one', reply: { text: '先别刷' } },
    });
    expect(await events.until('reply')).toMatchObject({ id: 'first-one.1', data: { reply: { text: '扣款了吗' } } });
    expect(await events.until('state')).toMatchObject({ data: { status: 'asking', question: 'charged' } });
    await events.close();
  });

  test('goes on after the last event that was seen', async () => {
    const { visit } = await harness();
    const visitor = await visit();
    const events = await visitor.stream();
    for (const id of ['message-a', 'message-b', 'message-c']) await visitor.post({ id, text: id });
    const first = await events.until('reply');
    await events.close();
    const resumed = await visitor.stream(first.id);
    expect(await resumed.next()).toMatchObject({ event: 'hello', data: { resumed: true } });
    expect((await resumed.until('reply')).id).toBe('message-b.0');
    expect((await resumed.until('reply')).id).toBe('message-c.0');
    await resumed.close();
    const byQuery = await visitor.get('/api/stream?after=message-c.0');
    expect(byQuery.status).toBe(200);
    await byQuery.body?.cancel();
  });

  test('tells an open page that what it shows is erased, and goes on from nothing of it', async () => {
    const { visit, web, assistant } = await harness();
    const visitor = await visit();
    const events = await visitor.stream();
    await visitor.post({ id: 'message-a', text: 'message-a' });
    const { id } = await events.until('reply');
    web.forget?.(assistant.events[0]?.conversation ?? '');
    expect(await events.until('hello')).toMatchObject({ data: { resumed: false } });
    await events.close();
    const again = await visitor.stream(id);
    expect(await again.next()).toMatchObject({ event: 'hello', data: { resumed: false } });
    await again.close();
  });

  test('says that it cannot go on when the last event is no longer remembered', async () => {
    const { visit } = await harness();
    const visitor = await visit();
    const events = await visitor.stream('long-gone');
    expect(await events.next()).toMatchObject({ event: 'hello', data: { resumed: false } });
    await events.close();
  });

  test('a reply that is sent again shows once', async () => {
    const { visit, web, assistant } = await harness();
    const visitor = await visit();
    const events = await visitor.stream();
    await visitor.post({ id: 'message-a', text: 'a' });
    const conversation = assistant.events[0]?.conversation ?? '';
    await web.send(conversation, [assistant.item(textReply('again'), 'message-a.0', 'message-a')], unsent());
    await web.send(conversation, [assistant.item(textReply('new'), 'message-b.0', 'message-a')], unsent());
    expect((await events.until('reply')).id).toBe('message-a.0');
    expect((await events.until('reply')).id).toBe('message-b.0');
    await events.close();
  });

  test('a message that was not taken takes the dots away', async () => {
    const { visit, assistant } = await harness();
    const visitor = await visit();
    const events = await visitor.stream();
    assistant.failWith = new PosDoctorError('STORE_FULL', { why: 'full' });
    await visitor.post({ id: newId(), text: 'a' });
    expect((await events.until('quiet')).event).toBe('quiet');
    await events.close();
  });

  test('nobody else hears it', async () => {
    const { visit } = await harness();
    const [one, two] = [await visit(), await visit()];
    const [mine, theirs] = [await one.stream(), await two.stream()];
    await one.post({ id: 'message-a', text: 'mine' });
    await two.post({ id: 'message-b', text: 'theirs' });
    expect((await theirs.until('reply')).id).toBe('message-b.0');
    expect((await mine.until('reply')).id).toBe('message-a.0');
    await mine.close();
    await theirs.close();
  });

  test('gives a sign of life', async () => {
    const { visit, clock } = await harness();
    const events = await (await visit()).stream();
    // Proxies close what was silent for a minute.
    expect(BEAT_MS).toBeLessThan(60_000);
    await clock.advance(BEAT_MS);
    expect((await events.until('beat')).event).toBe('beat');
    await clock.advance(BEAT_MS);
    expect((await events.until('beat')).event).toBe('beat');
    await events.close();
  });

  test('the oldest of too many tabs is let go', async () => {
    const { visit, web } = await harness({ hub: { ...HUB_LIMITS, streamsPerConversation: 2 } });
    const visitor = await visit();
    const [oldest, middle, newest] = [await visitor.stream(), await visitor.stream(), await visitor.stream()];
    expect((await oldest.until('replaced')).event).toBe('replaced');
    expect(await oldest.next()).toBeUndefined();
    expect(web.streams).toBe(2);
    await middle.close();
    await newest.close();
    expect(web.streams).toBe(0);
  });

  test('too many streams over all are refused for now', async () => {
    const { visit } = await harness({ hub: { ...HUB_LIMITS, streams: 1 } });
    const first = await (await visit()).stream();
    const second = await (await visit()).get('/api/stream');
    expect(second.headers.get('retry-after')).toBe('10');
    expect(await refusal(second)).toEqual({ status: 503, ...error('notNow') });
    await first.close();
  });

  test('a reader that does not read is cut off, the others go on', async () => {
    const { visit, web, assistant } = await harness({ hub: { ...HUB_LIMITS, bytesWaiting: 2000 } });
    const visitor = await visit();
    const [stuck, reading] = [await visitor.stream(), await visitor.stream()];
    await visitor.post({ id: newId(), text: 'a' });
    const conversation = assistant.events[0]?.conversation ?? '';
    let replies = 0;
    for (let count = 0; count < 20; count += 1) {
      await web.send(conversation, [assistant.item(textReply('x'.repeat(300)), `item-${count}`, 'a')], unsent());
      replies += (await reading.until('reply')).event === 'reply' ? 1 : 0;
    }
    expect(replies).toBe(20);
    expect(web.streams).toBe(1);
    await stuck.close();
    await reading.close();
  });

  test('stopping ends the streams and lets the outbox keep what comes', async () => {
    const { visit, web, assistant } = await harness();
    const visitor = await visit();
    const events = await visitor.stream();
    await web.stop();
    await expect(async () => events.until('reply')).rejects.toThrow('ended');
    const late = web.send('web-x', [assistant.item(textReply('late'), 'late-item', 'a')], unsent());
    await expect(late).rejects.toMatchObject({ code: 'SEND_FAILED' });
    expect((await visitor.get('/api/stream')).status).toBe(503);
  });
});

describe('GET /api/history', () => {
  test('a new visitor has none', async () => {
    const { visit } = await harness();
    const answer = await (await visit()).get('/api/history');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toMatchObject({ transcript: [], state: { status: 'idle' } });
  });

  test('gives what was said and the state, also without an open stream', async () => {
    const { visit } = await harness({ answer: () => ({ replies: [textReply('好')], state: { status: 'resolved' } }) });
    const visitor = await visit();
    await visitor.post({ id: 'message-a', text: '修好了' });
    expect(await (await visitor.get('/api/history')).json()).toMatchObject({
      transcript: [
        { id: 'message-a', from: 'user', text: '修好了' },
        { id: 'message-a.0', from: 'assistant', text: '好', reply: { type: 'text' } },
      ],
      state: { status: 'resolved' },
    });
  });

  test('links to our own pages lose their host, and only links that are safe to open are left', async () => {
    const links = [
      '/kb/fixes/a',
      `${ORIGIN}/kb/codes/96`,
      'https://bank.example/x',
      'tel:95516',
      'javascript:alert(1)',
      '//evil.example',
    ];
    const reply = { ...textReply('看这里'), links: links.map((url) => ({ title: 'x', url })) };
    const { visit } = await harness({ answer: () => ({ replies: [reply] }) });
    const visitor = await visit();
    await visitor.post({ id: newId(), text: 'a' });
    const { transcript } = (await (await visitor.get('/api/history')).json()) as {
      transcript: { reply?: { links: { url: string }[] } }[];
    };
    const urls = transcript[1]?.reply?.links.map(({ url }) => url);
    expect(urls).toEqual(['/kb/fixes/a', '/kb/codes/96', 'https://bank.example/x', 'tel:95516']);
  });
});

test('GET /api/ui gives the words of the page and no others', async () => {
  const { visit } = await harness();
  const ui = (await (await (await visit()).get('/api/ui')).json()) as {
    words: Record<string, string>;
    textMax: number;
  };
  expect(ui).toMatchObject({ name: 'POS 小助手', textMax: TEXT_MAX });
  expect(ui.words['web.send']).toBe(UI['web.send']);
  expect(Object.keys(ui.words).every((key) => key.startsWith('web.'))).toBe(true);
});

test('an unknown address below /api says so', async () => {
  const { visit } = await harness();
  expect(await refusal(await (await visit()).get('/api/nothing'))).toEqual({ status: 404, ...error('notFound') });
});
