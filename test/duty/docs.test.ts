/** docs/duty.zh-CN.md: its example is sound, and its table of days is what is done. */
import { readFileSync } from 'node:fs';
import { calendarOf, dayOf, means, minuteOf } from '../../src/duty/calendar.js';
import { parseHours } from '../../src/duty/hours.js';
import { parseTime } from '../../src/duty/time.js';
import { parseDays } from '../../src/knowledge/days.js';
import { DUTY_LIMITS, SEVERITIES } from '../../src/knowledge/schema.js';
import { emptyFolder, knowledgeFolder, removeFolders } from '../knowledge/folder.js';

afterEach(removeFolders);

const doc = readFileSync(new URL('../../docs/duty.zh-CN.md', import.meta.url), 'utf8');
const rows = (title: string) =>
  (doc.split(/^##+ /m).find((part) => part.startsWith(title)) ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

test.each([...doc.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml))(
  'the example is sound: %#',
  async (yaml) => {
    const people = yaml.includes('onCall:') ? '' : 'onCall: [{ name: 甲, duty: 班 }]\n';
    const overlay = await emptyFolder().write('knowledge/organization.yaml', people + yaml);
    expect(
      knowledgeFolder()
        .check(overlay)
        .problems.filter(({ file }) => file.includes('organization')),
    ).toEqual([]);
  },
);

const WEDNESDAY = '2026-11-25';
const SATURDAY = '2026-11-28';
const DAYS: Readonly<Record<string, [date: string, holiday: boolean, worked: boolean, as?: string]>> = {
  平常的周三: [WEDNESDAY, false, false],
  平常的周六: [SATURDAY, false, false],
  '放假（不管周几）': [WEDNESDAY, true, false],
  周六调休上班: [SATURDAY, false, true],
  '周六调休，`as: 周三`': [SATURDAY, false, true, '周三'],
};

test('the table says which shifts run on which day', () => {
  const [head = [], ...lines] = rows('放假和调休');
  expect(lines.map(([what]) => what)).toEqual(Object.keys(DAYS));
  for (const [what = '', ...cells] of lines) {
    const [date = '', holiday, worked, as] = DAYS[what] ?? [];
    const calendar = calendarOf({
      holidays: holiday ? [{ name: '假', date }] : [],
      workdays: worked ? [{ name: '调休', date, ...(as === undefined ? {} : { as }) }] : [],
    });
    const day = dayOf(minuteOf(parseTime(`${date} 12:00`) ?? 0));
    const runs = head.slice(1).map((column) => {
      const days = parseDays(column.replace(/（.*/, ''));
      return days !== null && means(days, day, calendar) ? '上' : '';
    });
    expect({ what, runs }).toEqual({ what, runs: cells });
  }
});

test('the hours it says can be read are read', () => {
  const [, forms = ''] = /读得懂的：(.*)。/.exec(doc) ?? [];
  const hours = [...forms.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one);
  expect(hours).toHaveLength(5);
  expect(hours.filter((one) => parseHours(one) === null)).toEqual([]);
});

test('severities and bounds are those of the program', () => {
  const levels = rows('几级').flatMap(([level = '']) => /`(\w+)`/.exec(level)?.[1] ?? []);
  expect(levels).toEqual([...SEVERITIES]);
  for (const bound of [
    `最多 ${DUTY_LIMITS.people} 人`,
    `最多 ${DUTY_LIMITS.shifts} 个班`,
    `最多 ${DUTY_LIMITS.breaks} 段`,
    `最多 ${DUTY_LIMITS.called} 位`,
    `最多 ${DUTY_LIMITS.range} 天`,
    `最多 ${DUTY_LIMITS.dates} 条`,
  ])
    expect(doc).toContain(bound);
});
