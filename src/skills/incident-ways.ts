/** How to collect while something is out, and when it should be over. Pure. */
import { toldNow } from '../dialogue/incidents.js';
import { say, sentence } from '../dialogue/interpreter.js';
import type { Turn } from '../dialogue/world.js';
import { type BoardIncident, stateAt } from '../incidents/board.js';
import { chinaTime } from '../text/china-time.js';

const SKILL = 'triage';

/** 「先用刷卡，不方便就用现金或支付宝。」 With more than one thing out nothing is named that may be out too. */
export function waysAround(turn: Turn, { workaround = '', scope }: BoardIncident): string {
  const { world, at } = turn;
  const out = (world.incidents ?? []).filter((one) => stateAt(one, at) === 'open');
  const named = scope.acquirer === undefined && out.length === 1 ? scope.channel : undefined;
  const own = named === undefined ? '' : sentence(turn, `incident-else-${named}`, {}, SKILL);
  const isNews = own !== '' && (workaround === '' || !own.includes(workaround));
  const others = isNews ? own : sentence(turn, 'incident-else', {}, SKILL);
  return sentence(turn, 'incident-ways', { workaround, others }, SKILL);
}

/** 「那我咋收」 of an incident that was told of. */
export function sayWays(turn: Turn): string {
  const { session, world, at } = turn;
  const incident = toldNow(session, world, at);
  if (incident === undefined) return 'said';
  const ways = waysAround(turn, incident);
  const settled = ['failed', 'paid'].includes(session.case.money);
  say(turn, settled ? ways : sentence(turn, 'incident-ways-open', { ways }, SKILL));
  return 'said';
}

/** 「还要多久」: what was announced, if it is not past. */
export function whenOver(turn: Turn, { kind, expectedEnd }: BoardIncident): string {
  const until = expectedEnd !== undefined && expectedEnd > turn.at ? chinaTime(expectedEnd, turn.at) : '';
  return sentence(turn, until === '' ? 'incident-when-unknown' : `incident-when-${kind}`, { until }, SKILL);
}
