/**
 * The board: what is known to be out, for whom, since when, what to do meanwhile. Plain JSON in one small record, changed as a whole;
 * what time it is comes with each call. Pure.
 */
import { z } from 'zod';
import { PosDoctorError } from '../errors.js';
import type { Attributes } from './streams.js';

export const BOARD_VERSION = 1;
/** Bounds; each has a test. */
export const BOARD_LIMITS = {
  /** Open, suspected and planned at once. */
  active: 24,
  /** Closed ones that are remembered; the oldest make room. */
  closed: 60,
  updates: 12,
  /** Characters of what is out, of a way round, and of a note. */
  what: 30,
  workaround: 60,
  note: 120,
} as const;
/** How long a closed one is remembered and shown, ms. */
export const SHOWN_MS = 7 * 24 * 3_600_000;

const time = z.number().int().nonnegative();
/** One line: what is said to merchants has no room for more, and none may pose as something else. */
const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'one line, please');
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
const scope = z.strictObject({
  channel: id.optional(),
  acquirer: id.optional(),
  bank: id.optional(),
  region: z.string().trim().min(1).max(40).optional(),
  terminal: id.optional(),
});

export const incidentSchema = z.strictObject({
  id,
  kind: z.enum(['outage', 'maintenance']),
  /** What is out, as merchants call it. */
  what: line(BOARD_LIMITS.what),
  scope,
  /** The fault or the cause that it means. */
  means: id,
  /** ms since the epoch; of maintenance that is planned, when it begins. */
  since: time,
  /** When it should be over; maintenance ends then by itself. */
  expectedEnd: time.optional(),
  /** What to do meanwhile: a way of paying that works. */
  workaround: line(BOARD_LIMITS.workaround).optional(),
  state: z.enum(['suspected', 'planned', 'open', 'closed']),
  closedAt: time.optional(),
  by: z.enum(['operator', 'detection']),
  /** Times as many reports as usual, where it was counted. */
  ratio: z.number().min(1).max(50).optional(),
  /** Shops that reported, and how many are usual. */
  counted: z.strictObject({ reports: z.number().int().nonnegative(), usual: z.number().nonnegative() }).optional(),
  /** The detector's name for it: a false alarm is not raised again for the same burst. */
  burst: z.string().max(500).optional(),
  /** It was suspected, and went by before anybody confirmed it. */
  passed: z.literal(true).optional(),
  updates: z.array(z.strictObject({ at: time, note: line(BOARD_LIMITS.note) })).max(BOARD_LIMITS.updates),
});
export type BoardIncident = z.infer<typeof incidentSchema>;
export type IncidentState = BoardIncident['state'];

const boardSchema = z.strictObject({
  version: z.literal(BOARD_VERSION),
  /** When something was last changed, ms since the epoch; 0: never. */
  updatedAt: time,
  incidents: z.array(incidentSchema).max(BOARD_LIMITS.active + BOARD_LIMITS.closed),
});
export type Board = z.infer<typeof boardSchema>;

const opened = incidentSchema.pick({ what: true, scope: true, means: true, workaround: true });
/** What the detector says of it: as long as it is suspected it may become something else. */
const measured = { what: line(BOARD_LIMITS.what), scope, means: id, ratio: z.number().min(1).max(50) };
/** What may be done to it. Times in ms since the epoch. */
export const boardChangeSchema = z.discriminatedUnion('do', [
  opened.extend({ do: z.literal('open'), since: time.optional(), expectedEnd: time.optional() }),
  opened.extend({ do: z.literal('plan'), since: time, expectedEnd: time }),
  z.strictObject({
    do: z.literal('suspect'),
    ...measured,
    since: time,
    counted: incidentSchema.shape.counted,
    burst: incidentSchema.shape.burst,
  }),
  z.strictObject({ do: z.literal('measure'), id, ...measured, counted: incidentSchema.shape.counted }),
  /** Nobody confirmed it, and it went by. */
  z.strictObject({ do: z.literal('pass'), id }),
  /** A false alarm. */
  z.strictObject({ do: z.literal('reject'), id }),
  z.strictObject({
    do: z.literal('update'),
    id,
    note: incidentSchema.shape.updates.element.shape.note.optional(),
    what: incidentSchema.shape.what.optional(),
    workaround: incidentSchema.shape.workaround,
    /** Null: nobody knows any more. */
    expectedEnd: time.nullish(),
    /** What was suspected is known now. */
    confirm: z.literal(true).optional(),
  }),
  z.strictObject({ do: z.literal('close'), id, note: incidentSchema.shape.updates.element.shape.note.optional() }),
]);
export type BoardChange = z.infer<typeof boardChangeSchema>;

