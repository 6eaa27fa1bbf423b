/**
 * How well incidents are noticed: false alarms in months without one, and how long a rise takes to be seen. Pure and seeded.
 *
 * Quiet months and outages come from the same traffic. Each outage is tried on a copy of the detector as it was at that moment, so
 * that no trial disturbs another or the quiet months; a threshold's curve comes from the same trials.
 */
import { DAY_MINUTES, MINUTE_MS } from '../incidents/calendar.js';
import {
  ALL,
  ALLOWED,
  type Change,
  Detector,
  detectorFrom,
  type Report,
  stateOf,
  streamAttributes,
  streamsOf,
} from '../incidents/index.js';
import { pick, type Random, randomFrom } from './random.js';
import { drawTraffic, type Traffic } from './shops.js';
import { type Days, drawDays, drawOutage, streamSizes } from './traffic.js';
import type { Voices } from './voices.js';

/** What the issue asks for: seen within so many reports or minutes, whichever is later. */
export const WITHIN = { reports: 8, minutes: 5 } as const;
/** The tenfold rise. */
const RISE = 10;
const MONTH_DAYS = 30;
/** Months before anything is counted. */
const WARM_UP = 2;
/** Sizes of streams, by reports on a usual day. */
export const SIZE_CLASSES = [
  { id: 'large', from: 24 },
  { id: 'medium', from: 6 },
  { id: 'small', from: 1 },
  { id: 'rare', from: 0.5 },
] as const;
/** Outages tried in a month, of each size. */
const TRIALS = 8;
/** A rise that nobody saw by then was missed. */
const GIVEN_UP = { reports: 40, days: 3 } as const;
/** False alarms a month that thresholds of the curve allow. */
export const ALLOWANCES = [30, 10, 3, 1, 0.3, 0.1] as const;
/** Minutes between two calls that only let time pass. */
const TICK = 10;

/** A rise as one trial saw it: when it reached each of the thresholds. */
export interface Trial {
  size: (typeof SIZE_CLASSES)[number]['id'];
  stream: string;
  /** By allowance: reports of the stream since the rise began, each shop's once, and minutes; null: not seen. */
  seen: ({ reports: number; minutes: number } | null)[];
  /** At the threshold in use. */
  alarm: { reports: number; minutes: number } | null;
  /** Was the stream itself named, ten reports later? */
  named: boolean;
}

export interface IncidentResult {
  months: number;
  seed: number;
  /** Streams that reports came in, and those with a report a day. */
  streams: { all: number; daily: number };
  reportsAMonth: number;
  /** Evidence at which an alarm is raised, nats, in the last month. */
  threshold: number;
  /** False alarms of the months that count, and in the first two, in which everything is new. */
  falseAlarms: number;
  early: number;
  /** By allowance: false alarms a month. */
  falseByAllowance: number[];
  trials: Trial[];
}

/** Months of traffic, the trials on the way. Yields after each month: how many are done, of how many. */
export function* simulateIncidents(
  months: number,
  seed: number,
  voices: Voices,
): Generator<{ done: number; of: number }, IncidentResult> {
  const random = randomFrom(seed);
  const traffic = drawTraffic(voices, random);
  const detector = new Detector(ALLOWED, voices.suspects);
  // Every threshold of the curve needs its own detector, as what is open is kept out of the baseline; the most lenient one's
  // alarms, by how far their evidence went, stand for all of them.
  const lenient = new Detector(ALLOWANCES[0], voices.suspects);

  const result: IncidentResult = {
    months,
    seed,
    streams: { all: 0, daily: 0 },
    reportsAMonth: 0,
    threshold: 0,
    falseAlarms: 0,
    early: 0,
    falseByAllowance: ALLOWANCES.map(() => 0),
    trials: [],
  };
  let sizes = new Map<string, number>();
  let reports = 0;
  for (let month = 0; month < WARM_UP + months; month += 1) {
    const from = FIRST_MONDAY + month * MONTH_DAYS * DAY_MINUTES;
    const days = drawDays(traffic, from, MONTH_DAYS * DAY_MINUTES, random);
    const counts = month >= WARM_UP;
    if (counts) {
      sizes = sizes.size === 0 ? streamSizes(days.reports, MONTH_DAYS) : sizes;
      reports += days.reports.filter(({ later }) => later !== true).length;
    }
    const trials = counts ? drawTrials(days, sizes, random) : [];
    const opened = runDays(detector, days, (at) => {
      while (trials[0] !== undefined && trials[0].at <= at) {
        const trial = trials.shift();
        if (trial !== undefined) result.trials.push(tryOutage(detector, traffic, days, trial, random));
      }
    });
    const peaks = peaksOf(lenient, days);
    if (counts) {
      result.falseAlarms += opened;
      ALLOWANCES.forEach((allowed, at) => {
        const bar = detector.threshold - Math.log(allowed);
        const over = peaks.filter((score) => score >= bar).length;
        result.falseByAllowance[at] = (result.falseByAllowance[at] ?? 0) + over / months;
      });
    } else result.early += opened;
    yield { done: month + 1, of: WARM_UP + months };
  }
  const perDay = [...sizes.values()];
  result.streams = { all: perDay.length, daily: perDay.filter((size) => size >= 1).length };
  result.reportsAMonth = Math.round(reports / months);
  result.threshold = detector.threshold;
  return result;
}

