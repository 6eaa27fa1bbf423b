/** What a turn leaves in a conversation's record: the session, replies, lines, wake-ups and events. No I/O. */
import type { Channel } from './channels/channel.js';
import { addressOf } from './channels/wecom/address.js';
import type { InboundEvent } from './dialogue/event.js';
import { fill } from './dialogue/flow.js';
import { heldFor, NEWS } from './dialogue/incidents.js';
import type { ReplyType } from './dialogue/reply.js';
import type { Session } from './dialogue/session.js';
import { apologize, type TurnInput, type TurnResult, takeTurn } from './dialogue/turn.js';
import type { DrillLetter, World } from './dialogue/world.js';
import type { DrillNote } from './handover/letter.js';
import { type Standing, standingOf } from './handover/standing.js';
import type { Contact, Relief, Severity } from './handover/types.js';
import type { Log } from './log.js';
import { boundOutbox, post, SWITCHBOARD } from './outbox.js';
import { type ConversationRecord, LIMITS, type OutboxItem, type TranscriptLine } from './store/store.js';
import { traceFields } from './trace.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * How long a reply that could not be delivered is still worth having, ms; then it is dead-lettered as expired.
 * - `reminder`: whatever was said of our own accord because the user was silent. It is due 10 minutes after the last word; twice
 *   that late it only puzzles.
 * - `text`: acknowledgements, small talk, 「正在核对」: of the moment.
 * - `error`: an apology says whom to turn to instead; whoever waits at a till has by then.
 * - `question` (and that an incident is over): its answer still helps as long as the trouble lasts; a case that nobody touches is closed after two hours.
 * - `fix`, `contact`, `code`, `warning` (fraud, a swallowed card): right tomorrow as well. 24 h is what platforms keep trying, and the
 *   last time at which a shop opens again.
 * - `summary`, `notice` (the case for whoever takes it over): people are behind it, who have weekends.
 */
export const REPLY_LIFE_MS: Readonly<Record<ReplyType | 'reminder' | 'warning' | 'notice', number>> = {
  reminder: 10 * MINUTE,
  text: 20 * MINUTE,
  error: HOUR,
  question: 2 * HOUR,
  fix: 24 * HOUR,
  contact: 24 * HOUR,
  code: 24 * HOUR,
  warning: 24 * HOUR,
  summary: 72 * HOUR,
  notice: 72 * HOUR,
};
/** Type of the journal's events of turns in a drill. */
export const DRILL_TURN = 'drill-turn';
/** The wake-up that ends the wait for messages to join. */
export const JOIN = 'join';

export interface Desk {
  world: World;
  now: number;
  /** Whether the channel can write first; without it no reminders are set. */
  pushes: boolean;
  /** Whether the channel has ratings of its own. */
  rates?: boolean;
  log: Log;
  /** The channel that takes hand-over notes, if one is on. */
  noticesTo?: string;
  /** All who may be asked to take a conversation over, on duty or not. */
  colleagues?: readonly Contact[];
  /** Whom to ask for a case of a severity at a moment (ms since the epoch). Not for every turn: it reads the duty calendar. */
  relief?: (severity: Severity, at: number) => Relief;
  /** The on-call group that a conversation is held in, and who holds it there. */
  memberOf?: (conversation: string) => Contact | undefined;
  /** The channel gives conversations to its own people first. */
  handsOver?: boolean;
  /** Each message has to be answered with something. */
  acknowledges?: boolean;
  /** More comes than can be answered at once: from all, or from this user alone. */
  busy?: 'crowd' | 'flood' | null;
  /** A trace of its own for a turn that no event caused; without it such a turn has none. */
  newTrace?: () => string;
}

/** What a turn has to know of the door that it answers through. */
export function abilitiesOf(channel: Pick<Channel, 'capabilities'> | undefined): Pick<Desk, 'pushes' | 'rates'> {
  const { canPush: pushes = false, rates = false } = channel?.capabilities ?? {};
  return { pushes, rates };
}

/**
 * Takes one turn and writes down what came of it. `events`: what it answers, oldest first; none for a wake-up.
 * @returns what whoever is asked to take over has to know of the turn
 */
