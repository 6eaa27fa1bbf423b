/** `pos-doctor drill report` and `schedule` as trainers and auditors meet them. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, expectComplaint, run, tempFolder } from '../commands/cli.js';

afterAll(cleanUp);

const GOOD = [
  '记下提示：该渠道业务不可用，12:10，刷卡，36 元',
  '告诉顾客：不好意思，先别再付',
  '查这一笔',
  '备用收款',
  '看是哪一步出的提示',
  '看网络图标',
  '连手机热点',
  '再收一次',
  '打给收单机构，报商户编号、终端号、提示原话：该渠道业务不可用，12:10，36 元',
  '复盘：原因是流量卡欠费；以后每班检查一遍；责任人是店长',
];
const BAD = ['=HYPERLINK("http://x") 再收一次', '再收一次'];
const SPAN = ['--from', '2026-01-01'];

let env: Record<string, string>;
let folder: string;
const report = (...args: string[]) => run(['drill', 'report', ...SPAN, ...args], '', env);

beforeAll(async () => {
  folder = tempFolder();
  const content = join(folder, 'content');
  mkdirSync(join(content, 'knowledge'), { recursive: true });
  writeFileSync(
    join(content, 'knowledge', 'organization.yaml'),
    'teams:\n  - { name: 一店, people: [zhangsan] }\n  - { name: 二店, people: [wangwu], months: [1], day: 2, time: "20:30" }\n',
  );
  env = { DATA_DIR: join(folder, 'data'), CONTENT_DIR: content };
  const play = (conversation: string, lines: readonly string[]) =>
    run(
      ['drill', 'play', 'sim-unpaid', '--json', '--seed', '1', '--conversation', conversation],
      lines.map((line) => `${line}\n`).join(''),
      env,
    );
  expect(await play('wecom-app:zhangsan', GOOD)).toMatchObject({ code: 0 });
  expect(await play('=lisi', BAD)).toMatchObject({ code: 0 });
}, 60_000);

test('a terminal gets who practised, how it went and what comes next', async () => {
  const { code, out, err } = await report();
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/应急演练记录 2026-01-01 至 .*，2 次/);
  expect(out).toMatch(/zhangsan +一店 +中午高峰，什么都收不了 +\d+ +做完复盘 +(?:8|9)\d|zhangsan +一店 .* 100/);
  expect(out).toMatch(/^一店 +1 /m);
});

test('one person is shown with their memory of each cause, and nobody else', async () => {
  const { code, out } = await report('--person', 'zhangsan');
  expect(code).toBe(0);
  expect(out).not.toContain('lisi');
  expect(out).toMatch(/每类原因/);
  expect(out).toMatch(/网络连接 +1 +\d+ +\d+ +\d{4}-\d\d-\d\d +\d+ +100%/);
  expect((await report('--person', 'wecom-app:zhangsan')).out).toBe(out);
});

test('a team is shown with its own people only; a team that there is not is told of', async () => {
  const [one, other] = await Promise.all([report('--team', '一店'), report('--team', '三店')]);
  expect(one.out).toContain('zhangsan');
  expect(one.out).not.toContain('lisi');
  expectComplaint(other, 2, /no team "三店"/, /一店, 二店/);
});

test('a spreadsheet gets one row a drill in which nothing is a formula and nobody’s words stand', async () => {
  const file = join(folder, 'x.csv');
  const { code } = await report('--csv', file);
  const text = readFileSync(file, 'utf8');
  const rows = text.slice(1).split('\r\n').slice(0, -1);
  expect([code, rows.length, text[0]]).toEqual([0, 3, '\uFEFF']);
  expect(rows[0]).toContain('记录号,时间,结束,谁,队');
  expect(rows[0]).toContain('经过,发现的问题,改进措施');
  expect(text).toContain(",'=lisi,");
  expect(text).not.toContain('HYPERLINK');
  expect(text).not.toMatch(/(?:^|,)"?[=+@]/m);
  expect(rows[1]).toMatch(/0:00 再收一次/);
  expect(rows[1]).toContain('先查单，再谈收钱');
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('a page has what was said and done, the findings and the actions, runs nothing and escapes everything', async () => {
  const file = join(folder, 'x.html');
  expect(await report('--html', file)).toMatchObject({ code: 0 });
  const page = readFileSync(file, 'utf8');
  expect(page).toContain('=HYPERLINK(&quot;http://x&quot;) 再收一次');
  expect(page).toContain('<td>先查单，再谈收钱</td>');
  expect(page).not.toMatch(/<script|<img|<link|href=/);
  expect(page).toContain('审阅：');
  expect(page).not.toContain('应急演练证书');
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('what was shown and what happened meanwhile stand between the words, and only what was wanting is a finding', async () => {
  const [file, sheet] = [join(folder, 'y.html'), join(folder, 'y.csv')];
  expect(await report('--person', 'zhangsan', '--html', file, '--csv', sheet)).toMatchObject({ code: 0 });
  const page = readFileSync(file, 'utf8');
  expect(page).toMatch(/<tr class="soft"><td>\d+:\d\d<\/td><td>顾客：[^<]+<\/td><td><\/td><td><\/td><\/tr>/);
  expect(page).toMatch(/<td>看网络图标<\/td><td>看网络图标<\/td><td>[^<]*网络[^<]*<\/td>/);
  const bad = join(folder, 'z.html');
  await report('--person', '=lisi', '--html', bad);
  const found =
    readFileSync(bad, 'utf8').match(/<tr><td>[^<]+ \d+\/\d+：[^<]*<\/td><td>[^<]*<\/td><td><\/td><td><\/td><\/tr>/g) ??
    [];
  expect(found.length).toBeGreaterThan(3);
  expect(found.filter((one) => /记了|告诉了|查了|找对了人|问得值/.test(one))).toEqual([]);
  const rows = readFileSync(sheet, 'utf8').split('\r\n');
  expect(rows[0]).toMatch(/改进措施,负责人,期限$/);
  expect(rows[1]).toContain(',自建应用,');
});

test('the quarter goes to its end, with what is planned; somebody who never practised is told of', async () => {
  const planned = await run(['drill', 'report'], '', env);
  expect(planned.out).toMatch(
    /应急演练记录 (\d{4})-(01-01 至 \1-03-31|04-01 至 \1-06-30|07-01 至 \1-09-30|10-01 至 \1-12-31)/,
  );
  expect(planned.out).toMatch(/^计划$/m);
  const nobody = await report('--person', 'nobody');
  expect([nobody.code, nobody.out]).toEqual([0, expect.stringContaining('没有「nobody」的演练')]);
});

test('a file that is tried out is in nobody’s record', async () => {
  const file = join(folder, 'own.yaml');
  const data = { ...env, DATA_DIR: join(folder, 'tried') };
  expect(await run(['drill', 'new', 'network-sim-unpaid', '--out', file], '', data)).toMatchObject({ code: 0 });
  for (const scenario of [file, 'sim-unpaid'])
    expect(await run(['drill', 'play', scenario, '--json'], '再收一次\n', data)).toMatchObject({ code: 0 });
  const { drills } = JSON.parse((await run(['drill', 'report', ...SPAN, '--json'], '', data)).out) as {
    drills: { drill: string }[];
  };
  expect(drills.map(({ drill }) => drill)).toEqual(['sim-unpaid']);
});

test('a certificate names the scenarios that were passed, or says that there are none', async () => {
  const [good, bad] = [join(folder, 'good.html'), join(folder, 'bad.html')];
  await report('--person', 'zhangsan', '--name', '张<三>', '--html', good);
  await report('--person', '=lisi', '--html', bad);
  const page = readFileSync(good, 'utf8');
  const certificate = page.slice(page.indexOf('class="certificate"'));
  expect(certificate).toContain('应急演练证书');
  expect(certificate).toContain('张&lt;三&gt;');
  const [, score] = /<td>中午高峰，什么都收不了<\/td><td>\d{4}-\d\d-\d\d<\/td><td>(\d+)<\/td>/.exec(certificate) ?? [];
  expect(Number(score)).toBeGreaterThanOrEqual(80);
  const told = JSON.parse((await report('--person', 'zhangsan', '--json')).out) as { drills: { score: number }[] };
  expect(Number(score)).toBe(told.drills[0]?.score);
  const none = readFileSync(bad, 'utf8');
  expect(none).not.toContain('应急演练证书');
  expect(none).toContain('不出证书');
  expect(none).not.toContain('class="certificate"');
});

test('a program gets one JSON in the form that the docs describe', async () => {
  const { code, lines } = await report('--json');
  const all = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  expect([code, lines.length]).toEqual([0, 1]);
  expect(Object.keys(all)).toEqual(['timeZone', 'from', 'to', 'plan', 'drills', 'people', 'teams', 'dropped']);
  expect(all).toMatchObject({
    people: [
      { name: '=lisi', team: '' },
      { name: 'zhangsan', team: '一店' },
    ],
  });
  const docs = readFileSync(new URL('../../docs/drills.zh-CN.md', import.meta.url), 'utf8');
  expect(Object.keys(all).filter((key) => !docs.includes(`\`${key}\``))).toEqual([]);
});

test('flags that cannot go together are told of before anything is read', async () => {
  const ended = await Promise.all([
    report('--json', '--csv', 'x.csv'),
    report('--name', '张三'),
    report('--team', '一店', '--person', 'x'),
    report('--to', '2025-01-01'),
    report('--csv', join(folder, 'no', 'x.csv')),
  ]);
  expectComplaint(ended[0] as never, 2, /--json or files/);
  expectComplaint(ended[1] as never, 2, /--name/);
  expectComplaint(ended[2] as never, 2, /not both/);
  expectComplaint(ended[3] as never, 2, /lies after/);
  expectComplaint(ended[4] as never, 2, /cannot write/);
});

test('the schedule says when, for whom and why not when it was wanted', async () => {
  const [text, json, none] = await Promise.all([
    run(['drill', 'schedule', '--from', '2026-01-01', '--to', '2026-12-31'], '', env),
    run(['drill', 'schedule', '--from', '2026-01-01', '--to', '2026-03-31', '--json'], '', env),
    run(['drill', 'schedule'], '', { DATA_DIR: join(folder, 'nowhere') }),
  ]);
  expect(text.out).toContain('演练安排，5 次');
  expect(text.out).toMatch(/2026-01-05 周一 09:00 +二店\n +原定 2026-01-02 周五 20:30，顺延：不在上班时间、放假或休息/);
  expect(JSON.parse(json.out)).toEqual([
    {
      team: '二店',
      at: '2026-01-05T09:00:00+08:00',
      wanted: '2026-01-02T20:30:00+08:00',
      moved: ['hours', 'day-off'],
    },
    {
      team: '一店',
      at: '2026-03-16T09:00:00+08:00',
      wanted: '2026-03-15T15:00:00+08:00',
      moved: ['day-off', 'hours'],
    },
  ]);
  expect([none.code, none.out]).toEqual([0, expect.stringContaining('还没有写演练的队伍')]);
});

test('a journal with a torn line is read all the same', async () => {
  const journal = join(env.DATA_DIR ?? '', 'journal');
  const [day = ''] = readdirSync(journal);
  appendFileSync(join(journal, day), '{"type":"drill-en');
  expect((await report()).out).toContain('，2 次');
});
