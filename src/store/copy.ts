/**
 * Copies one store into another: conversations, small records, the journal; not leases, which their holders take anew. A
 * mark in the target says whose copy it is, so that a copy that was stopped can go on and nothing else is written over.
 */
import { createHash } from 'node:crypto';
import { PosDoctorError } from '../errors.js';
import type { ConversationRecord } from './store.js';
import type { Portable } from './transfer.js';

export interface CopyOptions {
  /** Both open. */
  from: Portable;
  to: Portable;
  /** The same for the same source, different for any other. */
  source: string;
  /** Told of each step: what it does, how much is done, of how much. */
  progress: (step: CopyStep, done: number, of: number) => void;
  /** Asked between two pieces of work; true ends the copy, which can go on later. */
  stopped: () => boolean;
}

export type CopyStep = 'conversations' | 'events' | 'conversations verified' | 'events verified';

/** How much was copied. Checksums are SHA-256 over what was read from the target. */
export interface Copied {
  conversations: number;
  conversationsSha256: string;
  events: number;
  eventsSha256: string;
  small: number;
  /** True if there was nothing left to copy. */
  already: boolean;
}

/** The target's small record that says whose copy it is. */
export const MARK = 'store-copy';

interface Mark {
  source: string;
  state: 'running' | 'done';
}

/** Conversations read and written at once. */
const RECORDS = 64;
/** Events likewise. */
const EVENTS = 500;

/**
 * @returns null if it was stopped
 * @throws COPY_UNFINISHED if the source is half a copy itself, COPY_REFUSED if the target holds something else, COPY_DIFFERS if the two are not the same in the end, and what the stores throw
 */
export async function copyStore(options: CopyOptions): Promise<Copied | null> {
  await checkWhole(options.from);
  const already = await claim(options);
  if (!already) {
    const copied = (await copyConversations(options)) && (await copySmall(options)) && (await copyEvents(options));
    if (!copied) return null;
  }
  const conversations = await verifyConversations(options);
  const small = await verifySmall(options);
  const events = conversations && (await verifyEvents(options));
  if (conversations === null || events === null) return null;
  if (!already) await options.to.putSmall(MARK, { source: options.source, state: 'done' } satisfies Mark);
  return {
    conversations: conversations.count,
    conversationsSha256: conversations.sha256,
    events: events.count,
    eventsSha256: events.sha256,
    small,
    already,
  };
}

/** Throws COPY_UNFINISHED if an open store is the target of a copy that did not come to its end: it lacks what was to come. */
export async function checkWhole(store: Pick<Portable, 'getSmall'>): Promise<void> {
  const mark = (await store.getSmall(MARK))?.value as Mark | undefined;
  if (mark?.state === 'running') throw new PosDoctorError('COPY_UNFINISHED');
}

/** Marks the target as ours. @returns true if the copy was done before */
async function claim({ to, source }: CopyOptions): Promise<boolean> {
  const found = await to.getSmall(MARK);
  const mark = found?.value as Mark | undefined;
  if (mark === undefined && !(await isEmpty(to))) throw refused('the target holds data that is not a copy');
  if (mark !== undefined && mark.source !== source) throw refused('the target is the copy of another source');
  if (mark?.state === 'done') return true;
  if (!(await to.putSmall(MARK, { source, state: 'running' } satisfies Mark, found?.version ?? 0)))
    throw refused('another copy into the same target has just begun');
  return false;
}

async function isEmpty(store: Portable): Promise<boolean> {
  const { conversations, events } = await store.counts();
  return conversations === 0 && events === 0 && (await smallKeys(store)).length === 0;
}

/** False if it was stopped. */
async function copyConversations({ from, to, progress, stopped }: CopyOptions): Promise<boolean> {
  const { conversations } = await from.counts();
  let done = 0;
  for await (const ids of batches(from.conversations(), RECORDS)) {
    if (stopped()) return false;
    const pairs = await both(from, to, ids);
    for (const { mine, its } of pairs)
      if (its && mine && its.version > mine.version)
        throw refused('the target has been used: a conversation there is newer than in the source');
    const missing = pairs.flatMap(({ mine, its }) =>
      mine && JSON.stringify(mine) !== JSON.stringify(its) ? [mine] : [],
    );
    if (missing.length > 0) await to.restore(missing);
    done += ids.length;
    progress('conversations', done, conversations);
  }
  return true;
}

