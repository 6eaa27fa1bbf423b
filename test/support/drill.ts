/** Plays a drill as a door would: words in, replies out, the result at the end. */
import type { DrillResult } from '../../src/dialogue/drill-state.js';
import type { Reply } from '../../src/dialogue/reply.js';
import { takeTurn } from '../../src/dialogue/turn.js';
import type { Happening, World } from '../../src/dialogue/world.js';

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
