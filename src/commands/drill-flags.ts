/** Flags that several of the drill commands take. */
import { InvalidArgumentError } from 'commander';
import { PosDoctorError } from '../errors.js';

/** As many digits as a drill's opening words take. */
const MOST_SEED = 999_999_999;

export const wrong = (what: string) => new PosDoctorError('BAD_ARGUMENTS', { what });

/** 0 … 999 999 999 */
export function seedOf(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > MOST_SEED) throw new InvalidArgumentError(`a whole number, 0 to ${MOST_SEED}.`);
  return seed;
}