export function runTurn(
  record: ConversationRecord,
  input: TurnInput,
  desk: Desk,
  events: readonly InboundEvent[],
): Pick<TurnResult, 'briefing' | 'emergency' | 'restarted'> {
  const event = events.at(-1);
  const earlier = events.slice(0, -1).map(({ id }) => id);
  const trace = event === undefined ? desk.newTrace?.() : event.trace;
  const incidents = heldFor(record.session as Session | null, desk.world, desk.now);
  const news = input.kind === 'wake' && input.name === NEWS;
  const standing = standingOf(record.handover, desk.now);
  const result = turnOrApology(record, input, desk, trace, standing);
  if (input.kind === 'option')
    addLine(record, { id: event?.id ?? '', at: desk.now, from: 'user', text: labelOf(record, input) });
  // The page shows it again after a reload, and knows by it that older buttons are void.
  if (input.kind === 'reset') {
    const text = desk.world.flows.get('repair')?.texts['restart-label'] ?? '';
    addLine(record, { id: event?.id ?? '', at: desk.now, from: 'user', text });
  }
  const replyTo = event ? event.replyTo : record.replyTo;
  if (replyTo) record.replyTo = replyTo;
  record.session = result.session;
  record.updatedAt = desk.now;
  record.wakeUps = [
    // That an incident is over takes no reminder's place.
    ...record.wakeUps.filter(({ name }) => news || (name === JOIN && record.inbox.length > 0)),
    ...(desk.pushes ? result.wakeUps.filter(({ name }) => !news || name === NEWS) : []),
  ];
  // Each turn leaves an event, so the count tells the turns of one commit apart.
  const stem = `${record.id}:${desk.now}:${record.version}:${record.unjournaled.length}`;
  const life = news ? REPLY_LIFE_MS.question : lifeOf(result, event === undefined);
  result.replies.forEach((reply, index) => {
    const item: OutboxItem = {
      id: `${stem}:${index}`,
      channel: record.channel,
      reply,
      inReplyTo: event?.id ?? '',
      ...(earlier.length > 0 ? { alsoAnswers: earlier } : {}),
      createdAt: desk.now,
      attempts: 0,
      nextAttemptAt: desk.now,
      expiresAt: desk.now + life,
      state: 'waiting',
      ...(replyTo ? { replyTo } : {}),
      ...(trace === undefined ? {} : { trace }),
      ...(result.emergency ? { urgent: true as const } : {}),
    };
    record.outbox.push(item);
    if (reply.handover && desk.noticesTo !== undefined)
      record.outbox.push(noticeOf(record, item, desk.noticesTo, desk.world, result.briefing));
    addLine(record, { id: item.id, at: desk.now, from: 'assistant', text: reply.text, reply });
  });
  postLetters(record, result.letters ?? [], stem, desk.now);
  boundOutbox(record, desk.now);
  const board = incidents.length > 0 ? { incidents } : {};
  const data = { input, replies: result.replies, ...board, ...(standing ? { standing } : {}) };
  // A drill's turns are nobody's case: what counts turns never sees them.
  const happenings = [{ type: result.drill ? DRILL_TURN : 'turn', data }, ...result.happenings];
  happenings.forEach(({ type, data }, index) => {
    record.unjournaled.push({ id: `${stem}:e${index}`, conversation: record.id, at: desk.now, type, data });
  });
  return result;
}

/**
 * What answers one event is drawn together, and counted by the messages it was drawn as: it lives as long as the part that
 * lives longest.
 */
function lifeOf({ replies, happenings }: Pick<TurnResult, 'replies' | 'happenings'>, ofOwnAccord: boolean): number {
  if (ofOwnAccord) return REPLY_LIFE_MS.reminder;
  const warned = happenings.some(({ type }) => type === 'alert') ? REPLY_LIFE_MS.warning : 0;
  return Math.max(warned, ...replies.map(({ type }) => REPLY_LIFE_MS[type]));
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
  standing: Standing | undefined,
): Pick<
  TurnResult,
  'session' | 'replies' | 'happenings' | 'wakeUps' | 'briefing' | 'emergency' | 'drill' | 'letters' | 'restarted'
> {
  try {
    return takeTurn(record.session, input, desk.now, desk.world, addressOf(record.id)?.user, standing);
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

/** Signed by the conversation that writes them. `stem`: names the turn. */
function postLetters(record: ConversationRecord, letters: readonly DrillLetter[], stem: string, now: number): void {
  const by = { channel: record.channel, conversation: record.id };
  letters.forEach(({ to = { channel: SWITCHBOARD, conversation: SWITCHBOARD }, note }, index) => {
    const host = note.kind === 'drill-told' && note.host ? { host: by } : {};
    post(record, { to, note: { ...note, ...host, by } as DrillNote }, `${stem}:d${index}`, now);
  });
}

/** The hand-over note for the people behind the bot. */
function noticeOf(
  record: ConversationRecord,
  item: OutboxItem,
  channel: string,
  { flows }: World,
  briefing = item.reply.handover ?? '',
): OutboxItem {
  const { replyTo: _, alsoAnswers: __, ...rest } = item;
  const text = fill(flows.get('handoff')?.texts.notice ?? '{summary}', {
    summary: briefing,
    conversation: record.id,
  });
  const reply = { type: 'summary' as const, text, options: [], links: [] };
  return { ...rest, id: `${item.id}:notice`, channel, reply, expiresAt: item.createdAt + REPLY_LIFE_MS.notice };
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
