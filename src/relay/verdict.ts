/** What somebody on call hears of the board of incidents, and says about it: it is so, it is a false alarm, it is over. No I/O. */
import type { InboundEvent } from '../dialogue/event.js';
import type { Note, Verdict } from '../handover/letter.js';
import { type BoardIncident, stateAt } from '../incidents/board.js';
import { post } from '../outbox.js';
import { addLine, type Desk, labelOf } from '../record.js';
import type { ConversationRecord } from '../store/store.js';
import { tell } from './colleague.js';
import { wording } from './say.js';

/** What the buttons of a suspicion answer. */
export const BOARD_QUESTION = 'board';
const VERDICTS: readonly Verdict[] = ['confirm', 'reject', 'close'];
/** 「确认 1123-1」: a word and an incident's id, which is the day and a number. */
const SAID = /^(\S{1,8}?)\s*(\d{4}-\d{1,3})$/u;
const BUTTON = /^(confirm|reject)-(\d{4}-\d{1,3})$/;

/** @returns true if it was about the board: no turn is taken then */
export function saysVerdict(record: ConversationRecord, event: InboundEvent, desk: Desk): boolean {
  if (!isOnCall(record, desk)) return false;
  const said = event.kind === 'message' ? spoken(event.text, desk) : tapped(record, event);
  if (said === undefined) return false;
  const incident = desk.world.incidents?.find(({ id }) => id === said.id);
  const { verdict } = said;
  if (incident === undefined || !mayBe(verdict, stateAt(incident, desk.now)))
    tell(record, event, desk, wording(desk, incident ? 'board-late' : 'board-none', { id: said.id }));
  else {
    const by = { channel: record.channel, conversation: record.id };
    const note: Note = { kind: 'verdict', incident: said.id, verdict, by };
    post(record, { to: by, note }, `${record.id}:${event.id}:verdict`, desk.now);
    tell(record, event, desk, wording(desk, 'board-heard', { id: said.id }));
  }
  return true;
}

/** A letter about the board. */
export function hearOfBoard(record: ConversationRecord, note: Note, event: InboundEvent, desk: Desk): void {
  if (note.kind === 'settled') {
    tell(record, event, desk, wording(desk, `board-${note.verdict}`, { id: note.incident }));
    return;
  }
  if (note.kind !== 'notice') return;
  const { suspected } = note;
  const options = suspected === undefined || !isPerson(record, desk) ? [] : buttons(suspected, desk);
  tell(record, event, desk, note.text, options, { question: BOARD_QUESTION });
}

function buttons(id: string, desk: Desk) {
  return (['confirm', 'reject'] as const).map((verdict) => ({
    id: `${verdict}-${id}`,
    label: wording(desk, `button-board-${verdict}`),
  }));
}

interface Said {
  verdict: Verdict;
  id: string;
}

function spoken(text: string, { world }: Desk): Said | undefined {
  const [, word, id] = SAID.exec(text.trim()) ?? [];
  const words = world.flows.get('handoff')?.words ?? {};
  const verdict = VERDICTS.find((one) => word !== undefined && words[`board-${one}`]?.includes(word));
  return verdict === undefined || id === undefined ? undefined : { verdict, id };
}

function tapped(record: ConversationRecord, event: InboundEvent): Said | undefined {
  if (event.kind !== 'option' || event.question !== BOARD_QUESTION) return undefined;
  const [, verdict, id] = BUTTON.exec(event.option) ?? [];
  if (id === undefined || (verdict !== 'confirm' && verdict !== 'reject')) return undefined;
  addLine(record, { id: event.id, at: event.at, from: 'user', text: labelOf(record, event) });
  return { verdict, id };
}

const mayBe = (verdict: Verdict, state: BoardIncident['state']): boolean =>
  verdict === 'close' ? state === 'open' : state === 'suspected';

/** In the on-call group, or one of those on call. */
const isOnCall = (record: ConversationRecord, desk: Desk): boolean =>
  isPerson(record, desk) || desk.memberOf?.(record.id) !== undefined;

const isPerson = ({ id }: ConversationRecord, { colleagues }: Desk): boolean =>
  colleagues?.some(({ conversation, userid }) => conversation === id && userid !== '') === true;
