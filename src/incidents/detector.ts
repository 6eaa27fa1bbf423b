/**
 * Notices that it is not only one shop: a rise of reports in some stream, its best explanation, and its end. Pure: what time it is
 * comes with each call. How it works and what was measured: docs/incidents.md.
 */
import { HOUR_MINUTES, MINUTE_MS, minuteOf, WEEK_HOURS } from './calendar.js';
import { rateRatio, thresholdFor } from './evidence.js';
import {
  type Alarm,
  alarmOf,
  endOf,
  explanationOf,
  type Incident,
  overlaps,
  ownersOf,
  REMEMBERED,
  touchedBy,
} from './incident.js';
import { markOf, type Suspects } from './marks.js';
import { LAG, Memory } from './memory.js';
import { type Finding, HORIZON, LEAST_SHOPS, type Stream } from './stream.js';
import {
  ATTRIBUTES,
  type Attributes,
  hashOf,
  implies,
  mayMeet,
  partsOf,
  type Report,
  streamKey,
  streamsOf,
} from './streams.js';

/** False alarms that are allowed a month, over all streams together. */
export const ALLOWED = 1;
/** Bounds; each has a test. */
export const INCIDENT_LIMITS = {
  /** Open at once; another alarm then waits. */
  open: 16,
  /** Remembered after their end, for at most four days. */
  ended: 48,
  /** Windows of planned maintenance. */
  planned: 100,
} as const;
/** Minutes without a call after which nobody was watching: a silent service is no silence of merchants. */
export const UNWATCHED = 2 * HOUR_MINUTES;
/** Minutes by which a clock may step back without anything being made of it. */
const STEP = HOUR_MINUTES;
/** Hours of experience before the first alarm: whoever has not seen a whole week doesn't know what its hours are like. */
export const SILENT = WEEK_HOURS;
/** What lasts longer is no incident but how things are now, minutes. */
const LONGEST = 7 * 24 * HOUR_MINUTES;

/** The last minute that a date can name (ECMA-262, 21.4.1.1). */
const LATEST = 8.64e15 / MINUTE_MS;

/** Maintenance that was announced: reports that belong to it are expected. ms since the epoch. */
export interface Planned {
  attributes: Attributes;
  from: number;
  to: number;
}

/** What came of a call. */
export interface Change {
  kind: 'opened' | 'explained' | 'ended';
  incident: Alarm;
}

export class Detector {
  readonly memory = new Memory();
  incidents: Incident[] = [];
  planned: readonly Planned[] = [];
  /** Minutes since the epoch; 0 before the first call. */
  now = 0;

  /**
   * @param allowed false alarms a month, over all streams together
   * @param suspects what an incident is likely to be, see `suspectsOf`; any fault alike without
   */
  constructor(
    readonly allowed = ALLOWED,
    readonly suspects: Suspects = new Map(),
  ) {}

