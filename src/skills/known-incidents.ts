/** What is known to be out, as far as it may be what an emergency is: one line each. Pure. */
import { candidates } from '../dialogue/incidents.js';
import { sentence } from '../dialogue/interpreter.js';
import { PLAN } from '../dialogue/plan-run.js';
import type { Turn } from '../dialogue/world.js';
import { stateAt } from '../incidents/board.js';
import type { Situation } from '../knowledge/schema.js';
import { chinaTime } from '../text/china-time.js';

/** Named at most. */
const MOST = 2;

/** Only where what fails is a way of paying, or all of them: that one way is out does not explain that none works. */
export function knownIncidents(turn: Turn, { answers }: Situation): string {
  const { session, world, at } = turn;
  const { scope } = answers;
  if (scope === undefined) return '';
  const found = candidates(session, world, at)
    .map(({ incident }) => incident)
    .filter((one) => stateAt(one, at) === 'open')
    .filter((one) => scope !== 'all' || (one.scope.channel === undefined && one.scope.bank === undefined));
  return found
    .slice(0, MOST)
    .map(({ what, kind, since, expectedEnd }) => {
      const until = expectedEnd !== undefined && expectedEnd > at ? chinaTime(expectedEnd, at) : '';
      return sentence(turn, `known-${kind}`, { what, since: chinaTime(since, at), until }, PLAN);
    })
    .join('\n');
}
