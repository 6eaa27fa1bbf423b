/** The merchant's side of a hand-over: what it does to the conversation's record. No I/O. */
import { fill } from '../dialogue/flow.js';
import { reviveSession } from '../dialogue/session.js';
import type { Letter, Note } from '../handover/letter.js';
import { dutiesOf, isOpen, isRelayed, request, step } from '../handover/machine.js';
import type { Effect, Handover, Move, Said, Step } from '../handover/types.js';
import { addLine, boundEvents, boundOutbox, type Desk, runTurn } from '../record.js';
import type { ConversationRecord, OutboxItem } from '../store/store.js';

/** The wake-up of a hand-over's deadline; no turn voids it. */
export const HANDOVER = 'handover';
/** The channel that carries letters to other conversations. */
export const SWITCHBOARD = 'switchboard';
/** UTF-16 units of what one says that the other gets. */
export const FORWARD_MAX = 1_000;
/** The journal's event of a turn that failed. */
const FAILED = 'turn-failed';
/** Lines of the merchant's that go along when the assistant failed. */
const LAST_WORDS = 5;
/** Milliseconds for which a letter is worth carrying. */
export const LETTER_MS = 24 * 3_600_000;
/** Milliseconds for which the merchant is served by knowing how the hand-over stands. */
const SAID_MS = 2 * 3_600_000;

/** What is said by a turn of the dialogue, as it knows the numbers to call and what is on the table. */
const BY_TURN: ReadonlySet<Said> = new Set(['next', 'nobody', 'alone', 'back', 'idle', 'ended']);

/** After turns were taken: a human may have been asked for, or is no longer wanted. */
export function afterTurns(record: ConversationRecord, desk: Desk): void {
  const { handover } = record;
  const asked = record.outbox.findLast(
    ({ reply, channel, createdAt }) =>
      reply.handover !== undefined && channel === record.channel && createdAt === desk.now,
  );
  const failed = record.unjournaled.at(-1);
  if (asked && asked.id !== handover?.id) begin(record, asked, whyOf(record), desk);
  // Fails open: whoever got no answer but an apology gets a human.
  else if (failed?.type === FAILED && failed.at === desk.now) fail(record, desk);
  else if (handover && isOpen(handover) && handover.state !== 'accepted' && record.session !== null) {
    const { handoff, closed } = reviveSession(record.session);
    if (!handoff) move(record, { kind: 'leave', outcome: closed === 'resolved' ? 'resolved' : 'went-on' }, desk);
  }
  payOwed(record, desk);
  keepDeadline(record);
}

/** What happened to the hand-over of a conversation, if there is one. */
export function move(record: ConversationRecord, made: Move, desk: Desk): void {
  if (record.handover) apply(record, step(record.handover, made, desk.now), desk);
  keepDeadline(record);
}

/** At the door somebody took the conversation over, or gave it back. */
export function atDoor(record: ConversationRecord, active: boolean, desk: Desk): void {
  const { handover } = record;
  if (active && !isRelayed(handover)) move(record, { kind: 'accept', by: { name: '' } }, desk);
  else if (handover?.state === 'accepted' && active === isRelayed(handover))
    move(record, { kind: 'leave', outcome: 'ended' }, desk);
  keepDeadline(record);
}

/** Passes on what the merchant says to whoever has them. */
export function passOn(record: ConversationRecord, text: string, event: { id: string }, desk: Desk): void {
  const { handover } = record;
  if (!isRelayed(handover) || text === '') return;
  send(
    record,
    handover,
    { kind: 'heard', handover: handover.id, text: text.slice(0, FORWARD_MAX) },
    handover.acceptedBy,
    desk,
  );
  if (desk.acknowledges)
    sayText(record, wording(desk, 'handover-passed', { name: handover.acceptedBy.name }), desk, event);
  move(record, { kind: 'word' }, desk);
}

/** A letter from a colleague. */
export function takeLetter(record: ConversationRecord, note: Note, desk: Desk): void {
  const { handover } = record;
  if (note.kind === 'accept' || note.kind === 'hand-back' || note.kind === 'finish' || note.kind === 'said') {
    if (!handover || handover.id !== note.handover || !hasIt(handover, note)) {
      const gone: Note = { kind: note.kind === 'accept' ? 'gone' : 'over', handover: note.handover, name: '' };
      send(record, handover, gone, note.by, desk);
    } else if (note.kind !== 'said') move(record, { kind: note.kind, by: note.by }, desk);
    else {
      const text = wording(desk, 'handover-line', { name: note.by.name, text: note.text });
      sayText(record, text, desk, undefined, note.by.name);
      move(record, { kind: 'word' }, desk);
    }
  }
  boundEvents(record, desk.log);
}

