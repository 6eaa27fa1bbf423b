/** The merchant's side of a hand-over: what it does to the conversation's record. No I/O. */
import { addressOf } from '../channels/wecom/address.js';
import { emergencyOf } from '../dialogue/danger.js';
import { reviveSession } from '../dialogue/session.js';
import type { TurnResult } from '../dialogue/turn.js';
import type { Note } from '../handover/letter.js';
import { dutiesOf, isOpen, isRelayed, request, step } from '../handover/machine.js';
import type { Contact, Effect, Handover, Move, Relief, Said, Severity, Step } from '../handover/types.js';
import { boundOutbox } from '../outbox.js';
import { boundEvents, type Desk, runTurn } from '../record.js';
import { severityOf } from '../skills/duty.js';
import type { ConversationRecord, OutboxItem } from '../store/store.js';
import { beside, next, SAID_MS, sayText, sayWithin, send, wording } from './say.js';
import { tellOfUnreached } from './unreached.js';

/** The wake-up of a hand-over's deadline; no turn voids it. */
export const HANDOVER = 'handover';
/** UTF-16 units of what one says that the other gets. */
export const FORWARD_MAX = 1_000;
/** The journal's event of a turn that failed. */
const FAILED = 'turn-failed';
/** Lines of the merchant's that go along when the assistant failed. */
const LAST_WORDS = 5;
/** Doors through which members of the corp come: a customer's id at the others may be anybody's. */
const MEMBERS: readonly string[] = ['wecom-app', 'wecom-bot'];
/** What is said by a turn of the dialogue, as it knows the numbers to call and what is on the table. */
const BY_TURN: ReadonlySet<Said> = new Set(['next', 'unreached', 'nobody', 'alone', 'back', 'idle', 'ended']);

/** What came of a turn. `briefing`: the case for our own people, with what the merchant is not shown. */
type Taken = Pick<TurnResult, 'briefing' | 'emergency' | 'restarted'>;

/** After a turn was taken: a human may have been asked for, or is no longer wanted. */
export function afterTurns(record: ConversationRecord, desk: Desk, taken: Taken): void {
  const { handover } = record;
  const asked = record.outbox.findLast(
    ({ reply, channel, createdAt }) =>
      reply.handover !== undefined && channel === record.channel && createdAt === desk.now,
  );
  const failed = record.unjournaled.at(-1);
  if (asked && handover && isOpen(handover)) goOn(record, handover, asked, desk, taken);
  else if (asked && asked.id !== handover?.id) begin(record, asked, whyOf(record), desk, taken);
  // Fails open: whoever got no answer but an apology gets a human.
  else if (failed?.type === FAILED && failed.at === desk.now) fail(record, desk);
  else if (handover && isOpen(handover) && handover.state !== 'accepted' && record.session !== null) {
    const { handoff, closed } = reviveSession(record.session);
    if (!handoff)
      move(
        record,
        {
          kind: 'leave',
          outcome: closed === 'resolved' ? 'resolved' : taken.restarted === true ? 'restarted' : 'went-on',
        },
        desk,
      );
    else if (taken.briefing !== undefined) move(record, { kind: 'more', summary: taken.briefing }, desk);
  }
  payOwed(record, desk);
  keepDeadline(record);
}

/** What happened to the hand-over of a conversation, if there is one. */
export function move(record: ConversationRecord, made: Move, desk: Desk): void {
  const { handover } = record;
  const asksNext = made.kind === 'unreached' || (made.kind === 'due' && desk.now >= (handover?.deadline ?? 0));
  const isDue = handover && asksNext && handover.state !== 'accepted';
  // Only now: the calendar is not read for every turn.
  const relief = isDue ? { relief: reliefFor(record, handover.severity, desk) } : {};
  if (handover) apply(record, step(handover, { ...made, ...relief }, desk.now), desk);
  keepDeadline(record);
}

/** Who can be asked for it now. Whoever cannot be written to first would never hear what a colleague says. */
function reliefFor(record: ConversationRecord, severity: Severity, { pushes, relief, now }: Desk): Relief {
  if (!pushes || !relief) return { contacts: [] };
  const { contacts, ...rest } = relief(severity, now);
  // Nobody is asked to take his own request, through whatever door he made it.
  const own = addressOf(record.id);
  const isOwn = ({ conversation, userid }: Contact): boolean =>
    conversation === record.id || (own !== null && MEMBERS.includes(own.channel) && own.user === userid);
  return { ...rest, contacts: contacts.filter((one) => !isOwn(one)) };
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
  const urgent = tellsOfEmergency(text, desk) ? { urgent: true as const } : {};
  const note: Note = { kind: 'heard', handover: handover.id, text: text.slice(0, FORWARD_MAX), ...urgent };
  send(record, handover, note, handover.acceptedBy, desk);
  if (desk.acknowledges)
    sayText(record, wording(desk, 'handover-passed', { name: handover.acceptedBy.name }), desk, event);
  move(record, { kind: 'word' }, desk);
}