export const emptyBoard = (): Board => ({ version: BOARD_VERSION, updatedAt: 0, incidents: [] });

/** The board as it was stored; an empty one for none. Throws DATA_CORRUPT for what is no board of this version. */
export function boardFrom(value: unknown): Board {
  if (value === null || value === undefined) return emptyBoard();
  const parsed = boardSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new PosDoctorError('DATA_CORRUPT', { file: 'incidents', why: 'it is not a board of this version' });
}

/** What it is at a moment (ms since the epoch): planned maintenance opens and closes by the clock. */
export function stateAt(incident: BoardIncident, now: number): IncidentState {
  const { state, since, expectedEnd = Number.POSITIVE_INFINITY, kind } = incident;
  if (state !== 'planned' && !(state === 'open' && kind === 'maintenance')) return state;
  if (now >= expectedEnd) return 'closed';
  return now >= since ? 'open' : 'planned';
}

/** When it was over, as of a moment (ms since the epoch); undefined while it is not. */
export function endOf(incident: BoardIncident, now: number): number | undefined {
  if (stateAt(incident, now) !== 'closed') return undefined;
  return incident.closedAt ?? incident.expectedEnd ?? now;
}

/** Closed before it began: it was called off, and nobody need hear that it is over. */
export function wasCalledOff({ closedAt, since }: BoardIncident): boolean {
  return closedAt !== undefined && closedAt <= since;
}

/** Those of a state, newest first; of what is planned the next first. */
export function listed({ incidents }: Pick<Board, 'incidents'>, state: IncidentState, now: number): BoardIncident[] {
  const found = incidents.filter((one) => stateAt(one, now) === state);
  const when = (one: BoardIncident): number => endOf(one, now) ?? one.since;
  return found.sort((one, other) => (state === 'planned' ? when(one) - when(other) : when(other) - when(one)));
}

/**
 * The board after a change, and the incident that was changed. What is long over is forgotten on the way.
 * @param now ms since the epoch @throws BAD_ARGUMENTS that says what to write instead
 */
export function changed(board: Board, change: BoardChange, now: number): { board: Board; incident: BoardIncident } {
  const kept = board.incidents.filter((one) => now - (endOf(one, now) ?? now) <= SHOWN_MS);
  const incident = 'id' in change ? edited(found(kept, change.id), change, now) : made(kept, change, now);
  const others = kept.filter((one) => one.id !== incident.id);
  const active = others.filter((one) => stateAt(one, now) !== 'closed');
  const closed = others.filter((one) => stateAt(one, now) === 'closed').slice(-BOARD_LIMITS.closed + 1);
  if (stateAt(incident, now) !== 'closed' && active.length >= BOARD_LIMITS.active)
    refuse(`there are ${BOARD_LIMITS.active} incidents already; close one first`);
  return { board: { ...board, updatedAt: now, incidents: [...closed, ...active, incident] }, incident };
}

function made(
  known: readonly BoardIncident[],
  change: Extract<BoardChange, { do: 'open' | 'plan' | 'suspect' }>,
  now: number,
): BoardIncident {
  const since = change.since ?? now;
  const expectedEnd = change.do === 'suspect' ? undefined : change.expectedEnd;
  if (expectedEnd !== undefined && expectedEnd <= since) refuse('it would end before it begins; give a later end');
  if (change.do !== 'plan' && since > now) refuse('it would begin in the future; use `incident plan` for maintenance');
  if (change.do === 'plan' && change.expectedEnd <= now) refuse('the maintenance would be over already');
  if (change.do === 'open' && expectedEnd !== undefined && expectedEnd <= now)
    refuse('the expected end is over already');
  const { what, scope: whom, means } = change;
  const workaround = change.do === 'suspect' ? undefined : change.workaround;
  const noticed = change.do === 'suspect' ? seen(change) : {};
  return {
    id: newId(known, now),
    kind: change.do === 'plan' ? 'maintenance' : 'outage',
    what,
    scope: whom,
    means,
    since,
    ...(expectedEnd === undefined ? {} : { expectedEnd }),
    ...(workaround === undefined ? {} : { workaround }),
    state: change.do === 'plan' ? 'planned' : change.do === 'suspect' ? 'suspected' : 'open',
    by: change.do === 'suspect' ? 'detection' : 'operator',
    ...noticed,
    updates: [],
  };
}

