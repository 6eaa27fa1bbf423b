/**
 * Erases a person everywhere and looks for what is left: for the id, and for what the person and the assistant wrote to each other,
 * in everything that is stored.
 */
import { createHash } from 'node:crypto';
import type { Merchants } from '../dialogue/merchants.js';
import { type Found, inJson } from '../store/keeping.js';
import type { CaseEvent, Store } from '../store/store.js';
import { isTied, type Leaver, namesIn, parted } from './part.js';
import { findPerson, isOf, isTheirs, names, type Person } from './person.js';

/** Texts looked for at most, the longest: each is looked for in all that is stored. */
export const TEXTS_MAX = 50;
/** A shorter text is anybody's: 「好的」. UTF-16 units. */
const DISTINCT = 6;

/** How many pieces of what is stored hold it. */
export interface Traces {
  /** The person's id. */
  id: number;
  /** Something that they wrote, and nobody else. */
  texts: number;
}

export interface Receipt {
  /** Of the id that was asked for (userid, external_userid, or the conversation's), in UTF-8. */
  sha256: string;
  /** ISO 8601, UTC. */
  at: string;
  conversations: number;
  records: number;
  setAside: number;
  events: number;
  small: number;
  /** Conversations of others that a hand-over had brought together with theirs, and that hold nothing of them any more. */
  parted: number;
  /** How many of their texts were looked for. */
  texts: number;
  before: Traces;
  after: Traces;
  /** Where something was found afterwards; names nobody. */
  left: { place: Found['place'] | 'merchants'; what: 'id' | 'text' }[];
  /** Nothing was found. */
  complete: boolean;
}

export interface ForgetOptions {
  store: Store;
  /** Runs the work while nobody is at work on these conversations. */
  quietly<T>(conversations: readonly string[], work: () => Promise<T>): Promise<T>;
  /** The operator's list of shops; what stands in it comes again with the next import, so only the operator can erase it. */
  merchants: Merchants;
  /** Takes up what waits in a conversation of somebody else's: they hear that a hand-over is over. */
  nudge?: (conversation: string) => void;
  now: number;
  /** Different each time. */
  id: string;
}

/** Throws what the store throws; what was erased by then stays erased, and the same call goes on. */
export async function forgetPerson(given: string, options: ForgetOptions): Promise<Receipt> {
  const { store, now } = options;
  const person = await findPerson(store, given);
  const texts = await ownTexts(store, person);
  const before = await look(store, person, texts);
  const touched: string[] = [];
  // A letter that is on its way from somebody else would begin a conversation of theirs anew.
  const others = await tied(store, person);
  const erasing = options.quietly([...person.conversations, ...others], async () => {
    touched.push(...(await partFromOthers(person, texts, options)));
    let removed = 0;
    for (const key of person.small) if (await store.removeSmall(key)) removed += 1;
    return { forgotten: await store.forget(person.conversations), small: removed };
  });
  const { forgotten, small } = await erasing.finally(() => {
    for (const conversation of new Set([...others, ...touched])) options.nudge?.(conversation);
  });
  const after = await look(store, person, texts);
  const { left } = after;
  if (options.merchants.namesUser(person.user)) left.push({ place: 'merchants', what: 'id' });
  const receipt: Receipt = {
    sha256: createHash('sha256').update(person.user).digest('hex'),
    at: new Date(now).toISOString(),
    conversations: person.conversations.length,
    ...forgotten,
    small,
    parted: touched.length,
    texts: texts.length,
    before: before.traces,
    after: after.traces,
    left,
    complete: left.length === 0,
  };
  await store.journal([noteOf(receipt, options)]);
  return receipt;
}

