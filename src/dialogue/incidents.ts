/** Open incidents and a case: which may be its cause, what that does to the prior, and who is to hear that one is over. Pure. */

import type { Model } from '../diagnosis/model.js';
import { type BoardIncident, endOf, stateAt, wasCalledOff } from '../incidents/board.js';
import type { Attributes } from '../incidents/index.js';
import { type Fit, factorOf, fitOf, OPERATOR_RATIO, ratioFor } from '../incidents/scope.js';
import type { Session } from './session.js';
import type { World } from './world.js';

/** Bounds; each has a test. */
export const INCIDENT_BOUNDS = {
  /** Incidents that a conversation was told of and waits for the end of. */
  told: 4,
  /** Incidents that the user said it is not. */
  ruledOut: 24,
} as const;
/** The wake-up that looks whether an incident is over. */
export const NEWS = 'incident';
/** What is on the table after an incident was told of; nobody is reminded to answer it. */
export const INCIDENT_TOLD = 'incident';
/** Whether the case is one of the incident's. */
export const INCIDENT_SCOPE = 'incident-scope';
const MINUTE = 60_000;
/** Between two looks: a tenth of the time since it was told, within these. An outage of an hour is told of six minutes late at most. */
const [SOONEST_MS, LATEST_MS] = [2 * MINUTE, 15 * MINUTE];
/** News that are older than the board remembers will not come any more, ms. */
const WAIT_MS = 8 * 24 * 60 * MINUTE;
/** Said again after so long, ms, if the case still looks like it. */
const AGAIN_MS = 10 * MINUTE;

const PAY_METHODS: Readonly<Record<string, string>> = { card: 'bank-card', scan: 'scan', tap: 'contactless' };

export interface Candidate {
  incident: BoardIncident;
  fit: Fit;
}

/** What is known of the case that an outage may have in common with others. */
export function attributesIn({ facts, case: known, shop }: Session): Attributes {
  const answered = known.answers.findLast(({ question }) => question === 'pay-method')?.option ?? '';
  const { acquirer, bank, terminal } = facts;
  const channel = facts.channel ?? PAY_METHODS[answered];
  const region = shop?.region;
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(acquirer === undefined ? {} : { acquirer }),
    ...(bank === undefined ? {} : { bank }),
    ...(region === undefined ? {} : { region }),
    ...(terminal === undefined ? {} : { terminal }),
  };
}

/** Incidents open or suspected at a moment (ms since the epoch) that the case may belong to, as far as it was not ruled out. */
export function candidates(session: Session, world: World, at: number): Candidate[] {
  if (!world.incidents?.length) return [];
  const known = attributesIn(session);
  // One way of paying that is out does not explain that none works.
  const allFail = session.case.answers.some(({ question, option }) => question === 'scope' && option === 'all');
  return world.incidents
    .filter((one) => ['open', 'suspected'].includes(stateAt(one, at)) && session.ruledOut?.includes(one.id) !== true)
    .filter(({ scope }) => !(allFail && (scope.channel !== undefined || scope.bank !== undefined)))
    .map((incident) => ({ incident, fit: fitOf(incident.scope, known) }))
    .filter(({ fit }) => fit.kind !== 'apart');
}

/** Fault or cause id → factor on its prior; the strongest where several incidents mean the same. */
export function factorsOf(model: Model, found: readonly Candidate[]): Record<string, number> {
  const factors: Record<string, number> = {};
  for (const { incident, fit } of found) {
    const factor = factorOf(ratioFor(incident.ratio ?? OPERATOR_RATIO, fit), priorOf(model, incident.means));
    if (factor > (factors[incident.means] ?? 1)) factors[incident.means] = factor;
  }
  return factors;
}

/** Of a fault or of all faults of a cause; 0 if there is no such thing. */
function priorOf(model: Model, id: string): number {
  return model.logPrior.reduce((sum, log, fault) => {
    const meant = model.faults[fault] === id || model.causes[model.causeOf[fault] ?? -1] === id;
    return meant ? sum + Math.exp(log) : sum;
  }, 0);
}

/** Whether it was told a moment ago in this case: not to be said twice in a row, but to the next failure anew. */
export function wasJustTold({ told, caseOpenedAt }: Session, id: string, at: number): boolean {
  return told?.some((one) => one.id === id && one.at >= caseOpenedAt && at - one.at < AGAIN_MS) === true;
}

export function rememberTold(session: Session, id: string, at: number): void {
  const others = (session.told ?? []).filter((one) => one.id !== id);
  session.told = [...others, { id, at }].slice(-INCIDENT_BOUNDS.told);
}

export function ruleOut(session: Session, id: string): void {
  session.ruledOut = [...(session.ruledOut ?? []), id].slice(-INCIDENT_BOUNDS.ruledOut);
}

/** Whether the incident of an id is open at a moment (ms since the epoch). */
export function isOut({ incidents = [] }: World, id: string | undefined, at: number): boolean {
  return incidents.some((one) => one.id === id && stateAt(one, at) === 'open');
}

/** The incident told of last, while it is open and was not ruled out. */
export function toldNow({ told, ruledOut }: Session, world: World, at: number): BoardIncident | undefined {
  const last = told?.at(-1)?.id;
  const found = isOut(world, last, at) ? world.incidents?.find(({ id }) => id === last) : undefined;
  return found === undefined || ruledOut?.includes(found.id) === true ? undefined : found;
}

/** Incidents the conversation was told of that are over at a moment (ms since the epoch), and not called off. */
export function newsFor({ told = [] }: Pick<Session, 'told'>, world: World, at: number): BoardIncident[] {
  const ids = new Set(told.filter(({ over }) => !over).map(({ id }) => id));
  return (world.incidents ?? []).filter((one) => ids.has(one.id) && endOf(one, at) !== undefined && !wasCalledOff(one));
}

/** When to look next whether one is over (ms since the epoch); undefined if nothing is waited for. */
export function nextLook({ told = [] }: Pick<Session, 'told'>, at: number): number | undefined {
  const waiting = told.filter((one) => !one.over && at - one.at < WAIT_MS);
  if (waiting.length === 0) return undefined;
  const since = Math.min(...waiting.map((one) => at - one.at));
  return at + Math.min(LATEST_MS, Math.max(SOONEST_MS, since / 10));
}

/** What of the board a turn may have looked at, to be kept with it: without it the turn could not be played again. */
export function heldFor(session: Pick<Session, 'told'> | null, world: World, at: number): BoardIncident[] {
  const ids = new Set((session?.told ?? []).map(({ id }) => id));
  return (world.incidents ?? []).filter((one) => ids.has(one.id) || ['open', 'suspected'].includes(stateAt(one, at)));
}
