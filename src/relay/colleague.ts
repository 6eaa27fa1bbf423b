/** A colleague's side of hand-overs: being asked, taking one with a tap, talking to the merchant, giving it back. No I/O. */
import type { InboundEvent } from '../dialogue/event.js';
import type { ReplyOption } from '../dialogue/reply.js';
import { type Asked, byPressure, confirmed, NO_DUTY, over, take, wasAsked } from '../handover/duty.js';
import type { Note } from '../handover/letter.js';
import { isRelayed } from '../handover/machine.js';
import type { Person, Severity } from '../handover/types.js';
import { boundOutbox, post } from '../outbox.js';
import { addLine, type Desk } from '../record.js';
import type { ConversationRecord, OutboxItem } from '../store/store.js';
import { FORWARD_MAX } from './merchant.js';
import { wording } from './say.js';

/** What the buttons of a request answer. */
export const QUESTION = 'handover';
/** Milliseconds for which a colleague is served by hearing of it. */
const TOLD_MS = 12 * 3_600_000;
type ToMerchant = Extract<Note, { kind: 'accept' | 'hand-back' | 'finish' | 'said' }>;
const BUTTON = /^(take|back|end)-(\d{1,9})$/;

/** @returns true if a colleague's tap or words were about a hand-over, or for the merchant they have: no turn is taken then */
export function onDuty(record: ConversationRecord, event: InboundEvent, desk: Desk): boolean {
  const { duty = NO_DUTY } = record;
  if (event.kind === 'option' && event.question === QUESTION && record.duty !== undefined) {
    tapped(record, event, desk);
    return true;
  }
  if (event.kind !== 'message') return false;
  const said = event.text.trim();
  const { mine } = duty;
  if (takenByNumber(record, event, said, desk)) return true;
  if (mine === undefined) return takenByWords(record, event, said, desk) || claimedByWords(record, event, said, desk);
  const kind = isOneOf(desk, 'hand-back', said) ? 'hand-back' : isOneOf(desk, 'finish', said) ? 'finish' : undefined;
  if (kind === undefined) speak(record, event, mine, desk);
  else {
    write(record, event, { ...noteOf(mine, desk, record), kind }, desk);
    // What comes of it comes by itself; their message wants an answer of its own.
    if (desk.acknowledges) tell(record, event, desk, wording(desk, 'card-doing', { n: mine.n }));
  }
  return true;
}

/** A letter to a colleague. */
export function hear(record: ConversationRecord, note: Note, event: InboundEvent, desk: Desk): void {
  const duty = record.duty ?? NO_DUTY;
  switch (note.kind) {
    case 'ask': {
      const { severity = 'normal' } = note;
      const { duty: now, n } = wasAsked(duty, note.handover, note.merchant, { severity });
      record.duty = now;
      const mark = markOf(desk, severity);
      const minutes = minutesSince(note.since, desk.now);
      const title = wording(desk, 'card-title', { n, mark });
      const text = wording(desk, 'card', { n, mark, summary: note.summary, minutes });
      const asks = { handover: note.handover, merchant: note.merchant };
      const more = severity === 'emergency' ? { asks, urgent: true as const } : { asks };
      // No card can be pushed to a group.
      if (isTeam(record, desk)) {
        const whole = `${text}\n${wording(desk, 'card-in-group', { n })}`;
        tell(record, event, desk, whole, [], more);
      } else tell(record, event, desk, text, [button(desk, 'take', n)], { title, card: cardOf(n), ...more });
      return;
    }
    case 'yours': {
      record.duty = confirmed(duty, note.handover);
      const n = record.duty.mine?.n ?? 0;
      if (desk.memberOf?.(record.id)) tell(record, event, desk, wording(desk, 'card-yours-in-group', { n }));
      else
        tell(record, event, desk, wording(desk, 'card-yours', { n }), [
          button(desk, 'back', n),
          button(desk, 'end', n),
        ]);
      return;
    }
    case 'claim': {
      const asked = duty.asked.find(({ n }) => n === note.n);
      const name = duty.past?.find(({ n }) => n === note.n)?.name ?? '';
      const which = asked ? { handover: asked.handover, merchant: asked.merchant } : name === '' ? {} : { name };
      const letter = { to: note.by, note: { kind: 'claimed' as const, n: note.n, ...which } };
      post(record, letter, `${record.id}:${event.id}:letter`, desk.now);
      return;
    }
    case 'claimed':
      if (note.handover === undefined || note.merchant === undefined)
        tell(record, event, desk, goneOrTaken(note.n, note.name, desk));
      else {
        record.duty = wasAsked(duty, note.handover, note.merchant, { as: note.n }).duty;
        claim(record, event, note.n, desk);
      }
      return;
    case 'heard':
      if (duty.mine?.handover === note.handover)
        tell(
          record,
          event,
          desk,
          wording(desk, 'card-heard', { text: note.text, mark: note.urgent ? markOf(desk, 'emergency') : '' }),
        );
      return;
    case 'taken':
    case 'gone':
    case 'over': {
      const n = duty.asked.find(({ handover }) => handover === note.handover)?.n;
      record.duty = over(duty, note.handover, note.kind === 'taken' ? note.name : '');
      const key = note.kind === 'over' ? `card-over-${note.name}` : `card-${note.kind}`;
      const values = { n: n ?? '', name: note.name };
      const text = wording(desk, key, values) || wording(desk, 'card-gone', values);
      if (n !== undefined) tell(record, event, desk, text, [], note.kind === 'over' ? {} : { card: cardOf(n) });
    }
  }
}