/** Anybody may accept; the rest is for whoever has it. */
function hasIt(handover: Handover, note: Extract<Note, { by: unknown }>): boolean {
  if (note.kind === 'accept') return true;
  return isRelayed(handover) && handover.acceptedBy.conversation === note.by.conversation;
}

/**
 * The assistant itself failed: what the merchant said last is all that can be told. Where nobody can be called, the apology has
 * said whom to turn to.
 */
function fail(record: ConversationRecord, desk: Desk): void {
  const apology = record.outbox.findLast(
    ({ createdAt, channel }) => createdAt === desk.now && channel === record.channel,
  );
  if (!apology || (!desk.handsOver && (desk.colleagues ?? []).length === 0)) return;
  const said = record.transcript.filter(({ from }) => from === 'user').slice(-LAST_WORDS);
  const handover = wording(desk, 'handover-failed', { said: said.map((line) => line.text).join('\n') });
  // The door, if it has people of its own, calls them as well.
  const asked = { ...apology, reply: { ...apology.reply, handover } };
  record.outbox = record.outbox.map((item) => (item === apology ? asked : item));
  begin(record, asked, FAILED, desk);
}

function whyOf({ unjournaled }: ConversationRecord): string {
  const called = unjournaled.findLast(({ type, data }) => type === 'human' && data.case !== undefined);
  return typeof called?.data.why === 'string' ? called.data.why : '';
}

function begin(record: ConversationRecord, item: OutboxItem, why: string, desk: Desk): void {
  const { money } = reviveSession(record.session).case;
  const asked = {
    id: item.id,
    severity: money === 'in-doubt' ? ('urgent' as const) : ('normal' as const),
    why,
    duties: dutiesOf(desk.world.flows.get('handoff')?.minutes ?? {}),
    summary: item.reply.handover ?? '',
    // Whoever cannot be written to first would never hear what a colleague says.
    contacts: desk.pushes ? (desk.colleagues ?? []).filter((one) => one.conversation !== record.id) : [],
    atDoor: desk.handsOver ?? false,
  };
  apply(record, request(record.handover, asked, desk.now), desk, item);
}

function apply(record: ConversationRecord, { handover, effects }: Step, desk: Desk, beside?: OutboxItem): void {
  record.handover = handover;
  for (const effect of effects) carryOut(record, effect, desk, beside);
  // Whatever ended it, the dialogue no longer waits for a human.
  if (!isOpen(handover) && effects.length > 0 && reviveSession(record.session).handoff) byTurn(record, 'closed', desk);
  boundOutbox(record, desk.now);
  boundEvents(record, desk.log);
}

function carryOut(record: ConversationRecord, effect: Effect, desk: Desk, beside?: OutboxItem): void {
  const { handover } = record;
  if (!handover) return;
  switch (effect.do) {
    case 'ask': {
      const { id, summary, requestedAt } = handover;
      const merchant = { channel: record.channel, conversation: record.id };
      send(
        record,
        handover,
        { kind: 'ask', handover: id, merchant, summary, since: requestedAt },
        effect.contact,
        desk,
      );
      return;
    }
    case 'tell': {
      const note: Note =
        effect.what === 'yours'
          ? { kind: 'yours', handover: handover.id }
          : { kind: effect.what, handover: handover.id, name: effect.name ?? '' };
      send(record, handover, note, effect.to, desk);
      return;
    }
    case 'say':
      if (BY_TURN.has(effect.what) && !desk.pushes) record.handover = { ...handover, owed: effect.what };
      else if (BY_TURN.has(effect.what)) byTurn(record, effect.what, desk);
      else sayText(record, wording(desk, `handover-${effect.what}`, valuesOf(handover, effect, desk)), desk, beside);
      return;
    case 'note': {
      const id = `${handover.id}:e${next(record)}`;
      const data = { handover: handover.id, ...effect.data };
      record.unjournaled.push({ id, conversation: record.id, at: desk.now, type: effect.type, data });
    }
  }
}

function valuesOf({ duties }: Handover, { name = '' }: { name?: string }, desk: Desk): Record<string, string | number> {
  return { name: name === '' ? wording(desk, 'team') : name, minutes: Math.round(duties.accept / 60_000) };
}

