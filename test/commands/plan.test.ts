/** `pos-doctor plan` as operators meet it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLowdbStore } from '../../src/store/lowdb.js';
import { Talk } from '../report/talk.js';
import { cleanUp, expectComplaint, run, tempFolder } from './cli.js';

const TEN = Date.UTC(2026, 10, 23, 2);
const SPAN = ['--from', '2026-11-23', '--to', '2026-11-23'];

let data: string;
const plan = (...args: string[]) => run(['plan', ...args], '', { DATA_DIR: data });
beforeAll(async () => {
  data = tempFolder();
  const talk = new Talk('web-secret-visitor', TEN);
  talk.say('断网了，启动应急，我是店长');
  talk.say('做完了');
  talk.say('做不了');
  talk.say('结束应急');
  const store = createLowdbStore(data);
  await store.open();
  const [sample] = talk.events;
  if (!sample) throw new Error('nothing happened');
  // What an operator's own plan may be called.
  const title = '=HYPERLINK("x")';
  const own = { run: TEN + 60_000, situation: 'own', title, severity: 'normal', role: 'cashier', steps: 1 };
  const told = { run: own.run, step: 's', title: '@s', role: 'cashier', outcome: 'done', minutes: 1, limit: 2 };
  await store.journal([
    ...talk.events,
    { ...sample, id: 'own-1', type: 'plan-started', data: own },
    { ...sample, id: 'own-2', type: 'plan-step', data: { ...told, given: TEN, done: TEN } },
  ]);
  await store.close();
}, 60_000);
afterAll(cleanUp);

test('list names the runs, the latest first, and nobody', async () => {
  const { code, out, err } = await plan('list', ...SPAN);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('2026-11-23');
  expect(out).toContain('中途结束');
  expect(out).toContain('没有结束');
  expect(out).not.toContain('secret-visitor');
  const { lines } = await plan('list', ...SPAN, '--json');
  const listed = JSON.parse(lines[0] ?? '') as { runs: { id: string; outcome: string; steps: object[] }[] };
  expect(listed).toMatchObject({ from: '2026-11-23', to: '2026-11-23', timeZone: 'Asia/Shanghai', dropped: 0 });
  expect(listed.runs.map(({ outcome, steps }) => [outcome, steps.length])).toEqual([
    ['running', 1],
    ['stopped', 3],
  ]);
  for (const { id } of listed.runs) expect(id).toMatch(/^20261123-100[01]-[0-9a-f]{4}$/);
  expect(lines[0]).not.toContain('secret-visitor');
});

test('days without a run are said to have none', async () => {
  const { code, out } = await plan('list', '--from', '2026-11-01', '--to', '2026-11-02');
  expect([code, out]).toEqual([0, expect.stringContaining('这些天没有走过应急预案')]);
});

test('export gives the record of one run: on the screen, as a document, as a table without formulas, as JSON', async () => {
  const { runs } = JSON.parse((await plan('list', ...SPAN, '--json')).out) as { runs: { id: string }[] };
  const [own, talked] = runs.map(({ id }) => id);
  if (own === undefined || talked === undefined) throw new Error('runs are missing');
  const folder = tempFolder();
  const [md, csv] = [join(folder, 'record.md'), join(folder, 'record.csv')];
  const shown = await plan('export', talked);
  expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(/^# 应急记录[\s\S]*没有做完的/)]);
  expect((await plan('export', talked, '--md', md)).out).toContain('3 步');
  expect(readFileSync(md, 'utf8')).toBe(shown.out);
  expect((await plan('export', own, '--csv', csv)).code).toBe(0);
  const table = readFileSync(csv, 'utf8');
  expect(table).toContain(`"'=HYPERLINK(""x"")"`);
  expect(table).toContain(`'@s`);
  expect(table).not.toMatch(/(?:^|,)"?[=+\-@]/m);
  expect(JSON.parse((await plan('export', talked, '--json')).out)).toMatchObject({ id: talked, outcome: 'stopped' });
}, 30_000);

test('show tells who does what, of one situation and one role if asked', async () => {
  const { code, out } = await plan('show', 'fraud', '--role', 'cashier');
  expect(code).toBe(0);
  expect(out).toContain('疑似诈骗或资金冻结');
  expect(out).toContain('收银员');
  expect(out).not.toMatch(/^ *店长：/m);
  const all = JSON.parse((await plan('show', '--role', 'provider', '--json')).out) as {
    roles: { id: string }[];
    situations: { id: string; steps: { role: string }[] }[];
  };
  expect(all.roles.map(({ id }) => id)).toEqual(['provider']);
  expect(all.situations.length).toBeGreaterThan(3);
  expect(new Set(all.situations.flatMap(({ steps }) => steps.map(({ role }) => role)))).toEqual(new Set(['provider']));
});

test.each([
  [['list', '--from', '2026-13-01'], '--from 2026-13-01: a day is needed'],
  [['list', '--from', '2026-11-24', '--to', '2026-11-23'], 'lies after'],
  [['list', '--from', '2000-01-01', '--to', '2026-11-23'], 'at most 3660 days'],
  [['export', 'nonsense'], 'nonsense is no run'],
  [['export', '20261123-1000-ffff'], 'no run 20261123-1000-ffff in this journal'],
  [['export', '20261123-1000-ffff', '--json', '--md', 'x.md'], 'choose one of'],
  [['show', 'flood'], 'no situation "flood"; choose one of'],
  [['show', '--role', 'king'], 'no role "king"; choose one of'],
])('%j is refused in one line', async (args, said) => {
  expectComplaint(await plan(...args), 2, said);
});
