/** Words that start the emergency plan, go on with it or end it, whatever else is going on; and what they say of situation and role. Pure. */
import type { PlanRole, Situation } from '../knowledge/schema.js';
import { dangerIn } from './danger.js';
import { advance, call, say, sentence } from './interpreter.js';
import { change, finishPlan, isOnTable, PLAN, stepsOf, withoutPlan } from './plan-run.js';
import { openStep } from './plan-state.js';
import { regExpOf } from './regexp.js';
import { promptOf } from './state.js';
import type { Turn } from './world.js';

/** Characters of the longest sentence that may start it: what is longer tells a story. */
const LONGEST = 60;

/** True if words match one of the patterns of a list of the plan's flow. */
export function matchesPlan(turn: Turn, list: string, text: string): boolean {
  return turn.world.flows.get(PLAN)?.words[list]?.some((form) => regExpOf(form).test(text)) === true;
}

/** Takes words about the plan itself. @returns false if they are about something else */
export function takePlanWords(turn: Turn): boolean {
  const text = turn.understanding?.normalized ?? '';
  if (text === '' || text.length > LONGEST || matchesPlan(turn, 'not-meant', text)) return false;
  const { plan } = turn.session;
  if (takesStep(turn, text)) return true;
  const stops = matchesPlan(turn, 'stop', text);
  const goesOn = matchesPlan(turn, 'go-on', text);
  if (!stops && !goesOn && !asksOfPlan(turn) && !matchesPlan(turn, 'start', text)) return false;
  if (!plan && (stops || goesOn)) say(turn, sentence(turn, 'none-running', {}, PLAN));
  else if (stops) finishPlan(turn, 'stop');
  else toPlan(turn);
  return true;
}

/** Characters of the longest sentence that may close a step. */
const LONGEST_ANSWER = 16;

/**
 * 「存好了」, 「店长不在」, 「两笔都成功」 while a step waits: what became of it, or what was found. Beneath another question only words that
 * can mean nothing but the step close it.
 */
function takesStep(turn: Turn, text: string): boolean {
  const { session, world } = turn;
  const open = openStep(session.plan);
  if (!session.plan || !open || text.length > LONGEST_ANSWER) return false;
  if (!isOnTable(session)) {
    if (!matchesPlan(turn, 'said-this-step', text)) return false;
    const said = turn.replies.length;
    toPlan(turn);
    turn.replies.length = said;
    answerStep(turn, 'done');
    return true;
  }
  const step = stepsOf(world, session.plan).find(({ id }) => id === open.step);
  if (matchesPlan(turn, 'said-done', text)) answerStep(turn, 'done');
  else if (step?.cannot !== undefined && matchesPlan(turn, step.to ? 'said-absent' : 'said-cannot', text))
    answerStep(turn, 'cannot');
  else if (['said-absent', 'said-cannot', 'said-many-paid', 'said-upset'].some((list) => matchesPlan(turn, list, text)))
    advance(turn, 'said');
  else return false;
  return true;
}

function answerStep(turn: Turn, option: string): void {
  turn.session.misunderstood = 0;
  turn.signal = { name: 'answered', option };
  advance(turn, 'answered');
}

/** What nobody understood, said while a step waits, is taken note of; a question is not. @returns false if it was not taken */
export function notesFinding(turn: Turn): boolean {
  const text = turn.understanding?.normalized ?? '';
  if (!isOnTable(turn.session) || !openStep(turn.session.plan) || matchesPlan(turn, 'said-asks', text)) return false;
  advance(turn, 'said');
  return true;
}

/**
 * A danger told of while the plan asks which situation it is says so by itself: the plan begins right after the warning, with all the
 * steps of the shop. Nobody who was just robbed is asked who they are.
 */
export function beginAfterWarning(turn: Turn): void {
  const { session } = turn;
  const { plan, warned } = session;
  if (!plan || plan.steps.length > 0 || !isOnTable(session) || warned?.turn !== session.turns) return;
  const situation = situationIn(turn);
  if (situation === undefined) return;
  const asked = promptOf(session)?.question;
  turn.replies.splice(0, turn.replies.length, ...turn.replies.filter(({ question }) => question !== asked));
  const roles = [...turn.world.knowledge.planRoles.values()];
  const role = roleIn(turn) ?? roles.find(({ walks }) => walks.length > 0) ?? roles[0];
  change(session, { situation: situation.id, role: role?.id ?? '' });
  advance(turn, 'again');
}

/** 「应急预案怎么用」, 「停电了咋办」: whoever asks is offered it. */
export function asksOfPlan(turn: Turn): boolean {
  const text = turn.understanding?.normalized ?? '';
  return matchesPlan(turn, 'how', text) || matchesPlan(turn, 'how-situation', text);
}

/** Puts the plan on the table, or on it again. What it interrupts waits beneath. */
function toPlan(turn: Turn): void {
  const { session } = turn;
  session.misunderstood = 0;
  if (isOnTable(session)) {
    advance(turn, 'again');
    return;
  }
  session.frames = withoutPlan(session.frames);
  call(turn, PLAN);
}

/** What the words name. */
export function situationNamed({ understanding, world }: Turn): Situation | undefined {
  const text = understanding?.normalized ?? '';
  return [...world.knowledge.situations.values()].find(({ words }) => words.some((form) => regExpOf(form).test(text)));
}

/** What the words or the case make evident; undefined if nothing does. */
export function situationIn(turn: Turn): Situation | undefined {
  const { session, understanding, world } = turn;
  const all = [...world.knowledge.situations.values()];
  const heard = [...session.case.answers, ...(understanding?.evidence ?? [])];
  return (
    situationNamed(turn) ??
    all.find(({ alerts }) => session.warned !== undefined && alerts.includes(session.warned.alert)) ??
    all.find(({ answers }) =>
      Object.entries(answers).some(([question, option]) =>
        heard.some((one) => one.question === question && one.option === option),
      ),
    )
  );
}

/** Who is speaking, by their words or because the operator's calendar knows them. */
export function roleIn(turn: Turn): PlanRole | undefined {
  const { understanding, world, user } = turn;
  const text = understanding?.normalized ?? '';
  const all = [...world.knowledge.planRoles.values()];
  const known = world.knowledge.organization.onCall.some(({ userid }) => userid !== '' && userid === user);
  return (
    all.find(({ words }) => words.some((form) => regExpOf(form).test(text))) ??
    (known ? all.find(({ onDuty }) => onDuty) : undefined)
  );
}

/** The alert that thanks for having called the police. */
const REPORTED = 'reported';

/** 「打了110了」 at a step of the plan is the step's answer. */
export function reportsStep(turn: Turn): boolean {
  return isOnTable(turn.session) && dangerIn(turn)?.id === REPORTED;
}
