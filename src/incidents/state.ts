/** What a detector knows as plain JSON, for a store's small record; and the states of several processes as one. Pure. */
import { z } from 'zod';
import { WEEK_HOURS } from './calendar.js';
import { ALLOWED, Detector, INCIDENT_LIMITS } from './detector.js';
import type { Incident } from './incident.js';
import { MARK_LIMITS, type Mark, type Suspects } from './marks.js';
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
  /** Fault ids, by index in what follows. */
  faults: z.array(z.string().max(MARK_LIMITS.id)).max(LIMITS.entries).default([]),
  /** By stream: decayed reports, then index of a fault and decayed Σ of beliefs, in turn. */
  mixes: z
    .array(z.array(count).max(1 + 2 * MARK_LIMITS.known))
    .max(LIMITS.streams)
    .default([]),
  /** By report: index of a fault and per cent, in turn; nothing: not known. */
  marks: z
    .array(z.array(z.number().int().nonnegative()).max(2 * MARK_LIMITS.faults))
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
const rounded = (value: number): number => Math.round(value * PARTS) / PARTS;

/** The state to keep; the calendar of maintenance is not part of it. */
export function stateOf({ memory, now, incidents }: Detector): DetectorState {
  const index = new Map([...memory.streams.values()].map((stream, at) => [stream, at]));
  const faults = new Map<string, number>();
  const faultAt = (id: string): number => {
    const at = faults.get(id) ?? faults.size;
    faults.set(id, at);
    return at;
  };
  const mixes = [...index.keys()].map(({ mix }) => [
    rounded(mix.total),
    ...[...mix.sums].flatMap(([id, sum]) => (rounded(sum) > 0 ? [faultAt(id), rounded(sum)] : [])),
  ]);
  const marks = memory.entries.map(({ mark }) => (mark ?? []).flatMap(([id, percent]) => [faultAt(id), percent]));
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
        return rounded(value) > 0 ? [hour, rounded(value)] : [];
      }),
    ]),
    entries: memory.entries.map(({ minute: at, owner, streams }) => [
      at,
      owner,
      ...streams.flatMap((stream) => index.get(stream) ?? []),
    ]),
    faults: [...faults.keys()],
    mixes,
    marks,
    incidents: incidents.map((incident) => ({ ...incident })),
  };
}

/** A detector that goes on from a state; null if it is not one of this version, so that learning starts anew. */
export function detectorFrom(value: unknown, allowed = ALLOWED, suspects?: Suspects): Detector | null {
  const state = schema.safeParse(value).data;
  return state === undefined ? null : mergedFrom([state], allowed, suspects);
}

/**
 * One detector from the states of processes that each saw a part of the reports of the same time: counts add up, weeks are the
 * longest, reports are joined (a shop that wrote to two of them counts once), and so are incidents. Each process keeps learning on
 * its own state only; what is merged is asked, not kept, or reports would count twice.
 */
export function mergedFrom(states: readonly DetectorState[], allowed = ALLOWED, suspects?: Suspects): Detector {
  const detector = new Detector(allowed, suspects);
  const { memory } = detector;
  for (const state of states) {
    detector.now = Math.max(detector.now, state.now);
    memory.learned = Math.max(memory.learned, state.learned);
    memory.hours = Math.max(memory.hours, state.hours);
    state.variation.forEach((sum, at) => {
      memory.variation.sums[at] = (memory.variation.sums[at] ?? 0) + sum;
    });
    for (const [at, row] of state.streams.entries())
      addStream(memory.stream(row[0]), row, state.mixes[at] ?? [], state.faults);
    for (const incident of state.incidents) {
      const same = detector.incidents.some(({ id, stream, ended }) =>
        incident.ended === undefined && ended === undefined ? stream === incident.stream : id === incident.id,
      );
      if (!same && detector.incidents.length < INCIDENT_LIMITS.open + INCIDENT_LIMITS.ended)
        detector.incidents.push(knownOf(incident));
    }
  }
  memory.settle(0);
  const entries = states.flatMap(({ entries: rows, streams, marks, faults }) =>
    rows.map(([at, owner, ...indices], row) => ({
      at: at ?? 0,
      owner: owner ?? 0,
      keys: indices.flatMap((index) => streams[index]?.[0] ?? []),
      mark: markFrom(marks[row] ?? [], faults),
    })),
  );
  for (const { at, owner, keys, mark } of entries.sort((one, other) => one.at - other.at))
    memory.put(at, owner, keys, mark);
  return detector;
}

/** Fault id and value from index and value, in turn; what names no fault is left out. */
function pairsOf(flat: readonly number[], faults: readonly string[]): [string, number][] {
  return flat.flatMap((index, at): [string, number][] => {
    const id = at % 2 === 0 ? faults[index] : undefined;
    return id === undefined ? [] : [[id, flat[at + 1] ?? 0]];
  });
}

function markFrom(flat: readonly number[], faults: readonly string[]): Mark | null {
  const mark = pairsOf(flat, faults).filter(([, percent]) => percent <= 100);
  return mark.length === 0 ? null : mark;
}

/** Without an end it lasts. */
function knownOf({ ended, ...incident }: DetectorState['incidents'][number]): Incident {
  return ended === undefined ? incident : { ...incident, ended };
}

function addStream(
  stream: Stream | undefined,
  [, floor, weeks, counts]: DetectorState['streams'][number],
  [marked, ...sums]: readonly number[],
  faults: readonly string[],
): void {
  if (stream === undefined) return;
  stream.mix.total += marked ?? 0;
  for (const [id, sum] of pairsOf(sums, faults)) stream.mix.add(id, sum);
  stream.floor = Math.max(stream.floor, floor ?? Number.NEGATIVE_INFINITY);
  stream.baseline.weeks = Math.max(stream.baseline.weeks, weeks);
  for (let at = 0; at + 1 < counts.length; at += 2) {
    const [hour, value] = [counts[at] ?? 0, counts[at + 1] ?? 0];
    if (!Number.isInteger(hour) || hour >= WEEK_HOURS) continue;
    stream.baseline.counts[hour] = (stream.baseline.counts[hour] ?? 0) + value;
    stream.baseline.total += value;
  }
}