function seen({ ratio, counted, burst }: Pick<BoardIncident, 'ratio' | 'counted' | 'burst'>): Partial<BoardIncident> {
  return {
    ...(ratio === undefined ? {} : { ratio }),
    ...(counted === undefined ? {} : { counted }),
    ...(burst === undefined ? {} : { burst }),
  };
}

/** What was only suspected: somebody may have confirmed it meanwhile. */
function suspected(
  incident: BoardIncident,
  change: Extract<BoardChange, { do: 'measure' | 'pass' | 'reject' }>,
  now: number,
): BoardIncident {
  if (incident.state !== 'suspected') refuse(`incident ${incident.id} is known already`);
  if (change.do === 'pass') return { ...incident, state: 'closed', closedAt: now, passed: true };
  if (change.do === 'reject') return { ...incident, state: 'closed', closedAt: now };
  const { what, scope: whom, means, ratio, counted } = change;
  return { ...incident, what, scope: whom, means, ...seen({ ratio, counted }) };
}

function edited(incident: BoardIncident, change: Extract<BoardChange, { id: string }>, now: number): BoardIncident {
  if (change.do !== 'update' && change.do !== 'close') return suspected(incident, change, now);
  const { note } = change;
  const updates = note === undefined ? incident.updates : [...incident.updates, { at: now, note }];
  const noted = { ...incident, updates: updates.slice(-BOARD_LIMITS.updates) };
  if (stateAt(incident, now) === 'closed') refuse(`incident ${incident.id} is closed already; open a new one`);
  if (change.do === 'close') return { ...noted, state: 'closed', closedAt: now };
  const { what, workaround, expectedEnd, confirm } = change;
  if (confirm && incident.state !== 'suspected') refuse(`incident ${incident.id} is known already`);
  if (typeof expectedEnd === 'number' && expectedEnd <= Math.max(now, incident.since))
    refuse('the expected end is over already, or before it begins; give a later one');
  if (expectedEnd === null && incident.kind === 'maintenance') refuse('maintenance needs an end; give a later one');
  const { expectedEnd: before, ...rest } = noted;
  const end = expectedEnd === undefined ? before : (expectedEnd ?? undefined);
  return {
    ...rest,
    ...(end === undefined ? {} : { expectedEnd: end }),
    ...(what === undefined ? {} : { what }),
    ...(workaround === undefined ? {} : { workaround }),
    ...(confirm ? { state: 'open' as const, by: 'operator' as const } : {}),
  };
}

function found(known: readonly BoardIncident[], wanted: string): BoardIncident {
  const incident = known.find((one) => one.id === wanted);
  return incident ?? refuse(`there is no incident ${wanted}; \`incident list\` shows those that there are`);
}

const DAY_MS = 86_400_000;
const CHINA_MS = 8 * 3_600_000;

/** The day in China and a number, short enough to be typed: 1123-1. */
function newId(known: readonly BoardIncident[], now: number): string {
  const day = new Date(Math.floor((now + CHINA_MS) / DAY_MS) * DAY_MS).toISOString().slice(5, 10).replace('-', '');
  let number = 1;
  while (known.some((one) => one.id === `${day}-${number}`)) number += 1;
  return `${day}-${number}`;
}

function refuse(what: string): never {
  throw new PosDoctorError('BAD_ARGUMENTS', { what });
}

/** It was suspected, and nobody ever confirmed it: no merchant heard of it, and none need. */
export function wasNeverKnown({ by, state }: BoardIncident): boolean {
  return by === 'detection' && state === 'closed';
}

/** Whose cases it is about, as the detector knows them. */
export function attributesOf({ scope: whom }: BoardIncident): Attributes {
  return Object.fromEntries(Object.entries(whom).filter(([, value]) => value !== undefined)) as Attributes;
}
