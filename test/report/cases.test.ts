/** One row a case: what an operator gets of each, and what nobody gets. */
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GrowingFile } from '../../src/commands/whole-file.js';
import type { CaseRecord } from '../../src/report/case-record.js';
import { caseHeader, caseRow } from '../../src/report/case-row.js';
import { Collector } from '../../src/report/collect.js';
import { csvLine } from '../../src/report/csv.js';
import type { Labels } from '../../src/report/labels.js';
import { DAY, startOf } from '../../src/report/shanghai.js';
import { UI } from '../pages/fixture.js';
import { realWorld } from '../support/world.js';
import { Talk } from './talk.js';

const FIRST = startOf('2026-11-23') ?? 0;
const AT = FIRST + 10 * 3_600_000;
const { knowledge } = realWorld();
const labels: Labels = {
  word: (key) => UI[key] ?? `no ${key}`,
  cause: (id) => [...knowledge.causes.values()].find((one) => one.id === id)?.label,
  fault: (id) => knowledge.faults.get(id)?.title,
  fix: (id) => knowledge.fixes.get(id)?.title,
};
const causes = new Map([...knowledge.faults].map(([id, { cause }]) => [id, cause]));

function casesOf(...talks: Talk[]): { rows: Record<string, string | number>[]; n: number } {
  const records: CaseRecord[] = [];
  const span = { from: FIRST, to: FIRST + DAY, now: FIRST + 3 * DAY, door: null };
  const collector = new Collector(span, causes, (record) => records.push(record));
  for (const talk of talks) for (const event of talk.events) collector.take(event);
  const { cases } = collector.finish();
  const header = caseHeader(labels);
  const rows = records.map((record) =>
    Object.fromEntries(caseRow(record, labels).map((cell, at) => [header[at] ?? '', cell])),
  );
  return { rows, n: cases.n };
}

test('a case has its cause, its fix, its minutes, its questions and how it ended, all in words', () => {
  const solved = new Talk('web-1', AT).say('余额不足，别人的卡都能刷，没扣款').pass(3).tap('solved').tap('good');
  const called = new Talk('wecom-kf:a:b', AT).say('没网，机器打叉').tap('yes').tap('processing').say('转人工');
  called.pass(7).human(true);
  const { rows, n } = casesOf(solved, called);
  expect(n).toBe(2);
  expect(rows[0]).toMatchObject({
    日期: '2026-11-23',
    时间: '10:00',
    门: '网页',
    原因: labels.cause('balance'),
    '用时（分）': 3.2,
    问几句: 0,
    结局: '解决了',
    转人工几次: 0,
    转人工怎么结束: '',
    帮上忙了吗: '帮上了',
  });
  expect(rows[0]?.治好的办法).toBe(rows[0]?.试过的办法);
  expect(rows[0]?.治好的办法).not.toBe('');
  expect(rows[1]).toMatchObject({
    门: '微信客服',
    问几句: 3,
    结局: '转了人工，后来不知道',
    为什么转人工: '商户要找人',
  });
  expect(rows[1]).toMatchObject({ 轻重: '钱没查清', 等了几分: 7.2 });
  expect(Object.values(rows[0] ?? {}).some((cell) => String(cell).startsWith('no '))).toBe(false);
});

test('every case that is counted has one row, and nothing in it is anybody’s words or number', () => {
  const talks = Array.from({ length: 5 }, (_, n) =>
    new Talk(`wecom-app:zhang${n}`, AT)
      .say('刷卡不行，没扣款，店名老李面馆，终端 SN12345678')
      .pass(1)
      .say('从头再来')
      .say('扫码不行'),
  );
  const { rows, n } = casesOf(...talks);
  expect(rows).toHaveLength(n);
  expect(n).toBeGreaterThanOrEqual(5);
  expect(JSON.stringify(rows)).not.toMatch(/zhang|老李|SN1234|wecom-app/);
});

test('names from an operator’s own content are no formulas either', () => {
  const record = { ...bare(), fix: 'own', tried: ['own', '@x'], complaint: '+1', cause: '=c', handovers: [] };
  const own = { ...labels, fix: (id: string) => (id === 'own' ? '=HYPERLINK("x"),\r\n' : undefined) };
  const line = csvLine(caseRow(record, own));
  expect(line).toContain(`"'=HYPERLINK(""x""),\r\n"`);
  expect(line.replaceAll(/"(?:[^"]|"")*"/g, 'q')).not.toMatch(/(^|,)[=+\-@\t\r]/);
});

function bare(): CaseRecord {
  return {
    door: 'web',
    openedAt: AT,
    minutes: 1,
    cause: null,
    fault: null,
    fix: null,
    outcome: 'solved',
    questions: 0,
    tried: [],
    handovers: [],
    satisfaction: null,
    complaint: null,
  };
}

test('a file that grows is there whole or not at all, and is written as it grows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-grow-'));
  const path = join(folder, 'x.csv');
  const file = new GrowingFile(path);
  for (let n = 0; n < 20_000; n += 1) file.add(`第 ${n} 行\n`);
  const [part = ''] = readdirSync(folder);
  expect(readFileSync(join(folder, part), 'utf8').length).toBeGreaterThan(100_000);
  expect(existsSync(path)).toBe(false);
  file.finish();
  file.drop();
  expect(readdirSync(folder)).toEqual(['x.csv']);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(20_001);
  const given = new GrowingFile(join(folder, 'y.csv'));
  given.add('x');
  given.drop();
  expect(readdirSync(folder)).toEqual(['x.csv']);
  expect(() => new GrowingFile(join(folder, 'none', 'x.csv'))).toThrow(
    expect.objectContaining({ code: 'UNWRITABLE_FILE' }),
  );
});
