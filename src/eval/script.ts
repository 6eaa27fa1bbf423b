/** Conversations written down: what the user says and what must come back. For tests and for operators who edit content. Pure. */
import { z } from 'zod';
import type { Money } from '../diagnosis/case.js';
import type { PublicState, Reply } from '../dialogue/reply.js';
import type { Session } from '../dialogue/session.js';
import { publicState } from '../dialogue/state.js';
import { type TurnInput, takeTurn } from '../dialogue/turn.js';
import type { World } from '../dialogue/world.js';
import { type BoardIncident, incidentSchema } from '../incidents/board.js';
import { givenWorld, worldOf } from './script-world.js';

const words = z.union([z.string(), z.array(z.string())]).transform((value) => (Array.isArray(value) ? value : [value]));

export const expectationSchema = z.strictObject({
  status: z.enum(['idle', 'asking', 'fixing', 'resolved', 'escalated']).optional(),
  /** The question on the table; null: none. */
  question: z.string().nullable().optional(),
  /** One of these questions is on the table, or none is `not`. */
  questionIn: z.array(z.string()).optional(),
  questionNot: words.optional(),
  /** The fix on the table, by id or by the beginning of its id. */
  fix: z.string().nullable().optional(),
  /** The likeliest cause, and the likeliest fault, `other` included. */
  cause: words.optional(),
  fault: words.optional(),
  handoff: z.boolean().optional(),
  money: z.enum(['unknown', 'in-doubt', 'failed', 'paid']).optional(),
  /** Types that must be among the replies. */
  types: words.optional(),
  /** All of these stand in the replies, none of those. */
  contains: words.optional(),
  lacks: words.optional(),
  /** The same of what the people behind us are told. */
  told: words.optional(),
  toldNot: words.optional(),
  /** Option ids that are offered. */
  options: words.optional(),
  /** How many replies there are. */
  replies: z.number().int().optional(),
});

const turnSchema = z
  .strictObject({
    say: z.string().optional(),
    /** Messages joined into one turn. */
    burst: z.array(z.string()).min(2).optional(),
    tap: z.string().optional(),
    /** What the tap claims to answer; another question than the current one is stale. */
    question: z.string().optional(),
    wake: z.string().optional(),
    reset: z.literal(true).optional(),
    enter: z.literal(true).optional(),
    /** What the sticker that brought the user here says of the shop. */
    shop: z.strictObject({ merchant: z.string().optional(), terminal: z.string().optional() }).optional(),
    /** A picture or the like, alone or with `say`. */
    attach: z.enum(['image', 'voice', 'video', 'file', 'location', 'other']).optional(),
    /** Minutes since the turn before. */
    after: z.number().positive().optional(),
    expect: expectationSchema.default({}),
  })
  .refine(
    ({ say, burst, tap, wake, reset, enter, attach }) =>
      [say ?? attach, burst, tap, wake, reset, enter].filter((one) => one !== undefined).length === 1,
    {
      message: 'a turn is exactly one of say, burst, tap, wake, reset, enter, attach; say and attach may go together',
    },
  );

/** An incident on the board; minutes after the conversation's beginning. Maintenance goes by the clock, an outage until it is closed. */
const givenSchema = z.strictObject({
  what: z.string().min(1),
  scope: incidentSchema.shape.scope.default({}),
  means: z.string().optional(),
  planned: z.literal(true).optional(),
  suspected: z.literal(true).optional(),
  since: z.number().default(-20),
  until: z.number().optional(),
  closed: z.number().optional(),
  workaround: z.string().optional(),
  ratio: z.number().optional(),
});

export const scriptSchema = z.strictObject({
  title: z.string().min(1),
  incidents: z.array(givenSchema).default([]),
  covers: z.array(z.string()).default([]),
  /** The door has ratings of its own. */
  rated: z.literal(true).optional(),
  /** What the platform calls the user. */
  user: z.string().optional(),
  ...givenWorld,
  turns: z.array(turnSchema).min(1),
});

export type Script = z.infer<typeof scriptSchema>;
export type Expectation = z.infer<typeof expectationSchema>;

export interface ScriptRun {
  turns: { input: string; replies: Reply[]; state: PublicState; money: Money }[];
  /** What did not come back as written, in English, with the turn's number. */
  failures: string[];
  visited: Set<string>;
  session: Session;
}

/** 2026-11-23 10:00 in China, a Monday: when conversations begin unless said otherwise. Milliseconds since the epoch. */
export const SCRIPT_START = Date.UTC(2026, 10, 23, 2, 0, 0);
const MINUTE = 60_000;
/** Between two turns unless `after` says otherwise: long enough that nothing is joined. */
const PAUSE = 10_000;

/** Plays a script through the pure core. */
export function runScript(script: Script, content: World): ScriptRun {
  const world = worldOf(script, content, SCRIPT_START);
  const run: Omit<ScriptRun, 'session'> & { session: Session | null } = {
    turns: [],
    failures: [],
    visited: new Set(),
    session: null,
  };
  let at = SCRIPT_START;
  for (const [index, turn] of script.turns.entries()) {
    at += turn.after === undefined ? PAUSE : turn.after * MINUTE;
    const now = { ...world, incidents: boardOf(script, SCRIPT_START, at) };
    const result = takeTurn(run.session, inputOf(turn, world, script.rated), at, now, script.user);
    run.session = result.session;
    for (const state of result.visited) run.visited.add(state);
    const state = publicState(result.session, world);
    run.turns.push({ input: shown(turn), replies: result.replies, state, money: result.session.case.money });
    for (const failure of [
      ...check(turn.expect, result.replies, state, result.session),
      ...checkBriefing(turn.expect, result.briefing ?? ''),
    ])
      run.failures.push(`turn ${index + 1} (${shown(turn)}): ${failure}`);
  }
  return run as ScriptRun;
}

