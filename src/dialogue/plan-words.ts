/** Words that start the emergency plan, go on with it or end it, whatever else is going on; and what they say of situation and role. Pure. */
import type { PlanRole, Situation } from '../knowledge/schema.js';
import { createMatchers, type Matchers } from '../nlu/needs.js';
import type { Flow } from './flow.js';
import { advance, call, say, sentence } from './interpreter.js';
import { finishPlan, isOnTable, PLAN, withoutPlan } from './plan-run.js';
import { regExpOf } from './regexp.js';
import type { Turn } from './world.js';

/** Characters of the longest sentence that may start it: what is longer tells a story. */
const LONGEST = 60;

/** Compiled once a flow: flows are replaced, never changed. */
const compiled = new WeakMap<Flow, Matchers>();
const LISTS = ['not-meant', 'stop', 'go-on', 'start'] as const;

/** The lists that hold the words. */
function listsFor(turn: Turn, text: string): ReadonlySet<string> {
  const flow = turn.world.flows.get(PLAN);
  if (!flow) return new Set();
  let matchers = compiled.get(flow);
  if (!matchers) {
    matchers = createMatchers(LISTS.map((list) => flow.words[list] ?? []));
    compiled.set(flow, matchers);
  }
  const { read, matches } = matchers;
  const met = read(text);
  return new Set(LISTS.filter((_, i) => matches(i, text, met)));
}

/** Takes words about the plan itself. @returns false if they are about something else */
export function takePlanWords(turn: Turn): boolean {
  const text = turn.understanding?.normalized ?? '';
  if (text === '' || text.length > LONGEST) return false;
  const lists = listsFor(turn, text);
  if (lists.size === 0 || lists.has('not-meant')) return false;
  const { plan } = turn.session;
  const stops = lists.has('stop');
  const goesOn = lists.has('go-on');
  if (!plan && (stops || goesOn)) say(turn, sentence(turn, 'none-running', {}, PLAN));
  else if (stops) finishPlan(turn, 'stop');
  else toPlan(turn);
  return true;
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

/** What the words or the case make evident; undefined if nothing does. */
export function situationIn(turn: Turn): Situation | undefined {
  const { session, understanding, world } = turn;
  const text = understanding?.normalized ?? '';
  const all = [...world.knowledge.situations.values()];
  const heard = [...session.case.answers, ...(understanding?.evidence ?? [])];
  return (
    all.find(({ words }) => words.some((form) => regExpOf(form).test(text))) ??
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
