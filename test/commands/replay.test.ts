import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, type Ended, ROOT, run, tempFolder } from './cli.js';
import { Service } from './service.js';

const TROUBLE = '该渠道业务不可用';

afterEach(cleanUp);

function expectComplaint({ code, err, out }: Ended, wanted: number, ...parts: string[]): void {
  expect(err).toMatch(/^pos-doctor: [^\n]+\n$/);
  for (const part of parts) expect(err).toContain(part);
  expect(out).toBe('');
  expect(code).toBe(wanted);
}

/** A conversation in the terminal, kept on disk. @returns what was said in it */
async function talk(data: string, ...lines: string[]): Promise<string[]> {
  const { lines: out, code } = await run(['chat', '--json'], lines.map((line) => `${line}\n`).join(''), {
    DATA_DIR: data,
  });
  expect(code).toBe(0);
  return out.flatMap((line) => (JSON.parse(line) as { replies: { text: string }[] }).replies.map(({ text }) => text));
}

test('a stored conversation gives the same replies, and ends with 0', async () => {
  const data = tempFolder();
  const said = await talk(
    data,
    TROUBLE,
    '{"option":"unknown"}',
    '{"option":"no-such-thing"}',
    '卡号4111111111111111刷不了，提示 A0',
    '',
    '{"reset":true}',
    '谢谢\u001b[31m',
  );
  const { code, err, lines } = await run(['replay', 'console', '--json'], '', { DATA_DIR: data });
  expect({ code, err }).toEqual({ code: 0, err: '7 turns, 0 answered differently\n' });
  const turns = lines.map((line) => JSON.parse(line) as { input: string; same: boolean; replies: { text: string }[] });
  expect(turns.map(({ same }) => same)).toEqual(turns.map(() => true));
  expect(turns.flatMap(({ replies }) => replies.map(({ text }) => text))).toEqual(said);
  expect(turns.map(({ input }) => input).slice(1, 3)).toEqual(['[unknown]', '[no-such-thing]']);
  const people = await run(['replay', 'console'], '', { DATA_DIR: data });
  expect(people.code).toBe(0);
  for (const text of said) expect(people.out).toContain(text.split('\n')[0]);
  // What a user wrote does not steer the operator's terminal.
  expect(people.out).not.toContain('\u001b');
});

test('a conversation goes on after a restart and is replayed whole', async () => {
  const data = tempFolder();
  await talk(data, TROUBLE);
  await talk(data, '刷卡的，换卡也不行');
  expect(await run(['replay', 'console'], '', { DATA_DIR: data })).toMatchObject({
    code: 0,
    err: '2 turns, 0 answered differently\n',
  });
});

test('works while the service has the folder, and under another address than the one it ran under', async () => {
  const data = tempFolder();
  const service = await Service.start({ DATA_DIR: data });
  const visitor = await service.visit();
  await visitor.send({ text: '提示 A0' });
  await visitor.send({ text: '机器没有信号' });
  // The joined answer is written to the journal a moment after it is there.
  let ended = await run(['replay', visitor.conversation], '', { DATA_DIR: data });
  for (let attempt = 0; attempt < 20 && !ended.err.startsWith('2 turns'); attempt += 1)
    ended = await run(['replay', visitor.conversation], '', { DATA_DIR: data });
  expect(ended).toMatchObject({ code: 0, err: '2 turns, 0 answered differently\n' });
  const history = await visitor.history();
  const links = history.transcript.flatMap(({ reply }) => reply?.links ?? []);
  expect(links.length).toBeGreaterThan(0);
  expect(await visitor.send({ text: '谢谢' })).toBe(202);
});

test('says what came out differently, and ends with 1', async () => {
  const data = tempFolder();
  await talk(data, TROUBLE, '');
  const content = tempFolder();
  mkdirSync(join(content, 'flows'));
  const ours = readFileSync(join(ROOT, 'flows', 'repair.yaml'), 'utf8');
  writeFileSync(join(content, 'flows', 'repair.yaml'), ours.replace(/^ {2}empty: .*$/m, '  empty: 别的话'));
  const ended = await run(['replay', 'console'], '', { DATA_DIR: data, CONTENT_DIR: content });
  expect(ended).toMatchObject({ code: 1, err: '2 turns, 1 answered differently\n' });
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
    const data = tempFolder();
    await talk(data, TROUBLE);
    expectComplaint(
      await run(['replay', 'nobody'], '', { DATA_DIR: data }),
      1,
      'UNKNOWN_CONVERSATION',
      'nobody',
      'DATA_DIR',
    );
  });

  test('a folder without a journal, which it does not make', async () => {
    const data = join(tempFolder(), 'none');
    expectComplaint(await run(['replay', 'console'], '', { DATA_DIR: data }), 2, 'UNREADABLE_FILE', data);
    expect(existsSync(data)).toBe(false);
  });
});
