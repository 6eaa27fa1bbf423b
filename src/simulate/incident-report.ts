/** What the detection of incidents came to: figures, a table for a terminal, the curve of delay against false alarms. Pure. */
import { ALLOWED } from '../incidents/index.js';
import { ALLOWANCES, type IncidentResult, inTime, SIZE_CLASSES, type Trial, WITHIN } from './incidents.js';

/** Delays of some outages; null where more than that share was missed. */
export interface Delays {
  size: Trial['size'] | 'all';
  outages: number;
  reports: { median: number | null; p90: number | null };
  minutes: { median: number | null; p90: number | null };
  /** Share seen within eight reports or five minutes, whichever is later, and share never seen. */
  inTime: number;
  missed: number;
  /** Share of which the failing stream itself was named ten reports later. */
  named: number;
}

export interface CurvePoint {
  /** False alarms a month that the threshold allows by its bound, and that came. */
  allowed: number;
  falseAlarms: number;
  /** Reports until a tenfold rise was seen. */
  median: number | null;
  p90: number | null;
  inTime: number;
}

/** What the issue asks for, and what came. */
export interface Targets {
  falseAlarms: { asked: number; aMonth: number; met: boolean };
  /** Of streams with a report a day and more: met if half of the rises are seen in time; `all`: if every one is. */
  delay: { reports: number; minutes: number; inTime: number; met: boolean; all: boolean };
}

export interface IncidentSummary {
  seed: number;
  months: number;
  streams: IncidentResult['streams'];
  reportsAMonth: number;
  threshold: number;
  /** A month, with the exact bounds of 95 % of a Poisson count; `early`: of both months of the beginning together. */
  falseAlarms: { aMonth: number; low: number; high: number; early: number };
  delays: Delays[];
  curve: CurvePoint[];
  targets: Targets;
}

/** Streams with a report a day: a rarer one is far from eight reports within a day even tenfold. Counted, but apart. */
const daily = ({ size }: Trial): boolean => size !== 'rare';

export function summaryOf(result: IncidentResult): IncidentSummary {
  const { seed, months, streams, reportsAMonth, threshold, falseAlarms, early } = result;
  const trials = result.trials.filter(daily);
  const sizes = [...SIZE_CLASSES.map(({ id }) => id), 'all' as const];
  return {
    seed,
    months,
    streams,
    reportsAMonth,
    threshold,
    falseAlarms: { aMonth: falseAlarms / months, ...boundsOf(falseAlarms, months), early },
    delays: sizes.map((size) =>
      delaysOf(size, size === 'all' ? trials : result.trials.filter((one) => one.size === size)),
    ),
    curve: ALLOWANCES.map((allowed, at) => {
      const seen = trials.map((trial) => trial.seen[at] ?? null);
      const reports = seen.map((one) => one?.reports ?? null);
      return {
        allowed,
        falseAlarms: result.falseByAllowance[at] ?? 0,
        median: quantile(reports, 0.5),
        p90: quantile(reports, 0.9),
        inTime: share(seen.map(inTime)),
      };
    }),
    targets: targetsOf(falseAlarms / months, share(trials.map(({ alarm }) => inTime(alarm)))),
  };
}

function targetsOf(aMonth: number, inTimeShare: number): Targets {
  return {
    falseAlarms: { asked: ALLOWED, aMonth, met: aMonth <= ALLOWED },
    delay: { ...WITHIN, inTime: inTimeShare, met: inTimeShare >= 0.5, all: inTimeShare === 1 },
  };
}

function delaysOf(size: Delays['size'], trials: readonly Trial[]): Delays {
  const [reports, minutes] = [
    trials.map(({ alarm }) => alarm?.reports ?? null),
    trials.map(({ alarm }) => (alarm === null ? null : Math.round(alarm.minutes))),
  ];
  return {
    size,
    outages: trials.length,
    reports: { median: quantile(reports, 0.5), p90: quantile(reports, 0.9) },
    minutes: { median: quantile(minutes, 0.5), p90: quantile(minutes, 0.9) },
    inTime: share(trials.map(({ alarm }) => inTime(alarm))),
    missed: share(trials.map(({ alarm }) => alarm === null)),
    named: share(trials.map(({ named }) => named)),
  };
}

const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / Math.max(1, flags.length);

/** Smallest value that at least this share lies at or below; what was missed counts as later than everything. */
export function quantile(values: readonly (number | null)[], part: number): number | null {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).sort((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  return value === undefined || !Number.isFinite(value) ? null : value;
}

/** 95 % bounds of a Poisson rate, by Byar's approximation (Breslow & Day 1987, 2.13). */
export function boundsOf(count: number, months: number): { low: number; high: number } {
  const bound = (k: number, z: number): number => (k <= 0 ? 0 : k * (1 - 1 / (9 * k) + z / (3 * Math.sqrt(k))) ** 3);
  return { low: Math.max(0, bound(count, -1.96)) / months, high: bound(count + 1, 1.96) / months };
}

const verdict = (met: boolean): string => (met ? 'met' : 'NOT met');
const percent = (value: number): string => `${Math.round(100 * value)} %`;
const orDash = (value: number | null): string => (value === null ? '–' : String(value));

/** Tables for a terminal. */
export function incidentsAsText(summary: IncidentSummary): string {
  const { falseAlarms, streams, targets } = summary;
  return [
    `${summary.months} months, ${summary.reportsAMonth} reports a month, ${streams.all} streams, ${streams.daily} of them with a report a day, seed ${summary.seed}`,
    `false alarms a month, all streams together: ${falseAlarms.aMonth.toFixed(2)} (95 %: ${falseAlarms.low.toFixed(2)} … ${falseAlarms.high.toFixed(2)}); in the first two months: ${falseAlarms.early}`,
    `asked: at most ${targets.falseAlarms.asked} a month: ${verdict(targets.falseAlarms.met)}`,
    `asked: tenfold rises seen within ${WITHIN.reports} reports or ${WITHIN.minutes} minutes, whichever is later: half of them ${verdict(targets.delay.met)}, all of them ${verdict(targets.delay.all)} (${percent(targets.delay.inTime)})`,
    `evidence at which an alarm is raised: ${summary.threshold.toFixed(1)} nats`,
    '',
    'tenfold rises, by reports a usual day of the stream',
    ...columns([
      ['stream', 'outages', 'reports', '90 %', 'minutes', '90 %', 'in time', 'missed', 'named'],
      ...summary.delays.map((row) => [
        row.size,
        String(row.outages),
        orDash(row.reports.median),
        orDash(row.reports.p90),
        orDash(row.minutes.median),
        orDash(row.minutes.p90),
        percent(row.inTime),
        percent(row.missed),
        percent(row.named),
      ]),
    ]),
    `large: ${SIZE_CLASSES[0].from} and more; medium: ${SIZE_CLASSES[1].from} and more; small: ${SIZE_CLASSES[2].from} and more; rare: ${SIZE_CLASSES[3].from} and more, not among all. In time: 8 reports or 5 minutes, whichever is later.`,
    '',
    'by threshold',
    ...columns([
      ['false a month', 'reports', '90 %', 'in time'],
      ...summary.curve.map((row) => [
        row.falseAlarms.toFixed(2),
        orDash(row.median),
        orDash(row.p90),
        percent(row.inTime),
      ]),
    ]),
  ].join('\n');
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
}
