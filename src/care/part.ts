/**
 * What other conversations hold of a person because of a hand-over, taken out of them: of a merchant at the colleague's, of a colleague
 * at the merchant's and at other colleagues'. Whoever counted on the person hears that it is over, by a letter that their own
 * conversation writes to itself, in the words that a hand-over ends with anyway. No I/O.
 */

import type { Reply } from '../dialogue/reply.js';
import type { Letter, Note } from '../handover/letter.js';
import { isOpen } from '../handover/machine.js';
import type { Handover, Place } from '../handover/types.js';
import { post } from '../outbox.js';
import { cardOf } from '../relay/colleague.js';
import type { ConversationRecord, OutboxItem, TranscriptLine } from '../store/store.js';

/** UTF-16 units of a name that may be looked for in what was said; a shorter one is anybody's. */
const SHORTEST = 2;
/** Ids of what a hand-over says, to the merchant and to colleagues: only that holds a colleague's name. */
const OF_A_HANDOVER = /:s\d+$|:duty:/;

export interface Leaver {
  /** Whether a conversation is theirs. */
  has(conversation: string): boolean;
  /** What colleagues are called by others; of a merchant nothing. */
  names: readonly string[];
  /** What they wrote, and what was written down of their case. */
  texts: readonly string[];
}

/** What others call whoever is reached at the leaver's conversations, as far as the record says. */
export function namesIn({ handover, outbox }: ConversationRecord, has: Leaver['has']): string[] {
  const people: Partial<Place & { name: string }>[] = [
    ...(handover?.contacts ?? []),
    ...(handover?.acceptedBy ? [handover.acceptedBy] : []),
    ...outbox.flatMap(({ letter }) => (letter && 'by' in letter.note ? [letter.note.by] : [])),
  ];
  return people.flatMap((one) => (isTheirs(one, has) && (one.name ?? '').length >= SHORTEST ? [one.name ?? ''] : []));
}

/** Whether a hand-over brings the record's conversation together with the leaver's. */
export function isTied({ duty, handover, outbox }: ConversationRecord, has: Leaver['has']): boolean {
  const merchants = [...(duty?.asked ?? []), ...(duty?.mine ? [duty.mine] : [])].map(({ merchant }) => merchant);
  const people = [...(handover?.contacts ?? []), ...(handover?.acceptedBy ? [handover.acceptedBy] : [])];
  const letters = outbox.flatMap(({ letter }) => (letter ? [letter.to, ...placesIn(letter.note)] : []));
  return [...merchants, ...people, ...letters].some((one) => isTheirs(one, has));
}

/** The record without the leaver; null: there was nothing of them. `id`: different each time. */
export function parted(
  record: ConversationRecord,
  leaver: Leaver,
  { id, now }: { id: string; now: number },
): ConversationRecord | null {
  const next = structuredClone(record);
  const cards = leaveDuty(next, leaver, id);
  leaveHandover(next, leaver);
  next.outbox = next.outbox
    .filter((item) => !concerns(item, leaver, record, cards))
    .map((item) => withoutName(item, leaver));
  next.transcript = next.transcript.map((line) => lineWithout(line, leaver));
  if (JSON.stringify(next) === JSON.stringify(record)) return null;
  tell(next, record, leaver, id, now);
  return next;
}

function isTheirs({ conversation }: Partial<Place>, has: Leaver['has']): boolean {
  return conversation !== undefined && has(conversation);
}

/** A merchant goes: the colleague's request of theirs stays for a moment, of nobody, so that its number can be said. */
function leaveDuty(record: ConversationRecord, leaver: Leaver, id: string): Set<string> {
  const cards = new Set<string>();
  const { duty } = record;
  if (!duty) return cards;
  const here = { channel: record.channel, conversation: record.id };
  const nobodys = <T extends { n: number; handover: string; merchant: Place }>(one: T): T => {
    if (!leaver.has(one.merchant.conversation)) return one;
    cards.add(cardOf(one.n));
    return { ...one, handover: gone(id, one.n), merchant: here };
  };
  record.duty = {
    ...duty,
    asked: duty.asked.map(nobodys),
    ...(duty.mine ? { mine: nobodys(duty.mine) } : {}),
    ...(duty.past
      ? { past: duty.past.map((one) => (leaver.names.includes(one.name) ? { ...one, name: '' } : one)) }
      : {}),
  };
  return cards;
}

