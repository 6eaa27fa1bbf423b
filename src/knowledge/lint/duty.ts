/**
 * duty-person, duty-hours, duty-break, duty-dates, duty-nobody: the duty calendar of organization.yaml must name people that there are, and say
 * of each day and hour one thing only.
 */
import { minutesBetween } from '../days.js';
import type { Path } from '../document.js';
import type { Problem, Severity } from '../problem.js';
import { type Organization, SEVERITIES } from '../schema.js';
import { layerOf, type Rule, report } from './context.js';

type Add = (path: readonly [keyof Organization, ...Path], rule: string, message: string, severity?: Severity) => void;

const DAY = 1440;

export const duty: Rule = ({ content }) => {
  const { organization } = content.singles;
  const problems: Problem[] = [];
  const add: Add = (path, rule, message, severity) =>
    problems.push(report(layerOf(organization, path[0]), path, rule, message, severity));
  people(organization.value, add);
  hours(organization.value, add);
  dates(organization.value, add);
  return problems;
};

function people({ onCall, dutyHours, shifts, afterHours }: Organization, add: Add): void {
  const count = (name: string): number => onCall.filter((person) => person.name === name).length;
  const check = (name: string, path: Parameters<Add>[0]): void => {
    if (count(name) === 0)
      add(path, 'duty-person', `nobody in onCall has the name "${name}"; add the person there or correct the name`);
    if (count(name) > 1)
      add(path, 'duty-person', `${count(name)} people in onCall have the name "${name}"; give each a name of its own`);
  };
  for (const [index, shift] of shifts.entries())
    for (const [place, name] of shift.onCall.entries()) check(name, ['shifts', index, 'onCall', place]);
  for (const severity of SEVERITIES)
    for (const [place, name] of afterHours[severity].entries()) check(name, ['afterHours', severity, place]);
  if (dutyHours.length > 0 && shifts.length > 0)
    add(['dutyHours'], 'duty-hours', 'dutyHours is not read beside shifts; make a shift of it and remove it here');
  if (dutyHours.length > 0 && onCall.length === 0)
    add(['dutyHours'], 'duty-nobody', 'dutyHours says when, but nobody stands in onCall; add the people', 'warning');
}

function hours({ dutyHours, shifts }: Organization, add: Add): void {
  for (const key of ['dutyHours', 'shifts'] as const)
    for (const [index, { from, to }] of { dutyHours, shifts }[key].entries())
      if (from === to)
        add([key, index, 'to'], 'duty-hours', `it ends when it begins; for a whole day write from 00:00 to 24:00`);
  for (const [index, { from, to, breaks }] of shifts.entries()) {
    const length = minutesBetween(from, to);
    for (const [place, pause] of breaks.entries()) {
      const begins = minutesBetween(from, pause.from) % DAY;
      const ends = begins + minutesBetween(pause.from, pause.to);
      if (ends > length || ends - begins >= length)
        add(
          ['shifts', index, 'breaks', place],
          'duty-break',
          `the break ${pause.from}–${pause.to} is not a part of ${from}–${to}; correct one of the two`,
        );
    }
  }
}

/** A day may be named once: a holiday that is worked would be neither. */
function dates({ holidays, workdays }: Organization, add: Add): void {
  const named = new Map<string, string>();
  for (const key of ['holidays', 'workdays'] as const)
    for (const [index, entry] of { holidays, workdays }[key].entries())
      for (const day of daysOf(entry)) {
        const other = named.get(day);
        if (other !== undefined) {
          add([key, index], 'duty-dates', `${day} is already named by "${other}"; keep it in one place`);
          break;
        }
        named.set(day, entry.name);
      }
}

function daysOf({ date, from = date, to = date }: Organization['holidays'][number]): string[] {
  if (from === undefined || to === undefined) return [];
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY * 60_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
