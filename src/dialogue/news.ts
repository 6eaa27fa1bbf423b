/** 「微信支付已恢复」: whoever was told of an incident hears once that it is over. Pure. */
import { type BoardIncident, endOf, stateAt, wasCalledOff } from '../incidents/board.js';
import type { Understanding } from '../nlu/understanding.js';
import { chinaTime } from '../text/china-time.js';
import { wordList } from './choice.js';
import { alertIn } from './danger.js';
import { INCIDENT_TOLD, newsFor, toldNow } from './incidents.js';
import { call, joined, say, sentence } from './interpreter.js';
import { essence } from './options.js';
import { regExpOf } from './regexp.js';
import { copyCase } from './session.js';
import { promptOf } from './state.js';
import type { Turn } from './world.js';

const SKILL = 'triage';
/** UTF-16 units of the longest question how it stands: what is longer tells something. */
const LONGEST = 24;

/** Says how what was told of last stands, if it is still out. @returns false if nothing of the kind is */
export function sayStill(turn: Turn): boolean {
  const { session, world, at } = turn;
  const incident = toldNow(session, world, at);
  if (incident === undefined) return false;
  say(turn, stillLine(turn, incident));
  return true;
}

function stillLine(turn: Turn, { what, kind, since, expectedEnd }: BoardIncident): string {
  const { at } = turn;
  const until = expectedEnd !== undefined && expectedEnd > at ? chinaTime(expectedEnd, at) : '';
  return sentence(turn, `incident-still-${kind}`, { what, since: chinaTime(since, at), until }, SKILL);
}

function overLine(turn: Turn, incident: BoardIncident): string {
  const end = chinaTime(endOf(incident, turn.at) ?? turn.at, turn.at);
  return sentence(turn, `incident-over-${incident.kind}`, { what: incident.what, end }, SKILL);
}

/**
 * 「恢复了吗」, 「微信好了没」, 「啥时候能用」 of what was told of, or by the name of what is out: how the board has it.
 * @returns false if something else was said
 */
export function answerFromBoard(turn: Turn): boolean {
  const { session, world, at, words, replies } = turn;
  const { incidents = [] } = world;
  if (words === null || words.length > LONGEST || (incidents.length === 0 && !session.told?.length)) return false;
  const read = world.nlu.understand(words);
  const named = namedIn(turn, read);
  if (!asks(turn, read, named)) return false;
  const toldIds = (session.told ?? []).map(({ id }) => id).filter((id) => !session.ruledOut?.includes(id));
  const told = incidents.filter((one) => toldIds.includes(one.id) && !wasCalledOff(one));
  const isNamed = ({ scope }: BoardIncident) => named.some(({ type, value }) => scope[type] === value);
  const known = named.length === 0 ? told : [...told, ...incidents.filter(isMeant(at))].filter(isNamed);
  // Whoever asks has one thing in mind: what is still out, else what was over last.
  const open = [...new Set(known.filter(isMeant(at)))];
  const over = known.filter((one) => endOf(one, at) !== undefined);
  const lines =
    open.length > 0 ? open.map((one) => stillLine(turn, one)) : over.slice(-1).map((one) => overLine(turn, one));
  if (lines.length === 0 && (named.length === 0 || told.length === 0)) return false;
  const names = [...new Set(named.map(({ name }) => name))];
  if (lines.length === 0) lines.push(sentence(turn, 'incident-none', { name: joined(turn, names, 'items') }, SKILL));
  for (const line of lines) if (!replies.some(({ text }) => text === line)) say(turn, line);
  const asked = promptOf(session)?.question;
  if (asked !== undefined && asked !== INCIDENT_TOLD && session.closed === null) call(turn, 'repair', 'hidden');
  return true;
}

const isMeant = (at: number) => (one: BoardIncident) => stateAt(one, at) === 'open';

interface Named {
  type: 'channel' | 'bank' | 'acquirer';
  value: string;
  /** As it was written, and as people call it. */
  forms: readonly string[];
  name: string;
}

function namedIn({ world }: Turn, { text, entities }: Understanding): Named[] {
  const { channels, banks, acquirers } = world.knowledge.lexicon;
  const lists = { channel: channels, bank: banks, acquirer: acquirers };
  return entities.flatMap(({ type, value, start, end }) => {
    if (type !== 'channel' && type !== 'bank' && type !== 'acquirer') return [];
    const written = text.slice(start, end);
    const forms = [written, ...(lists[type][value] ?? [])];
    return [{ type, value, forms, name: lists[type][value]?.[0] ?? written }];
  });
}

/** Whether the words ask how it stands, and nothing else: no failure, no danger, no human who is waited for. */
function asks(turn: Turn, { normalized, entities, signs }: Understanding, named: readonly Named[]): boolean {
  const { session, standing, world } = turn;
  if (signs.length > 0 || entities.some(({ type }) => type === 'code')) return false;
  if (alertIn(world.flows.get('alerts'), normalized) || alertIn(world.flows.get('handoff'), normalized)) return false;
  const forms = named.flatMap((one) => one.forms).sort((a, b) => b.length - a.length);
  const bare = essence(forms.reduce((rest, form) => rest.replaceAll(form, ''), normalized));
  const isAbout = (list: string) => wordList(turn, list).some((form) => regExpOf(form).test(bare));
  // 「好了吗」, 「多久」 while a human is waited for is about the human.
  const waits = session.handoff || standing !== undefined;
  return isAbout('asks-recovery') || (named.length > 0 || !waits ? isAbout('asks-state') : false);
}

/** Says what is over of what was told. The case of whoever was left with nothing but that is closed. */
export function sayNews(turn: Turn): void {
  const { session, world, at } = turn;
  const news = newsFor(session, world, at);
  if (news.length === 0) return;
  const over = new Set(news.map(({ id }) => id));
  session.told = session.told?.map((one) => (over.has(one.id) ? { ...one, over: true as const } : one));
  for (const incident of news) {
    turn.happenings.push({ type: 'incident', data: { incident: incident.id, step: 'over' } });
    say(turn, overLine(turn, incident));
  }
  if (promptOf(session)?.question !== INCIDENT_TOLD || !over.has(session.incident ?? '')) return;
  const known = copyCase(session.case);
  const data = { case: session.caseNumber, outcome: 'incident', incident: session.incident, known };
  turn.happenings.push({ type: 'closed', data });
  session.closed = 'resolved';
  session.frames = [];
}
