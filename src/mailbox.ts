/** Record in, record out: taking an event in, joining messages, running the turns that are due. No I/O. */
import type { InboundEvent } from './dialogue/event.js';
import { namedOption } from './dialogue/options.js';
import { reviveSession } from './dialogue/session.js';
import { promptOf } from './dialogue/state.js';
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
/** UTF-16 units of a message that are kept; the rest is never stored. Messages are joined up to this length. */
export const MAX_TEXT = 4_000;
/** Units that are looked at beyond the cut, so that a number that straddles it is seen whole and masked. */
const PAST_CUT = 64;
/** UTF-16 units of an option's or a question's id. */
const MAX_ID = 200;
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
  if (record.seen.includes(event.id)) return { record: null, result: nextDue(record, desk.now) };
  if (record.inbox.length >= LIMITS.inbox)
    throw new PosDoctorError('QUEUE_FULL', { conversation: event.conversation, count: record.inbox.length });
  record.seen = [...record.seen, event.id].slice(-LIMITS.seen);
  record.inbox.push(masked(event, desk.world));
  if (mayHold(record, event, desk))
    record.wakeUps = [...others(record), { name: JOIN, at: lastTurnAt(record) + JOIN_MS }];
  else runInbox(record, desk);
  return { record, result: nextDue(record, desk.now) };
}

/** Runs held messages whose wait is over (or all, if forced) and due wake-ups. */
export function runDue(stored: ConversationRecord | null, desk: Desk & { force: boolean }): Committed<number | null> {
  if (stored === null) return { record: null, result: null };
  const due = stored.wakeUps.filter(({ at }) => at <= desk.now);
  // Whatever is due ends the wait: a message that came meanwhile says more than a reminder could.
  const joinOver = desk.force || due.length > 0 || !stored.wakeUps.some(({ name }) => name === JOIN);
  const [wake] = due.filter(({ name }) => name !== JOIN);
  if (stored.inbox.length > 0 && joinOver) runInbox(stored, desk);
  else if (wake) runWakeUp(stored, wake.name, desk);
  else return { record: null, result: nextDue(stored, desk.now) };
  return { record: stored, result: nextDue(stored, desk.now) };
}

/**
 * When the conversation needs attention next: a wake-up, or the first waiting reply to be tried again (those behind it wait
 * for it). A reply that is due already is not waited for: whoever asks dispatches now.
 */
export function nextDue(record: ConversationRecord, now: number): number | null {
  const reply = dueOfOutbox(record.outbox);
  const times = record.wakeUps.map(({ at }) => at);
  if (reply !== null && reply > now) times.push(reply);
  return times.length === 0 ? null : Math.min(...times);
}

/** When the first waiting reply is to be sent or given up (ms since the epoch); null if none waits. */
export function dueOfOutbox(outbox: readonly OutboxItem[]): number | null {
  const first = outbox.find(({ state }) => state === 'waiting');
  return first ? Math.min(first.nextAttemptAt, first.expiresAt) : null;
}

function masked(event: InboundEvent, world: World): InboundEvent {
  if (event.kind === 'option') {
    const { option, question } = event;
    const bare = (id: string) => world.mask(id.slice(0, MAX_ID).toWellFormed()).text;
    return { ...event, option: bare(option), ...(question === undefined ? {} : { question: bare(question) }) };
  }
  if (event.kind !== 'message') return event;
  const { text: whole, found } = world.mask(event.text.slice(0, MAX_TEXT + PAST_CUT).toWellFormed());
  const cut = event.text.length > MAX_TEXT;
  // Half a surrogate pair at the cut would not survive being written as UTF-8.
  const text = whole.slice(0, MAX_TEXT).toWellFormed();
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
  // A greeting on entering is a turn as well, but not an answer.
  if (!record.transcript.some(({ from }) => from === 'user')) return false;
  return !decides(record, event.text, desk);
}

/** A code, or words that choose an option on the table: no reason to wait. */
function decides(record: ConversationRecord, text: string, { world }: Desk): boolean {
  const prompt = promptOf(reviveSession(record.session));
  const words = (key: string) => world.flows.get('repair')?.words[key] ?? [];
  const options = prompt?.options ?? [];
  const ordinals = options.map((_, index) => words(`ordinal-${index + 1}`));
  if (namedOption(text, options, ordinals, words('particles')) !== undefined) return true;
  try {
    const understood = world.nlu.understand(text, prompt?.question === undefined ? {} : { question: prompt.question });
    return understood.entities.some(({ type }) => type === 'code');
  } catch {
    // The turn will fail in the same way, and answer for it.
    return true;
  }
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
  boundEvents(record, desk.log);
}

/** Messages in a row are one turn, as far as it holds them; taps and the rest each one of their own. */
function joined(events: readonly InboundEvent[]): InboundEvent[][] {
  const groups: InboundEvent[][] = [];
  let length = 0;
  for (const event of events) {
    const last = groups.at(-1)?.at(-1);
    const size = event.kind === 'message' ? event.text.length : 0;
    const joins = event.kind === 'message' && event.mayJoin !== false && last?.kind === 'message';
    if (joins && last.mayJoin !== false && length + size <= MAX_TEXT) {
      groups.at(-1)?.push(event);
      length += size;
    } else {
      groups.push([event]);
      length = size;
    }
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
  boundEvents(record, desk.log);
}

function run(record: ConversationRecord, input: TurnInput, desk: Desk, event: InboundEvent | null): void {
  const result = turnOrApology(record, input, desk);
  if (input.kind === 'option')
    addLine(record, { id: event?.id ?? '', at: desk.now, from: 'user', text: labelOf(record, input) });
  // The page shows it again after a reload, and knows by it that older buttons are void.
  if (input.kind === 'reset') {
    const text = desk.world.flows.get('repair')?.texts['restart-label'] ?? '';
    addLine(record, { id: event?.id ?? '', at: desk.now, from: 'user', text });
  }
  record.session = result.session;
  record.updatedAt = desk.now;
  record.wakeUps = [
    ...record.wakeUps.filter(({ name }) => name === JOIN && record.inbox.length > 0),
    ...(desk.pushes ? result.wakeUps : []),
  ];
  // Each turn leaves an event, so the count tells the turns of one commit apart.
  const stem = `${record.id}:${desk.now}:${record.version}:${record.unjournaled.length}`;
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

/** Serving goes on while the journal refuses. Once a commit, as the ids of its turns count the events before them. */
function boundEvents(record: ConversationRecord, log: Log): void {
  const dropped = record.unjournaled.length - LIMITS.unjournaled;
  if (dropped <= 0) return;
  record.unjournaled = record.unjournaled.slice(dropped);
  log.error(
    { conversation: record.id, dropped },
    'the journal has refused for too long: its oldest events are dropped',
  );
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
    return {
      ...apologize(record.session, desk.world, error),
      wakeUps: others(record).filter(({ at }) => at > desk.now),
    };
  }
}

/** What a tap said, for the transcript: the label that was on the button. */
function labelOf(record: ConversationRecord, { option, question }: Extract<TurnInput, { kind: 'option' }>): string {
  const shown = record.transcript.findLast(
    ({ reply }) =>
      reply?.options.some(({ id }) => id === option) && (question === undefined || reply.question === question),
  );
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
