/** Which of a code's readings are still possible, by what was said of the way of paying. Pure. */
import { isTelling, readingsOf, setAnswer } from '../dialogue/absorb.js';
import { say, sentence } from '../dialogue/interpreter.js';
import type { Turn } from '../dialogue/world.js';
import { type CodeReading, UNKNOWN } from '../knowledge/schema.js';
import { isAppSystem, type NamedWay, systemsFor, wayNamed, wayTold } from './code-method.js';

const SKILL = 'code-lookup';
const METHOD = 'pay-method';
/** Codes explained at once; who names more means the last ones. */
const MOST_CODES = 3;

/** A code with the readings still possible. */
export interface Found {
  code: string;
  readings: CodeReading[];
}

/** The codes talked about: those named in this turn or while it was asked about them, else the last one mentioned. */
export function codesInQuestion(turn: Turn): Found[] {
  const { case: current, explaining = [] } = turn.session;
  const named = explaining.flatMap((code) => current.codes.find((seen) => seen.code === code) ?? []);
  const seen = named.length > 0 ? named : current.codes.slice(-1);
  return seen.map(({ code, systems }) => ({ code, readings: readingsOf(turn, code, systems) }));
}

/**
 * Notes the codes of this turn; `more`: beside those already asked about.
 * @returns those of a long list that are not explained now
 */
export function noteCodes(turn: Turn, more: boolean): string[] {
  const { session, understanding } = turn;
  const now = (understanding?.entities ?? []).filter(({ type, value }) => type === 'code' && isTelling(turn, value));
  const all = [...new Set([...(more ? (session.explaining ?? []) : []), ...now.map(({ value }) => value)])];
  session.explaining = all.slice(-MOST_CODES);
  return all.slice(0, -MOST_CODES);
}

/** Readings agree only if cause and retry agree. */
export function agree(readings: readonly CodeReading[]): boolean {
  const [first] = readings;
  return first !== undefined && readings.every(({ cause, retry }) => cause === first.cause && retry === first.retry);
}

/** Rules readings out for the codes talked about. A code that no such system reads keeps all its readings. */
export function narrow(
  turn: Turn,
  systems: readonly string[],
  codes = codesInQuestion(turn).map(({ code }) => code),
): void {
  const { case: current } = turn.session;
  current.codes = current.codes.map((seen) => {
    const left = codes.includes(seen.code) ? seen.systems.filter((system) => systems.includes(system)) : [];
    return left.length > 0 ? { code: seen.code, systems: left } : seen;
  });
}

/**
 * What the sentence says of each code wins over what is known of the way of paying in general. Returns the codes that the app named
 * for them does not know: whose they are cannot be told.
 */
export function narrowByMethod(turn: Turn): string[] {
  const known = knownMethod(turn);
  const ways = codesInQuestion(turn).map((found) => ({ ...found, way: wayNamed(turn, found.code) }));
  const [first] = ways;
  if (first?.way && known === undefined && ways.every(({ way }) => way?.method === first.way?.method))
    setAnswer(turn, METHOD, first.way.method, 'utterance');
  const unread: string[] = [];
  for (const { code, readings, way } of ways) {
    const systems = way?.systems ?? (known === undefined ? undefined : systemsFor(turn, known));
    if (systems === undefined) continue;
    if (way && !readings.some(({ system }) => systems.includes(system))) {
      unread.push(code);
      sayUnread(turn, way, code);
    }
    narrow(turn, systems, [code]);
  }
  return unread;
}

/** The codes talked about that a way of paying told cannot have shown; says so if it is an app. */
export function unreadBy(turn: Turn, way: NamedWay): string[] {
  const reads = ({ readings }: Found) => readings.some(({ system }) => way.systems.includes(system));
  const unread = codesInQuestion(turn).filter((found) => found.readings.length > 0 && !reads(found));
  for (const { code } of unread) sayUnread(turn, way, code);
  return unread.map(({ code }) => code);
}

/** That an app has no such code; of a mere way of paying nothing is said. */
function sayUnread(turn: Turn, { own }: NamedWay, code: string): void {
  const app = turn.world.knowledge.systems.get(own ?? '');
  if (app !== undefined) say(turn, sentence(turn, 'app-without', { system: app.label, code }, SKILL));
}

/** The app told for codes that were read as another's: all their readings are open again. */
export function narrowByApp(turn: Turn): string[] {
  const { case: current } = turn.session;
  const way = wayTold(turn);
  if (!way) return [];
  const codes = codesInQuestion(turn).map(({ code }) => code);
  current.codes = current.codes.map((seen) => (codes.includes(seen.code) ? allReadings(turn, seen.code) : seen));
  setAnswer(turn, METHOD, way.method, 'utterance');
  const unread = unreadBy(turn, way);
  narrow(turn, way.systems);
  return unread;
}

function allReadings(turn: Turn, code: string) {
  return { code, systems: (turn.world.knowledge.codes.get(code) ?? []).map(({ system }) => system) };
}

export function knownMethod(turn: Turn): string | undefined {
  const answer = turn.session.case.answers.find(({ question }) => question === METHOD)?.option;
  return answer === UNKNOWN ? undefined : answer;
}

/**
 * True if a code was read as one app's only because it was scanned: nobody said which app, and it means something else elsewhere.
 */
export function appGuessed(turn: Turn, code: string, readings: readonly CodeReading[]): boolean {
  const [reading, ...others] = readings;
  if (reading === undefined || others.length > 0 || knownMethod(turn) !== 'scan' || !isAppSystem(reading.system))
    return false;
  const way = wayNamed(turn, code) ?? wayTold(turn);
  return way?.own === undefined && (turn.world.knowledge.codes.get(code)?.length ?? 0) > 1;
}

/** Codes that only one way of paying can have shown tell it: nobody has to be asked how the money was collected. */
export function noteMethodOfCodes(turn: Turn): void {
  if (knownMethod(turn) !== undefined) return;
  const methods = codesInQuestion(turn).flatMap(({ readings }) =>
    readings.flatMap(({ system }) => turn.world.knowledge.systems.get(system)?.payMethods ?? []),
  );
  const [only, ...others] = new Set<string>(methods);
  if (only !== undefined && others.length === 0) setAnswer(turn, METHOD, only, 'utterance');
}

/** Characters between a provider and the code that its machine showed. */
const PROVIDER_REACH = 8;

/** A code of a provider that has codes of its own, of which we have no table (flows/code-lookup.yaml, `own-codes`): 「收钱吧报55」. */
export function codeOfUnlistedProvider(turn: Turn): { provider: string; code: string } | undefined {
  const { entities = [], text = '' } = turn.understanding ?? {};
  const unlisted = turn.world.flows.get(SKILL)?.words['own-codes'] ?? [];
  const provider = entities.find(({ type, value }) => type === 'acquirer' && unlisted.includes(value));
  const code = entities.find(({ type, start }) => type === 'code' && provider !== undefined && start >= provider.end);
  if (provider === undefined || code === undefined || code.start - provider.end > PROVIDER_REACH) return undefined;
  return { provider: text.slice(provider.start, provider.end), code: code.value };
}

/** Codes of this turn that are not what our tables say of them count for nothing. */
export function forgetCodes(turn: Turn): void {
  const { case: current } = turn.session;
  const named = (turn.understanding?.entities ?? []).filter(({ type }) => type === 'code').map(({ value }) => value);
  current.codes = current.codes.filter(({ code }) => !named.includes(code));
}
