/** Record in, record out: taking an event in, joining messages, running the turns that are due. No I/O. */
import { emergencyOf } from './dialogue/danger.js';
import type { InboundEvent } from './dialogue/event.js';
import { NEWS, newsFor, nextLook } from './dialogue/incidents.js';
import { namedOption } from './dialogue/options.js';
import { reviveSession } from './dialogue/session.js';
import { promptOf } from './dialogue/state.js';
import type { TurnInput } from './dialogue/turn-input.js';
import type { World } from './dialogue/world.js';
import { PosDoctorError } from './errors.js';
import { isRelayed } from './handover/machine.js';
import { dueOfOutbox } from './outbox.js';
import { isUrgent, maySayLater, QUEUE_MS, tellToWait } from './queue.js';
import { addLine, boundEvents, type Desk, JOIN, labelOf, runTurn } from './record.js';
import { onDuty } from './relay/colleague.js';
import { takeIn } from './relay/letters.js';
import { afterTurns, atDoor, HANDOVER, move, passOn } from './relay/merchant.js';
import { wording } from './relay/say.js';
import { saysVerdict } from './relay/verdict.js';
import { type Committed, type ConversationRecord, emptyRecord, LIMITS, type OutboxItem } from './store/store.js';

/** Messages this close after a turn, without option or code, are joined into the next one. */
export const JOIN_MS = 2_000;
/** UTF-16 units of a message that are kept; the rest is never stored. Messages are joined up to this length. */
export const MAX_TEXT = 4_000;
/** Units that are looked at beyond the cut, so that a number that straddles it is seen whole and masked. */
const PAST_CUT = 64;
/** Attachments of one turn that are counted. */
const MAX_ATTACHMENTS = 50;
/** UTF-16 units of an option's or a question's id. */
const MAX_ID = 200;

export interface Taken {
  /** False: it was taken before, and nothing changed. */
  isNew: boolean;
  /** When the conversation needs attention next (ms since the epoch), or null. */
  dueAt: number | null;
}

/** Takes an event in, durable with the commit. Answers at once, or holds it for others to join. */
export function enqueue(
  stored: ConversationRecord | null,
  channel: string,
  event: InboundEvent,
  desk: Desk,
): Committed<Taken> {
  const record = stored ?? emptyRecord(event.conversation, channel);
  if (record.seen.includes(event.id))
    return { record: null, result: { isNew: false, dueAt: nextDue(record, desk.now) } };
  if (record.inbox.length >= LIMITS.inbox)
    throw new PosDoctorError('QUEUE_FULL', { conversation: event.conversation, count: record.inbox.length });
  record.seen = [...record.seen, event.id].slice(-LIMITS.seen);
  const taken = masked(event, desk.world);
  if (isAside(taken)) note(record, taken, desk);
  else if (taken.kind === 'letter') receive(record, taken, desk);
  else if (saysVerdict(record, taken, desk) || onDuty(record, taken, desk)) keepReplyTo(record, taken);
  else if (record.silent || isWithColleague(record, taken, desk)) listen(record, taken, desk);
  else take(record, taken, desk);
  return { record, result: { isNew: true, dueAt: nextDue(record, desk.now) } };
}

/** Runs the turn, or holds the event for others to join. */
function take(record: ConversationRecord, event: InboundEvent, desk: Desk): void {
  record.inbox.push(event);
  // Whoever writes can be written to: what was not taken is tried again before the answer to this.
  record.outbox = record.outbox.map((item) => ({ ...item, nextAttemptAt: Math.min(item.nextAttemptAt, desk.now) }));
  if (desk.busy && maySayLater(event) && !isUrgent(event, desk.world)) {
    hold(record, desk.now + QUEUE_MS);
    tellToWait(record, event, desk);
  } else if (mayHold(record, event, desk)) hold(record, lastTurnAt(record) + JOIN_MS);
  else runInbox(record, desk);
}

function hold(record: ConversationRecord, until: number): void {
  record.wakeUps = [...others(record), { name: JOIN, at: until }];
}

type Aside = Extract<InboundEvent, { kind: 'feedback' | 'human' }>;

