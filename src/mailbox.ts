/** Record in, record out: taking an event in, joining messages, running the turns that are due. No I/O. */
import type { InboundEvent } from './dialogue/event.js';
import { apologize, type TurnInput, type TurnResult, takeTurn } from './dialogue/turn.js';
import type { World } from './dialogue/world.js';
import { PosDoctorError } from './errors.js';
import type { Log } from './log.js';
import {
  type Committed,
  type ConversationRecord,
  emptyRecord,
  LIMITS,
  type OutboxItem,
  type TranscriptLine,
} from './store/store.js';

/** Messages this close after a turn, without option or code, are joined into the next one. */
export const JOIN_MS = 2_000;
/** UTF-16 units of a message that are kept; the rest is never stored. */
export const MAX_TEXT = 4_000;
/** A reply that could not be delivered for this long is given up. */
const REPLY_LIFE_MS = 24 * 3_600_000;
const JOIN = 'join';

export interface Desk {
  world: World;
  now: number;
  /** Whether the channel can write first; without it no reminders are set. */
  pushes: boolean;
  log: Log;
}

/**
 * Takes an event in, durable with the commit. Answers at once, or holds it for others to join.
 * @returns when the conversation needs attention next (ms since the epoch), or null
 */
export function enqueue(
  stored: ConversationRecord | null,
  channel: string,
  event: InboundEvent,
  desk: Desk,
): Committed<number | null> {
  const record = stored ?? emptyRecord(event.conversation, channel);
  if (record.seen.includes(event.id)) return { record: null, result: nextDue(record) };
  if (record.inbox.length >= LIMITS.inbox)
    throw new PosDoctorError('QUEUE_FULL', { conversation: event.conversation, count: record.inbox.length });
  record.seen = [...record.seen, event.id].slice(-LIMITS.seen);
  record.inbox.push(masked(event, desk.world));
  if (mayHold(record, event, desk))
    record.wakeUps = [...others(record), { name: JOIN, at: lastTurnAt(record) + JOIN_MS }];
  else runInbox(record, desk);
  return { record, result: nextDue(record) };
}

/** Runs held messages whose wait is over (or all, if forced) and due wake-ups. */
export function runDue(stored: ConversationRecord | null, desk: Desk & { force: boolean }): Committed<number | null> {
  if (stored === null) return { record: null, result: null };
  const due = stored.wakeUps.filter(({ at }) => at <= desk.now);
  const joinOver =
    desk.force || due.some(({ name }) => name === JOIN) || !stored.wakeUps.some(({ name }) => name === JOIN);
  const runs = stored.inbox.length > 0 && joinOver;
  const wakes = due.filter(({ name }) => name !== JOIN);
  if (!runs && wakes.length === 0) return { record: null, result: nextDue(stored) };
  // A message that came meanwhile says more than a reminder could.
  if (runs) runInbox(stored, desk);
  else runWakeUp(stored, wakes[0]?.name ?? '', desk);
  return { record: stored, result: nextDue(stored) };
}

/** When the conversation needs attention next: a wake-up, or an answer to be sent again. */
export function nextDue(record: ConversationRecord): number | null {
  const times = [
    ...record.wakeUps.map(({ at }) => at),
    ...record.outbox.filter(({ state }) => state === 'waiting').map(({ nextAttemptAt }) => nextAttemptAt),
  ];
  return times.length === 0 ? null : Math.min(...times);
}

function masked(event: InboundEvent, world: World): InboundEvent {
  if (event.kind !== 'message') return event;
  const cut = event.text.length > MAX_TEXT;
  // Half a surrogate pair at the cut would not survive being written as UTF-8.
  const { text, found } = world.mask((cut ? event.text.slice(0, MAX_TEXT) : event.text).toWellFormed());
  return { ...event, text, ...(found.length > 0 ? { hidden: [...found] } : {}), ...(cut ? { cut } : {}) };
}

const others = (record: ConversationRecord) => record.wakeUps.filter(({ name }) => name !== JOIN);

function lastTurnAt(record: ConversationRecord): number {
  const session = record.session as { lastTurnAt?: number } | null;
  return session?.lastTurnAt ?? 0;
}

/** The first message is answered at once; what comes within 2 s after an answer waits for more, unless it decides something. */
function mayHold(record: ConversationRecord, event: InboundEvent, desk: Desk): boolean {
  if (event.kind !== 'message' || event.mayJoin === false) return false;
  const since = desk.now - lastTurnAt(record);
  if (record.session === null || since >= JOIN_MS || since < 0) return false;
  return !decides(record, event.text, desk.world);
}

/** A code, or words that choose an option on the table: no reason to wait. */
function decides(record: ConversationRecord, text: string, world: World): boolean {
  const frames = (
    record.session as {
      frames?: { prompt?: { question?: string; options?: { id: string; label: string }[] } | null }[];
    } | null
  )?.frames;
  const prompt = frames?.at(-1)?.prompt;
  const bare = text.trim();
  if (prompt?.options?.some(({ id, label }, index) => bare === id || bare === label || bare === String(index + 1)))
    return true;
  const understood = world.nlu.understand(text, prompt?.question === undefined ? {} : { question: prompt.question });
  return understood.entities.some(({ type }) => type === 'code');
}

