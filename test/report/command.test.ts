/** `pos-doctor report` as operators meet it. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, expectComplaint, run, tempFolder } from '../commands/cli.js';
import { Service } from '../commands/service.js';
import { PATIENCE, TestDatabase } from '../postgres/database.js';

afterAll(cleanUp);

const SOLVED = [
  '余额不足，别人的卡都能刷，没扣款',
  '{"option":"solved"}',
  '{"option":"bad"}',
  '=HYPERLINK("x") 这样写才好',
];
const CALLED = ['提示无效商户，没扣款', '转人工'];

const chat = (conversation: string, lines: readonly string[], env: Readonly<Record<string, string>>) =>
  run(['chat', '--json', '--conversation', conversation], lines.map((line) => `${line}\n`).join(''), env);

let data: string;
const report = (...args: string[]) => run(['report', ...args], '', { DATA_DIR: data });
beforeAll(async () => {
  data = tempFolder();
  for (const [at, lines] of [SOLVED, SOLVED, CALLED].entries())
    expect(await chat(`web-${at}`, lines, { DATA_DIR: data })).toMatchObject({ code: 0 });
}, 60_000);

test('a terminal gets tables, without colours where nobody sees them', async () => {
  const { code, out, err } = await report();
  expect([code, err]).toEqual([0, '']);
  expect(out).not.toContain('\u001b');
  expect(out).toMatch(/^案子 +3$/m);
  expect(out).toMatch(/^没找人就解决 +2\/3$/m);
  expect(out).toMatch(/^顾客的余额与卡 +2 /m);
  expect(out).toContain('HYPERLINK');
});

test('a program gets one JSON in the form that the docs describe', async () => {
  const { code, lines } = await report('--json', '--door', 'web');
  expect(code).toBe(0);
  expect(lines).toHaveLength(1);
  const figures = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  expect(figures).toMatchObject({
    timeZone: 'Asia/Shanghai',
    door: 'web',
    cases: { n: 3 },
    withoutHuman: { n: 2, of: 3, share: null },
    handovers: { n: 1, byEnd: { unknown: 1 } },
    satisfaction: { asked: 2, good: { n: 0, of: 2 }, why: { words: 2 } },
    corrupt: 0,
  });
  const docs = readFileSync(new URL('../../docs/report.zh-CN.md', import.meta.url), 'utf8');
  expect(Object.keys(figures).filter((key) => !docs.includes(`\`${key}`))).toEqual([]);
});

test('a spreadsheet gets a file with a header, in which nothing is a formula', async () => {
  const file = join(tempFolder(), 'x.csv');
  const { code, out } = await report('--csv', file);
  expect(code).toBe(0);
  expect(out).toContain(file);
  const [header, ...rows] = readFileSync(file, 'utf8').split('\r\n');
  expect(header).toBe('\uFEFF表,项目,指标,数值');
  expect(rows).toContain('总数,案子,数,3');
  expect(rows.filter((row) => row.split(',').some((cell) => /^"?[=+@-]/.test(cell)))).toEqual([]);
  expect(rows.some((row) => row.includes(`"'=HYPERLINK(""x"") 这样写才好"`))).toBe(true);
});

test('a spreadsheet of cases has one row each, beside whatever else is asked for', async () => {
  const folder = tempFolder();
  const [file, sums] = [join(folder, 'cases.csv'), join(folder, 'sums.csv')];
  const { code, lines } = await report('--cases', file, '--json');
  expect([code, lines.length]).toEqual([0, 1]);
  const [header, ...rows] = readFileSync(file, 'utf8').split('\r\n');
  expect(header).toMatch(/^\uFEFF日期,时间,门,原因,毛病,治好的办法,用时（分）,问几句,/);
  expect(rows.filter((row) => row !== '')).toHaveLength(3);
  expect(rows.filter((row) => row.includes(',解决了,'))).toHaveLength(2);
  expect(rows.join()).not.toContain('HYPERLINK');
  const both = await report('--cases', file, '--csv', sums);
  expect(both.out).toContain(sums);
  expect(both.out).toContain(file);
  expect(readdirSync(folder).sort()).toEqual(['cases.csv', 'sums.csv']);
});

test('days before anything happened have nothing, and it is said', async () => {
  const { code, out } = await report('--from', '2020-01-01', '--to', '2020-01-31');
  expect(code).toBe(0);
  expect(out).toContain('没有案子');
});

test('wrong flags say what to do, before anything is read', async () => {
  expectComplaint(await report('--from', '1.2.2026'), 2, '--from 1.2.2026', '2026-11-23');
  expectComplaint(await report('--to', '2026-02-30'), 2, '--to 2026-02-30');
  expectComplaint(await report('--from', '2026-02-02', '--to', '2026-02-01'), 2, 'swap');
  expectComplaint(await report('--from', '1999-01-01', '--to', '2026-02-01'), 2, 'at most 3660 days');
  expectComplaint(await report('--door', 'front'), 2, 'wecom-kf');
  expectComplaint(await report('--json', '--csv', 'x.csv'), 2, 'not both');
  expectComplaint(await report('--csv', 'x.csv', '--cases', 'x.csv'), 2, 'a file each');
  expectComplaint(await report('--cases', join(data, 'none', 'x.csv')), 2, 'UNWRITABLE_FILE');
  expectComplaint(await report('--csv', join(data, 'none', 'x.csv')), 2, 'UNWRITABLE_FILE');
  expectComplaint(await run(['report'], '', { DATA_DIR: join(data, 'none') }), 2, 'no journal');
  expect(existsSync('x.csv')).toBe(false);
}, 60_000);

test('a line that is no event is skipped and told of', async () => {
  const broken = tempFolder();
  mkdirSync(join(broken, 'journal'));
  for (const name of readdirSync(join(data, 'journal')))
    writeFileSync(join(broken, 'journal', name), readFileSync(join(data, 'journal', name)));
  for (const name of readdirSync(join(broken, 'journal'))) appendFileSync(join(broken, 'journal', name), '{"half\n');
  const { code, lines, err } = await run(['report', '--json'], '', { DATA_DIR: broken });
  expect(code).toBe(0);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ cases: { n: 3 }, corrupt: 1 });
  expect(err).toContain('1 行');
});

test('it reads beside a running service', async () => {
  const busy = tempFolder();
  const service = await Service.start({ DATA_DIR: busy });
  const visitor = await service.visit();
  await visitor.send({ text: '提示无效商户，没扣款' });
  await visitor.lastText();
  const counted = async () => {
    const { lines, err } = await run(['report', '--json'], '', { DATA_DIR: busy });
    expect(err).toBe('');
    return (JSON.parse(lines[0] ?? '') as { cases: { n: number } }).cases.n;
  };
  // The journal is written after the answer went out.
  let cases = 0;
  for (let tries = 0; tries < 20 && cases === 0; tries += 1) cases = await counted();
  expect(cases).toBe(1);
  expect((await service.running.kill('SIGTERM')).code).toBe(0);
}, 60_000);

describe('over PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  }, PATIENCE);
  afterAll(() => database.drop());

  test('the figures are those of the database', async () => {
    const env = { DATABASE_URL: database.url };
    await chat('web-1', SOLVED, env);
    const { code, lines } = await run(['report', '--json'], '', env);
    expect(code).toBe(0);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ cases: { n: 1, byOutcome: { solved: 1 } } });
  }, 60_000);
});
