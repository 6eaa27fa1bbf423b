/** What is said of an incident that was told of: how to collect meanwhile, whose terminal it is. Patterns stand in triage.yaml. Pure. */
import { without } from './absorb.js';
import { INCIDENT_SCOPE, INCIDENT_TOLD, toldNow } from './incidents.js';
import { call } from './interpreter.js';
import { tell } from './meaning.js';
import { essence } from './options.js';
import { regExpOf } from './regexp.js';
import { promptOf, statusOf } from './state.js';
import type { Turn } from './world.js';

/** Characters of the longest of these: what is longer tells more. */
const LONGEST = 20;

function words(turn: Pick<Turn, 'world'>, list: string): readonly string[] {
  return turn.world.flows.get('triage')?.words[list] ?? [];
}

/** @returns false if the words are about something else */
export function takeIncidentWords(turn: Turn): boolean {
  const { session, world, at, understanding } = turn;
  const text = understanding?.normalized ?? '';
  const question = promptOf(session)?.question;
  const onTable = question === INCIDENT_TOLD;
  const free = ['idle', 'resolved'].includes(statusOf(session, world));
  if (text.length > LONGEST) return false;
  if ((onTable || question === INCIDENT_SCOPE) && namesWhose(turn)) {
    tell(turn);
    return true;
  }
  if (!(onTable || free) || toldNow(session, world, at) === undefined) return false;
  if (!asksWays(turn)) return false;
  call(turn, 'small-talk');
  return true;
}

/** 「那我咋收」, 「顾客没带卡」 */
export function asksWays({ understanding, world }: Turn): boolean {
  const text = understanding?.normalized ?? '';
  return text.length <= LONGEST && words({ world }, 'incident-ways').some((form) => regExpOf(form).test(text));
}

/** Nothing but a name, 「是拉卡拉的」: neither denied nor asked. */
function namesWhose(turn: Turn): boolean {
  const { understanding } = turn;
  const names =
    understanding?.entities.filter(({ type }) => ['acquirer', 'bank', 'terminal', 'channel'].includes(type)) ?? [];
  if (understanding === null || names.length === 0) return false;
  const beside = words(turn, 'incident-name-beside').toSorted((one, other) => other.length - one.length);
  const rest = beside.reduce((left, word) => left.replaceAll(word, ''), without(understanding.text, names));
  return essence(rest) === '';
}
