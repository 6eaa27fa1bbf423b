/** 「不是您店里的问题」: what is said of an open incident, and the one question that tells whether it is it. Pure. */
import { believe } from '../diagnosis/belief.js';
import type { Belief } from '../diagnosis/case.js';
import {
  type Candidate,
  candidates,
  factorsOf,
  INCIDENT_TOLD,
  rememberTold,
  ruleOut,
  wasJustTold,
} from '../dialogue/incidents.js';
import { flowOf, prompt, say, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions } from '../dialogue/options.js';
import type { Turn } from '../dialogue/world.js';
import type { BoardIncident } from '../incidents/board.js';
import type { Attribute } from '../incidents/index.js';
import { pathTo } from '../knowledge/paths.js';
import { type Knowledge, UNKNOWN } from '../knowledge/schema.js';
import { chinaTime } from '../text/china-time.js';
import { caseClosed, caseEvent } from './case-events.js';
import { pageLink } from './wording.js';

const SKILL = 'triage';
/** The question whether the case is one of the incident's. */
const QUESTION = 'incident-scope';
/** P(what the incident means | the case) from which it is said; with the operator's ratio and nothing against it, it is 0.9. */
const TELL = 0.6;
/** P from which the one question that would settle it is asked. */
const ASK = 0.45;

/** The belief with the open incidents in the prior; what held is written into the case. */
export function believeNow(turn: Turn): Belief {
  const { session, world, at } = turn;
  const factors = factorsOf(world.model, candidates(session, world, at));
  const holds = Object.keys(factors).length > 0;
  if (holds || session.case.incidents !== undefined) {
    const { incidents: _, ...rest } = session.case;
    session.case = holds ? { ...rest, incidents: factors } : rest;
  }
  return believe(world.model, session.case);
}

/** Tells of the incident, or asks whether it is it; undefined if none explains the case well enough. */
export function incidentStep(turn: Turn, belief: Belief): 'incident' | 'incident-question' | undefined {
  const { session, world, at } = turn;
  // Who has been paid needs nothing more for this sale.
  if (session.case.money === 'paid') return undefined;
  const open = candidates(session, world, at)
    .filter(({ incident }) => incident.state !== 'suspected' && !wasJustTold(session, incident.id, at))
    .map((one) => ({ ...one, p: likelihood(belief, one) }))
    .sort((left, right) => Number(right.fit.kind === 'whole') - Number(left.fit.kind === 'whole') || right.p - left.p);
  for (const one of open) {
    if (one.fit.kind === 'part' && one.p >= ASK && maySettle(turn, one)) return ask(turn, one);
    if (one.p >= TELL) return tell(turn, one);
  }
  return undefined;
}

const likelihood = ({ faults, causes }: Belief, { incident }: Candidate): number =>
  faults.get(incident.means) ?? causes.get(incident.means as never) ?? 0;

/** One attribute is missing that people at a till know, and it was not asked for yet. */
function maySettle({ session, world }: Turn, { fit }: Candidate): boolean {
  const { asked, answers } = session.case;
  const isOpen = !asked.includes(QUESTION) && !answers.some(({ question }) => question === QUESTION);
  const [only, ...others] = fit.missing;
  const room = asked.length - session.rounds.asked < world.knowledge.costs.maxQuestions;
  return isOpen && room && only !== undefined && only !== 'terminal' && others.length === 0;
}

function ask(turn: Turn, { incident, fit }: Candidate): 'incident-question' {
  const { session } = turn;
  const [attribute] = fit.missing;
  session.case.asked.push(QUESTION);
  session.fix = null;
  session.incident = incident.id;
  if (session.case.money === 'unknown' && !session.cautioned) {
    session.cautioned = true;
    say(turn, sentence(turn, 'hold-money', {}, SKILL));
  }
  caseEvent(turn, 'incident', { incident: incident.id, step: 'asked', attribute });
  const name = nameOf(turn.world.knowledge, attribute, incident);
  const text = sentence(turn, `incident-ask-${attribute}`, { name }, SKILL);
  const options = asReplyOptions(flowOf(turn, SKILL).states['asking-incident']?.options ?? []);
  prompt(turn, { type: 'question', text, options, links: [], question: QUESTION });
  return 'incident-question';
}

/** As people call it: the lexicon's first word for it. */
function nameOf({ lexicon }: Knowledge, attribute: Attribute | undefined, { scope }: BoardIncident): string {
  if (attribute === undefined || attribute === 'region') return scope.region ?? '';
  const lists = {
    channel: lexicon.channels,
    acquirer: lexicon.acquirers,
    bank: lexicon.banks,
    terminal: lexicon.terminals,
  };
  const id = scope[attribute] ?? '';
  return lists[attribute][id]?.[0] ?? id;
}

function tell(turn: Turn, { incident, fit }: Candidate): 'incident' {
  const { session, at } = turn;
  const { what, since, kind, expectedEnd, workaround } = incident;
  const settled = session.case.money === 'failed';
  const values = {
    what,
    since: chinaTime(since, at),
    // What was expected and did not come is no expectation.
    until: expectedEnd !== undefined && expectedEnd > at ? chinaTime(expectedEnd, at) : '',
    caution: settled ? '' : sentence(turn, 'incident-caution', {}, SKILL),
    now: settled ? (workaround ?? '') : '',
    next: settled ? '' : (workaround ?? ''),
  };
  if (!settled) session.cautioned = true;
  session.fix = null;
  session.incident = incident.id;
  rememberTold(session, incident.id, at);
  caseEvent(turn, 'incident', { incident: incident.id, step: 'told', fit: fit.kind });
  const text = sentence(turn, `incident-${kind}-${fit.kind}`, values, SKILL);
  const options = asReplyOptions(flowOf(turn, SKILL).states['incident-told']?.options ?? []);
  const links = [pageLink(turn, pathTo.status(), sentence(turn, 'incident-link', {}, SKILL))];
  prompt(turn, { type: 'question', text, options, links, question: INCIDENT_TOLD });
  return 'incident';
}

/** 「是微信」: then it is known; 「不是」: it is something else; 不清楚 stays open, and is not asked again. */
function takeScope(turn: Turn): string {
  const { session, world } = turn;
  const option = turn.signal.option ?? UNKNOWN;
  const incident = (world.incidents ?? []).find(({ id }) => id === session.incident);
  const [missing] =
    incident === undefined
      ? []
      : (candidates(session, world, turn.at).find((one) => one.incident === incident)?.fit.missing ?? []);
  caseEvent(turn, 'incident', { incident: session.incident ?? '', step: 'answered', option });
  if (option === 'no' && session.incident !== undefined) ruleOut(session, session.incident);
  if (option === 'yes' && incident !== undefined && missing !== undefined && missing !== 'region')
    session.facts[missing] = incident.scope[missing] ?? '';
  return 'ready';
}

function takeTold(turn: Turn): string {
  const { session } = turn;
  const { option } = turn.signal;
  if (option === 'human') {
    turn.signal = { name: 'asked' };
    return 'human';
  }
  if (option === 'other') {
    if (session.incident !== undefined) ruleOut(session, session.incident);
    caseEvent(turn, 'incident', { incident: session.incident ?? '', step: 'denied' });
    say(turn, sentence(turn, 'incident-denied', {}, SKILL));
    return 'other';
  }
  session.closed = 'resolved';
  caseClosed(turn, 'incident', { incident: session.incident ?? '' });
  say(turn, sentence(turn, 'incident-known', {}, SKILL), 'summary');
  return 'known';
}

export const incidentVerbs = { 'take-incident-scope': takeScope, 'take-incident': takeTold };
