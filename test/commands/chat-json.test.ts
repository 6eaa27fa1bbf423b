import { realWorld } from '../support/world.js';
import { cleanUp, Running, run } from './cli.js';

const TROUBLE = '该渠道业务不可用';
const texts = realWorld().flows.get('repair')?.texts ?? {};

interface Answer {
  replies: {
    type: string;
    text: string;
    options: { id: string; label: string }[];
    links: { title: string; url: string }[];
  }[];
  state: {
    status: string;
    question: string | null;
    fix: string | null;
    causes: { id: string; p: number }[];
    faults: { id: string; p: number }[];
    handoff: boolean;
    handoffState?: string;
  };
}

const parse = (line: string): Answer => JSON.parse(line) as Answer;

/** One process for all tests that only need a fresh conversation. */
let chat: Running;
const ask = async (line: string | object): Promise<Answer> => parse(await chat.ask(line));
beforeAll(() => {
  chat = new Running(['chat', '--json']);
});
beforeEach(() => ask({ reset: true }));
afterAll(cleanUp);

/** Everything that the contract says of one line, whatever it answers. */
function checkForm({ replies, state, ...rest }: Answer): void {
  expect(rest).toEqual({});
  for (const reply of replies) {
    expect(Object.keys(reply)).toEqual(['type', 'text', 'options', 'links']);
    expect(['text', 'question', 'fix', 'contact', 'code', 'summary', 'error']).toContain(reply.type);
    expect(reply.text.trim()).not.toBe('');
    expect(reply.text).not.toMatch(/\{\w+\}|\[\[|undefined|NaN/);
    for (const option of reply.options) {
      expect(Object.keys(option)).toEqual(['id', 'label']);
      expect(option.id).toMatch(/^[a-z0-9][a-z0-9.-]*$/);
      expect(option.label).not.toBe('');
    }
    for (const link of reply.links) {
      expect(Object.keys(link)).toEqual(['title', 'url']);
      expect(link.url).toMatch(/^https?:\/\//);
    }
  }
  const keys = ['status', 'question', 'fix', 'causes', 'faults', 'handoff'];
  expect(Object.keys(state)).toEqual(state.handoff ? [...keys, 'handoffState'] : keys);
  expect(['asking', 'fixing', 'resolved', 'escalated', 'idle']).toContain(state.status);
  expect(typeof state.handoff).toBe('boolean');
  expect(state.question === null || state.status === 'asking').toBe(true);
  expect(state.fix === null || state.status === 'fixing').toBe(true);
  const ids = ['balance', 'channel', 'device', 'network', 'other', 'qualification'];
  expect(state.causes.map(({ id }) => id).sort()).toEqual(ids);
  for (const list of [state.causes, state.faults]) {
    const ps = list.map(({ p }) => p);
    expect(ps).toEqual([...ps].sort((a, b) => b - a));
    expect(Math.abs(ps.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-9);
  }
}

test('each line has the shape of the contract, whatever it answers', async () => {
  const lines = [
    TROUBLE,
    '提示 A0',
    '没扣款',
    '收单机构电话多少',
    '手续费多少',
    '谢谢',
    '你是谁',
    '转人工',
    { reset: true },
  ];
  for (const line of lines) checkForm(await ask(line));
});

test('handoff is true from the request until it is over, whatever is asked meanwhile', async () => {
  const handoffs: boolean[] = [];
  for (const line of [TROUBLE, '没扣款', '转人工', '收单机构电话多少', '谢谢', '转人工', '已解决'])
    handoffs.push((await ask(line)).state.handoff);
  expect(handoffs).toEqual([false, false, true, true, true, true, false]);
});

test('a question carries its options, with unknown, and the state names it', async () => {
  let answer = await ask(TROUBLE);
  for (let turn = 0; turn < 6 && answer.state.status === 'asking'; turn += 1) {
    checkForm(answer);
    const question = answer.replies.findLast(({ type }) => type === 'question');
    const ids = question?.options.map(({ id }) => id) ?? [];
    expect(ids).toContain('unknown');
    const known = realWorld().knowledge.questions.get(answer.state.question ?? '');
    if (known) expect(ids).toEqual([...known.options.map(({ id }) => id), 'unknown']);
    answer = await ask({ option: 'unknown', question: answer.state.question });
  }
  expect(answer.state.status).not.toBe('asking');
});

test('a fix offers solved, not-solved and human', async () => {
  let answer = await ask('POS机显示没有网络信号，没扣款');
  for (let turn = 0; turn < 8 && answer.state.status !== 'fixing'; turn += 1)
    answer = await ask({ option: answer.replies.at(-1)?.options[0]?.id ?? 'unknown' });
  const fix = answer.replies.findLast(({ type }) => type === 'fix');
  expect(fix?.options.map(({ id }) => id)).toEqual(expect.arrayContaining(['solved', 'not-solved', 'human']));
  expect(answer.state.fix).not.toBeNull();
  expect((await ask({ option: 'solved' })).state.status).toBe('resolved');
});

test('an option tapped, numbered or typed gets the same answer, from plain text and from JSON', async () => {
  const asked = await ask(TROUBLE);
  const option = asked.replies.at(-1)?.options[0];
  const { question } = asked.state;
  const ways = [
    { option: option?.id, question },
    { option: option?.id },
    { option: option?.id, question: null },
    '1',
    { text: '1' },
    option?.label ?? '',
    { text: option?.label },
  ];
  const answers: Answer[] = [];
  for (const way of ways) {
    await ask({ reset: true });
    await ask(TROUBLE);
    answers.push(await ask(way));
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

describe('an option that is not on the table', () => {
  test.each([
    ['never was', { option: 'no-such-thing' }, 'no-option'],
    ['belongs to another question', { option: 'unknown', question: 'another-question' }, 'stale'],
    ['was on the table at another time', { option: 'solved' }, 'stale'],
  ])('and %s changes nothing, and the answer says which it is', async (_, line, key) => {
    const asked = await ask(TROUBLE);
    const answer = await ask(line);
    checkForm(answer);
    expect(answer.replies[0]).toMatchObject({ type: 'error', text: texts[key] });
    expect(answer.replies.at(-1)?.options).toEqual(asked.replies.at(-1)?.options);
    expect(answer.state).toEqual(asked.state);
  });

  test('is stale while nothing is asked, too', async () => {
    expect((await ask({ option: 'yes' })).replies).toEqual([
      { type: 'error', text: texts['stale-idle'], options: [], links: [] },
    ]);
  });

  test('that was answered before does not count again', async () => {
    const asked = await ask(TROUBLE);
    const tap = { option: asked.replies.at(-1)?.options[0]?.id, question: asked.state.question };
    const once = await ask(tap);
    const twice = await ask(tap);
    expect(twice.replies[0]).toMatchObject({ type: 'error' });
    expect(twice.state.causes).toEqual(once.state.causes);
  });
});

test('a reset begins anew', async () => {
  const fresh = await ask({ reset: true });
  const before = (await ask(TROUBLE)).state;
  await ask('刷卡的，换卡也不行，提示余额不足');
  expect((await ask({ reset: true })).state).toEqual(fresh.state);
  expect((await ask(TROUBLE)).state).toEqual(before);
});

describe('a line that cannot be used gets an error and changes nothing:', () => {
  const long = 'x'.repeat(2 * 1024 * 1024);
  test.each<[string, string | Uint8Array, string]>([
    ['broken JSON', '{"text": "刷', 'json'],
    ['a brace and words', '{收不了款', 'json'],
    ['JSON without a known key', '{"message": "收不了款"}', 'message'],
    ['an empty object', '{}', 'message'],
    ['text that is a number', '{"text": 5}', 'message'],
    ['text that is null', '{"text": null}', 'message'],
    ['an option that is an object', '{"option": {"id": "yes"}}', 'message'],
    ['an option of a thousand characters', `{"option": "${'x'.repeat(1000)}"}`, 'message'],
    ['a reset that is not true', '{"reset": false}', 'message'],
    ['a reset and text', '{"reset": true, "text": "收不了款"}', 'several'],
    ['text and an option', '{"text": "收不了款", "option": "no"}', 'several'],
    ['broken UTF-8', new Uint8Array([0xe5, 0x88, 0xb7, 0xff, 0xfe]), 'encoding'],
    ['UTF-8 cut in a character', new Uint8Array([0xe5, 0x88]), 'encoding'],
    ['two megabytes', long, 'length'],
    ['two megabytes of JSON', JSON.stringify({ text: long }), 'length'],
  ])('%s', async (_, line, problem) => {
    const before = await ask(TROUBLE);
    chat.write(line);
    const answer = await ask('');
    checkForm(answer);
    expect(answer.replies).toEqual([{ type: 'error', text: texts[`bad-line-${problem}`], options: [], links: [] }]);
    expect(answer.state).toEqual(before.state);
  });
});

describe('a line that is odd is answered:', () => {
  test.each<[string, string | object]>([
    ['empty', ''],
    ['spaces', '   '],
    ['emoji only', '😀😀'],
    ['control characters', '\u0000\u0007\u001b[31m'],
    ['100 kB', '刷卡不行'.repeat(8_500)],
    ['half a surrogate pair', '{"text": "\\ud83d"}'],
    ['empty text', { text: '' }],
    ['keys that nobody knows beside text', { text: TROUBLE, mood: 'bad', burst: false }],
    ['JSON that is no object', '[1, 2]'],
    ['a byte order mark', `\ufeff${JSON.stringify({ text: TROUBLE })}`],
    ['a carriage return at the end', `${TROUBLE}\r`],
  ])('%s', async (_, line) => {
    const answer = await ask(line);
    checkForm(answer);
    expect(answer.replies.length).toBeGreaterThan(0);
  });

  test('a carriage return belongs to the line end, not to the words', async () => {
    const plain = await ask(TROUBLE);
    await ask({ reset: true });
    expect(await ask(`${TROUBLE}\r`)).toEqual(plain);
  });
});

test('a number of a card is told to be unwelcome and does not come back', async () => {
  const answer = await chat.ask('卡号4111111111111111刷不了');
  expect(answer).not.toContain('4111111111111111');
  checkForm(parse(answer));
});

describe('a whole run', () => {
  test('gives one line for each line, also for the last without a newline, and ends with 0', async () => {
    const { code, lines, err } = await run(
      ['chat', '--json'],
      `${TROUBLE}\r\n\n{bad\n{"option":"zzz"}\n{"reset":true}\n谢谢`,
    );
    expect({ code, err, count: lines.length }).toEqual({ code: 0, err: '', count: 6 });
    for (const line of lines) checkForm(parse(line));
    expect(parse(lines[5] ?? '').replies.length).toBeGreaterThan(0);
  });

  test('of nothing gives nothing', async () => {
    expect(await run(['chat', '--json'])).toMatchObject({ code: 0, out: '', err: '' });
  });

  test('is the same when it is done again', async () => {
    const input = `${TROUBLE}\n刷卡的\n提示 A0\n{"option":"unknown"}\n转人工\n`;
    const [first, second] = await Promise.all([run(['chat', '--json'], input), run(['chat', '--json'], input)]);
    expect(first.lines).toHaveLength(5);
    expect(second.out).toBe(first.out);
  });
});
