/** 「怎么签到」: how to do something at the terminal that a fix describes. Pure. */
import { say, sentence } from './interpreter.js';
import type { Turn } from './world.js';

/** A line of the list: which fix says how, and the words that ask for it. */
const ENTRY = /^([a-z][a-z0-9-]*)=(.+)$/;

/**
 * Says the steps, without those that charge: nobody was asked for the money yet. False if nothing of the kind was asked, or the fix is
 * on the table already.
 */
export function sayHow(turn: Turn): boolean {
  const text = turn.understanding?.normalized ?? '';
  for (const line of turn.world.flows.get('repair')?.words['how-to'] ?? []) {
    const [, id = '', form = '(?!)'] = ENTRY.exec(line) ?? [];
    const fix = turn.world.knowledge.fixes.get(id);
    if (fix === undefined || id === turn.session.fix || !new RegExp(form).test(text)) continue;
    const steps = fix.steps.filter(({ charges }) => !charges).map((step, index) => `${index + 1}. ${step.text}`);
    say(turn, sentence(turn, 'how-to', { title: fix.title, steps: steps.join('\n') }, 'repair'));
    return true;
  }
  return false;
}
