/** What a note, a call or a review names. What contradicts the story is told as wrong: it earns nothing, and the debrief says so. Pure. */
import type { Told } from '../dialogue/drill-state.js';
import { regExpOf } from '../dialogue/regexp.js';
import type { Drill } from '../knowledge/schema.js';
import type { Understanding } from '../nlu/understanding.js';
import { amountNamed, methodNamed, timeNamed } from './facts.js';
import { namedIn, type Patterns } from './named.js';
import type { DrillWorld } from './truth.js';

/** Characters of the screen's words that have to be repeated for them to count as written down. */
const REPEATED = 4;

/** What stands on the screen, normalised, and the seconds that have passed. */
interface Now {
  screen: string;
  seconds: number;
}

/** @param patterns told → regular expressions over the normalised words, for what no entity says */
export function toldIn(
  { normalized, signs }: Understanding,
  drill: Drill,
  { screen, seconds }: Now,
  patterns: Patterns,
  world: DrillWorld,
): Told[] {
  const said = (told: string) => patterns[`told-${told}`]?.some((form) => regExpOf(form).test(normalized)) === true;
  // The screen names ways of paying and figures of its own.
  const own = normalized.split(screen).join(' ');
  const time = timeNamed(own, drill, seconds, patterns);
  const method = methodNamed(own, drill, patterns);
  const amount = amountNamed(own, drill, patterns);
  const of = signs.filter(({ fault }) => fault === drill.fault).map(({ text }) => text);
  const { right, every } = namedIn(own, drill, of, patterns, world);
  const tests: readonly [Told, boolean][] = [
    ['screen', repeats(normalized, screen)],
    ['time', time === 'right'],
    ['method', method === 'right'],
    ['amount', amount === 'right'],
    ['merchant', said('merchant')],
    ['terminal', said('terminal')],
    ['cause', right],
    ['prevention', said('prevention')],
    ['owner', said('owner')],
    ['wrong-time', time === 'wrong'],
    ['wrong-method', method === 'wrong'],
    ['wrong-amount', amount === 'wrong'],
    ['every-cause', every],
  ];
  return tests.filter(([, is]) => is).map(([told]) => told);
}

/** True if a piece of the screen's words, long enough not to be chance, is repeated; a short screen in whole. */
function repeats(text: string, screen: string): boolean {
  if (screen.length <= REPEATED) return screen !== '' && text.includes(screen);
  for (let at = 0; at + REPEATED <= screen.length; at += 1)
    if (text.includes(screen.slice(at, at + REPEATED))) return true;
  return false;
}