async function copySmall({ from, to, stopped }: CopyOptions): Promise<boolean> {
  for (const key of await smallKeys(from)) {
    const small = await from.getSmall(key);
    if (small) await to.restoreSmall(key, small);
  }
  return !stopped();
}

async function copyEvents({ from, to, progress, stopped }: CopyOptions): Promise<boolean> {
  const { events } = await from.counts();
  let done = 0;
  for await (const batch of batches(from.readJournal(), EVENTS)) {
    if (stopped()) return false;
    await to.journal(batch);
    done += batch.length;
    progress('events', done, events);
  }
  return true;
}

interface Verified {
  count: number;
  sha256: string;
}

async function verifyConversations({ from, to, progress, stopped }: CopyOptions): Promise<Verified | null> {
  const { conversations: stored } = await to.counts();
  // The stores name their conversations in different orders: the sums of both are sums over sets.
  const sum = Buffer.alloc(32);
  let count = 0;
  for await (const ids of batches(from.conversations(), RECORDS)) {
    if (stopped()) return null;
    for (const { id, mine, its } of await both(from, to, ids)) {
      if (!mine) continue;
      const digest = its ? digestOf(its) : null;
      if (digest === null || !digest.equals(digestOf(mine))) throw differs(`conversation ${id}`);
      digest.forEach((byte, at) => {
        sum[at] = (sum[at] ?? 0) ^ byte;
      });
      count += 1;
    }
    progress('conversations verified', count, stored);
  }
  if (stored !== count) throw differs(`${count} conversations in the source, ${stored} in the target`);
  return { count, sha256: sum.toString('hex') };
}

async function verifySmall({ from, to }: CopyOptions): Promise<number> {
  const [mine, its] = await Promise.all([smallKeys(from), smallKeys(to)]);
  if (mine.join('\n') !== its.join('\n')) throw differs('the small records');
  for (const key of mine) {
    const [one, other] = await Promise.all([from.getSmall(key), to.getSmall(key)]);
    if (JSON.stringify(one) !== JSON.stringify(other)) throw differs(`small record ${key}`);
  }
  return mine.length;
}

/** Both journals in step: they have the same order. */
async function verifyEvents({ from, to, progress, stopped }: CopyOptions): Promise<Verified | null> {
  const { events } = await to.counts();
  const sum = createHash('sha256');
  let count = 0;
  for await (const [mine, its] of inStep(from.readJournal(), to.readJournal())) {
    const line = JSON.stringify(its);
    if (line !== JSON.stringify(mine)) throw differs(`the journal, from event ${mine?.id ?? its?.id} on`);
    sum.update(`${line}\n`);
    count += 1;
    if (count % EVENTS !== 0) continue;
    if (stopped()) return null;
    progress('events verified', count, events);
  }
  return { count, sha256: sum.digest('hex') };
}

interface Pair {
  id: string;
  /** Null if it can't be read: the store has reported that. */
  mine: ConversationRecord | null;
  its: ConversationRecord | null;
}

function both(from: Portable, to: Portable, ids: readonly string[]): Promise<Pair[]> {
  return Promise.all(ids.map(async (id) => ({ id, mine: await from.read(id), its: await to.read(id) })));
}

async function smallKeys(store: Portable): Promise<string[]> {
  return (await store.smallKeys()).filter((key) => key !== MARK).sort();
}

function digestOf(record: ConversationRecord): Buffer {
  return createHash('sha256').update(JSON.stringify(record)).digest();
}

/** The items of both side by side; undefined where one has no more. */
async function* inStep<T>(
  one: AsyncIterable<T>,
  other: AsyncIterable<T>,
): AsyncGenerator<[T | undefined, T | undefined], void, undefined> {
  const others = other[Symbol.asyncIterator]();
  try {
    for await (const item of one) yield [item, itemOf(await others.next())];
    for (let rest = await others.next(); rest.done !== true; rest = await others.next()) yield [undefined, rest.value];
  } finally {
    await others.return?.();
  }
}

function itemOf<T>(result: IteratorResult<T, unknown>): T | undefined {
  return result.done === true ? undefined : result.value;
}

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[], void, undefined> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function refused(why: string): PosDoctorError {
  return new PosDoctorError('COPY_REFUSED', { why });
}

function differs(what: string): PosDoctorError {
  return new PosDoctorError('COPY_DIFFERS', { what });
}