function tapped(record: ConversationRecord, event: Extract<InboundEvent, { kind: 'option' }>, desk: Desk): void {
  const [, what, number] = BUTTON.exec(event.option) ?? [];
  const { mine } = record.duty ?? NO_DUTY;
  addLine(record, { id: event.id, at: event.at, from: 'user', text: buttonLabel(desk, what ?? '') });
  if (what === 'take') claim(record, event, Number(number), desk);
  else if (mine?.n !== Number(number)) tell(record, event, desk, wording(desk, 'card-gone', { n: number ?? '' }));
  else write(record, event, { ...noteOf(mine, desk, record), kind: what === 'end' ? 'finish' : 'hand-back' }, desk);
}

/** 「接手 3」, of those that they were asked to take. */
function takenByNumber(record: ConversationRecord, event: InboundEvent, said: string, desk: Desk): boolean {
  const { word, number } = numbered(said);
  const { asked, past = [] } = record.duty ?? NO_DUTY;
  if (number === undefined || !isOneOf(desk, 'take', word) || ![...asked, ...past].some(({ n }) => n === number))
    return false;
  claim(record, event, number, desk);
  return true;
}

/** 「接手」: which is meant is never guessed. */
function takenByWords(record: ConversationRecord, event: InboundEvent, said: string, desk: Desk): boolean {
  const asked = record.duty?.asked ?? [];
  if (!isOneOf(desk, 'take', said) || asked.length === 0) return false;
  const [only, ...others] = asked;
  if (only && others.length === 0) claim(record, event, only.n, desk);
  else {
    const options = byPressure(record.duty ?? NO_DUTY)
      .slice(0, MOST_BUTTONS)
      .map(({ n, severity }) => ({
        id: `take-${n}`,
        label: wording(desk, 'button-which', { n, mark: severity === 'emergency' ? markOf(desk, severity) : '' }),
      }));
    tell(record, event, desk, wording(desk, 'card-which'), options);
  }
  return true;
}

/** 「接手 3」 in the group that was asked: the group's own conversation knows which it is. */
function claimedByWords(record: ConversationRecord, event: InboundEvent, said: string, desk: Desk): boolean {
  const { word, number } = numbered(said);
  const team = number === undefined ? undefined : desk.memberOf?.(record.id);
  if (!team || number === undefined || !isOneOf(desk, 'take', word)) return false;
  const by = { channel: record.channel, conversation: record.id };
  const to = { channel: team.channel, conversation: team.conversation };
  post(record, { to, note: { kind: 'claim', n: number, by } }, `${record.id}:${event.id}:letter`, desk.now);
  tell(record, event, desk, wording(desk, 'card-claiming', { n: number }));
  return true;
}

/** Words with the number at their end. */
function numbered(said: string): { word: string; number?: number } {
  const [, word, number] = /^(.*?)\s*(\d{1,9})$/.exec(said) ?? [];
  return word === undefined || number === undefined ? { word: said } : { word, number: Number(number) };
}

/** Buttons that every card has room for. */
const MOST_BUTTONS = 6;

function claim(record: ConversationRecord, event: InboundEvent, n: number, desk: Desk): void {
  const taken = isRelayed(record.handover) ? 'busy' : take(record.duty ?? NO_DUTY, n);
  if (taken === null) tell(record, event, desk, whatBecameOf(record, n, desk));
  else if (taken === 'busy') tell(record, event, desk, wording(desk, 'card-busy', { n: record.duty?.mine?.n ?? '' }));
  else {
    record.duty = taken.duty;
    write(record, event, { ...noteOf(taken.asked, desk, record), kind: 'accept' }, desk);
    if (event.kind === 'message' && desk.acknowledges) tell(record, event, desk, wording(desk, 'card-doing', { n }));
  }
}

