/** An incident that was noticed: what it is taken for, and when it is over. Pure. */
import { HOUR_MINUTES } from './calendar.js';
import { logRatio, RISE, rateRatio } from './evidence.js';
import { type Entry, LEAST_SHOPS, type Stream } from './stream.js';

/** As it is remembered; minutes since the epoch. */
export interface Incident {
  id: string;
  /** Key of the stream that explains it best. */
  stream: string;
  since: number;
  /** When it was noticed. */
  noticed: number;
  /** The largest log-likelihood ratio at which it was seen, nats. */
  score: number;
  /** When the rate was back to the usual; absent while it lasts. */
  ended?: number;
}

/** An incident with what was seen of it. */
export interface Alarm extends Incident {
  /** Reports of the stream since then, a shop's counted once, and how many are usual. */
  reports: number;
  expected: number;
  /** Kulldorff's log-likelihood ratio of the cluster, nats. */
  evidence: number;
  shops: number;
}

/** Share of the reports of an alarm that a stream must hold to explain it: some attributes are not known of every case. */
const EXPLAINS = 0.5;
/** Share of the smaller of two alarms that they have in common if they are one incident. */
const SAME = 0.5;

/** What was seen of it up to a minute. */
export function alarmOf(incident: Incident, stream: Stream, now: number): Alarm {
  const until = incident.ended ?? now;
  const reports = stream.count(incident.since, until + 1);
  return {
    ...incident,
    reports,
    expected: stream.baseline.expected(incident.since, until + 1),
    evidence: stream.evidence(incident.since, until),
    shops: new Set(entriesOf(stream, incident.since, until).map(({ owner }) => owner)).size,
  };
}

/** Who reported in a stream, the latest `LATEST`; both minutes included. */
export function ownersOf(stream: Stream, since: number, until: number): Set<number> {
  return new Set(
    entriesOf(stream, since, until)
      .slice(-LATEST)
      .map(({ owner }) => owner),
  );
}
/** So many tell what an alarm is about; thousands of a bad morning would only take time. */
const LATEST = 128;

const entriesOf = (stream: Stream, since: number, until: number): Entry[] =>
  stream.entries.slice(stream.from(since), stream.from(until + 1));

/** Are most of the smaller one's shops among the other's? */
export function overlaps(ours: ReadonlySet<number>, theirs: ReadonlySet<number>): boolean {
  let both = 0;
  for (const owner of ours) if (theirs.has(owner)) both += 1;
  return both >= SAME * Math.min(ours.size, theirs.size);
}

/**
 * The stream with the most evidence (the most likely cluster, Kulldorff 1997) among those that hold half of the alarm's reports:
 * the whole channel if all of it fails, the pair if only one acquirer's part of it does. The narrower on a tie.
 */
export function explanationOf(alarming: Stream, since: number, now: number): Stream {
  const owners = ownersOf(alarming, since, now);
  const tally = new Map<Stream, Set<number>>();
  for (const stream of candidates(alarming, since, now)) {
    for (const owner of ownersOf(stream, since, now))
      if (owners.has(owner)) tally.set(stream, (tally.get(stream) ?? new Set()).add(owner));
  }
  let [best, most] = [alarming, alarming.evidence(since, now)];
  for (const [stream, held] of tally) {
    const evidence = stream.evidence(since, now);
    const narrower = evidence === most && stream.key.length > best.key.length;
    if (held.size >= EXPLAINS * owners.size && (evidence > most || narrower)) [best, most] = [stream, evidence];
  }
  return best;
}

const candidates = (alarming: Stream, since: number, now: number): Set<Stream> =>
  new Set(
    entriesOf(alarming, since, now)
      .slice(-LATEST)
      .flatMap(({ streams }) => streams),
  );

/** Odds, nats, that the rate is back to the usual before it is said: 20 to 1. */
const BACK = Math.log(20);
/** Minutes that it must have been so: fifteen quiet seconds after the last of many reports prove nothing. */
const QUIET = 10;
/** Rises that the way back is tested against: half of what was seen, within these. */
const [LEAST_RISE, MOST_RISE] = [3, RISE];

/**
 * Since when the rate is back to the usual, or null: the sequential test turned round (Wald 1945), over all windows that start
 * after a report of the incident.
 */
export function endOf(incident: Incident, stream: Stream, now: number, shape: number): number | null {
  const { entries, baseline } = stream;
  const end = stream.from(now + 1);
  const seen = rateRatio(stream.count(incident.since, now + 1), baseline.expected(incident.since, now + 1));
  const rise = Math.min(MOST_RISE, Math.max(LEAST_RISE, seen / 2));
  for (let at = stream.from(incident.since); at < end; at += 1) {
    const after = Math.max(entries[at]?.minute ?? now, incident.noticed);
    if (now - after < QUIET) break;
    const left = end - stream.from(after + 1);
    if (-logRatio(left, baseline.expected(after, now + 1), shape, rise) >= BACK) return after;
  }
  return null;
}

/** Streams whose reports are partly the incident's: their windows start after it once it is over. */
export function touchedBy(incident: Incident, stream: Stream): Set<Stream> {
  const counts = new Map<Stream, number>();
  for (const entry of entriesOf(stream, incident.since, incident.ended ?? incident.since))
    for (const other of entry.streams) counts.set(other, (counts.get(other) ?? 0) + 1);
  return new Set([stream, ...[...counts].filter(([, count]) => count >= LEAST_SHOPS / 2).map(([other]) => other)]);
}

/** How long what ended is remembered: as long as its reports may still be learned from, and a day more. */
export const REMEMBERED = 96 * HOUR_MINUTES;
