/** What a trainee's words say that they do. Pure. */
import { regExpOf } from '../dialogue/regexp.js';
import type { DrillAct } from '../knowledge/schema.js';

/** Ends of clauses in normalised text: what one denies says nothing of the next. */
const CLAUSE = /[,.;:!?。\n]+/;
/** Acts taken from one message; a person does no more at once. */
const MOST_ACTS = 6;

/**
 * The acts in the order in which the words name them, each once. A clause that says that an act is not done names it not.
 * @param text normalised
 * @param denied regular expressions over what stands before the words of an act in its clause: it is not done then
 * @param asked regular expressions over a clause that asks: nothing is collected in it
 */
export function actsIn(
  text: string,
  acts: ReadonlyMap<string, DrillAct>,
  denied: readonly string[] = [],
  asked: readonly string[] = [],
): DrillAct[] {
  const found = new Map<DrillAct, number>();
  let start = 0;
  for (const spaced of text.split(CLAUSE)) {
    const clause = spaced.replaceAll(' ', '');
    const asks = asked.some((pattern) => regExpOf(pattern).test(clause));
    for (const act of acts.values()) {
      // Who asks takes no money.
      if (asks && act.charges) continue;
      const at = placeOf(clause, act, denied);
      if (at !== undefined && !found.has(act)) found.set(act, start + at);
    }
    start += spaced.length + 1;
  }
  return [...found]
    .sort(([, a], [, b]) => a - b)
    .slice(0, MOST_ACTS)
    .map(([act]) => act);
}

/** Where a clause names an act; undefined if it doesn't, or says that it is not done. */
function placeOf(clause: string, { words, not }: DrillAct, denied: readonly string[]): number | undefined {
  if (not.some((pattern) => regExpOf(pattern).test(clause))) return undefined;
  const places = words.map((pattern) => regExpOf(pattern).exec(clause)?.index).filter((at) => at !== undefined);
  const isDenied = (at: number) => denied.some((pattern) => regExpOf(pattern).test(clause.slice(0, at)));
  return places.length === 0 || places.some(isDenied) ? undefined : Math.min(...places);
}
