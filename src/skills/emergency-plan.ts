/** Walks through the emergency plan: which situation, who, then step by step with the times kept. Pure. */
import { absorb } from '../dialogue/absorb.js';
import { flowOf, prompt, say, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions } from '../dialogue/options.js';
import {
  change,
  closeStep,
  graver,
  nextOf,
  openRun,
  PLAN,
  PLAN_ROLE,
  PLAN_SITUATION,
  stepsOf,
} from '../dialogue/plan-run.js';
import { openStep, type PlanRun, type StepOutcome } from '../dialogue/plan-state.js';
import { asksOfPlan, matchesPlan, roleIn, situationIn, situationNamed } from '../dialogue/plan-words.js';
import type { Link, ReplyOption } from '../dialogue/reply.js';
import { openCase, topFrame } from '../dialogue/session.js';
import { shownShop } from '../dialogue/shop.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { pathTo } from '../knowledge/paths.js';
import { PLAN_LIMITS, type PlanStep, type Severity, UNKNOWN } from '../knowledge/schema.js';
import { closeCase } from './closing.js';
import { contactFor, dialLinks, roleLine } from './contact-choice.js';
import { severityOf } from './duty.js';
import { knownIncidents } from './known-incidents.js';
import { closeRun, endPlan, takeOver } from './plan-end.js';
import { drop, offered, offerPlan, takeOffer } from './plan-offer.js';
import { pageLink } from './wording.js';

/** The button that asks for a human; only where the run is an emergency, and nobody was called yet. */
const HUMAN = 'human';

/** Started anew, or said again where it stands; another situation that is named ends the run and begins its own. */
function startPlan(turn: Turn): string {
  const { session, world } = turn;
  if (session.plan && openStep(session.plan)) {
    const named = situationNamed(turn);
    const { role: walker, situation: walked } = session.plan;
    if (named === undefined || named.id === walked) return giveStep(turn);
    closeRun(turn);
    openRun(session, turn.at);
    change(session, { role: walker });
  }
  if (world.knowledge.situations.size === 0 || world.knowledge.planRoles.size === 0) {
    say(turn, sentence(turn, 'no-plan', {}, PLAN));
    return 'none';
  }
  if (!session.plan && asksOfPlan(turn)) return 'offer';
  const situation = situationIn(turn) ?? offered(turn);
  const role = roleIn(turn);
  if (!session.plan) begin(turn);
  if (situation) change(session, { situation: situation.id });
  if (role) change(session, { role: role.id });
  return askOrWalk(turn);
}

/** Whatever was solved before is over: an emergency is a case of its own. */
function begin(turn: Turn): void {
  const { session } = turn;
  if (session.caseNumber === 0 || session.closed !== null) {
    session.frames = session.frames.slice(-1);
    openCase(session, turn.at);
  }
  if (turn.understanding !== null) absorb(turn);
  openRun(session, turn.at);
}

function askOrWalk(turn: Turn): string {
  const { session, world } = turn;
  if (!world.knowledge.situations.has(session.plan?.situation ?? '')) return askSituation(turn);
  if (!world.knowledge.planRoles.has(session.plan?.role ?? '')) return askRole(turn);
  return walk(turn);
}

function askSituation(turn: Turn): string {
  const all = [...turn.world.knowledge.situations.values()].slice(0, PLAN_LIMITS.situations);
  const unsure = { id: UNKNOWN, label: sentence(turn, 'unsure', {}, PLAN) };
  ask(turn, sentence(turn, 'which', {}, PLAN), PLAN_SITUATION, [
    ...all.map(({ id, label }) => ({ id, label })),
    unsure,
  ]);
  return 'which';
}

function askRole(turn: Turn): string {
  const all = [...turn.world.knowledge.planRoles.values()].slice(0, PLAN_LIMITS.roles);
  const unsure = { id: UNKNOWN, label: sentence(turn, 'other-role', {}, PLAN) };
  ask(turn, sentence(turn, 'who', {}, PLAN), PLAN_ROLE, [...all.map(({ id, label }) => ({ id, label })), unsure]);
  return 'who';
}

function ask(turn: Turn, text: string, question: string, options: ReplyOption[]): void {
  prompt(turn, { type: 'question', text, options, links: [], question });
}

/** Who cannot say which is led through the gravest, which stands first. */
function takeSituation(turn: Turn): string {
  const { situations } = turn.world.knowledge;
  const said = situations.get(turn.signal.option ?? UNKNOWN);
  const chosen = said ?? [...situations.values()][0];
  if (said === undefined) say(turn, sentence(turn, 'unsure-lead', { label: chosen?.label ?? '' }, PLAN));
  change(turn.session, { situation: chosen?.id ?? '' });
  return askOrWalk(turn);
}

function takeRole(turn: Turn): string {
  const { planRoles } = turn.world.knowledge;
  const chosen = planRoles.get(turn.signal.option ?? UNKNOWN) ?? [...planRoles.values()][0];
  change(turn.session, { role: chosen?.id ?? '' });
  return askOrWalk(turn);
}

