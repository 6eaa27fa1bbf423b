import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WEEK } from '../duty/plan.js';
import { cleanUp, expectComplaint, run, tempFolder } from './cli.js';

let content: string;

beforeAll(() => {
  content = tempFolder();
  mkdirSync(join(content, 'knowledge'));
  writeFileSync(join(content, 'knowledge', 'organization.yaml'), WEEK);
});
afterAll(cleanUp);

const duty = (args: readonly string[], env: Record<string, string> = {}) =>
  run(['duty', ...args], '', { CONTENT_DIR: content, ...env });

test('for programs it is one object whose first keys are the contract', async () => {
  const { code, err, lines } = await duty(['--json', '--at', '2026-10-03 09:30', '--severity', 'emergency']);
  expect({ code, err, count: lines.length }).toEqual({ code: 0, err: '', count: 1 });
  const told = JSON.parse(lines[0] ?? '') as object;
  expect(Object.keys(told).slice(0, 4)).toEqual(['severity', 'onCall', 'afterHours', 'reason']);
  expect(told).toEqual({
    severity: 'emergency',
    onCall: [
      { name: '值班主管', userid: 'duty-lead', duty: '紧急情况' },
      { name: '值班甲', userid: 'duty-a', duty: '白班' },
    ],
    afterHours: true,
    reason: expect.stringContaining('国庆节'),
    why: 'holiday',
    at: '2026-10-03T09:30:00+08:00',
    until: '2026-10-03T10:00:00+08:00',
    nextAt: '2026-10-03T10:00:00+08:00',
  });
});

test('without a severity programs are told of the normal one', async () => {
  const { lines } = await duty(['--json', '--at', '2026-11-23 10:00']);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    severity: 'normal',
    onCall: [{ name: '值班甲' }, { name: '值班乙' }],
    afterHours: false,
    until: '2026-11-23T12:00:00+08:00',
    nextAt: null,
  });
});

test('it is China’s time, whatever the machine’s, with and without an offset', async () => {
  const times = ['2026-11-23 17:59', '2026-11-23T09:59:00Z', '2026-11-23T18:00:00+08:00'];
  const zones = ['UTC', 'America/New_York', 'Pacific/Kiritimati'];
  const told = await Promise.all(
    zones.map(async (TZ) => {
      const all: string[] = [];
      for (const at of times) all.push((await duty(['--json', '--at', at], { TZ })).out);
      return all;
    }),
  );
  const [first = []] = told;
  for (const one of told) expect(one).toEqual(first);
  expect(first.map((out) => (JSON.parse(out) as { onCall: object[] }).onCall.length)).toEqual([2, 2, 1]);
  expect(first[0]).toBe(first[1]);
}, 60_000);

test('for people there is each severity, why, until when, and the shifts of the day', async () => {
  const { code, out } = await duty(['--at', '2026-11-23 12:30']);
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
"2026-11-23 周一 12:30（工作日）
紧急  值班主管（紧急情况，账号 duty-lead） → 值班甲（白班，账号 duty-a）
  白班正在休息，这一级照样找这几位
  下一次有人：今天 13:00
加急  没人
  白班正在休息
  下一次有人：今天 13:00
一般  没人
  白班正在休息
  下一次有人：今天 13:00

今天的班
  白班 08:30—18:00（12:00—13:00 休息）  值班甲 → 值班乙  正在休息
  夜班 18:00—02:00  值班乙  还没到
"
`);
});

test('a day that the calendar names is named, and the evening before is told apart', async () => {
  const { out } = await duty(['--at', '2026-10-01 01:00', '--severity', 'normal']);
  expect(out).toMatchInlineSnapshot(`
"2026-10-01 周四 01:00（放假：国庆节）
一般  值班乙（晚班，账号 duty-b）
  今天放假（国庆节），正在当班：夜班
  今天 02:00 有变

今天的班
  夜班 昨天 18:00—02:00  值班乙  正在当班
  假日班 10:00—16:00  值班乙  还没到
"
`);
});

test('what ships names nobody, and says where people are written down', async () => {
  const { code, out } = await run(['duty', '--at', '2026-11-23 12:30']);
  expect(code).toBe(0);
  expect(out).toMatch(/一般\s+没人\n\s+organization\.yaml/);
});

test('now is the time that is asked about unless another is', async () => {
  const before = Date.now();
  const { at } = JSON.parse((await duty(['--json'])).out) as { at: string };
  expect(Date.parse(at)).toBeGreaterThan(before - 60_000);
  expect(Date.parse(at)).toBeLessThanOrEqual(Date.now());
});

describe('a mistake is told in one line, with what to write:', () => {
  test.each([
    [['--at', '2026-02-30 10:00'], /2026-10-01 09:30 \(China time\)/],
    [['--at', 'tomorrow'], /2026-10-01T09:30:00\+08:00/],
    [['--at', ''], /--at/],
    [['--severity', 'high'], /emergency, urgent, normal/],
    [['now'], /too many arguments/],
  ])('%j', async (args, what) => {
    expectComplaint(await duty(args), 2, what);
  });

  test('of the calendar, with its file and line', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'knowledge'));
    writeFileSync(
      join(folder, 'knowledge', 'organization.yaml'),
      'dutyHours:\n  - { days: 平时, from: "09:00", to: "18:00" }\n',
    );
    expectComplaint(await duty([], { CONTENT_DIR: folder }), 2, /organization\.yaml:2:\d+ error schema/);
  });
});

test('the help shows how', async () => {
  const { out } = await duty(['--help']);
  for (const part of ['Examples:', '--at', '--severity', '--json', 'docs/duty.zh-CN.md']) expect(out).toContain(part);
});