/** @returns the conversations of others that held something of the person because of a hand-over */
async function partFromOthers(
  person: Person,
  texts: readonly string[],
  { store, id, now }: ForgetOptions,
): Promise<string[]> {
  const has = (conversation: string) => isOf(person.user, conversation);
  const summaries: string[] = [];
  for (const one of person.conversations) {
    const summary = (await store.read(one))?.handover?.summary ?? '';
    if (summary.length >= DISTINCT) summaries.push(summary);
  }
  const said = [...texts, ...summaries];
  const others = await holding(store, idsOf(person), said, has);
  const called = new Set<string>();
  for (const other of others) {
    const record = await store.read(other);
    for (const name of record ? namesIn(record, has) : []) called.add(name);
  }
  // Whoever was told by name that the person has taken a merchant over.
  if (called.size > 0) for (const other of await holding(store, [], [...called], has)) others.add(other);
  const leaver: Leaver = { has, names: [...called], texts: said };
  const touched: string[] = [];
  for (const other of others) {
    const changed = await store.transact(other, (record) => {
      const next = record && parted(record, leaver, { id, now });
      return { record: next, result: next !== null };
    });
    // Also of one that was cut off here before.
    await store.afresh?.(other);
    if (changed) touched.push(other);
  }
  return touched;
}

const idsOf = ({ user, conversations }: Person): string[] => [...new Set([user, ...conversations])];

/** Conversations of others whose records hold one of these: ids as a whole, texts anywhere. */
async function holding(
  store: Store,
  ids: readonly string[],
  texts: readonly string[],
  has: Leaver['has'],
): Promise<Set<string>> {
  const found = new Set<string>();
  const said = texts.map(inJson);
  for await (const { place, conversation, text } of store.search([...ids, ...texts]))
    if (place === 'conversations' && conversation !== undefined && !has(conversation))
      if (ids.some((id) => names(text, id)) || said.some((one) => text.includes(one))) found.add(conversation);
  return found;
}

/** Those of others that a hand-over ties to the person now: they may be writing to each other. */
async function tied(store: Store, person: Person): Promise<string[]> {
  const has = (conversation: string) => isOf(person.user, conversation);
  const found: string[] = [];
  for (const other of await holding(store, idsOf(person), [], has)) {
    const record = await store.read(other);
    if (record && isTied(record, has)) found.push(other);
  }
  return found;
}

/** What the journal keeps of it: that it was done, when, and how much it was; of whom only the hash. */
function noteOf({ at: _, ...receipt }: Receipt, { now, id }: ForgetOptions): CaseEvent {
  return { id: `forgotten:${id}`, conversation: 'forgotten', at: now, type: 'forgotten', data: { ...receipt } };
}

/** What the person wrote and nobody else did: a phrase of everybody's proves nothing. */
async function ownTexts(store: Store, person: Person): Promise<string[]> {
  const texts = new Set<string>();
  for (const id of person.conversations) {
    const lines = (await store.read(id))?.transcript ?? [];
    for (const { from, text } of lines) if (from === 'user') texts.add(text);
    for await (const event of store.readJournal({ conversation: id }))
      for (const text of saidIn(event)) texts.add(text);
  }
  const telling = [...texts].filter(({ length }) => length >= DISTINCT).sort((a, b) => b.length - a.length);
  const own = new Set(telling.slice(0, TEXTS_MAX));
  if (own.size === 0) return [];
  for await (const found of store.search([...own]))
    if (!isTheirs(person, found)) for (const text of own) if (found.text.includes(inJson(text))) own.delete(text);
  return [...own];
}

function saidIn({ data }: CaseEvent): string[] {
  const { texts } = (data.input ?? {}) as { texts?: unknown };
  // What was said in a drill stands in the drill that it ended with.
  const practised = Array.isArray(data.entries) ? data.entries.map((entry: { words?: unknown }) => entry?.words) : [];
  return [...(Array.isArray(texts) ? texts : []), data.text, ...practised].filter((text) => typeof text === 'string');
}

async function look(
  store: Store,
  person: Person,
  texts: readonly string[],
): Promise<{ traces: Traces; left: Receipt['left'] }> {
  const left: Receipt['left'] = [];
  const ids = idsOf(person);
  const said = texts.map(inJson);
  for await (const { place, text } of store.search([...ids, ...texts])) {
    if (ids.some((id) => names(text, id))) left.push({ place, what: 'id' });
    if (said.some((one) => text.includes(one))) left.push({ place, what: 'text' });
  }
  const count = (what: 'id' | 'text') => left.filter((one) => one.what === what).length;
  return { traces: { id: count('id'), texts: count('text') }, left };
}
