import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDays } from '../../src/knowledge/days.js';
import { packageKnowledge } from '../../src/knowledge/load.js';
import { DUTY_LIMITS } from '../../src/knowledge/schema.js';
import { emptyFolder, errorsOf, knowledgeFolder, placeOf, removeFolders } from './folder.js';

afterEach(removeFolders);

const PEOPLE = 'onCall: [{ name: 甲, duty: 白班 }, { name: 乙, duty: 晚班 }]';
const SHIFT = 'shifts: [{ name: 班, days: 每天, from: "09:00", to: "18:00", onCall: [甲] }]';

async function check(...lines: string[]) {
  const overlay = await emptyFolder().write('knowledge/organization.yaml', `${lines.join('\n')}\n`);
  return knowledgeFolder().check(overlay);
}
const errors = async (...lines: string[]) => errorsOf(await check(...lines));
const places = async (...lines: string[]) => (await errors(...lines)).map(placeOf);

describe('days', () => {
  const days = (text: string) => {
    const found = parseDays(text);
    return found && [[...found.week].sort().join(''), found.workdays, found.restDays];
  };

  test.each([
    ['周一至周五', ['12345', false, false]],
    ['周一到五', ['12345', false, false]],
    ['星期一—星期五', ['12345', false, false]],
    ['周一 ~ 周五', ['12345', false, false]],
    ['周五至周一', ['1567', false, false]],
    ['周三', ['3', false, false]],
    ['周三至周三', ['3', false, false]],
    ['周六、周日', ['67', false, false]],
    ['周六日', ['67', false, false]],
    ['周六和星期天', ['67', false, false]],
    ['周末', ['67', false, false]],
    ['周一、周三至周五', ['1345', false, false]],
    ['工作日', ['', true, false]],
    ['休息日', ['', false, true]],
    ['工作日、周六', ['6', true, false]],
    ['每天', ['1234567', true, true]],
    ['周一至周日', ['1234567', true, true]],
  ])('%s', (text, expected) => {
    expect(days(text)).toEqual(expected);
  });

  test.each(['', '节假日', '周八', '平时', '周一至', '工作日（节假日除外）', '周一至周五 9:00', 'Monday'])(
    'nobody can say which 「%s」 are',
    (text) => {
      expect(parseDays(text)).toBeNull();
    },
  );
});

test('an organization file from before there were shifts is still sound', async () => {
  const hours = 'dutyHours: [{ days: 周一至周五, from: "08:30", to: "18:00" }]';
  const { problems } = await check('onCall: [{ name: 甲, userid: jia, duty: 工作日白天 }]', hours);
  expect(problems.filter(({ file }) => file.includes('organization'))).toEqual([]);
});

