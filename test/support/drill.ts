/** Plays a drill as a door would: words in, replies out, the result at the end. */
import type { DrillResult } from '../../src/dialogue/drill-state.js';
import type { Reply } from '../../src/dialogue/reply.js';
import { takeTurn } from '../../src/dialogue/turn.js';
import type { Happening, World } from '../../src/dialogue/world.js';
import type { Understanding } from '../../src/nlu/understanding.js';

export interface Played {
  replies: Reply[];
  happenings: Happening[];
  result: DrillResult | undefined;
}

/** @param start options beside the scenario's id: `#7`, 「计时」 */
export function playDrill(world: World, drill: string, words: readonly string[], start = '#1'): Played {
  const at = Date.UTC(2026, 10, 24, 2);
  let session: unknown = null;
  const played: Played = { replies: [], happenings: [], result: undefined };
  for (const text of [`演练 ${drill} ${start}`, ...words, '结束演练']) {
    if (played.result) break;
    const turn = takeTurn(session, { kind: 'message', texts: [text], hidden: [] }, at, world);
    session = turn.session;
    played.replies.push(...turn.replies);
    played.happenings.push(...turn.happenings);
    played.result = turn.session.drilled;
  }
  return played;
}

/** Acts that whoever taps at random makes, and taps at most. */
const ACTS = 12;
const MOST_TAPS = 99;

/** Taps what is offered, at random, until as many things are done as the one who types at random does. */
export function tapDrill(world: World, drill: string, seed: number, random: () => number): Played {
  const at = Date.UTC(2026, 10, 24, 2);
  const start = { kind: 'message', texts: [`演练 ${drill} #${seed}`], hidden: [] } as const;
  let turn = takeTurn(null, start, at, world);
  for (let tap = 0; tap < MOST_TAPS && !turn.session.drilled; tap += 1) {
    const options = turn.replies.at(-1)?.options ?? [];
    const chosen = options[Math.floor(random() * options.length)];
    if (!chosen || (turn.session.drill?.entries.length ?? 0) >= ACTS) break;
    turn = takeTurn(turn.session, { kind: 'option', question: 'drill', option: chosen.id }, at, world);
  }
  if (!turn.session.drilled)
    turn = takeTurn(turn.session, { kind: 'message', texts: ['结束演练'], hidden: [] }, at, world);
  return { replies: turn.replies, happenings: turn.happenings, result: turn.session.drilled };
}

/** The same world with the same understanding, computed once for each sentence. */
export function readOnce(world: World): World {
  const known = new Map<string, Understanding>();
  const understand: World['nlu']['understand'] = (words, context) => {
    const key = `${words}\n${JSON.stringify(context)}`;
    const found = known.get(key) ?? world.nlu.understand(words, context);
    known.set(key, found);
    return found;
  };
  return { ...world, nlu: { ...world.nlu, understand } };
}
