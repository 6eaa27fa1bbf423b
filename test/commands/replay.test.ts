import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reply } from '../../src/dialogue/reply.js';
import { cleanUp, expectComplaint, ROOT, run, tempFolder } from './cli.js';
import { Service } from './service.js';

const TROUBLE = '该渠道业务不可用';

afterAll(cleanUp);

/** A conversation in the terminal, kept on disk. @returns what was said in it */
async function talk(data: string, ...lines: string[]): Promise<string[]> {
  const input = lines.map((line) => `${line}\n`).join('');
  const { lines: out, code } = await run(['chat', '--json'], input, { DATA_DIR: data });
  expect(code).toBe(0);
  return out.flatMap((line) => (JSON.parse(line) as { replies: { text: string }[] }).replies.map(({ text }) => text));
}

let data: string;
let said: string[];
const replay = (...args: string[]) => run(['replay', ...args], '', { DATA_DIR: data });
beforeAll(async () => {
  data = tempFolder();
  said = await talk(
    data,
    TROUBLE,
    '{"option":"unknown"}',
    '{"option":"no-such-thing"}',
    '提示 A0，卡号4111111111111111',
  );
  // It goes on after a restart.
  said.push(...(await talk(data, '', '{"reset":true}', '谢谢\u001b[31m')));
});

test('a stored conversation gives the same replies, and ends with 0', async () => {
  const [programs, people] = await Promise.all([replay('console', '--json'), replay('console')]);
  expect(programs).toMatchObject({ code: 0, err: '7 turns, 0 answered differently\n' });
  const turns = programs.lines.map((line) => JSON.parse(line) as { input: string; same: boolean; replies: Reply[] });
  expect(turns.map(({ same }) => same)).toEqual(turns.map(() => true));
  expect(turns.flatMap(({ replies }) => replies.map(({ text }) => text))).toEqual(said);
  expect(turns.map(({ input }) => input).slice(1, 3)).toEqual(['[unknown]', '[no-such-thing]']);
  expect(people).toMatchObject({ code: 0, err: programs.err });
  for (const text of said) expect(people.out).toContain(text.split('\n')[0]);
  // What a user wrote does not steer the operator's terminal, and a card number is not there to be shown.
  for (const kept of ['\u001b', '4111111111111111']) expect(people.out).not.toContain(kept);
});

test('works while the service has the folder, and under another address than the one it ran under', async () => {
  const folder = tempFolder();
  const service = await Service.start({ DATA_DIR: folder });
  const visitor = await service.visit();
  await visitor.send({ text: '提示 A0' });
  await visitor.send({ text: '又提示 51' });
  // The answer is written to the journal a moment after it is there.
  let ended = await run(['replay', visitor.conversation], '', { DATA_DIR: folder });
  for (let attempt = 0; attempt < 20 && !ended.err.startsWith('2 turns'); attempt += 1)
    ended = await run(['replay', visitor.conversation], '', { DATA_DIR: folder });
  expect(ended).toMatchObject({ code: 0, err: '2 turns, 0 answered differently\n' });
  const history = await visitor.history();
  const links = history.transcript.flatMap(({ reply }) => reply?.links ?? []);
  expect(links.length).toBeGreaterThan(0);
  expect(await visitor.send({ text: '谢谢' })).toBe(202);
});

test('says what came out differently, and ends with 1', async () => {
  const content = tempFolder();
  mkdirSync(join(content, 'flows'));
  const ours = readFileSync(join(ROOT, 'flows', 'repair.yaml'), 'utf8');
  writeFileSync(join(content, 'flows', 'repair.yaml'), ours.replace(/^ {2}empty: .*$/m, '  empty: 别的话'));
  const ended = await run(['replay', 'console'], '', { DATA_DIR: data, CONTENT_DIR: content });
  expect(ended).toMatchObject({ code: 1, err: '7 turns, 1 answered differently\n' });
  expect(ended.out).toContain('别的话');
  expect(ended.out).toContain('(was: ');
});

describe('a conversation written as YAML', () => {
  const script = (expected: string) =>
    `title: a try\nturns:\n  - say: ${TROUBLE}\n    expect: { status: ${expected} }\n  - tap: unknown\n`;
  const write = (text: string): string => {
    const file = join(tempFolder(), 'script.yaml');
    writeFileSync(file, text);
    return file;
  };

  test('is played, and ends with 0 when everything comes as written', async () => {
    const { code, out, err } = await run(['replay', write(script('asking'))]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`> ${TROUBLE}`);
    expect(out).toContain('> [unknown]');
  });

  test('ends with 1 and names the turn when it does not', async () => {
    const { code, err } = await run(['replay', write(script('resolved'))]);
    expect({ code, err }).toEqual({ code: 1, err: `differs turn 1 (${TROUBLE}): status is asking, not resolved\n` });
  });

  test('with a mistake in it is refused with file and line', async () => {
    const file = write(script('asking').replace('say:', 'sya:'));
    expectComplaint(await run(['replay', file]), 2, 'BAD_CONTENT', `${file}:3:`);
  });

  test('that is not there is said to be so', async () => {
    const file = join(tempFolder(), 'gone.yaml');
    expectComplaint(await run(['replay', file]), 2, 'UNREADABLE_FILE', file, 'ENOENT');
  });
});

describe('what cannot be replayed is told in one line:', () => {
  test('a conversation that nobody knows', async () => {
    expectComplaint(await replay('nobody'), 1, 'UNKNOWN_CONVERSATION', 'nobody', 'DATA_DIR');
  });

  test('a folder without a journal, which it does not make', async () => {
    const none = join(tempFolder(), 'none');
    expectComplaint(await run(['replay', 'console'], '', { DATA_DIR: none }), 2, 'UNREADABLE_FILE', none);
    expect(existsSync(none)).toBe(false);
  });

  test('a folder of a newer version', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'journal'));
    writeFileSync(join(folder, 'store.json'), '{"schema":99}\n');
    expectComplaint(await run(['replay', 'console'], '', { DATA_DIR: folder }), 1, 'DATA_TOO_NEW', 'store.json', '99');
  });
});
