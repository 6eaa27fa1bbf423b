/** How a hand-over that is open stands, in words. Pure. */
import { sentence } from '../dialogue/interpreter.js';
import type { Turn } from '../dialogue/world.js';

const SKILL = 'handoff';

/** A human was asked for, and nobody has the conversation yet. */
export function isAskedFor({ standing, session }: Turn): boolean {
  return standing !== undefined || session.handoff;
}

/** Whom we called and since when, as far as that is known here. */
export function standingLine(turn: Turn): string {
  const { how, name = '', minutes = 0 } = turn.standing ?? { how: 'waiting' };
  const called = name === '' ? sentence(turn, 'team', {}, SKILL) : name;
  return sentence(turn, `stands-${how}`, { name: called, minutes: minutes === 0 ? '' : minutes }, SKILL);
}
