/** A letter that came in: to a colleague, to the merchant, from the board, or to somebody in the same drill. No I/O. */
import type { InboundEvent } from '../dialogue/event.js';
import type { DrillNote, Note } from '../handover/letter.js';
import { type Desk, runTurn } from '../record.js';
import type { ConversationRecord } from '../store/store.js';
import { hear } from './colleague.js';
import { takeLetter } from './merchant.js';
import { hearOfBoard } from './verdict.js';

const isOfDrill = (note: Note): note is DrillNote => note.kind.startsWith('drill-');

/** Each is for one of them; the others let it pass. */
export function takeIn(record: ConversationRecord, event: Extract<InboundEvent, { kind: 'letter' }>, desk: Desk): void {
  const { note } = event;
  if (isOfDrill(note)) {
    runTurn(record, { kind: 'drill', note }, desk, [event]);
    return;
  }
  hear(record, note, event, desk);
  hearOfBoard(record, note, event, desk);
  takeLetter(record, note, desk);
}
