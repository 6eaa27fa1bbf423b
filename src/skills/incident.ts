/** 「不是您店里的问题」: what is said of an open incident, and the one question that tells whether it is it. Pure. */
import { believe } from '../diagnosis/belief.js';
import type { Belief } from '../diagnosis/case.js';
import { absorb } from '../dialogue/absorb.js';
import {
  type Candidate,
  candidates,
  factorsOf,
  INCIDENT_SCOPE,
  INCIDENT_TOLD,
  rememberTold,
  ruleOut,
  toldNow,
  wasJustTold,
} from '../dialogue/incidents.js';
import { flowOf, prompt, say, sentence } from '../dialogue/interpreter.js';
import { turnsOutPaid } from '../dialogue/money-doubt.js';
import { asReplyOptions } from '../dialogue/options.js';
import type { ReplyOption } from '../dialogue/reply.js';
import { topFrame } from '../dialogue/session.js';
import type { Turn } from '../dialogue/world.js';
import type { BoardIncident } from '../incidents/board.js';
import type { Attribute } from '../incidents/index.js';
import { pathTo } from '../knowledge/paths.js';
import { type Knowledge, UNKNOWN } from '../knowledge/schema.js';
import { chinaTime } from '../text/china-time.js';
import { caseClosed, caseEvent } from './case-events.js';
import { waysAround } from './incident-ways.js';
import { pageLink } from './wording.js';

const SKILL = 'triage';
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
  const isOpen = !asked.includes(INCIDENT_SCOPE) && !answers.some(({ question }) => question === INCIDENT_SCOPE);
  const [only, ...others] = fit.missing;
  const room = asked.length - session.rounds.asked < world.knowledge.costs.maxQuestions;
  return isOpen && room && only !== undefined && only !== 'terminal' && others.length === 0;
}

function ask(turn: Turn, { incident, fit }: Candidate): 'incident-question' {
  const { session } = turn;
  const [attribute] = fit.missing;
  session.case.asked.push(INCIDENT_SCOPE);
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
  prompt(turn, { type: 'question', text, options, links: [], question: INCIDENT_SCOPE });
  return 'incident-question';
}

/** As the operator calls it, else the lexicon's first word for it. */
function nameOf({ lexicon }: Knowledge, attribute: Attribute | undefined, { scope, what }: BoardIncident): string {
  if (attribute === undefined || attribute === 'region') return scope.region ?? '';
  const lists = {
    channel: lexicon.channels,
    acquirer: lexicon.acquirers,
    bank: lexicon.banks,
    terminal: lexicon.terminals,
  };
  const id = scope[attribute] ?? '';
  const forms = lists[attribute][id] ?? [];
  return forms.find((form) => what.includes(form)) ?? forms[0] ?? id;
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
  const options = toldOptions(turn, fit.kind);
  const links = [pageLink(turn, pathTo.status(), sentence(turn, 'incident-link', {}, SKILL))];
  prompt(turn, { type: 'question', text, options, links, question: INCIDENT_TOLD });
  return 'incident';
}

/** Of what fits only in part it is asked whether it is that. */
function toldOptions(turn: Turn, kind: string): ReplyOption[] {
  const all = asReplyOptions(flowOf(turn, SKILL).states['incident-told']?.options ?? []);
  const labels: Readonly<Record<string, string>> =
    kind === 'part' ? { ok: 'incident-is-it', other: 'incident-is-not' } : {};
  return all.map(({ id, label }) => ({ id, label: sentence(turn, labels[id] ?? '', {}, SKILL) || label }));
}

/**
 * More is said after it was told: that nothing was charged, whose terminal it is, that it still fails. As long as that fits the incident
 * it stays what it is, and no fix is given for what the shop cannot mend.
 */
function takeMore(turn: Turn): string {
  const { session, world, at, understanding } = turn;
  const incident = toldNow(session, world, at);
  const codes = understanding?.entities.some(({ type }) => type === 'code') === true;
  const onTable = topFrame(session)?.prompt;
  if (!onTable || incident?.id !== session.incident || !wasJustTold(session, incident?.id ?? '', at)) return 'more';
  if (incident === undefined || codes || understanding?.signs.length !== 0 || turnsOutPaid(turn)) return 'more';
  absorb(turn, INCIDENT_TOLD);
  const { money } = session.case;
  const found = candidates(session, world, at).find((one) => one.incident.id === incident.id);
  if (money === 'in-doubt' || found === undefined || likelihood(believeNow(turn), found) < TELL) return 'more';
  const key = money === 'failed' || money === 'paid' ? `incident-more-${money}` : 'incident-more-same';
  const text = sentence(turn, key, { ways: waysAround(turn, incident) }, SKILL);
  // What was said before may no longer hold of the money: said again, it is this.
  prompt(turn, { ...onTable, text, links: [] });
  return 'same';
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
  const { workaround } = toldNow(session, turn.world, turn.at) ?? {};
  const key = workaround === undefined ? 'incident-known-none' : 'incident-known';
  say(turn, sentence(turn, key, { workaround: workaround ?? '' }, SKILL), 'summary');
  return 'known';
}

export const incidentVerbs = { 'take-incident-scope': takeScope, 'take-incident': takeTold, 'take-more': takeMore };
