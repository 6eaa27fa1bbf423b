/** `pos-doctor drill` as trainers and programs meet it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { framed } from '../../src/commands/drill-play.js';
import { drillSchema } from '../../src/knowledge/schema.js';
import { cleanUp, expectComplaint, Running, run, tempFolder } from './cli.js';

afterEach(cleanUp);

interface Line {
  replies: { type: string; text: string; options: { id: string }[] }[];
  state: { drill?: { scenario: string; score: number; items: object[]; questions: number; bits: number } };
}
const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Line);
const play = (args: readonly string[], input = '', env: Record<string, string> = {}) =>
  run(['drill', 'play', ...args], input, env);
const MOVES = '告诉顾客：正在查\n查这一笔\n看网络图标\n复盘：流量卡欠费，以后按月续费，店长负责\n';

describe('drill list', () => {
  test('gives programs one array in the form that is promised, sorted by nothing but the files', async () => {
    const { code, lines } = await run(['drill', 'list', '--json']);
    const all = JSON.parse(lines[0] ?? '') as Record<string, unknown>[];
    expect([code, lines.length]).toEqual([0, 1]);
    expect(all).toContainEqual({ id: 'sim-unpaid', cause: 'network', scenario: 'daily', difficulty: 1 });
    for (const one of all) expect(Object.keys(one)).toEqual(['id', 'cause', 'scenario', 'difficulty']);
  });

  test('filters, says so when nothing is left, and refuses what is no cause', async () => {
    const [found, none, wrong] = await Promise.all([
      run(['drill', 'list', '--cause', 'network', '--difficulty', '1', '--scenario', 'daily']),
      run(['drill', 'list', '--cause', 'network', '--difficulty', '1', '--scenario', 'cross-region', '--json']),
      run(['drill', 'list', '--cause', 'weather']),
    ]);
    expect(found.out).toMatch(/sim-unpaid +1 级 +10 分钟 +日常收款 +中午高峰/);
    expect(none.code).toBe(0);
    for (const one of JSON.parse(none.out) as { scenario: string }[]) expect(one.scenario).toBe('cross-region');
    expectComplaint(wrong, 2, /channel, qualification, device, network, balance/);
  });
});

describe('drill play --json', () => {
  test('gives the opening before any input, then a line for each line, the last with the summary', async () => {
    const { code, err, lines } = await play(['sim-unpaid', '--json', '--seed', '7'], MOVES);
    const all = parsed(lines);
    expect([code, err, all.length]).toEqual([0, '', 5]);
    expect(all[0]?.replies[0]?.text).toContain('顾客（刷卡，36 元）');
    expect(all.slice(0, -1).every(({ state }) => state.drill === undefined)).toBe(true);
    const last = all.at(-1);
    expect(last?.replies.map(({ type }) => type)).toContain('summary');
    const drill = last?.state.drill;
    expect(Object.keys(drill ?? {})).toEqual(['scenario', 'score', 'items', 'questions', 'bits']);
    expect(drill).toMatchObject({ scenario: 'sim-unpaid', questions: 1 });
    for (const item of drill?.items ?? []) expect(Object.keys(item)).toEqual(['id', 'points', 'of', 'why']);
    for (const { replies } of all) for (const { text } of replies) expect(text.startsWith('【演练】')).toBe(true);
  });

  test('shows the opening to whoever has not said anything yet, and ends by itself while its input stays open', async () => {
    const playing = new Running(['drill', 'play', 'sim-unpaid', '--json']);
    expect(await playing.line()).toContain('开始');
    expect(await playing.ask('查这一笔')).toContain('交易失败');
    expect(await playing.ask({ option: 'inform' })).toContain('replies');
    expect(await playing.ask('结束演练')).toContain('"summary"');
    // Nobody has closed the input.
    const { code, lines } = await playing.ended;
    expect([code, lines.length]).toEqual([0, 4]);
  });

  test.each([
    ['with a line that has no end', '查这一笔'],
    ['with nothing said at all', ''],
    ['with lines that wait for each other', '{"text":"查这一笔","burst":true}\n{"text":"告诉顾客","burst":true}\n'],
  ])('ends an unfinished drill at the end of input: %s', async (_, input) => {
    const { code, lines } = await play(['sim-unpaid', '--json'], input);
    const all = parsed(lines);
    expect(code).toBe(0);
    expect(all).toHaveLength(2 + input.split('\n').filter((line) => line !== '').length);
    expect(all.at(-1)?.state.drill?.scenario).toBe('sim-unpaid');
    expect(all.filter(({ state }) => state.drill !== undefined)).toHaveLength(1);
  });

  test('reads nothing after the summary', async () => {
    const { code, lines } = await play(['sim-unpaid', '--json'], '结束演练\n查这一笔\n你好\n');
    expect([code, lines.length]).toEqual([0, 2]);
  });

  test('is told without hints and with time, as it was asked for', async () => {
    const [bare, usual] = await Promise.all([
      play(['sim-unpaid', '--json', '--no-hints', '--timed']),
      play(['sim-unpaid', '--json']),
    ]);
    expect(bare.lines[0]).toContain('计时');
    expect(bare.lines[0]).not.toContain('卡住了说');
    expect(usual.lines[0]).toContain('卡住了说');
    expect(usual.lines[0]).not.toContain('计时');
  });

  test('the same seed and words are the same drill', async () => {
    const once = () => play(['sim-unpaid', '--json', '--seed', '11'], MOVES);
    const [one, other] = await Promise.all([once(), once()]);
    expect(one.lines).toEqual(other.lines);
  });

  test('a line that cannot be used is answered and counts for nothing', async () => {
    const { lines } = await play(['sim-unpaid', '--json'], '{"text":1}\n查这一笔\n');
    expect(parsed(lines).map(({ replies }) => replies[0]?.type)).toEqual(['question', 'error', 'question', 'summary']);
  });
});

test('a terminal gets the same in words, and the debrief at the end of input', async () => {
  const { code, out, err } = await play(['sim-unpaid'], '查这一笔\n/quit\n你好\n');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/【演练】开始.*交易失败.*演练结束：中午高峰/s);
});

test('who names no scenario that there is hears which there are; bad numbers are refused', async () => {
  const [unknown, seed, file] = await Promise.all([
    play(['nothing-like-it']),
    play(['sim-unpaid', '--seed', '1.5']),
    play(['not-there.yaml']),
  ]);
  expectComplaint(unknown, 2, /no scenario "nothing-like-it"/, /sim-unpaid/);
  expectComplaint(seed, 2, /--seed/, /whole number/);
  expectComplaint(file, 2, /cannot read not-there\.yaml/);
});

describe('drill new', () => {
  test('without a fault lists them, and refuses one that is none', async () => {
    const [list, none] = await Promise.all([run(['drill', 'new']), run(['drill', 'new', 'gremlins'])]);
    expect(list.out).toContain('network-sim-unpaid');
    expect(list.code).toBe(0);
    expectComplaint(none, 2, /no fault "gremlins"/);
  });

  test('writes a draft that says what to edit, never over a file, and that can be played at once', async () => {
    const folder = tempFolder();
    const file = join(folder, 'my-sim.yaml');
    const flags = ['--scenario', 'promotion', '--difficulty', '2', '--seed', '4', '--out', file];
    const written = await run(['drill', 'new', 'network-sim-unpaid', ...flags]);
    expect([written.code, written.err]).toEqual([0, '']);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^# .*drill play/m);
    expect(text.match(/^# \p{Script=Han}/gmu)?.length).toBeGreaterThan(10);
    const draft = drillSchema.parse(parse(text));
    expect(draft).toMatchObject({ id: 'my-sim', scenario: 'promotion', difficulty: 2, fault: 'network-sim-unpaid' });
    // Other readers of YAML take bare yes, no and 9:30 for something else.
    expect(text).not.toMatch(/: (?:yes|no|\d+:\d+)$/m);
    const other = join(folder, 'other.yaml');
    expectComplaint(await run(['drill', 'new', 'network-sim-unpaid', '--id', 'x', '--out', other]), 2, /as its file/);
    expect(existsSync(other)).toBe(false);
    const again = await run(['drill', 'new', 'network-sim-unpaid', '--out', file]);
    expectComplaint(again, 2, /exists/);
    expect(readFileSync(file, 'utf8')).toBe(text);
    const { code, lines } = await play([file, '--json'], '查这一笔\n');
    expect(code).toBe(0);
    expect(parsed(lines).at(-1)?.state.drill?.scenario).toBe('my-sim');
  });

  test('a file with a slip in it is refused with its place', async () => {
    const file = join(tempFolder(), 'bad.yaml');
    writeFileSync(file, 'id: bad\ntitle: 一句话\nminuts: 10\n');
    const { code, err, out } = await play([file]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/bad\.yaml:3:1 error schema unknown key "minuts"/);
    expect(err).toMatch(/bad\.yaml:1:1 error missing-source/);
  });
});

describe('kept', () => {
  test('a drill that was left unfinished does not go on in the next', async () => {
    const data = join(tempFolder(), 'data');
    const env = { DATA_DIR: data };
    const killed = new Running(['drill', 'play', 'sim-unpaid', '--json'], env);
    await killed.line();
    await killed.kill('SIGKILL');
    const next = await play(['sim-unpaid', '--json'], '', env);
    expect(parsed(next.lines).map(({ replies }) => replies[0]?.type)).toEqual(['question', 'summary']);
  }, 60_000);

  test('without a folder for it nothing is left behind', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'x'));
    await play(['sim-unpaid', '--json']);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });
});

test('the frame around the input keeps bytes as they are and closes the last line', async () => {
  async function* input() {
    yield Buffer.from('一\n二').subarray(0, 4);
    yield Buffer.from('一\n二').subarray(4);
  }
  const parts: Buffer[] = [];
  for await (const part of framed('前', input(), '后')) parts.push(Buffer.from(part));
  expect(Buffer.concat(parts).toString()).toBe('{"text":"前"}\n一\n二\n{"text":"后"}\n');
});