  /**
   * Takes a report in. The same case may be reported again as more becomes known of it: it counts once in each stream.
   * One from the future counts as now, one that no window reaches any more not at all.
   * @param now ms since the epoch
   */
  observe(report: Report, now: number): Change[] {
    const changes = this.advance(now);
    const minute = Math.min(minuteOf(report.at), this.now);
    if (!(minute >= this.now - HORIZON) || this.#isPlanned(report)) return changes;
    const owner = hashOf(report.owner ?? report.shop);
    for (const stream of this.memory.add(minute, owner, streamsOf(report), markOf(report.faults))) {
      const change = this.#alarm(stream);
      if (change !== null) changes.push(change);
    }
    return changes;
  }

  /**
   * Lets time pass: incidents end, what is a day old becomes part of what is usual. To be called every few minutes even if nothing
   * is reported. A clock that steps back by more than an hour costs the reports after that time, not the baselines.
   * @param now ms since the epoch
   */
  advance(now: number): Change[] {
    const minute = minuteOf(now);
    if (!(minute > 0 && minute <= LATEST)) return [];
    if (this.now === 0) this.memory.learned = hourOf(minute);
    else if (minute < this.now - STEP) this.#stepBack(minute);
    else if (minute > this.now + UNWATCHED) this.#wakeUp(minute);
    if (minute <= this.now) return [];
    this.now = minute;
    while (this.memory.learned + HOUR_MINUTES <= minute - LAG) this.#learnHour();
    this.memory.expire(minute);
    return this.#end();
  }

  /** Replaces the calendar of planned maintenance; the earliest count if they are too many. */
  plan(planned: readonly Planned[]): void {
    this.planned = planned.slice(0, INCIDENT_LIMITS.planned);
  }

  /** Open incidents as of the last call, the strongest first. */
  get open(): Alarm[] {
    return this.incidents
      .filter(({ ended }) => ended === undefined)
      .map((incident) => this.#alarmOf(incident))
      .sort((one, other) => other.evidence - one.evidence);
  }

  /** What a stream's reports say now. */
  finding(stream: Stream): Finding {
    const { memory } = this;
    return stream.finding(this.now, memory.all, memory.variation.of(stream), this.suspects);
  }

  /** Evidence at which an alarm is raised, nats. */
  get threshold(): number {
    return thresholdFor(this.memory.observations, this.allowed, this.memory.marked);
  }

  /**
   * How many times likelier a case with these attributes is to come now than before the open incidents, 1 … 50: the largest rate
   * ratio of an incident that it may belong to. Where an attribute of the incident is not known of the case, the ratio is that of
   * the incident and the rest together, by their usual shares.
   */
  likelihoodRatio(attributes: Readonly<Attributes>): number {
    const { memory } = this;
    const parts = ATTRIBUTES.flatMap((name) => partsOf(streamKey({ [name]: attributes[name] || undefined })));
    const ratios = this.open.map(({ stream: key, reports, expected }) => {
      const stream = memory.streams.get(key) ?? memory.all;
      const ratio = rateRatio(reports, expected);
      if (implies(parts, stream.parts)) return ratio;
      if (!mayMeet(parts, stream.parts)) return 1;
      const whole = memory.all.baseline.rate(null);
      return 1 + Math.min(1, stream.baseline.rate(whole) / whole) * (ratio - 1);
    });
    return Math.max(1, ...ratios);
  }

  #isPlanned(report: Report): boolean {
    const keys = streamsOf(report);
    return this.planned.some(
      ({ attributes, from, to }) => report.at >= from && report.at < to && keys.includes(streamKey(attributes)),
    );
  }

  #alarm(stream: Stream): Change | null {
    const { memory } = this;
    if (memory.hours < SILENT) return null;
    const { score, since, shops } = this.finding(stream);
    if (shops < LEAST_SHOPS || score < this.threshold) return null;
    const its = this.incidents.find((one) => one.ended === undefined && one.stream === stream.key);
    if (its !== undefined) {
      its.score = Math.max(its.score, score);
      return null;
    }
    const owners = ownersOf(stream, since, this.now);
    const open = this.incidents.filter(({ ended }) => ended === undefined);
    const known = open.find((one) => overlaps(owners, ownersOf(this.#streamOf(one), one.since, this.now)));
    const explanation = explanationOf(stream, known?.since ?? since, this.now);
    if (known !== undefined) {
      const stronger =
        explanation.evidence(known.since, this.now) > this.#streamOf(known).evidence(known.since, this.now);
      known.score = Math.max(known.score, score);
      if (!stronger || explanation.key === known.stream) return null;
      known.stream = explanation.key;
      return { kind: 'explained', incident: this.#alarmOf(known) };
    }
    if (open.length >= INCIDENT_LIMITS.open) return null;
    const incident: Incident = {
      id: `${since}:${explanation.key}`,
      stream: explanation.key,
      since,
      noticed: this.now,
      score,
    };
    this.incidents.push(incident);
    return { kind: 'opened', incident: this.#alarmOf(incident) };
  }

  #end(): Change[] {
    const changes: Change[] = [];
    for (const incident of this.incidents) {
      if (incident.ended !== undefined) continue;
      const stream = this.#streamOf(incident);
      const shape = 1 / (this.memory.variation.of(stream) + 1 / stream.baseline.known);
      const over = this.now - incident.since > LONGEST ? this.now : endOf(incident, stream, this.now, shape);
      if (over === null) continue;
      incident.ended = over;
      for (const one of touchedBy(incident, stream)) one.floor = Math.max(one.floor, over);
      changes.push({ kind: 'ended', incident: this.#alarmOf(incident) });
    }
    const open = this.incidents.filter(({ ended }) => ended === undefined);
    const ended = this.incidents.filter((one) => one.ended !== undefined && one.ended >= this.now - REMEMBERED);
    this.incidents = [...ended.slice(-INCIDENT_LIMITS.ended), ...open];
    return changes;
  }

  #learnHour(): void {
    const from = this.memory.learned;
    const during = this.incidents
      .filter(({ since, ended }) => since < from + HOUR_MINUTES && (ended ?? Number.POSITIVE_INFINITY) >= from)
      .map((incident) => this.#streamOf(incident));
    const whole = this.memory.all.baseline.expected(from, from + HOUR_MINUTES);
    this.memory.learnHour(
      from,
      ({ streams }) => during.some((stream) => streams.includes(stream)),
      (stream) =>
        during.reduce((part, one) => {
          const share = one.baseline.expected(from, from + HOUR_MINUTES) / whole;
          return part + (implies(stream.parts, one.parts) ? 1 : mayMeet(stream.parts, one.parts) ? share : 0);
        }, 0),
    );
  }

  /** Nobody watched for a while: all that was seen before is learned, the time between is as if it had not been. */
  #wakeUp(minute: number): void {
    while (this.memory.learned + HOUR_MINUTES <= this.now) this.#learnHour();
    this.memory.learned = hourOf(minute);
    this.memory.settle((minute - this.now) / HOUR_MINUTES);
  }

  #stepBack(minute: number): void {
    this.memory.clear(minute);
    this.memory.learned = Math.min(this.memory.learned, hourOf(minute));
    for (const stream of this.memory.streams.values()) stream.floor = Math.min(stream.floor, minute);
    this.incidents = this.incidents.filter(({ noticed, ended }) => Math.max(noticed, ended ?? 0) <= minute);
    this.now = minute - 1;
  }

  #streamOf({ stream }: Incident): Stream {
    return this.memory.stream(stream) ?? this.memory.all;
  }

  #alarmOf(incident: Incident): Alarm {
    return alarmOf(incident, this.#streamOf(incident), this.now);
  }
}

const hourOf = (minute: number): number => Math.floor(minute / HOUR_MINUTES) * HOUR_MINUTES;

/** ms since the epoch, of what an alarm says in minutes. */
export const asTime = (minute: number): number => minute * MINUTE_MS;