function whatBecameOf({ duty }: ConversationRecord, n: number, desk: Desk): string {
  return goneOrTaken(n, duty?.past?.find((one) => one.n === n)?.name, desk);
}

function goneOrTaken(n: number, name: string | undefined, desk: Desk): string {
  return !name ? wording(desk, 'card-gone', { n }) : wording(desk, 'card-taken', { n, name });
}

function speak(record: ConversationRecord, event: Extract<InboundEvent, { kind: 'message' }>, mine: Asked, desk: Desk) {
  const text = event.text.trim();
  if ((event.attachments ?? []).length > 0) tell(record, event, desk, wording(desk, 'card-words-only'));
  if ((event.hidden ?? []).length > 0) tell(record, event, desk, wording(desk, 'card-hidden'));
  if (text === '') return;
  if (text.length > FORWARD_MAX) tell(record, event, desk, wording(desk, 'card-cut'));
  write(
    record,
    event,
    { ...noteOf(mine, desk, record), kind: 'said', text: text.slice(0, FORWARD_MAX).toWellFormed() },
    desk,
  );
  if (desk.acknowledges) tell(record, event, desk, wording(desk, 'card-passed'));
}

function noteOf({ handover }: Asked, desk: Desk, record: ConversationRecord): { handover: string; by: Person } {
  const known = desk.colleagues?.find(({ conversation }) => conversation === record.id) ?? desk.memberOf?.(record.id);
  const by = { name: known?.name || wording(desk, 'colleague'), channel: record.channel, conversation: record.id };
  return { handover, by: known ? { ...by, userid: known.userid } : by };
}

function write(record: ConversationRecord, event: InboundEvent, note: ToMerchant, desk: Desk): void {
  const { duty } = record;
  const to = duty?.asked.find(({ handover }) => handover === note.handover)?.merchant ?? duty?.mine?.merchant;
  if (to) post(record, { to, note }, `${record.id}:${event.id}:letter`, desk.now);
}

function isTeam(record: ConversationRecord, { colleagues }: Desk): boolean {
  return colleagues?.some(({ conversation, userid }) => conversation === record.id && userid === '') === true;
}

function button(desk: Desk, what: string, n: number): ReplyOption {
  return { id: `${what}-${n}`, label: buttonLabel(desk, what) };
}

function buttonLabel(desk: Desk, what: string): string {
  return wording(desk, `button-${what}`);
}

function isOneOf({ world }: Desk, list: string, said: string): boolean {
  return world.flows.get('handoff')?.words[list]?.includes(said) === true;
}

/** What a request that presses is marked with; '' if it does not. */
function markOf(desk: Desk, severity: Severity): string {
  return wording(desk, `mark-${severity}`);
}

function minutesSince(then: number, now: number): number {
  return Math.max(0, Math.round((now - then) / 60_000));
}

/** The request's card, as long as it can be taken. */
export function cardOf(n: number): string {
  return `${QUESTION}-${n}`;
}

/**
 * @param title what stays in the colleague's transcript: the case itself is the merchant's, and is erased with them
 */
export function tell(
  record: ConversationRecord,
  event: InboundEvent,
  desk: Desk,
  text: string,
  options: ReplyOption[] = [],
  {
    title = text,
    card,
    urgent,
    asks,
    question = QUESTION,
  }: Pick<OutboxItem, 'card' | 'urgent' | 'asks'> & { title?: string; question?: string } = {},
): void {
  if (text === '') return;
  const reply = {
    type: 'text' as const,
    text,
    options,
    links: [],
    ...(options.length > 0 ? { question } : {}),
  };
  const isLetter = event.kind === 'letter';
  const replyTo = event.replyTo ?? (isLetter ? record.replyTo : undefined);
  const count = record.outbox.filter(({ inReplyTo }) => inReplyTo === event.id).length;
  const item: OutboxItem = {
    id: `${record.id}:duty:${event.id}:${count}`,
    channel: record.channel,
    reply,
    inReplyTo: isLetter ? '' : event.id,
    createdAt: desk.now,
    attempts: 0,
    nextAttemptAt: desk.now,
    expiresAt: desk.now + TOLD_MS,
    state: 'waiting',
    ...(replyTo ? { replyTo } : {}),
    ...(card === undefined ? {} : { card }),
    ...(urgent ? { urgent } : {}),
    ...(asks ? { asks } : {}),
  };
  record.outbox.push(item);
  boundOutbox(record, desk.now);
  if (isLetter && options.length === 0) return;
  addLine(record, { id: item.id, at: desk.now, from: 'assistant', text: title, reply: { ...reply, text: title } });
}
