/** Whether a sentence leaves open that money moved: 「不知道扣没扣」, 「可能扣了」. Such a transaction is looked up first. Pure. */
import type { Flow } from './flow.js';
import type { Turn } from './world.js';

/** Patterns are compiled once a flow: flows are replaced, never changed. */
const compiled = new WeakMap<Flow, { doubt: RegExp; fee: RegExp }>();

const NEVER = '(?!)';

export function leavesMoneyOpen(turn: Turn): boolean {
  const flow = turn.world.flows.get('repair');
  const text = turn.understanding?.normalized;
  if (!flow || text === undefined) return false;
  let made = compiled.get(flow);
  if (!made) {
    const joined = (forms: readonly string[] | undefined) => new RegExp((forms ?? [NEVER]).join('|'));
    made = { doubt: joined(flow.words['money-doubt']), fee: joined(flow.words['money-fee']) };
    compiled.set(flow, made);
  }
  return made.doubt.test(text) && !made.fee.test(text);
}
