/** What the detector noticed, as changes of the board. Pure: what is done twice, or by two processes, is done once. */
import type { Knowledge } from '../knowledge/schema.js';
import { BOARD_LIMITS, type Board, type BoardChange, type BoardIncident, endOf, stateAt } from './board.js';
import { asTime, type Detector, type Planned } from './detector.js';
import { rateRatio } from './evidence.js';
import type { Alarm } from './incident.js';
import { scopeNames } from './names.js';
import { fitOf, meansOf } from './scope.js';
import { ATTRIBUTES, type Attributes, streamAttributes } from './streams.js';

/** Two alarms of the same scope that began within so many ms of each other are one burst, though the detector was begun anew. */
const SAME_MS = 30 * 60_000;
/** A suspicion's figures are brought up to date when the ratio has changed by so much: at most some twenty times in all. */
const STEP = 1.25;

/** An incident of the detector's; what was counted says nothing once it ended. */
export type Noticed = Pick<Alarm, 'id' | 'stream' | 'since' | 'ended' | 'reports' | 'expected'>;

/** Open incidents of a detector, and those that ended lately. */
export function noticedBy(detector: Detector): Noticed[] {
  const ended = detector.incidents.filter((one) => one.ended !== undefined);
  return [...detector.open, ...ended.map((one) => ({ ...one, reports: 0, expected: 0 }))];
}

/** What has to be done to the board so that it says what the detector says. @param alarms open ones and those that ended lately */
export function suspicions(board: Board, alarms: readonly Noticed[], now: number, knowledge: Knowledge): BoardChange[] {
  const changes: BoardChange[] = [];
  const known = new Set<string>();
  for (const alarm of alarms) {
    const entry = entryOf(board, alarm);
    if (entry) known.add(entry.id);
    const over = alarm.ended !== undefined;
    if (entry?.state === 'suspected' && over) changes.push({ do: 'pass', id: entry.id });
    else if (entry?.state === 'suspected') changes.push(...moved(entry, alarm, knowledge));
    else if (!entry && !over && !isExplained(board, alarm, now)) {
      const since = Math.min(now, asTime(alarm.since));
      changes.push({ do: 'suspect', ...measuresOf(alarm, knowledge), since, burst: alarm.id });
    }
  }
  // Of a detector that knows nothing of it any more.
  for (const { id, state } of board.incidents)
    if (state === 'suspected' && !known.has(id)) changes.push({ do: 'pass', id });
  return changes;
}

/** The incident of the board that an alarm is, whatever became of it. */
export function entryOf({ incidents }: Pick<Board, 'incidents'>, alarm: Noticed): BoardIncident | undefined {
  const scope = streamAttributes(alarm.stream);
  return (
    incidents.find(({ burst }) => burst === alarm.id) ??
    incidents.find(
      (one) =>
        one.burst !== undefined &&
        isSame(one.scope, scope) &&
        Math.abs(one.since - asTime(alarm.since)) < SAME_MS &&
        // One that ended and one that began after it are two.
        (endOf(one, one.since) ?? Number.POSITIVE_INFINITY) > asTime(alarm.since),
    )
  );
}

/** Something that is known, or was when the burst began, is wide enough to be it: nobody need be told twice. */
function isExplained({ incidents }: Board, alarm: Noticed, now: number): boolean {
  const scope = streamAttributes(alarm.stream);
  return incidents.some((one) => {
    if (['suspected', 'planned'].includes(stateAt(one, now))) return false;
    return (
      fitOf(one.scope, scope).kind === 'whole' && asTime(alarm.since) < (endOf(one, now) ?? Number.POSITIVE_INFINITY)
    );
  });
}

function moved(entry: BoardIncident, alarm: Noticed, knowledge: Knowledge): BoardChange[] {
  const measures = measuresOf(alarm, knowledge);
  const times = measures.ratio / (entry.ratio ?? 1);
  const stays = isSame(entry.scope, measures.scope) && times < STEP && times > 1 / STEP;
  return stays ? [] : [{ do: 'measure', id: entry.id, ...measures }];
}

function measuresOf({ stream, reports, expected }: Noticed, knowledge: Knowledge) {
  const scope = streamAttributes(stream);
  return {
    what: nameOf(scope, knowledge),
    scope,
    means: meansOf(scope),
    ratio: Math.round(rateRatio(reports, expected) * 10) / 10,
    counted: { reports, usual: Math.round(expected * 10) / 10 },
  };
}

/** As people call it. */
function nameOf(scope: Attributes, knowledge: Knowledge): string {
  const names = scopeNames(scope, knowledge);
  const name = names.length === 0 ? (knowledge.ui['incident.several'] ?? '') : names.join(' ');
  return name.slice(0, BOARD_LIMITS.what).toWellFormed().trim();
}

const isSame = (one: BoardIncident['scope'], other: BoardIncident['scope']): boolean =>
  ATTRIBUTES.every((name) => one[name] === other[name]);

/** Maintenance that was announced, for the detector: reports of it are expected. */
export function plannedOn({ incidents }: Board): Planned[] {
  return incidents
    .filter(({ kind }) => kind === 'maintenance')
    .map(({ scope, since, expectedEnd = since, closedAt = expectedEnd }) => ({
      attributes: Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== undefined)),
      from: since,
      to: Math.min(expectedEnd, closedAt),
    }));
}
