/** What a detector knows as plain JSON, for a store's small record; and the states of several processes as one. Pure. */
import { z } from 'zod';
import { WEEK_HOURS } from './calendar.js';
import { ALLOWED, Detector, INCIDENT_LIMITS } from './detector.js';
import type { Incident } from './incident.js';
import { MARK_CAUSES } from './marks.js';
import { LIMITS } from './memory.js';
import type { Stream } from './stream.js';
import { STREAMS_A_REPORT } from './streams.js';

/** 2: with marks. A state of version 1 is read as one that has none. */
export const STATE_VERSION = 2;
const READ = [1, STATE_VERSION] as const;
/**
 * Longest JSON, characters: each stream has all its hours, each report all its streams. 4,000 shops come to a tenth of it after
 * months.
 */
export const STATE_LIMIT = 4 * 1024 * 1024;

const count = z.number().finite().nonnegative();
const minute = z.number().int();
const schema = z.strictObject({
  version: z.literal(READ),
  now: minute,
  learned: minute,
  hours: count,
  variation: z.tuple([z.number().finite(), count, z.number().finite(), count]),
  /** Key, floor (minute), decayed weeks, then hour of the week and decayed count, in turn. */
  streams: z
    .array(z.tuple([z.string().max(400), minute.nullable(), count, z.array(count).max(2 * WEEK_HOURS)]))
    .min(1)
    .max(LIMITS.streams),
  /** Minute, owner's hash, then indices of streams. */
  entries: z
    .array(
      z
        .array(z.number().int())
        .min(3)
        .max(2 + STREAMS_A_REPORT),
    )
    .max(LIMITS.entries),
  /** By stream: decayed Σ of marks, by cause. */
  mixes: z.array(z.array(count).max(MARK_CAUSES.length)).max(LIMITS.streams).default([]),
  /** By report: per cent by cause; nothing: not known. */
  marks: z
    .array(z.array(z.number().int().min(0).max(100)).max(MARK_CAUSES.length))
    .max(LIMITS.entries)
    .default([]),
  incidents: z
    .array(
      z.strictObject({
        id: z.string().max(440),
        stream: z.string().max(400),
        since: minute,
        noticed: minute,
        score: z.number().finite(),
        ended: minute.optional(),
      }),
    )
    .max(INCIDENT_LIMITS.open + INCIDENT_LIMITS.ended),
});

export type DetectorState = z.infer<typeof schema>;

/** Counts are kept to so many parts of a report. */
const PARTS = 1000;

/** The state to keep; the calendar of maintenance is not part of it. */
export function stateOf({ memory, now, incidents }: Detector): DetectorState {
  const index = new Map([...memory.streams.values()].map((stream, at) => [stream, at]));
  return {
    version: STATE_VERSION,
    now,
    learned: memory.learned,
    hours: memory.hours,
    variation: [...memory.variation.sums],
    streams: [...index.keys()].map((stream) => [
      stream.key,
      Number.isFinite(stream.floor) ? stream.floor : null,
      Math.round(stream.baseline.weeks * 1e6) / 1e6,
      [...stream.baseline.counts].flatMap((value, hour) => {
        const rounded = Math.round(value * PARTS) / PARTS;
        return rounded > 0 ? [hour, rounded] : [];
      }),
    ]),
    entries: memory.entries.map(({ minute: at, owner, streams }) => [
      at,
      owner,
      ...streams.flatMap((stream) => index.get(stream) ?? []),
    ]),
    mixes: [...index.keys()].map(({ mix }) => [...mix.sums].map((sum) => Math.round(sum * PARTS) / PARTS)),
    marks: memory.entries.map(({ mark }) => [...(mark ?? [])]),
    incidents: incidents.map((incident) => ({ ...incident })),
  };
}

/** A detector that goes on from a state; null if it is not one of this version, so that learning starts anew. */
export function detectorFrom(value: unknown, allowed = ALLOWED): Detector | null {
  const state = schema.safeParse(value).data;
  return state === undefined ? null : mergedFrom([state], allowed);
}

/**
 * One detector from the states of processes that each saw a part of the reports of the same time: counts add up, weeks are the
 * longest, reports are joined (a shop that wrote to two of them counts once), and so are incidents. Each process keeps learning on
 * its own state only; what is merged is asked, not kept, or reports would count twice.
 */
export function mergedFrom(states: readonly DetectorState[], allowed = ALLOWED): Detector {
  const detector = new Detector(allowed);
  const { memory } = detector;
  for (const state of states) {
    detector.now = Math.max(detector.now, state.now);
    memory.learned = Math.max(memory.learned, state.learned);
    memory.hours = Math.max(memory.hours, state.hours);
    state.variation.forEach((sum, at) => {
      memory.variation.sums[at] = (memory.variation.sums[at] ?? 0) + sum;
    });
    for (const [at, row] of state.streams.entries()) addStream(memory.stream(row[0]), row, state.mixes[at] ?? []);
    for (const incident of state.incidents) {
      const same = detector.incidents.some(({ id, stream, ended }) =>
        incident.ended === undefined && ended === undefined ? stream === incident.stream : id === incident.id,
      );
      if (!same && detector.incidents.length < INCIDENT_LIMITS.open + INCIDENT_LIMITS.ended)
        detector.incidents.push(knownOf(incident));
    }
  }
  memory.settle(0);
  const entries = states.flatMap(({ entries: rows, streams, marks }) =>
    rows.map(([at, owner, ...indices], row) => ({
      at: at ?? 0,
      owner: owner ?? 0,
      keys: indices.flatMap((index) => streams[index]?.[0] ?? []),
      mark: marks[row]?.length === MARK_CAUSES.length ? marks[row] : null,
    })),
  );
  for (const { at, owner, keys, mark } of entries.sort((one, other) => one.at - other.at))
    memory.put(at, owner, keys, mark);
  return detector;
}

/** Without an end it lasts. */
function knownOf({ ended, ...incident }: DetectorState['incidents'][number]): Incident {
  return ended === undefined ? incident : { ...incident, ended };
}

function addStream(
  stream: Stream | undefined,
  [, floor, weeks, counts]: DetectorState['streams'][number],
  sums: readonly number[],
): void {
  if (stream === undefined) return;
  sums.forEach((sum, at) => {
    stream.mix.sums[at] = (stream.mix.sums[at] ?? 0) + sum;
  });
  stream.floor = Math.max(stream.floor, floor ?? Number.NEGATIVE_INFINITY);
  stream.baseline.weeks = Math.max(stream.baseline.weeks, weeks);
  for (let at = 0; at + 1 < counts.length; at += 2) {
    const [hour, value] = [counts[at] ?? 0, counts[at + 1] ?? 0];
    if (!Number.isInteger(hour) || hour >= WEEK_HOURS) continue;
    stream.baseline.counts[hour] = (stream.baseline.counts[hour] ?? 0) + value;
    stream.baseline.total += value;
  }
}