function tellsOfEmergency(text: string, { world }: Desk): boolean {
  try {
    return emergencyOf(world, text) !== undefined;
  } catch {
    // Words that cannot be read are passed on all the same.
    return false;
  }
}

/** A letter from a colleague. */
export function takeLetter(record: ConversationRecord, note: Note, desk: Desk): void {
  const { handover } = record;
  if (note.kind === 'unreached' && note.handover === handover?.id) {
    tellOfUnreached(record, note, desk);
    move(record, { kind: 'unreached', conversation: note.by.conversation }, desk);
  }
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
  begin(record, asked, FAILED, desk, {});
}

function whyOf({ unjournaled }: ConversationRecord): string {
  const called = unjournaled.findLast(({ type, data }) => type === 'human' && data.case !== undefined);
  return typeof called?.data.why === 'string' ? called.data.why : '';
}

function begin(record: ConversationRecord, item: OutboxItem, why: string, desk: Desk, taken: Taken): void {
  const severity = severityOf(reviveSession(record.session));
  const asked = {
    id: item.id,
    severity,
    why,
    duties: dutiesOf(desk.world.flows.get('handoff')?.minutes ?? {}),
    summary: taken.briefing ?? item.reply.handover ?? '',
    ...reliefFor(record, severity, desk),
    atDoor: desk.handsOver ?? false,
  };
  apply(record, request(record.handover, asked, desk.now), desk, { ...taken, item });
}

/** A human was asked for while one is being called: nobody is called twice, unless it is an emergency now. */
function goOn(record: ConversationRecord, handover: Handover, item: OutboxItem, desk: Desk, taken: Taken): void {
  const summary = taken.briefing ?? item.reply.handover ?? '';
  const severity = severityOf(reviveSession(record.session));
  const rises = severity === 'emergency' && handover.severity !== severity;
  const made: Move = rises
    ? { kind: 'rise', summary, relief: reliefFor(record, severity, desk) }
    : { kind: 'more', summary };
  apply(record, step(handover, made, desk.now), desk, { ...taken, item });
}

/** What asked for the human: what is said of it at once is drawn with it. */
type Beside = Pick<Taken, 'emergency'> & { item: OutboxItem };

function apply(record: ConversationRecord, { handover, effects }: Step, desk: Desk, beside?: Beside): void {
  record.handover = handover;
  for (const effect of effects) carryOut(record, effect, desk, beside);
  // Whatever ended it, the dialogue no longer waits for a human.
  if (!isOpen(handover) && effects.length > 0 && reviveSession(record.session).handoff) byTurn(record, 'closed', desk);
  boundOutbox(record, desk.now);
  boundEvents(record, desk.log);
}

function carryOut(record: ConversationRecord, effect: Effect, desk: Desk, beside?: Beside): void {
  const { handover } = record;
  if (!handover) return;
  switch (effect.do) {
    case 'ask': {
      const { id, summary, requestedAt: since, severity } = handover;
      const merchant = { channel: record.channel, conversation: record.id };
      send(record, handover, { kind: 'ask', handover: id, merchant, summary, since, severity }, effect.contact, desk);
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
      else if (effect.what === 'door') {
        // Before the door hands the session over: afterwards it takes no more of our words.
        if (beside)
          sayWithin(record, beside.item, '', wording(desk, 'handover-door', valuesOf(handover, effect, desk)));
      } else if (effect.what === 'asked' && beside?.emergency)
        sayWithin(
          record,
          beside.item,
          beside.emergency.question,
          wording(desk, 'handover-asked-emergency', valuesOf(handover, effect, desk)),
        );
      else
        sayText(record, wording(desk, `handover-${effect.what}`, valuesOf(handover, effect, desk)), desk, beside?.item);
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

/** The deadline is a wake-up of its own. */
function keepDeadline(record: ConversationRecord): void {
  const { handover } = record;
  const others = record.wakeUps.filter(({ name }) => name !== HANDOVER);
  record.wakeUps = handover && isOpen(handover) ? [...others, { name: HANDOVER, at: handover.deadline }] : others;
}
