/** The quarterly record of drills that auditors ask for: as tables, and as rows for a spreadsheet. Pure. */
import type { CauseHistory, History, Next } from '../drills/history.js';
import { type DrillWords, doorName, findingsIn, timelineOf } from './drill-lines.js';
import type { Invitation, RecordedDrill } from './drill-runs.js';
import type { Section } from './sections.js';
import { clockOf, dateOf } from './shanghai.js';

/** What a team was to do. */
export interface PlanRow {
  team: string;
  wanted: number;
  /** Null: no working hour was free. */
  at: number | null;
  moved: readonly string[];
  invitation: Invitation | null;
  /** Drills of its people in the days around it. */
  held: number;
  people: number;
}

/** Somebody, or a team. */
export interface Standing {
  name: string;
  team: string;
  history: History;
  next: Next | null;
}

export interface DrillReport {
  /** YYYY-MM-DD, both counted. */
  from: string;
  to: string;
  plan: readonly PlanRow[];
  /** The latest first. */
  drills: readonly RecordedDrill[];
  people: readonly Standing[];
  teams: readonly Standing[];
  /** Earlier ones that were left out. */
  dropped: number;
}

const percent = (p: number): string => `${Math.round(100 * p)}%`;
const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value));

/** When it was, in China: 2026-11-24 10:05. */
export const momentOf = (at: number): string => `${dateOf(at)} ${clockOf(at)}`;

/** The tables that the terminal and the page show alike. */
export function drillSections(report: DrillReport, teamOf: (person: string) => string, words: DrillWords): Section[] {
  const { word } = words;
  const section = (key: string, columns: readonly string[], rows: Section['rows']): Section => ({
    title: word(`drill.report.section.${key}`),
    columns: columns.map((column) => word(`drill.report.column.${column}`)),
    rows,
  });
  const all = [
    section(
      'plan',
      ['team', 'wanted', 'at', 'why', 'invited', 'held', 'people'],
      report.plan.map((row) => planCells(row, words)),
    ),
    section(
      'runs',
      ['run', 'at', 'person', 'team', 'drill', 'minutes', 'outcome', 'score'],
      report.drills.map((one) => [
        one.id,
        momentOf(one.from),
        peopleOf(one, words),
        teamOf(one.person),
        words.drill(one.drill),
        minutesOf(one),
        word(`drill.report.ended.${one.outcome}`),
        one.score,
      ]),
    ),
    section(
      'people',
      STANDING,
      report.people.map((one) => standingCells(one, words)),
    ),
    section(
      'teams',
      STANDING,
      report.teams.map((one) => standingCells(one, words)),
    ),
  ];
  return all.filter(({ rows }) => rows.length > 0);
}

/** As a key of ui.yaml, which has no dashes. */
export const movedKey = (why: string): string => (why === 'day-off' ? 'dayOff' : why);

const STANDING = ['name', 'n', 'mean', 'weakestCause', 'weakestItem', 'next'];

function planCells(
  { team, wanted, at, moved, invitation, held, people }: PlanRow,
  { word }: DrillWords,
): Section['rows'][number] {
  const why = moved.map((one) => word(`drill.moved.${movedKey(one)}`));
  const invited = invitation === null ? word('drill.report.notInvited') : momentOf(invitation.at);
  return [
    team,
    momentOf(wanted),
    at === null ? word('drill.schedule.never') : momentOf(at),
    why.join(word('drill.comma')),
    invited,
    held,
    people,
  ];
}

function standingCells({ name, history, next }: Standing, words: DrillWords): Section['rows'][number] {
  const { runs, mean, weakestCause, weakestItem } = history;
  return [
    name,
    runs,
    rounded(mean),
    weakestCause === null ? null : words.cause(weakestCause),
    weakestItem === null ? null : words.item(weakestItem),
    next === null ? null : nextOf(next, words),
  ];
}

/** Which drill next, and why. */
export function nextOf({ drill, cause, recall }: Next, { word, ...names }: DrillWords): string {
  const values = { id: drill, title: names.drill(drill), cause: names.cause(cause) };
  return recall === null
    ? word('drill.report.nextNew', values)
    : word('drill.report.nextForgotten', { ...values, recall: percent(recall) });
}

/** How a cause stands with somebody. */
export function causeCells(
  { cause, runs, mean, lastScore, last, halfLife, recall }: CauseHistory,
  words: DrillWords,
): Section['rows'][number] {
  return [words.cause(cause), runs, Math.round(mean), lastScore, dateOf(last), Math.round(halfLife), percent(recall)];
}

export function causeSection(history: History, words: DrillWords): Section {
  const columns = ['cause', 'n', 'mean', 'lastScore', 'lastAt', 'halfLife', 'recall'];
  return {
    title: words.word('drill.report.section.causes'),
    columns: columns.map((column) => words.word(`drill.report.column.${column}`)),
    rows: history.causes.map((one) => causeCells(one, words)),
  };
}

/** Whoever took part; in a drill of several people with their roles, the one who opened it first. */
export function peopleOf({ person, role, seats }: RecordedDrill, { word, ...words }: DrillWords): string {
  if (role === '' && seats.length === 0) return person;
  const all = [{ person, role, left: false }, ...seats].map((one) => {
    const how = one.left ? 'seatLeft' : 'seat';
    return word(`drill.report.${how}`, { person: one.person, role: words.role(one.role) });
  });
  return all.join(word('drill.comma'));
}

export const modeOf = ({ timed }: Pick<RecordedDrill, 'timed'>): string => (timed ? 'timed' : 'tabletop');

/** Minutes of the drill; null without an end. */
export const minutesOf = ({ seconds }: Pick<RecordedDrill, 'seconds'>): number | null =>
  seconds === null ? null : Math.max(1, Math.round(seconds / 60));

/** One drill a row, with its items, findings and actions; no words of the trainee. */
export function drillRows(
  drills: readonly RecordedDrill[],
  teamOf: (person: string) => string,
  words: DrillWords,
): (string | number)[][] {
  const { word } = words;
  const items = [...new Set(drills.flatMap(({ items }) => items.map(({ id }) => id)))];
  const about = [
    'run',
    'at',
    'until',
    'person',
    'team',
    'door',
    'id',
    'drill',
    'fault',
    'mode',
    'minutes',
    'outcome',
    'interrupted',
    'score',
  ];
  const header = [
    ...about.map((column) => word(`drill.report.column.${column}`)),
    ...items.map((id) => words.item(id)),
    ...['questions', 'bits', 'timeline', 'findings', 'actions', 'owner', 'due'].map((column) =>
      word(`drill.report.column.${column}`),
    ),
  ];
  const rows = drills.map((one) => {
    const findings = findingsIn(one, words);
    return [
      one.id,
      momentOf(one.from),
      one.to === null ? '' : momentOf(one.to),
      peopleOf(one, words),
      teamOf(one.person),
      doorName(one, words),
      one.drill,
      words.drill(one.drill),
      words.fault(one.fault),
      word(`drill.report.mode.${modeOf(one)}`),
      minutesOf(one) ?? '',
      word(`drill.report.ended.${one.outcome}`),
      one.interrupted,
      one.score ?? '',
      ...items.map((id) => one.items.find((item) => item.id === id)?.points ?? ''),
      one.questions ?? '',
      one.bits ?? '',
      timelineOf(one, words).join(word('drill.semicolon')),
      findings.map(({ finding }) => finding).join(word('drill.semicolon')),
      findings.map(({ action }) => action).join(word('drill.semicolon')),
      // For whoever decides on it to fill in.
      '',
      '',
    ];
  });
  return [header, ...rows];
}
