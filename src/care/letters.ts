/** The outboxes of all conversations as an operator sees them: what waits and what died; to be sent again, or dropped. */
import { PosDoctorError } from '../errors.js';
import { goTogether, LETTER_MS } from '../outbox.js';
import { REPLY_LIFE_MS } from '../record.js';
import type { ConversationRecord, DeadReason, OutboxItem, Store } from '../store/store.js';
import { type Carried, carriedBy, keptByDrop, keptByResend, wordsIn } from './handover-letters.js';

/** Letters told at once; more are counted. */
export const LETTERS_MAX = 10_000;

/** `letter`: from one conversation to another, of a hand-over. */
export type LetterKind = keyof typeof LIFE_MS;
const LIFE_MS = { ...REPLY_LIFE_MS, letter: LETTER_MS };

export interface Letter {
  id: string;
  conversation: string;
  /** The channel that is to send it. */
  door: string;
  kind: LetterKind;
  /** The door of the conversation that it comes from, and what it carries; only of a hand-over's letters. */
  from?: string;
  carries?: Carried;
  state: OutboxItem['state'];
  /** Why it died; null: it waits, or it died before reasons were kept. */
  reason: DeadReason | null;
  /** Times in ms since the epoch. */
  createdAt: number;
  attempts: number;
  nextAttemptAt: number | null;
  expiresAt: number;
  /** Only if asked for; masked, as it is stored. */
  text?: string;
}

export interface Letters {
  letters: Letter[];
  /** How many more there are. */
  more: number;
}

/** Either ids, or all dead ones, of one door or of any. */
export interface Choice {
  ids: readonly string[];
  all: boolean;
  door?: string | undefined;
}

export interface Changed {
  /** What answers one event goes together, so it may be more than was named. */
  letters: number;
  conversations: string[];
  /** What was named and left as it is, and why; absent if there was none. */
  kept?: { id: string; why: string }[];
}

/** Those that wait first, oldest first. */
export async function listLetters(store: Store, withText: boolean): Promise<Letters> {
  const letters: Letter[] = [];
  let more = 0;
  for await (const record of withOutbox(store))
    for (const item of record.outbox)
      if (letters.length < LETTERS_MAX) letters.push(letterOf(record, item, withText));
      else more += 1;
  const rank = ({ state }: Letter) => (state === 'waiting' ? 0 : 1);
  letters.sort((a, b) => rank(a) - rank(b) || a.createdAt - b.createdAt);
  return { letters, more };
}

/**
 * Dead ones wait again, as long as one of their kind does; waiting ones that are named are due now. A letter of a hand-over that has
 * moved on stays dead. Throws BAD_ARGUMENTS.
 */
export function resend(store: Store, choice: Choice, now: number): Promise<Changed> {
  return change(store, choice, keptByResend, (record, chosen) => {
    const lives = record.outbox.filter(chosen).map((item) => LIFE_MS[kindOf(record, item)]);
    const expiresAt = now + Math.max(0, ...lives);
    return record.outbox.map((item) => {
      if (!chosen(item)) return item;
      if (item.state === 'waiting') return { ...item, nextAttemptAt: now };
      const { deadBecause: _, deadAt: __, ...rest } = item;
      return { ...rest, state: 'waiting' as const, attempts: 0, nextAttemptAt: now, expiresAt };
    });
  });
}

/** For good; a hand-over's letter that is on its way stays. Throws BAD_ARGUMENTS. */
export function drop(store: Store, choice: Choice): Promise<Changed> {
  const kept = (_: ConversationRecord, item: OutboxItem) => keptByDrop(item);
  return change(store, choice, kept, ({ outbox }, chosen) => outbox.filter((item) => !chosen(item)));
}

type Chosen = (item: OutboxItem) => boolean;

async function change(
  store: Store,
  choice: Choice,
  keptBy: (record: ConversationRecord, item: OutboxItem) => string | undefined,
  outboxOf: (record: ConversationRecord, chosen: Chosen) => OutboxItem[],
): Promise<Changed> {
  const missing = new Set(choice.ids);
  const changed: Changed = { letters: 0, conversations: [] };
  for await (const { id: conversation, outbox } of withOutbox(store)) {
    if (!outbox.some((item) => isNamed(choice, item))) continue;
    const { count, kept } = await store.transact(conversation, (record) => {
      const named = record?.outbox.filter((item) => isNamed(choice, item)) ?? [];
      if (!record || named.length === 0) return { record: null, result: { count: 0, kept: [] } };
      for (const { id } of named) missing.delete(id);
      const meant: Chosen = (item) => named.some((one) => one.state === item.state && goTogether(one, item));
      const kept = record.outbox.filter(meant).flatMap((item) => {
        const why = keptBy(record, item);
        return why === undefined ? [] : [{ id: item.id, why }];
      });
      const chosen: Chosen = (item) => meant(item) && !kept.some(({ id }) => id === item.id);
      const count = record.outbox.filter(chosen).length;
      const outbox = count === 0 ? null : outboxOf(record, chosen);
      return { record: outbox && { ...record, outbox }, result: { count, kept } };
    });
    changed.letters += count;
    if (count > 0) changed.conversations.push(conversation);
    if (kept.length > 0) changed.kept = [...(changed.kept ?? []), ...kept].slice(0, LETTERS_MAX);
  }
  const [refused] = changed.kept ?? [];
  if (refused && changed.letters === 0 && !choice.all)
    throw new PosDoctorError('BAD_ARGUMENTS', { what: `${refused.id} is left as it is: ${refused.why}` });
  if (missing.size > 0 && changed.letters === 0)
    throw new PosDoctorError('BAD_ARGUMENTS', {
      what: `no reply has the id ${[...missing][0]}; it may have been sent`,
    });
  return changed;
}

function isNamed({ ids, all, door }: Choice, item: OutboxItem): boolean {
  if (door !== undefined && item.channel !== door) return false;
  return all ? item.state === 'dead' : ids.includes(item.id);
}

/** Costs in proportion to what is pending, dead letters included. */
async function* withOutbox(store: Store): AsyncGenerator<ConversationRecord, void, undefined> {
  for (const { conversation } of await store.pending()) {
    const record = await store.read(conversation);
    if (record && record.outbox.length > 0) yield record;
  }
}

function letterOf(record: ConversationRecord, item: OutboxItem, withText: boolean): Letter {
  const waits = item.state === 'waiting';
  return {
    id: item.id,
    conversation: record.id,
    door: item.channel,
    kind: kindOf(record, item),
    state: item.state,
    reason: item.deadBecause ?? null,
    createdAt: item.createdAt,
    attempts: item.attempts,
    nextAttemptAt: waits ? item.nextAttemptAt : null,
    expiresAt: item.expiresAt,
    ...(item.letter ? { from: record.channel, carries: carriedBy(item.letter) } : {}),
    ...(withText ? { text: item.letter ? wordsIn(item.letter) : item.reply.text } : {}),
  };
}

function kindOf(record: ConversationRecord, item: OutboxItem): LetterKind {
  if (item.letter) return 'letter';
  if (item.channel !== record.channel) return 'notice';
  return item.inReplyTo === '' ? 'reminder' : item.reply.type;
}
