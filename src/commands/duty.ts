/** `pos-doctor duty`: who is on duty at a time, and why. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../clock.js';
import { readConfig } from '../config.js';
import { soundKnowledge } from '../content.js';
import { calendarOf, dayOf, isDayOff, kindOfDay, minuteOf } from '../duty/calendar.js';
import { type Duty, type DutyPlan, dutyAt, type OnCall, type ShiftToday, shiftsOn } from '../duty/duty.js';
import { isoOf, momentOf, parseTime, TIME_EXAMPLES } from '../duty/time.js';
import { SEVERITIES, type Severity } from '../knowledge/schema.js';
import { type Site, siteOf } from '../pages/site.js';
import { paint, printable } from './paint.js';

const EXAMPLES = `
Examples:
  $ pos-doctor duty                                        who is on now, until when, and who was and will be on today
  $ pos-doctor duty --at "2026-10-01 09:30"                the same for a time, in China
  $ pos-doctor duty --at 2026-10-01T09:30:00+08:00 --severity emergency
  $ pos-doctor duty --json | jq -r '.onCall[].name'        for programs: {"severity","onCall":[…],"afterHours","reason",…}

Reads knowledge/organization.yaml of the package and of CONTENT_DIR; docs/duty.zh-CN.md shows how shifts and holidays are written.`;

interface Flags {
  at?: number;
  severity?: Severity;
  json?: boolean;
}

export function addDutyCommand(program: Command): void {
  program
    .command('duty')
    .description('say who is on duty, and why')
    .option('--at <time>', 'the time asked about; now without it', timeOf)
    .addOption(
      new Option('--severity <severity>', 'how pressing the case is (with --json: normal without it)').choices(
        SEVERITIES,
      ),
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(({ at = systemClock.now(), severity, json = false }: Flags) => {
      const knowledge = soundKnowledge(readConfig(process.env).contentDir);
      const plan = knowledge.organization;
      const words = siteOf(knowledge);
      const asked = severity === undefined ? SEVERITIES : [severity];
      process.stdout.write(
        json
          ? `${JSON.stringify(asJson(dutyAt(plan, severity ?? 'normal', at), at, words))}\n`
          : asText(plan, at, asked, words),
      );
    });
}

function timeOf(text: string): number {
  const at = parseTime(text);
  if (at === null) throw new InvalidArgumentError(`write it as ${TIME_EXAMPLES}.`);
  return at;
}

type Words = Pick<Site, 'word'>;

/** The form that other programs read. `reason` is for people, `why` its stable name. */
function asJson(duty: Duty, at: number, words: Words): object {
  const { severity, onCall, afterHours, reason, until, nextAt } = duty;
  const iso = (time: number | null): string | null => (time === null ? null : isoOf(time));
  return {
    severity,
    onCall,
    afterHours,
    reason: reasonIn(duty, words),
    why: reason.key,
    at: isoOf(at),
    until: iso(until),
    nextAt: iso(nextAt),
  };
}

function reasonIn({ onCall, afterHours, reason }: Duty, { word }: Words): string {
  const why = word(`duty.reason.${reason.key}`, {
    shifts: reason.shifts.join(word('duty.listComma')),
    day: reason.day,
  });
  return afterHours && onCall.length > 0 ? word('duty.anyway', { why }) : why;
}

function asText(plan: DutyPlan, at: number, asked: readonly Severity[], words: Words): string {
  const { word } = words;
  const lines = [paint.bold(headOf(plan, at, words))];
  for (const severity of asked) {
    const duty = dutyAt(plan, severity, at);
    const names = duty.onCall.map((person) => nameOf(person, words)).join(word('duty.then'));
    const who = names === '' ? paint.yellow(word('duty.nobody')) : paint.green(names);
    lines.push(`${word(`duty.severity.${severity}`)}  ${who}`, `  ${reasonIn(duty, words)}`);
    if (duty.until !== null && duty.until !== duty.nextAt)
      lines.push(`  ${word('duty.until', { when: whenOf(duty.until, at, words) })}`);
    if (duty.nextAt !== null) lines.push(`  ${word('duty.nextAt', { when: whenOf(duty.nextAt, at, words) })}`);
  }
  const shifts = shiftsOn(plan, at);
  lines.push('', paint.bold(word('duty.today')));
  if (shifts.length === 0) lines.push(`  ${word('duty.noShifts')}`);
  for (const shift of shifts) lines.push(`  ${shiftLine(shift, at, words)}`);
  return `${printable(lines.join('\n'))}\n`;
}

function headOf(plan: DutyPlan, at: number, { word }: Words): string {
  const { date, weekday, time } = momentOf(at, at);
  const calendar = calendarOf(plan);
  const day = dayOf(minuteOf(at));
  const { kind, name } = kindOfDay(day, calendar);
  const what = kind === 'plain' && isDayOff(day, calendar) ? 'restDay' : kind;
  return word('duty.head', {
    date,
    weekday: word(`duty.weekday.${weekday}`),
    time,
    what: word(`duty.day.${what}`, { name }),
  });
}

const nameOf = ({ name, userid, duty }: OnCall, { word }: Words): string =>
  userid === '' ? word('duty.person', { name, duty }) : word('duty.personId', { name, userid, duty });

/** 今天 18:00, 明天 08:30, 10月8日周四 08:30 */
function whenOf(at: number, now: number, { word }: Words): string {
  const { ahead, month, day, weekday, time } = momentOf(at, now);
  const named = ['today', 'tomorrow'][ahead] ?? 'date';
  return word(`duty.when.${named}`, { month, day, weekday: word(`duty.weekday.${weekday}`), time });
}

function shiftLine({ name, onCall, from, to, breaks, state }: ShiftToday, at: number, words: Words): string {
  const { word } = words;
  const hours = (one: { from: number; to: number }): string =>
    word('duty.hours', { from: momentOf(one.from, at).time, to: endOf(one.to, one.from) });
  const began = momentOf(from, at).ahead < 0 ? word('duty.yesterday') : '';
  const pauses = breaks.map(hours).join(word('duty.listComma'));
  const people = onCall.map((person) => person.name).join(word('duty.then'));
  const values = { name, hours: `${began}${hours({ from, to })}`, breaks: pauses, people };
  const line = pauses === '' ? word('duty.shift', values) : word('duty.shiftWithBreaks', values);
  const marked = `${line}  ${word(`duty.state.${state}`)}`;
  return state === 'on' ? paint.green(marked) : state === 'over' ? paint.dim(marked) : marked;
}

/** The end of a day is 24:00, not the next day's 00:00. */
function endOf(to: number, from: number): string {
  const { ahead, time } = momentOf(to, from);
  return ahead === 1 && time === '00:00' ? '24:00' : time;
}