describe('a mistake is shown on its line, with what to write:', () => {
  test.each([
    ['days', ['dutyHours:', '  - { days: 平时, from: "09:00", to: "18:00" }'], 2, 'schema', /write for example 每天/],
    [
      'nobody of that name',
      [PEOPLE, 'shifts:', '  - { name: 班, days: 每天, from: "09:00", to: "18:00", onCall: [丙] }'],
      3,
      'duty-person',
      /"丙"; add the person/,
    ],
    [
      'two of that name',
      ['onCall: [{ name: 甲, duty: 一 }, { name: 甲, duty: 二 }]', SHIFT],
      2,
      'duty-person',
      /a name of its own/,
    ],
    ['after hours', [PEOPLE, 'afterHours:', '  emergency: [甲, 丁]'], 3, 'duty-person', /"丁"/],
    ['severity', [PEOPLE, 'afterHours:', '  high: [甲]'], 3, 'schema', /unknown key "high"/],
    [
      'both forms',
      [PEOPLE, SHIFT, 'dutyHours: [{ days: 每天, from: "09:00", to: "18:00" }]'],
      3,
      'duty-hours',
      /make a shift/,
    ],
    [
      'no time at all',
      [PEOPLE, 'dutyHours: [{ days: 每天, from: "09:00", to: "09:00" }]'],
      2,
      'duty-hours',
      /from 00:00 to 24:00/,
    ],
    [
      'begins at 24:00',
      [PEOPLE, 'dutyHours: [{ days: 每天, from: "24:00", to: "09:00" }]'],
      2,
      'schema',
      /write 00:00/,
    ],
    [
      'a break outside',
      [PEOPLE, SHIFT.replace('onCall', 'breaks: [{ from: "17:30", to: "18:30" }], onCall')],
      2,
      'duty-break',
      /17:30–18:30/,
    ],
    [
      'a break before',
      [PEOPLE, SHIFT.replace('onCall', 'breaks: [{ from: "08:00", to: "08:30" }], onCall')],
      2,
      'duty-break',
      /08:00/,
    ],
    [
      'nothing but a break',
      [PEOPLE, SHIFT.replace('onCall', 'breaks: [{ from: "09:00", to: "18:00" }], onCall')],
      2,
      'duty-break',
      /not a part/,
    ],
    ['no such day', ['holidays:', '  - { name: 假, date: 2026-02-30 }'], 2, 'schema', /no such day/],
    ['no dates', ['holidays:', '  - { name: 假 }'], 2, 'schema', /write either date/],
    [
      'the wrong way round',
      ['holidays:', '  - { name: 假, from: 2026-10-07, to: 2026-10-01 }'],
      2,
      'schema',
      /the first one first/,
    ],
    ['both kinds of dates', ['holidays:', '  - { name: 假, date: 2026-10-01, to: 2026-10-07 }'], 2, 'schema', /either/],
    ['too long', ['holidays:', '  - { name: 假, from: 2026-10-01, to: 2026-11-01 }'], 2, 'schema', /31 days/],
    [
      'a day off that is worked',
      [
        'holidays: [{ name: 假, from: 2026-10-01, to: 2026-10-07 }]',
        'workdays:',
        '  - { name: 调休, date: 2026-10-07 }',
      ],
      3,
      'duty-dates',
      /2026-10-07 is already named by "假"/,
    ],
    [
      'a day named twice',
      ['holidays:', '  - { name: 一, date: 2026-10-01 }', '  - { name: 二, date: 2026-10-01 }'],
      3,
      'duty-dates',
      /"一"/,
    ],
    [
      'as several days',
      ['workdays:', '  - { name: 调休, date: 2026-10-10, as: 周一至周五 }'],
      2,
      'schema',
      /not one weekday/,
    ],
  ] as const)('%s', async (_, lines, line, rule, message) => {
    const found = (await errors(...lines)).filter(({ file }) => file.includes('organization'));
    expect(found.map(placeOf)).toEqual([`knowledge/organization.yaml:${line} error ${rule}`]);
    expect(found[0]?.message).toMatch(message);
  });

  test('a break after midnight belongs to the shift', async () => {
    const night = SHIFT.replace('"09:00"', '"22:00"').replace('"18:00"', '"06:00"');
    expect(await places(PEOPLE, night.replace('onCall', 'breaks: [{ from: "02:00", to: "02:30" }], onCall'))).toEqual(
      [],
    );
  });

  test('hours without people are only warned of: they were allowed before', async () => {
    const { problems } = await check('dutyHours: [{ days: 每天, from: "09:00", to: "18:00" }]');
    expect(problems.map(placeOf)).toContain('knowledge/organization.yaml:1 warning duty-nobody');
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('there is a bound on', () => {
  const times = (count: number, one: (index: number) => string) =>
    Array.from({ length: count }, (_, n) => one(n)).join(', ');
  const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
  const LISTS: Readonly<Record<string, [number, (count: number) => string[]]>> = {
    people: [DUTY_LIMITS.people, (n) => [`onCall: [${times(n, (i) => `{ name: 人${i}, duty: 班 }`)}]`]],
    shifts: [
      DUTY_LIMITS.shifts,
      (n) => [
        PEOPLE,
        `shifts: [${times(n, () => '{ name: 班, days: 每天, from: "09:00", to: "18:00", onCall: [甲] }')}]`,
      ],
    ],
    dutyHours: [
      DUTY_LIMITS.shifts,
      (n) => [PEOPLE, `dutyHours: [${times(n, () => '{ days: 每天, from: "09:00", to: "18:00" }')}]`],
    ],
    breaks: [
      DUTY_LIMITS.breaks,
      (n) => [PEOPLE, SHIFT.replace('onCall', `breaks: [${times(n, () => '{ from: "12:00", to: "12:30" }')}], onCall`)],
    ],
    called: [DUTY_LIMITS.called, (n) => [PEOPLE, `afterHours: { urgent: [${times(n, () => '甲')}] }`]],
    holidays: [DUTY_LIMITS.dates, (n) => [`holidays: [${times(n, (i) => `{ name: 假, date: ${day(i)} }`)}]`]],
    workdays: [DUTY_LIMITS.dates, (n) => [`workdays: [${times(n, (i) => `{ name: 调休, date: ${day(i)} }`)}]`]],
  };

  test.each(Object.keys(LISTS))('%s', async (name) => {
    const [most, lines] = LISTS[name] ?? [0, () => []];
    expect(await places(...lines(most))).toEqual([]);
    expect((await places(...lines(most + 1))).join()).toMatch(/organization\.yaml:\d error schema/);
  });
});

describe('what ships', () => {
  const shipped = readFileSync(join(packageKnowledge(), 'organization.yaml'), 'utf8');

  /** The commented examples below a line that announces them, as an operator would uncomment them. */
  function examples(): string[] {
    let on = false;
    return shipped.split('\n').flatMap((line) => {
      if (/^# 例.*：$/.test(line)) on = true;
      else if (on && line.startsWith('# ')) return [line.slice(2)];
      else on = false;
      return [];
    });
  }

  test('its examples are sound, and together', async () => {
    const lines = examples();
    const keys = lines.flatMap((line) => /^(\w+):/.exec(line)?.[1] ?? []);
    expect(keys).toEqual(['onCall', 'shifts', 'holidays', 'workdays', 'afterHours', 'teams']);
    const overlay = await emptyFolder().write('knowledge/organization.yaml', `${lines.join('\n')}\n`);
    expect(
      knowledgeFolder()
        .check(overlay)
        .problems.filter(({ file }) => file.includes('organization')),
    ).toEqual([]);
  });

  test('the short form on one line is sound too', async () => {
    const [, short = ''] = /^# 例：(dutyHours: .*)$/m.exec(shipped) ?? [];
    const { problems } = await check(PEOPLE, short);
    expect(problems.filter(({ file }) => file.includes('organization'))).toEqual([]);
  });

  test('nobody is on call, and there is no number', () => {
    const told = shipped.split('\n').filter((line) => !line.startsWith('#') && line !== '');
    expect(told).toEqual(
      expect.arrayContaining(['onCall: []', 'shifts: []', 'holidays: []', 'workdays: []', 'hotline: ""']),
    );
    expect(told.join()).not.toMatch(/\d{5}/);
  });
});