/** A colleague goes: the merchant's hand-over is nobody's. */
function leaveHandover(record: ConversationRecord, { has }: Leaver): void {
  const { handover } = record;
  if (!handover) return;
  const left = (one: Partial<Place>) => !isTheirs(one, has);
  const asked = handover.contacts.slice(0, handover.asked).filter(left).length;
  const next: Handover = { ...handover, contacts: handover.contacts.filter(left), asked };
  if (handover.acceptedBy && isTheirs(handover.acceptedBy, has))
    next.acceptedBy = isOpen(handover) ? { name: '', channel: record.channel, conversation: record.id } : { name: '' };
  record.handover = next;
}

/** Letters to or from them, and what a colleague was to be told of them. */
function concerns(
  item: OutboxItem,
  { has, texts }: Leaver,
  { id, duty }: ConversationRecord,
  cards: Set<string>,
): boolean {
  const { letter, card, asks } = item;
  if (asks && isTheirs(asks.merchant, has)) return true;
  if (letter) return isTheirs(letter.to, has) || placesIn(letter.note).some((one) => isTheirs(one, has));
  if (!item.id.startsWith(`${id}:duty:`)) return false;
  if (card !== undefined && cards.has(card)) return true;
  // What their merchant says has no card; one colleague has one merchant.
  if (card === undefined && duty?.mine && has(duty.mine.merchant.conversation)) return true;
  return texts.some((text) => item.reply.text.includes(text));
}

function placesIn(note: Note): Partial<Place>[] {
  if ('by' in note) return [note.by];
  return 'merchant' in note && note.merchant ? [note.merchant] : [];
}

function withoutName(item: OutboxItem, leaver: Leaver): OutboxItem {
  const { letter } = item;
  if (letter && 'name' in letter.note && leaver.names.includes(letter.note.name))
    return { ...item, letter: { ...letter, note: { ...letter.note, name: '' } } };
  return OF_A_HANDOVER.test(item.id) ? { ...item, ...unsaid(item, leaver), reply: replyOf(item.reply, leaver) } : item;
}

function lineWithout(line: TranscriptLine, leaver: Leaver): TranscriptLine {
  if (line.from === 'user' || !OF_A_HANDOVER.test(line.id)) return line;
  const reply = line.reply ? { reply: replyOf(line.reply, leaver) } : {};
  return { ...line, ...unsaid(line, leaver), ...reply, text: unnamed(line.text, leaver) };
}

/** That a colleague said it stays true. */
function unsaid({ by }: { by?: string }, { names }: Leaver): { by?: string } {
  return by !== undefined && names.includes(by) ? { by: '' } : {};
}

function replyOf(reply: Reply, leaver: Leaver): Reply {
  return { ...reply, text: unnamed(reply.text, leaver) };
}

function unnamed(text: string, { names }: Leaver): string {
  return names.reduce((rest, name) => rest.replaceAll(`${name}\uff1a`, '').replaceAll(name, ''), text);
}

/** Letters to itself, by which those who counted on the leaver hear that it is over. */
function tell(next: ConversationRecord, before: ConversationRecord, { has }: Leaver, id: string, now: number): void {
  const to = { channel: next.channel, conversation: next.id };
  const send = (note: Note, n: number) => {
    const letter: Letter = { to, note };
    post(next, letter, `${next.id}:${gone(id, n)}`, now);
  };
  for (const { n } of (before.duty?.asked ?? []).filter(({ merchant }) => has(merchant.conversation)))
    send({ kind: before.duty?.mine?.n === n ? 'over' : 'gone', handover: gone(id, n), name: '' }, n);
  const { handover } = before;
  if (handover?.state === 'accepted' && handover.acceptedBy && isTheirs(handover.acceptedBy, has))
    send({ kind: 'hand-back', handover: handover.id, by: { name: '', ...to } }, 0);
}

function gone(id: string, n: number): string {
  return `gone:${id}:${n}`;
}