function runInbox(record: ConversationRecord, desk: Desk): void {
  const events = record.inbox;
  record.inbox = [];
  for (const group of joined(events)) {
    const [first] = group;
    const last = group.at(-1);
    if (!first || !last) continue;
    for (const event of group)
      if (event.kind === 'message') addLine(record, { id: event.id, at: event.at, from: 'user', text: event.text });
    run(record, inputOf(group), desk, last);
  }
}

/** Messages in a row are one turn; taps and the rest each one of their own. */
function joined(events: readonly InboundEvent[]): InboundEvent[][] {
  const groups: InboundEvent[][] = [];
  for (const event of events) {
    const previous = groups.at(-1);
    if (event.kind === 'message' && previous?.[0]?.kind === 'message') previous.push(event);
    else groups.push([event]);
  }
  return groups;
}

function inputOf(group: readonly InboundEvent[]): TurnInput {
  const [event] = group;
  if (event === undefined || event.kind === 'message') {
    const messages = group.filter((one) => one.kind === 'message');
    const hidden = [...new Set(messages.flatMap((message) => message.hidden ?? []))];
    return {
      kind: 'message',
      texts: messages.map(({ text }) => text),
      hidden,
      cut: messages.some(({ cut }) => cut === true),
    };
  }
  if (event.kind === 'option')
    return event.question === undefined
      ? { kind: 'option', option: event.option }
      : { kind: 'option', option: event.option, question: event.question };
  return event.kind === 'wake' ? { kind: 'wake', name: event.name } : { kind: event.kind };
}

function runWakeUp(record: ConversationRecord, name: string, desk: Desk): void {
  record.wakeUps = record.wakeUps.filter((wakeUp) => wakeUp.name !== name);
  run(record, { kind: 'wake', name }, desk, null);
}

function run(record: ConversationRecord, input: TurnInput, desk: Desk, event: InboundEvent | null): void {
  const result = turnOrApology(record, input, desk);
  if (input.kind === 'option')
    addLine(record, { id: event?.id ?? '', at: desk.now, from: 'user', text: labelOf(record, input.option) });
  record.session = result.session;
  record.updatedAt = desk.now;
  record.wakeUps = [
    ...record.wakeUps.filter(({ name }) => name === JOIN && record.inbox.length > 0),
    ...(desk.pushes ? result.wakeUps : []),
  ];
  const stem = `${record.id}:${desk.now}:${record.version}:${result.session.turns}`;
  result.replies.forEach((reply, index) => {
    const item: OutboxItem = {
      id: `${stem}:${index}`,
      channel: record.channel,
      reply,
      inReplyTo: event?.id ?? '',
      createdAt: desk.now,
      attempts: 0,
      nextAttemptAt: desk.now,
      expiresAt: desk.now + REPLY_LIFE_MS,
      state: 'waiting',
      ...(event?.replyTo ? { replyTo: event.replyTo } : {}),
    };
    record.outbox.push(item);
    addLine(record, { id: item.id, at: desk.now, from: 'assistant', text: reply.text, reply });
  });
  boundOutbox(record);
  const happenings = [{ type: 'turn', data: { input, replies: result.replies } }, ...result.happenings];
  happenings.forEach(({ type, data }, index) => {
    record.unjournaled.push({ id: `${stem}:e${index}`, conversation: record.id, at: desk.now, type, data });
  });
}

function turnOrApology(
  record: ConversationRecord,
  input: TurnInput,
  desk: Desk,
): Pick<TurnResult, 'session' | 'replies' | 'happenings' | 'wakeUps'> {
  try {
    return takeTurn(record.session, input, desk.now, desk.world);
  } catch (error) {
    desk.log.error(
      { conversation: record.id, error: error instanceof Error ? (error.stack ?? error.message) : 'unknown' },
      'a turn failed',
    );
    return { ...apologize(record.session, desk.world, error), wakeUps: [] };
  }
}

/** What a tap said, for the transcript: the label that was on the button. */
function labelOf(record: ConversationRecord, option: string): string {
  const shown = record.transcript.findLast((line) => line.reply?.options.some(({ id }) => id === option));
  return shown?.reply?.options.find(({ id }) => id === option)?.label ?? option.slice(0, 40);
}

function addLine(record: ConversationRecord, line: TranscriptLine): void {
  record.transcript.push(line);
  if (record.transcript.length > LIMITS.transcript) record.transcript = record.transcript.slice(-LIMITS.transcript);
}

/** Beyond the bound the oldest waiting replies are given up, then the oldest of those forgotten. */
function boundOutbox(record: ConversationRecord): void {
  const excess = record.outbox.filter(({ state }) => state === 'waiting').length - LIMITS.outbox;
  if (excess > 0) {
    const oldest = new Set(
      record.outbox
        .filter(({ state }) => state === 'waiting')
        .slice(0, excess)
        .map(({ id }) => id),
    );
    record.outbox = record.outbox.map((item) => (oldest.has(item.id) ? { ...item, state: 'dead' } : item));
  }
  const dead = record.outbox.filter(({ state }) => state === 'dead');
  const forgotten = new Set(dead.slice(0, Math.max(0, dead.length - LIMITS.outbox)).map(({ id }) => id));
  if (forgotten.size > 0) record.outbox = record.outbox.filter(({ id }) => !forgotten.has(id));
}