/** The board of a conversation that began at `start`, as it is at a moment. Both ms since the epoch. */
export function boardOf({ incidents }: Script, start: number, now: number): BoardIncident[] {
  return incidents.map((given, number) => onBoard(given, number, start, now));
}

function onBoard(given: Script['incidents'][number], number: number, start: number, now: number): BoardIncident {
  const { what, planned, suspected, since, until, closed, workaround, ratio } = given;
  const at = (minutes: number): number => start + minutes * MINUTE;
  const isClosed = closed !== undefined && now >= at(closed);
  return {
    id: `given-${number + 1}`,
    kind: planned ? 'maintenance' : 'outage',
    what,
    scope: given.scope,
    means: given.means ?? (planned ? 'channel-maintenance' : 'channel-outage'),
    since: at(since),
    state: isClosed ? 'closed' : planned ? 'planned' : suspected ? 'suspected' : 'open',
    by: suspected ? 'detection' : 'operator',
    updates: [],
    ...(until === undefined ? {} : { expectedEnd: at(until) }),
    ...(isClosed ? { closedAt: at(closed) } : {}),
    ...(workaround === undefined ? {} : { workaround }),
    ...(ratio === undefined ? {} : { ratio }),
  };
}

function shown(turn: Script['turns'][number]): string {
  return (
    turn.say ??
    turn.burst?.join(' / ') ??
    turn.attach ??
    (turn.tap !== undefined ? `[${turn.tap}]` : (turn.wake ?? (turn.reset ? 'reset' : 'enter')))
  );
}

function inputOf(turn: Script['turns'][number], world: World, rates: true | undefined): TurnInput {
  const rated = rates === undefined ? {} : { rated: rates };
  const said = turn.say ?? (turn.attach === undefined ? undefined : '');
  const texts = turn.burst ?? (said === undefined ? undefined : [said]);
  if (texts) {
    const masked = texts.map((text) => world.mask(text));
    return {
      kind: 'message',
      texts: masked.map(({ text }) => text),
      hidden: [...new Set(masked.flatMap(({ found }) => [...found]))],
      ...(turn.attach === undefined ? {} : { attachments: [turn.attach] }),
      ...rated,
    };
  }
  if (turn.tap !== undefined)
    return turn.question === undefined
      ? { kind: 'option', option: turn.tap, ...rated }
      : { kind: 'option', option: turn.tap, question: turn.question, ...rated };
  if (turn.wake !== undefined) return { kind: 'wake', name: turn.wake };
  if (turn.reset) return { kind: 'reset' };
  const { merchant, terminal } = turn.shop ?? {};
  const shop = { ...(merchant === undefined ? {} : { merchant }), ...(terminal === undefined ? {} : { terminal }) };
  return turn.shop === undefined ? { kind: 'enter' } : { kind: 'enter', shop };
}

/** Everything that differs from the expectation. */
export function check(
  expected: Expectation,
  replies: readonly Reply[],
  state: PublicState,
  session: Session,
): string[] {
  const text = replies.map((reply) => reply.text).join('\n');
  const options = new Set(replies.flatMap((reply) => reply.options.map(({ id }) => id)));
  const failures: string[] = [];
  const must = (holds: boolean, failure: string) => {
    if (!holds) failures.push(failure);
  };
  const { status, question, questionIn, questionNot, fix, cause, fault, handoff, money, types, contains, lacks } =
    expected;
  if (status !== undefined) must(state.status === status, `status is ${state.status}, not ${status}`);
  if (question !== undefined) must(state.question === question, `question is ${state.question}, not ${question}`);
  if (questionIn)
    must(questionIn.includes(state.question ?? ''), `question is ${state.question}, not one of ${questionIn.join()}`);
  if (questionNot) must(!questionNot.includes(state.question ?? ''), `question is ${state.question}`);
  if (fix === null) must(state.fix === null, `fix is ${state.fix}, not null`);
  else if (fix !== undefined) must(state.fix?.startsWith(fix) === true, `fix is ${state.fix}, not ${fix}`);
  if (cause)
    must(
      cause.includes(state.causes[0]?.id ?? ''),
      `likeliest cause is ${state.causes[0]?.id}, not ${cause.join(' or ')}`,
    );
  if (fault)
    must(
      fault.includes(state.faults[0]?.id ?? ''),
      `likeliest fault is ${state.faults[0]?.id}, not ${fault.join(' or ')}`,
    );
  if (handoff !== undefined) must(state.handoff === handoff, `handoff is ${state.handoff}`);
  if (money !== undefined) must(session.case.money === money, `money is ${session.case.money}, not ${money}`);
  for (const type of types ?? [])
    must(
      replies.some((reply) => reply.type === type),
      `no ${type} among ${replies.map((reply) => reply.type).join() || 'no replies'}`,
    );
  for (const part of contains ?? []) must(text.includes(part), `does not say ${part}`);
  for (const part of lacks ?? []) must(!text.includes(part), `says ${part}`);
  for (const option of expected.options ?? []) must(options.has(option), `does not offer ${option}`);
  if (expected.replies !== undefined)
    must(replies.length === expected.replies, `${replies.length} replies, not ${expected.replies}`);
  return failures;
}

function checkBriefing({ told = [], toldNot = [] }: Expectation, briefing: string): string[] {
  return [
    ...told.filter((part) => !briefing.includes(part)).map((part) => `does not tell our people ${part}: ${briefing}`),
    ...toldNot.filter((part) => briefing.includes(part)).map((part) => `tells our people ${part}`),
  ];
}