/** Lets the dialogue say it: it knows whom to call and what is on the table. Its reminders stay as they were. */
function byTurn(record: ConversationRecord, what: Said | 'closed', desk: Desk): void {
  const before = new Set(record.outbox.map(({ id }) => id));
  const { wakeUps } = record;
  runTurn(record, { kind: 'wake', name: `handover-${what}` }, desk, []);
  record.wakeUps = wakeUps;
  record.outbox = record.outbox.map((item) =>
    before.has(item.id) ? item : { ...item, expiresAt: Math.max(item.expiresAt, desk.now + SAID_MS) },
  );
}

/** A door that cannot write first says it with what it says next. */
function payOwed(record: ConversationRecord, desk: Desk): void {
  const { handover } = record;
  if (handover?.owed === undefined) return;
  const { owed, ...rest } = handover;
  record.handover = rest;
  const answer = record.outbox.findLast(({ createdAt }) => createdAt === desk.now);
  const before = new Set(record.outbox.map(({ id }) => id));
  if (!isOpen(rest)) return;
  byTurn(record, owed, desk);
  if (answer) record.outbox = record.outbox.map((item) => (before.has(item.id) ? item : beside(item, answer)));
}

/** Drawn with what answers the same event. */
function beside(item: OutboxItem, { inReplyTo, createdAt, replyTo, alsoAnswers }: OutboxItem): OutboxItem {
  return {
    ...item,
    inReplyTo,
    createdAt,
    ...(replyTo ? { replyTo } : {}),
    ...(alsoAnswers ? { alsoAnswers } : {}),
  };
}

/** `to`: what it is drawn with, or the event that it answers; without it, it is said of our own accord. */
function sayText(
  record: ConversationRecord,
  text: string,
  desk: Desk,
  to?: OutboxItem | { id: string; inReplyTo?: never },
  by?: string,
): void {
  if (text === '') return;
  const replyTo = record.replyTo;
  const item: OutboxItem = {
    id: `${record.handover?.id ?? record.id}:s${next(record)}`,
    channel: record.channel,
    reply: { type: 'text', text, options: [], links: [] },
    inReplyTo: to?.inReplyTo === undefined ? (to?.id ?? '') : to.inReplyTo,
    createdAt: desk.now,
    attempts: 0,
    nextAttemptAt: desk.now,
    expiresAt: desk.now + SAID_MS,
    state: 'waiting',
    ...(replyTo ? { replyTo } : {}),
    ...(by ? { by } : {}),
  };
  record.outbox.push(to?.inReplyTo === undefined ? item : beside(item, to));
  addLine(record, { id: item.id, at: desk.now, from: 'assistant', text, reply: item.reply, ...(by ? { by } : {}) });
}

/** A letter goes out with the record, as any reply does. */
function send(
  record: ConversationRecord,
  handover: Handover | undefined,
  note: Note,
  to: { channel?: string; conversation?: string },
  desk: Desk,
): void {
  const { channel, conversation } = to;
  if (channel === undefined || conversation === undefined) return;
  post(record, { to: { channel, conversation }, note }, `${handover?.id ?? record.id}:l${next(record)}`, desk.now);
}

/** Puts a letter into the outbox. */
export function post(record: ConversationRecord, letter: Letter, id: string, now: number): void {
  record.outbox.push({
    id,
    channel: SWITCHBOARD,
    reply: { type: 'text', text: '', options: [], links: [] },
    letter,
    inReplyTo: '',
    createdAt: now,
    attempts: 0,
    nextAttemptAt: now,
    expiresAt: now + LETTER_MS,
    state: 'waiting',
  });
  boundOutbox(record, now);
}

/** Counts what this conversation's hand-overs said, wrote and noted, so that each has an id of its own. */
function next(record: ConversationRecord): number {
  record.handoverLines = (record.handoverLines ?? 0) + 1;
  return record.handoverLines;
}

export function wording({ world }: Desk, key: string, values: Readonly<Record<string, string | number>> = {}): string {
  return fill(world.flows.get('handoff')?.texts[key] ?? '', values);
}

/** The deadline is a wake-up of its own. */
function keepDeadline(record: ConversationRecord): void {
  const { handover } = record;
  const others = record.wakeUps.filter(({ name }) => name !== HANDOVER);
  record.wakeUps = handover && isOpen(handover) ? [...others, { name: HANDOVER, at: handover.deadline }] : others;
}
