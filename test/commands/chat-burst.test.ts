import { cleanUp, Running, run } from './cli.js';

const TROUBLE = '该渠道业务不可用';
const burst = (text: string) => JSON.stringify({ text, burst: true });

interface Answer {
  replies: { type: string; text: string }[];
  state: { status: string; causes: { id: string; p: number }[] };
}
const parse = (line: string): Answer => JSON.parse(line) as Answer;

/** One process for what needs no fresh one. */
let chat: Running;
beforeAll(() => {
  chat = new Running(['chat', '--json']);
});
afterAll(cleanUp);

/** What comes back for lines that are sent at once, after a question was asked. */
async function together(...lines: string[]): Promise<Answer[]> {
  await chat.ask({ reset: true });
  await chat.ask(TROUBLE);
  // The last line stands alone, so that nothing waits for the time to join to be over.
  chat.write([...lines, '谢谢', ''].join('\n'));
  const answers: Answer[] = [];
  for (let count = 0; count <= lines.length; count += 1) answers.push(parse(await chat.line()));
  return answers.slice(0, -1);
}

const answered = (answers: readonly Answer[]) => answers.map(({ replies }) => replies.length > 0);

test('three lines at once: the first is answered, the other two are joined; still one line out for each', async () => {
  const { code, lines } = await run(
    ['chat', '--json'],
    `${burst(TROUBLE)}\n${burst('刷卡的')}\n${burst('换卡也不行')}\n`,
  );
  expect(code).toBe(0);
  expect(lines.map((line) => parse(line).replies.length > 0)).toEqual([true, false, true]);
  const [alone] = await together(JSON.stringify({ text: '刷卡的\n换卡也不行' }));
  expect(parse(lines[2] ?? '')).toEqual(alone);
});

test('lines that do not say burst are never joined, however fast they come', async () => {
  const answers = await together('刷卡的', '{"text":"换卡也不行"}', '{"text":"芯片卡","burst":false}');
  expect(answered(answers)).toEqual([true, true, true]);
});

test('a line that does not say burst comes after those that wait, and has an answer of its own', async () => {
  const [alone] = await together(JSON.stringify({ text: '刷卡的\n换卡也不行' }));
  const answers = await together(burst('刷卡的'), burst('换卡也不行'), '转人工');
  expect(answered(answers)).toEqual([false, true, true]);
  expect(answers[1]).toEqual(alone);
  expect(answers[2]?.state.status).toBe('escalated');
});

test.each([
  ['an option', '{"option":"no-such","burst":true}'],
  ['a code', burst('机器显示代码 A0')],
  ['a reset', '{"reset":true,"burst":true}'],
])('%s in a burst decides: what waits is answered with it', async (_, line) => {
  expect(answered(await together(burst('刷卡的'), line))).toEqual([false, true]);
});

test('a line that cannot be used does not overtake those that wait', async () => {
  const answers = await together(burst('刷卡的'), '{bad', burst('谢谢'));
  expect(answered(answers)).toEqual([true, true, true]);
  expect(answers.map(({ replies }) => replies[0]?.type === 'error')).toEqual([false, true, false]);
});

test('a driver that waits for each line is answered: a lone line of a burst when the time to join is over', async () => {
  await chat.ask({ reset: true });
  await chat.ask(TROUBLE);
  const lone = parse(await chat.ask(burst('刷卡的')));
  expect(lone.replies.length).toBeGreaterThan(0);
  // Within 2 s of that answer, so these wait again; the end of the input ends the wait.
  chat.write(`${burst('换卡也不行')}\n${burst('芯片卡')}\n`);
  const { code, lines } = await chat.end();
  expect(code).toBe(0);
  expect(lines.slice(-2).map((line) => parse(line).replies.length > 0)).toEqual([false, true]);
});