/** Monday 2026-01-05, 00:00 in China, minutes since the epoch. */
const FIRST_MONDAY = Date.UTC(2026, 0, 4, 16) / MINUTE_MS;

/** Gives a detector what came, in order. `before` each report. Returns how many incidents it opened. */
function runDays(detector: Detector, { reports, planned }: Days, before: (at: number) => void = () => {}): number {
  detector.plan(planned);
  let opened = 0;
  const note = (changes: readonly Change[]): void => {
    opened += changes.filter(({ kind }) => kind === 'opened').length;
  };
  let tick = (reports[0]?.at ?? 0) + TICK * MINUTE_MS;
  for (const report of reports) {
    for (; tick < report.at; tick += TICK * MINUTE_MS) note(detector.advance(tick));
    before(report.at);
    note(detector.observe(report, report.at));
  }
  return opened;
}

/** The evidence to which each incident went that began in these days. */
function peaksOf(detector: Detector, days: Days): number[] {
  const from = detector.now;
  const peaks = new Map<string, number>();
  runDays(detector, days, () => {
    for (const { id, score, noticed } of detector.incidents) if (noticed > from) peaks.set(id, score);
  });
  for (const { id, score, noticed } of detector.incidents) if (noticed > from) peaks.set(id, score);
  return [...peaks.values()];
}

interface Plan {
  size: Trial['size'];
  stream: string;
  /** ms since the epoch. */
  at: number;
}

/** Outages of each size, at times when shops sell, in order of time. */
function drawTrials({ reports }: Days, sizes: ReadonlyMap<string, number>, random: Random): Plan[] {
  // The last days are too short for the slow ones.
  const early = reports.slice(0, Math.floor((reports.length * (MONTH_DAYS - GIVEN_UP.days - 1)) / MONTH_DAYS));
  return SIZE_CLASSES.flatMap(({ id, from }, at) => {
    const below = SIZE_CLASSES[at - 1]?.from ?? Number.POSITIVE_INFINITY;
    const streams = [...sizes].filter(([key, size]) => key !== ALL && size >= from && size < below);
    if (streams.length === 0) return [];
    return Array.from({ length: TRIALS }, () => ({
      size: id,
      stream: pick(streams, random)[0],
      at: pick(early, random).at,
    }));
  }).sort((one, other) => one.at - other.at);
}

/** What the copy of a detector makes of a tenfold rise that begins now. */
function tryOutage(
  detector: Detector,
  traffic: Traffic,
  days: Days,
  { size, stream, at }: Plan,
  random: Random,
): Trial {
  const copy = detectorFrom(stateOf(detector), ALLOWED, traffic.voices.suspects);
  const trial: Trial = { size, stream, seen: ALLOWANCES.map(() => null), alarm: null, named: false };
  if (copy === null) return trial;
  copy.plan(days.planned);
  const from = Math.floor(at / MINUTE_MS);
  const stop = at + GIVEN_UP.days * DAY_MINUTES * MINUTE_MS;
  const outage = drawOutage(
    traffic,
    { stream: streamAttributes(stream), from, minutes: GIVEN_UP.days * DAY_MINUTES, rise: RISE },
    random,
  );
  const usual = days.reports.filter((report) => report.at >= from * MINUTE_MS && report.at < stop);
  const bars = ALLOWANCES.map((allowed) => copy.threshold - Math.log(allowed));
  const shops = new Set<string>();
  for (const report of [...usual, ...outage].sort((one, other) => one.at - other.at)) {
    copy.observe(report, report.at);
    if (!streamsOf(report).includes(stream)) continue;
    if (report.later !== true) shops.add(report.owner ?? report.shop);
    const now = { reports: shops.size, minutes: (report.at - at) / MINUTE_MS };
    const score = scoreOf(copy, report, stream, from);
    bars.forEach((bar, index) => {
      if (score >= bar) trial.seen[index] ??= now;
    });
    if (score >= copy.threshold) trial.alarm ??= now;
    const done = trial.seen.every((one) => one !== null) && shops.size >= (trial.alarm?.reports ?? 0) + 10;
    if (done || shops.size >= GIVEN_UP.reports) break;
  }
  trial.named = copy.open.some((incident) => incident.stream === stream);
  return trial;
}

/** The best evidence in a stream of the report, of windows that are about the outage. */
function scoreOf(detector: Detector, report: Report, stream: string, from: number): number {
  const target = detector.memory.streams.get(stream);
  const scores = detector.memory.known(report).map((one) => {
    const { score, since, shops } = detector.finding(one);
    const about = target?.count(Math.max(since, from), detector.now + 1) ?? 0;
    return 2 * about >= shops ? score : 0;
  });
  return Math.max(0, ...scores);
}

/** Was it seen in time? */
export const inTime = (seen: { reports: number; minutes: number } | null): boolean =>
  seen !== null && (seen.reports <= WITHIN.reports || seen.minutes <= WITHIN.minutes);