/** The first step. */
function walk(turn: Turn): string {
  const { session, world } = turn;
  const situation = world.knowledge.situations.get(session.plan?.situation ?? '');
  if (!session.plan || !situation) return 'end';
  // From here on it is written down: 「上一步」 does not lead out of it.
  session.trail = [];
  change(session, { severity: graver(situation.severity, severityOf(session)) });
  const { run, role, severity } = session.plan;
  const total = stepsOf(world, session.plan).length;
  const merchant = shownShop(session.shop)?.merchant;
  turn.happenings.push({
    type: 'plan-started',
    data: {
      run,
      situation: situation.id,
      title: situation.title,
      severity,
      role,
      steps: total,
      ...(merchant === undefined ? {} : { merchant }),
    },
  });
  // An emergency calls somebody, unless it is somebody on duty who walks through it.
  const alert = world.flows.get('handoff')?.words[`situation-${situation.id}`]?.[0];
  const onDuty = world.knowledge.planRoles.get(role)?.onDuty === true;
  if (alert !== undefined && !onDuty && session.emergency === undefined) turn.chosen = alert;
  const values = { title: situation.title, total, known: knownIncidents(turn, situation) };
  return nextStep(turn, sentence(turn, 'started', values, PLAN));
}

/** What was said of the step before, then the next one; `end` after the last. */
function nextStep(turn: Turn, lead: string): string {
  const { session, world, at } = turn;
  const next = session.plan && nextOf(world, session.plan);
  if (!session.plan || !next) {
    say(turn, lead);
    return 'end';
  }
  const { id: step, title, role, minutes: limit } = next;
  change(session, { steps: [...session.plan.steps, { step, title, role, limit, given: at }] });
  return giveStep(turn, lead);
}

/** Puts the open step to the user. */
function giveStep(turn: Turn, lead = ''): string {
  const { session, world } = turn;
  const open = openStep(session.plan);
  const step = session.plan && stepsOf(world, session.plan).find(({ id }) => id === open?.step);
  // An edit took the step away: it stays unanswered.
  if (!session.plan || !open || !step) return closeStep(turn, 'skipped') ? nextStep(turn, lead) : 'end';
  const called = step.call.map((kind) => contactFor(turn, kind));
  const text = sentence(
    turn,
    'step',
    {
      number: session.plan.steps.length,
      total: Math.max(session.plan.steps.length, stepsOf(world, session.plan).length),
      role: world.knowledge.planRoles.get(step.role)?.label ?? '',
      limit: step.minutes,
      title: step.title,
      text: step.text,
      numbers: step.call.map((kind) => roleLine(turn, kind)).join('\n'),
    },
    PLAN,
  );
  prompt(turn, {
    type: 'question',
    text: [lead, text].filter((part) => part !== '').join('\n\n'),
    options: buttons(turn, session.plan.severity),
    links: [...(called.length === 0 ? [] : dialLinks(turn, called)), ...pages(turn, step, session.plan)],
    question: `plan-${step.id}`,
  });
  // Said again, it is said without what came before it.
  const frame = topFrame(session);
  if (frame?.prompt) frame.prompt = { ...frame.prompt, text };
  return 'step';
}

function buttons(turn: Turn, severity: Severity): ReplyOption[] {
  const all = asReplyOptions(flowOf(turn, PLAN).states.walking?.options ?? []);
  const offers = severity === 'emergency' && !turn.session.handoff;
  return all.filter(({ id }) => id !== HUMAN || offers);
}

/** What helps on with a step; with the first one the whole sheet of the role, to be printed. */
function pages(turn: Turn, { fault }: PlanStep, { role, steps }: PlanRun): Link[] {
  const title = turn.world.knowledge.faults.get(fault ?? '')?.title;
  const links = steps.length === 1 ? [pageLink(turn, pathTo.plan(role), sentence(turn, 'plan-link', {}, PLAN))] : [];
  if (fault === undefined || title === undefined) return links;
  return [...links, pageLink(turn, pathTo.fault(fault), sentence(turn, 'fault-link', { title }, PLAN))];
}

const OUTCOMES: Readonly<Record<string, StepOutcome>> = { done: 'done', cannot: 'cannot', next: 'skipped' };

function takeStep(turn: Turn): string {
  const { option = '' } = turn.signal;
  if (option === HUMAN) {
    turn.signal = { name: 'asked' };
    // The step stays on the table beneath whoever is asked for.
    const frame = topFrame(turn.session);
    if (frame) frame.state = 'walking';
    return HUMAN;
  }
  const outcome = OUTCOMES[option];
  return outcome === undefined ? 'end' : answered(turn, outcome);
}

function answered(turn: Turn, outcome: StepOutcome): string {
  const { session, world } = turn;
  const step = session.plan && stepsOf(world, session.plan).find(({ id }) => id === openStep(session.plan)?.step);
  const closed = closeStep(turn, outcome);
  if (!closed) return 'end';
  const values = { title: closed.title, cannot: step?.cannot ?? '' };
  return nextStep(turn, sentence(turn, outcome, values, PLAN));
}

/** Something was found, or went wrong: it is kept with the case, and the step still waits. */
function noteStep(turn: Turn): string {
  const { session } = turn;
  const text = turn.understanding?.normalized ?? '';
  absorb(turn);
  session.misunderstood = 0;
  const manages = session.plan?.role === 'manager' ? '-manager' : '';
  const key = matchesPlan(turn, 'said-many-paid', text)
    ? `noted-many-paid${manages}`
    : matchesPlan(turn, 'said-upset', text)
      ? 'noted-upset'
      : 'noted';
  const onTable = topFrame(session)?.prompt;
  if (onTable) turn.replies.push({ ...onTable, text: sentence(turn, key, {}, PLAN), links: [] });
  return 'step';
}

export const emergencyPlan: Skill = {
  id: PLAN,
  verbs: {
    'start-plan': startPlan,
    'take-situation': takeSituation,
    'take-role': takeRole,
    'take-step': takeStep,
    'skip-step': (turn) => answered(turn, 'skipped'),
    'note-step': noteStep,
    'end-plan': endPlan,
    'take-over': takeOver,
    'close-case': closeCase,
    'offer-plan': offerPlan,
    'take-offer': takeOffer,
    drop,
  },
};