function isAside(event: InboundEvent): event is Aside {
  return event.kind === 'feedback' || event.kind === 'human';
}

/** What happens beside the conversation: no turn is taken, the journal holds it. */
function note(record: ConversationRecord, event: Aside, desk: Desk): void {
  const { id, conversation, at: _, replyTo: __, trace: ____, kind, mayJoin: ___, ...data } = event;
  if (event.kind === 'human') {
    record.silent = event.active;
    if (event.active) record.wakeUps = [];
    atDoor(record, event.active, desk);
  }
  const rated = event.kind === 'feedback' ? { replies: answersTo(record, event.answer) } : {};
  const happened = { ...data, ...rated };
  record.unjournaled.push({
    id: `${conversation}:${id}:${kind}`,
    conversation,
    at: desk.now,
    type: kind,
    data: happened,
  });
  boundEvents(record, desk.log);
}

/** Ids of the replies meant by an id: a reply's own, or those that answered what the user said. */
function answersTo({ transcript }: ConversationRecord, id: string): string[] {
  const at = transcript.findLastIndex((line) => line.id === id);
  if (at < 0 || transcript[at]?.from === 'assistant') return at < 0 ? [] : [id];
  const after = transcript.slice(at + 1);
  const end = after.findIndex(({ from }) => from === 'user');
  return after.slice(0, end < 0 ? after.length : end).map((line) => line.id);
}

/** A human has the conversation: what is said is kept for whoever reads it later, and passed on to a colleague elsewhere. */
function listen(record: ConversationRecord, event: InboundEvent, desk: Desk): void {
  keepReplyTo(record, event);
  const text = event.kind === 'message' ? event.text : event.kind === 'option' ? labelOf(record, event) : '';
  if (text !== '') addLine(record, { id: event.id, at: event.at, from: 'user', text });
  const wordless = event.kind === 'message' && (event.attachments ?? []).length > 0;
  passOn(record, text === '' && wordless ? wording(desk, 'handover-attachment') : text, event, desk);
}

/** Whoever begins anew has no use for the colleague any more. */
function isWithColleague(record: ConversationRecord, event: InboundEvent, desk: Desk): boolean {
  if (!isRelayed(record.handover)) return false;
  const leaves = event.kind === 'reset' || (event.kind === 'message' && event.text.trim() === restartLabel(desk));
  if (leaves) move(record, { kind: 'leave', outcome: 'restarted' }, desk);
  return !leaves;
}

/** What the button says, where there is none: no other words, they may be meant for the colleague. */
const restartLabel = ({ world }: Desk): string | undefined => world.flows.get('repair')?.texts['restart-label'];

function keepReplyTo(record: ConversationRecord, { replyTo }: InboundEvent): void {
  if (replyTo) record.replyTo = replyTo;
}

/** What another conversation says to this one: a colleague's to the merchant's, or the other way round. */
function receive(record: ConversationRecord, event: Extract<InboundEvent, { kind: 'letter' }>, desk: Desk): void {
  takeIn(record, event, desk);
  if (!isRelayed(record.handover)) return;
  // What waited for more to join it was written to whoever has the conversation now.
  const held = record.inbox;
  record.inbox = [];
  for (const one of held) listen(record, one, desk);
}

