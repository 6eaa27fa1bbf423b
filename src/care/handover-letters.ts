/** Letters of hand-overs in an outbox: what an operator sees of them, and what may be done about them without anybody hearing what is no longer true. */
import type { Letter, Note } from '../handover/letter.js';
import { isOpen } from '../handover/machine.js';
import { cardOf } from '../relay/colleague.js';
import type { ConversationRecord, OutboxItem } from '../store/store.js';

/** What of a letter tells nobody's words and names nobody. */
export interface Carried {
  note: Note['kind'];
  /** The door of the conversation that it is for. */
  to: string;
}

export function carriedBy({ note, to }: Letter): Carried {
  return { note: note.kind, to: to.channel };
}

/** The words that a letter carries, masked as they are stored; '' if it carries none. */
export function wordsIn({ note }: Letter): string {
  if (note.kind === 'ask') return note.summary;
  return note.kind === 'heard' || note.kind === 'said' ? note.text : '';
}

/** Why a letter must not be dropped; undefined: it may be, or it is no letter. */
export function keptByDrop({ letter, state }: OutboxItem): string | undefined {
  // One of the two was told that it is on its way, or counts on what it says.
  return letter && state === 'waiting'
    ? 'it is part of a hand-over and still on its way; it is given up by itself after a day'
    : undefined;
}

/** Why a letter or a card that died must not be sent again; undefined: it may be, or it is neither. */
export function keptByResend(
  { handover, duty }: ConversationRecord,
  { letter, state, card, reply }: OutboxItem,
): string | undefined {
  if (state === 'waiting') return undefined;
  // The card by which a colleague takes somebody over.
  if (card !== undefined && reply.options.length > 0 && !duty?.asked.some(({ n }) => cardOf(n) === card))
    return 'nobody waits for it any more';
  if (!letter) return undefined;
  const { note, to } = letter;
  // What a colleague writes is looked at where it arrives: whoever has the merchant no longer is told so.
  if (note.kind !== 'ask' && note.kind !== 'yours' && note.kind !== 'heard') return undefined;
  const its = handover?.id === note.handover && isOpen(handover) ? handover : undefined;
  if (!its) return 'its hand-over is over';
  const has = its.state === 'accepted';
  if (note.kind === 'ask') return has ? 'somebody else has taken the merchant over' : undefined;
  return has && its.acceptedBy?.conversation === to.conversation ? undefined : 'they no longer have the merchant';
}
