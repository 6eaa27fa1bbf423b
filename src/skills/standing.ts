/** How a hand-over that is open stands, in words. Pure. */
import { sentence } from '../dialogue/interpreter.js';
import type { Turn } from '../dialogue/world.js';

const SKILL = 'handoff';

/** A human was asked for, and nobody has the conversation yet. */
export function isAskedFor({ standing, session }: Turn): boolean {
  return standing !== undefined || session.handoff;
}

/** The operator has written nobody down who could be called: a phone is the only way to a human. */
export function isNobodyThere({ world: { knowledge } }: Turn): boolean {
  const { onCall, onCallGroup } = knowledge.organization;
  return onCall.length === 0 && (onCallGroup ?? '') === '';
}

/** Whom we called and since when, as far as that is known here, and that the numbers are quicker. `numbers`: where they stand. */
export function standingLine(turn: Turn, numbers: 'below' | 'above' = 'below'): string {
  const { how, name = '', minutes = 0 } = turn.standing ?? { how: 'waiting' };
  const called = name === '' ? sentence(turn, 'team', {}, SKILL) : name;
  const key = how === 'waiting' && isNobodyThere(turn) ? 'nobody' : how;
  const values = { name: called, minutes: minutes === 0 ? '' : minutes };
  return sentence(turn, `stands-${key}`, values, SKILL) + sentence(turn, `numbers-${numbers}`, {}, SKILL);
}