/** Runs held messages whose wait is over (or all, if forced) and due wake-ups. */
export function runDue(stored: ConversationRecord | null, desk: Desk & { force: boolean }): Committed<number | null> {
  if (stored === null) return { record: null, result: null };
  const due = stored.wakeUps.filter(({ at }) => at <= desk.now);
  // Whatever is due ends the wait: a message that came meanwhile says more than a reminder could.
  const joinOver = desk.force || due.length > 0 || !stored.wakeUps.some(({ name }) => name === JOIN);
  const [wake] = due.filter(({ name }) => name !== JOIN);
  if (stored.inbox.length > 0 && joinOver) runInbox(stored, desk);
  else if (wake?.name === HANDOVER) move(stored, { kind: 'due' }, desk);
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

/** What waits for a channel becomes due at once. @returns whether anything waits for it */
export function hurry(record: ConversationRecord | null, channel: string, now: number): Committed<boolean> {
  const waits = ({ channel: its, state }: OutboxItem) => its === channel && state === 'waiting';
  const late = (item: OutboxItem) => waits(item) && item.nextAttemptAt > now;
  if (!record?.outbox.some(late)) return { record: null, result: record?.outbox.some(waits) ?? false };
  const outbox = record.outbox.map((item) => (late(item) ? { ...item, nextAttemptAt: now } : item));
  return { record: { ...record, outbox }, result: true };
}

function masked(event: InboundEvent, world: World): InboundEvent {
  if (event.kind === 'option') {
    const { option, question } = event;
    const bare = (id: string) => world.mask(id.slice(0, MAX_ID).toWellFormed()).text;
    return { ...event, option: bare(option), ...(question === undefined ? {} : { question: bare(question) }) };
  }
  if (event.kind === 'feedback' && event.text !== undefined)
    return { ...event, text: world.mask(event.text.slice(0, MAX_TEXT).toWellFormed()).text };
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

/** A code, an emergency, or words that choose an option on the table: no reason to wait. */
function decides(record: ConversationRecord, text: string, { world }: Desk): boolean {
  const prompt = promptOf(reviveSession(record.session));
  const words = (key: string) => world.flows.get('repair')?.words[key] ?? [];
  const options = prompt?.options ?? [];
  const ordinals = options.map((_, index) => words(`ordinal-${index + 1}`));
  if (namedOption(text, options, ordinals, words('particles')) !== undefined) return true;
  try {
    const understood = world.nlu.understand(text, prompt?.question === undefined ? {} : { question: prompt.question });
    return understood.entities.some(({ type }) => type === 'code') || emergencyOf(world, text) !== undefined;
  } catch {
    // The turn will fail in the same way, and answer for it.
    return true;
  }
}

function runInbox(record: ConversationRecord, desk: Desk): void {
  const events = record.inbox;
  record.inbox = [];
  for (const group of joined(events)) {
    for (const event of group)
      if (event.kind === 'message') addLine(record, { id: event.id, at: event.at, from: 'user', text: event.text });
    const taken = runTurn(record, inputOf(group, desk.rates === true), desk, group);
    afterTurns(record, desk, taken);
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

function inputOf(group: readonly InboundEvent[], rates: boolean): TurnInput {
  const [event] = group;
  const rated = rates ? { rated: true as const } : {};
  if (event === undefined || event.kind === 'message') {
    const messages = group.filter((one) => one.kind === 'message');
    const hidden = [...new Set(messages.flatMap((message) => message.hidden ?? []))];
    return {
      kind: 'message',
      texts: messages.map(({ text }) => text),
      hidden,
      cut: messages.some(({ cut }) => cut === true),
      attachments: messages.flatMap((message) => message.attachments ?? []).slice(0, MAX_ATTACHMENTS),
      ...rated,
    };
  }
  if (event.kind === 'option')
    return event.question === undefined
      ? { kind: 'option', option: event.option, ...rated }
      : { kind: 'option', option: event.option, question: event.question, ...rated };
  if (event.kind === 'wake') return { kind: 'wake', name: event.name };
  if (event.kind !== 'enter') return { kind: 'reset' };
  return { kind: 'enter', ...(event.shop ? { shop: event.shop } : {}), ...(event.quiet ? { quiet: true } : {}) };
}

function runWakeUp(record: ConversationRecord, name: string, desk: Desk): void {
  record.wakeUps = record.wakeUps.filter((wakeUp) => wakeUp.name !== name);
  const session = reviveSession(record.session);
  const withColleague = isRelayed(record.handover);
  // Whoever talks with a colleague is not talked to by the assistant; news waits until they are back.
  if (withColleague && name !== NEWS) return;
  if (name === NEWS && (withColleague || newsFor(session, desk.world, desk.now).length === 0)) {
    const next = nextLook(session, desk.now);
    if (next !== undefined) record.wakeUps.push({ name, at: next });
    return;
  }
  const taken = runTurn(record, { kind: 'wake', name }, desk, []);
  afterTurns(record, desk, taken);
  boundEvents(record, desk.log);
}
