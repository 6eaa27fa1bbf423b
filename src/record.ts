/** What a turn leaves in a conversation's record: the session, replies, lines, wake-ups and events. No I/O. */
import type { InboundEvent } from './dialogue/event.js';
import { fill } from './dialogue/flow.js';
import { apologize, type TurnInput, type TurnResult, takeTurn } from './dialogue/turn.js';
import type { World } from './dialogue/world.js';
import type { Log } from './log.js';
import { type ConversationRecord, LIMITS, type OutboxItem, type TranscriptLine } from './store/store.js';
import { traceFields } from './trace.js';

/** A reply that could not be delivered for this long is given up. */
const REPLY_LIFE_MS = 24 * 3_600_000;
/** The wake-up that ends the wait for messages to join. */
export const JOIN = 'join';

export interface Desk {
  world: World;
  now: number;
  /** Whether the channel can write first; without it no reminders are set. */
  pushes: boolean;
  log: Log;
  /** The channel that takes hand-over notes, if one is on. */
  noticesTo?: string;
  /** A trace of its own for a turn that no event caused; without it such a turn has none. */
  newTrace?: () => string;
}

/** Takes one turn and writes down what came of it. `event`: what caused it; null for a wake-up. */
export function runTurn(record: ConversationRecord, input: TurnInput, desk: Desk, event: InboundEvent | null): void {
  const trace = event === null ? desk.newTrace?.() : event.trace;
  const result = turnOrApology(record, input, desk, trace);
  if (input.kind === 'option')
    addLine(record, { id: event?.id ?? '', at: desk.now, from: 'user', text: labelOf(record, input) });
  // The page shows it again after a reload, and knows by it that older buttons are void.
  if (input.kind === 'reset') {
    const text = desk.world.flows.get('repair')?.texts['restart-label'] ?? '';
    addLine(record, { id: event?.id ?? '', at: desk.now, from: 'user', text });
  }
  const replyTo = event === null ? record.replyTo : event.replyTo;
  if (replyTo) record.replyTo = replyTo;
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
      ...(replyTo ? { replyTo } : {}),
      ...(trace === undefined ? {} : { trace }),
    };
    record.outbox.push(item);
    if (reply.handover && desk.noticesTo !== undefined)
      record.outbox.push(noticeOf(record, item, desk.noticesTo, desk.world));
    addLine(record, { id: item.id, at: desk.now, from: 'assistant', text: reply.text, reply });
  });
  boundOutbox(record);
  const happenings = [{ type: 'turn', data: { input, replies: result.replies } }, ...result.happenings];
  happenings.forEach(({ type, data }, index) => {
    record.unjournaled.push({ id: `${stem}:e${index}`, conversation: record.id, at: desk.now, type, data });
  });
}

/** Serving goes on while the journal refuses. Once a commit, as the ids of its turns count the events before them. */
export function boundEvents(record: ConversationRecord, log: Log): void {
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
  trace: string | undefined,
): Pick<TurnResult, 'session' | 'replies' | 'happenings' | 'wakeUps'> {
  try {
    return takeTurn(record.session, input, desk.now, desk.world);
  } catch (error) {
    desk.log.error(
      {
        conversation: record.id,
        error: error instanceof Error ? (error.stack ?? error.message) : 'unknown',
        ...traceFields(trace),
      },
      'a turn failed',
    );
    return {
      ...apologize(record.session, desk.world, error),
      wakeUps: record.wakeUps.filter(({ name, at }) => name !== JOIN && at > desk.now),
    };
  }
}

/** The hand-over note for the people behind the bot. */
function noticeOf(record: ConversationRecord, item: OutboxItem, channel: string, { flows }: World): OutboxItem {
  const { replyTo: _, ...rest } = item;
  const text = fill(flows.get('handoff')?.texts.notice ?? '{summary}', {
    summary: item.reply.handover ?? '',
    conversation: record.id,
  });
  return { ...rest, id: `${item.id}:notice`, channel, reply: { type: 'summary', text, options: [], links: [] } };
}

/** What a tap said, for the transcript: the label that was on the button. */
export function labelOf(
  record: ConversationRecord,
  { option, question }: { option: string; question?: string },
): string {
  const shown = record.transcript.findLast(
    ({ reply }) =>
      reply?.options.some(({ id }) => id === option) && (question === undefined || reply.question === question),
  );
  return shown?.reply?.options.find(({ id }) => id === option)?.label ?? option.slice(0, 40);
}

export function addLine(record: ConversationRecord, line: TranscriptLine): void {
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
