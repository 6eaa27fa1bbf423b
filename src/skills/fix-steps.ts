/** Questions about the fix on the table: what comes after a step that is done, where something in it is, what helps for good. Pure. */

import { sentence } from '../dialogue/interpreter.js';
import { essence } from '../dialogue/options.js';
import type { Turn } from '../dialogue/world.js';
import type { Fix } from '../knowledge/schema.js';

const SKILL = 'small-talk';

/** The steps of the fix on the table that are safe now. */
export function safeSteps({ world, session }: Turn): Fix['steps'] {
  const steps = world.knowledge.fixes.get(session.fix ?? '')?.steps ?? [];
  return steps.filter(({ charges }) => !charges || session.case.money === 'failed');
}

/** The last step that shares a pair of characters with what was said; -1 if none does. */
function stepMeant(turn: Turn, steps: Fix['steps']): number {
  const said = essence(turn.understanding?.normalized ?? '');
  const pairs = Array.from({ length: Math.max(0, said.length - 1) }, (_, at) => said.slice(at, at + 2));
  const shared = steps.map(({ text }) => pairs.filter((pair) => text.toLowerCase().includes(pair)).length);
  const most = Math.max(0, ...shared);
  return most === 0 ? -1 : shared.lastIndexOf(most);
}

function lines(turn: Turn, steps: Fix['steps'], from: number): string {
  const rest = steps
    .slice(from)
    .map((step, at) => sentence(turn, 'step-left', { number: from + at + 1, step: step.text }, SKILL));
  return rest.join('\n');
}

/** 「热点连上了 然后呢」: the steps after the one named, or all of them. */
export function stepsLeft(turn: Turn): string {
  const steps = safeSteps(turn);
  if (steps.length === 0) return '';
  const from = stepMeant(turn, steps) + 1;
  return from >= steps.length ? sentence(turn, 'steps-done', {}, SKILL) : lines(turn, steps, from);
}

/** 「我在哪更新」: the step that it is about. */
export function stepWhere(turn: Turn): string {
  const steps = safeSteps(turn);
  const at = stepMeant(turn, steps);
  const step = steps[at];
  return step === undefined ? '' : sentence(turn, 'step-where', { number: at + 1, step: step.text }, SKILL);
}

/** 「以后怎么能收外卡」: the fix for the same fault that lasts, which others than the staff see to. */
export function forGood(turn: Turn): string {
  const { world, session } = turn;
  const fixes = world.knowledge.faults.get(session.suspect ?? '')?.fixes ?? [];
  const lasting =
    session.closed === null ? fixes.find(({ id, who }) => id !== session.fix && who !== 'staff') : undefined;
  if (lasting === undefined) return '';
  const steps = lasting.steps.filter(({ charges }) => !charges);
  return sentence(turn, 'for-good', { title: lasting.title, steps: lines(turn, steps, 0) }, SKILL);
}
