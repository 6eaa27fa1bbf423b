/** docs/drills.zh-CN.md says the rules as they are. */
import { readFileSync } from 'node:fs';
import { MEMORY, PASSED } from '../../src/drills/history.js';
import { POINTS, RULES } from '../../src/drills/points.js';
import { SCHEDULE } from '../../src/drills/schedule.js';

const docs = readFileSync(new URL('../../docs/drills.zh-CN.md', import.meta.url), 'utf8');
const rowOf = (item: string): string =>
  docs.split('\n').find((line) => new RegExp(`\`${item}\` \\| \\d+ \\|`).test(line)) ?? '';

test.each(Object.entries(POINTS))('every rule of %s stands there with its points', (item, rules) => {
  const row = rowOf(item);
  const sum = Object.values(rules).reduce((total: number, points) => total + points, 0);
  expect(row).toContain(`| ${sum} |`);
  for (const [rule, points] of Object.entries(rules)) expect(row).toContain(`\`${rule}\` ${points}：`);
});

test('the limits that the rules name are the ones that count', () => {
  expect(rowOf('record')).toContain(`${RULES.prompt} 秒内`);
  expect(rowOf('open')).toContain(`${RULES.open} 秒内`);
  expect(rowOf('isolate')).toContain(`${RULES.questions} 问以内`);
  expect(rowOf('isolate')).toContain(`${RULES.late} 问以内`);
  expect(rowOf('steps')).toContain(`扣 ${RULES.trap} 分`);
  expect(rowOf('escalate')).toContain(`${RULES.facts} 样`);
  expect(rowOf('escalate')).toContain(`有 ${RULES.someFacts} 样`);
  expect(docs).toContain(`${RULES.tells} 比特`);
  expect(rowOf('record')).toContain(`前后差 ${RULES.clock} 分钟`);
  expect(rowOf('escalate')).toContain(`不相干的扣 ${RULES.wrongCall} 分`);
  expect(docs).toContain(`每种扣处置步骤 ${RULES.stray} 分、维持营业 ${RULES.strayTime} 分`);
});

test('so are those of forgetting, of passing and of the schedule', () => {
  const { first, least, most, even, doubling } = MEMORY;
  expect(docs).toContain(`第一次练之前 h 是 ${first} 天`);
  expect(docs).toContain(`2^((分数 − ${even})/${doubling})`);
  expect(docs).toContain(`h 最短 ${least} 天，最长 ${most} 天`);
  expect(docs).toContain(`达到 ${PASSED} 分的场景`);
  const { length, from, to, opens, closes } = SCHEDULE;
  expect(docs).toContain(`留 ${length} 分钟`);
  expect(docs).toContain(`${from}:00—${to}:00`);
  expect(docs).toContain(`${opens}:00—${closes}:00`);
});
