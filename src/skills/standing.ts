/** How a hand-over that is open stands, in words. Pure. */
import { sentence } from '../dialogue/interpreter.js';
import type { Turn } from '../dialogue/world.js';

const SKILL = 'handoff';

/** A human was asked for, and nobody has the conversation yet. */
export function isAskedFor({ standing, session }: Turn): boolean {
  return standing !== undefined || session.handoff;
}

/** Whom we called and since when, as far as that is known here. `leads`: numbers to call follow. */
export function standingLine(turn: Turn, leads = false): string {
  const { how, name = '', minutes = 0 } = turn.standing ?? { how: 'waiting' };
  const called = name === '' ? sentence(turn, 'team', {}, SKILL) : name;
  const line = sentence(turn, `stands-${how}`, { name: called, minutes: minutes === 0 ? '' : minutes }, SKILL);
  const phone = leads && (how === 'called' || how === 'waiting') ? sentence(turn, 'stands-numbers', {}, SKILL) : '';
  return line + phone;
}
