import fc from 'fast-check';
import { BODY_MAX, TEXT_MAX } from '../../src/channels/web/request.js';
import { COOKIE } from '../../src/channels/web.js';
import { PosDoctorError } from '../../src/errors.js';
import { UI } from '../pages/fixture.js';
import { harness } from './harness.js';

const refusal = async (answer: Response) => ({ status: answer.status, ...((await answer.json()) as object) });
const error = (code: string) => ({ error: { code, text: UI[`error.${code}`] } });
let serial = 0;
const newId = () => `message-${String(++serial).padStart(4, '0')}`;

describe('POST /api/messages', () => {
  test('a text is accepted with its id and conversation', async () => {
    const { visit, assistant, clock } = await harness();
    const visitor = await visit();
    const answer = await visitor.post({ id: 'abcdefgh', text: '  刷不了 ' });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ accepted: 'abcdefgh' });
    expect(assistant.events).toEqual([
      {
        kind: 'message',
        id: 'abcdefgh',
        conversation: expect.stringMatching(/^web-[0-9a-f]{32}$/),
        at: clock.now(),
        text: '刷不了',
      },
    ]);
  });

  test('what was hidden of a text is told, so that the page hides it too', async () => {
    const { visit } = await harness();
    const answer = await (await visit()).post({ id: 'abcdefgh', text: '卡号 6222021234567890 刷不了' });
    expect(await answer.json()).toEqual({ accepted: 'abcdefgh', shown: `卡号 ${'*'.repeat(16)} 刷不了` });
  });

  test('a tap carries its option and question, a restart is a reset', async () => {
    const { visit, assistant } = await harness();
    const visitor = await visit();
    await visitor.post({ id: newId(), option: 'yes', question: 'charged' });
    await visitor.post({ id: newId(), option: 'solved' });
    await visitor.post({ id: newId(), reset: true });
    expect(assistant.events).toMatchObject([
      { kind: 'option', option: 'yes', question: 'charged' },
      { kind: 'option', option: 'solved' },
      { kind: 'reset' },
    ]);
    expect(assistant.events[1]).not.toHaveProperty('question');
  });

  test('the same request twice is one message', async () => {
    const { visit, assistant } = await harness();
    const visitor = await visit();
    const message = { id: newId(), text: '提示不可用' };
    expect((await visitor.post(message)).status).toBe(202);
    expect((await visitor.post(message)).status).toBe(202);
    expect(assistant.accepted).toBe(2);
    expect(assistant.events).toHaveLength(1);
  });

  test('two visitors have two conversations, and neither id tells the cookie', async () => {
    const { visit, assistant } = await harness();
    const [one, two] = [await visit(), await visit()];
    await one.post({ id: 'same-id-x', text: 'a' });
    await two.post({ id: 'same-id-x', text: 'b' });
    const [first, second] = assistant.events.map(({ conversation }) => conversation);
    expect(first).not.toBe(second);
    const [, id] = /=([0-9a-f]{32})\./.exec(one.cookie) ?? [];
    expect(id).toHaveLength(32);
    expect(first).not.toContain(id);
  });

  test.each([
    ['not JSON', '{"id":', 'badJson'],
    ['broken UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 'badJson'],
    ['a list', [], 'badMessage'],
    ['no id', { text: 'a' }, 'badMessage'],
    ['an id with odd characters', { id: 'a/../../b', text: 'a' }, 'badMessage'],
    ['an id longer than any page makes', { id: 'a'.repeat(65), text: 'a' }, 'badMessage'],
    ['an option longer than any of ours', { id: 'abcdefgh', option: 'a'.repeat(101) }, 'badMessage'],
    ['text and option', { id: 'abcdefgh', text: 'a', option: 'b' }, 'badMessage'],
    ['reset: false', { id: 'abcdefgh', reset: false }, 'badMessage'],
    ['an unknown field', { id: 'abcdefgh', text: 'a', conversation: 'web-other' }, 'badMessage'],
    ['blanks only', { id: 'abcdefgh', text: ' \n\t ' }, 'emptyText'],
  ])('%s is refused with a sentence', async (_, body, code) => {
    const { visit, assistant } = await harness();
    expect(await refusal(await (await visit()).post(body))).toEqual({ status: 400, ...error(code) });
    expect(assistant.accepted).toBe(0);
  });

  test('a text one longer than allowed is refused, one just as long is taken', async () => {
    const { visit } = await harness();
    const visitor = await visit();
    expect((await visitor.post({ id: newId(), text: '字'.repeat(TEXT_MAX) })).status).toBe(202);
    const long = await visitor.post({ id: newId(), text: '字'.repeat(TEXT_MAX + 1) });
    expect(await refusal(long)).toEqual({ status: 413, ...error('textTooLong') });
  });

  test('a body of 100 kB is refused before it is read', async () => {
    const { visit, assistant } = await harness();
    const answer = await (await visit()).post({ id: newId(), text: 'a'.repeat(100_000) });
    expect(await refusal(answer)).toEqual({ status: 413, ...error('textTooLong') });
    expect(BODY_MAX).toBeLessThan(100_000);
    expect(assistant.accepted).toBe(0);
  });

  test('half a surrogate pair is replaced, so that the text can be stored', async () => {
    const { visit, assistant } = await harness();
    await (await visit()).post('{"id":"abcdefgh","text":"刷\\ud83d卡"}');
    expect(assistant.events).toMatchObject([{ text: '刷\uFFFD卡' }]);
  });

  test.each([
    ['another origin', { Origin: 'https://evil.example' }],
    ['no origin of its own', { Origin: 'null' }],
    ['another port', { Origin: 'http://127.0.0.1:4000' }],
    ['a cross-site fetch', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('%s is refused', async (_, headers) => {
    const { visit, assistant } = await harness();
    const answer = await (await visit()).post({ id: newId(), text: 'a' }, headers);
    expect(await refusal(answer)).toEqual({ status: 403, ...error('foreignOrigin') });
    expect(assistant.accepted).toBe(0);
  });

  test('the public URL is an origin of ours behind a proxy', async () => {
    const { visit } = await harness({ publicUrl: 'https://pos.example.com' });
    const headers = { Origin: 'https://pos.example.com', 'Sec-Fetch-Site': 'same-origin' };
    expect((await (await visit()).post({ id: newId(), text: 'a' }, headers)).status).toBe(202);
  });

  test('a form of another site cannot send: only JSON is read', async () => {
    const { visit } = await harness();
    const answer = await (await visit()).post('{"id":"abcdefgh","text":"a"}', { 'Content-Type': 'text/plain' });
    expect(await refusal(answer)).toEqual({ status: 400, ...error('badJson') });
  });

  test('without a cookie it says so', async () => {
    const { visit } = await harness();
    const answer = await (await visit()).post({ id: newId(), text: 'a' }, { Cookie: `${COOKIE}=guess` });
    expect(await refusal(answer)).toEqual({ status: 400, ...error('noCookie') });
  });

  test.each([
    ['QUEUE_FULL', 429, 'tooFast'],
    ['STORE_FULL', 503, 'notNow'],
    ['STORE_REFUSED', 503, 'notNow'],
    ['STOPPING', 503, 'notNow'],
    ['BAD_CONTENT', 500, 'internal'],
  ] as const)('%s of the assistant becomes %i', async (code, status, key) => {
    const { visit, assistant } = await harness();
    assistant.failWith = new PosDoctorError(code, { why: 'the disk at /secret' });
    const answer = await refusal(await (await visit()).post({ id: newId(), text: 'a' }));
    expect(answer).toEqual({ status, ...error(key) });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test('no body whatever brings the service down', async () => {
    const { visit, clock } = await harness();
    const visitor = await visit();
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string(), fc.uint8Array()), async (body) => {
        await clock.advance(60_000);
        expect([400, 413]).toContain((await visitor.post(body)).status);
      }),
      { numRuns: 200 },
    );
  });
});
