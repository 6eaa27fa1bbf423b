/**
 * The hand-over of one conversation to a human: requested → notified → accepted → closed, or timed out → next contact. Pure: each
 * step gives the next state and what is to be done about it. While it is open there is always a deadline, so nobody waits for ever.
 */
import type { Contact, Duties, Effect, Handover, Moment, Move, Relief, Said, Step } from './types.js';

/** Contacts asked one after the other for one hand-over. */
export const CONTACTS_MAX = 5;
/** UTF-16 units of a summary that go to colleagues. */
export const SUMMARY_MAX = 2_000;

export function isOpen(handover: Handover | undefined): boolean {
  return handover !== undefined && handover.state !== 'closed';
}

/** Whether a colleague who is not at the conversation's own door has it: words go to and fro through us. */
export function isRelayed(
  handover: Handover | undefined,
): handover is Handover & Required<Pick<Handover, 'acceptedBy'>> {
  return handover?.state === 'accepted' && handover.acceptedBy?.conversation !== undefined;
}

/** What was asked for by whom; whoever asks again while it is open changes nothing. */
export interface Request extends Pick<Handover, 'id' | 'severity' | 'why' | 'duties'>, Relief {
  summary: string;
  /** The door gives the conversation to its own people first (微信客服); contacts are asked if none of them takes it, in an emergency at once. */
  atDoor: boolean;
}

/** A hand-over is asked for. `at`: milliseconds since the epoch, as everywhere here. */
export function request(open: Handover | undefined, asked: Request, at: number): Step {
  if (open && (isOpen(open) || open.id === asked.id)) return { handover: open, effects: [] };
  const { id, severity, why, duties } = asked;
  const handover: Handover = {
    id,
    state: 'requested',
    severity,
    why,
    duties,
    summary: bounded(asked.summary),
    requestedAt: at,
    contacts: asked.contacts.slice(0, CONTACTS_MAX),
    asked: 0,
    deadline: at + duties.accept,
  };
  const noted: Effect = { do: 'note', type: 'handover-requested', data: { why, severity } };
  if (asked.atDoor && severity !== 'emergency') return { handover, effects: [noted, { do: 'say', what: 'door' }] };
  const first = ask(handover, at, 'asked');
  if (first) return { handover: first.handover, effects: [noted, ...first.effects] };
  // Nobody waits minutes for nobody: when somebody is there again was said with the numbers.
  const { backAt } = asked;
  const waits = backAt === undefined || asked.atDoor ? handover : untilBack(handover, backAt, at);
  const alone = backAt === undefined && !asked.atDoor ? { alone: true as const } : {};
  return { handover: { ...waits, ...alone }, effects: [noted] };
}

const bounded = (summary: string): string => summary.slice(0, SUMMARY_MAX).toWellFormed();

/** Somebody is asked when there is somebody again, if that is before it is let go of. */
function untilBack(handover: Handover, backAt: Moment, at: Moment): Handover {
  return { ...handover, backAt, deadline: Math.min(Math.max(backAt, at + 1), at + handover.duties.open) };
}

/** Those who were asked, then those who can be asked now and were not. */
function relieved(handover: Handover, relief: Relief | undefined): Handover {
  if (!relief) return handover;
  const asked = handover.contacts.slice(0, handover.asked);
  const fresh = relief.contacts.filter((one) => !asked.some(({ conversation }) => conversation === one.conversation));
  return { ...handover, contacts: [...asked, ...fresh].slice(0, CONTACTS_MAX) };
}

/** What happens to a hand-over. What does not fit its state, or came before, changes nothing. */
export function step(handover: Handover, move: Move, at: number): Step {
  if (!isOpen(handover)) return move.kind === 'accept' ? refuse(handover, move) : { handover, effects: [] };
  switch (move.kind) {
    case 'accept':
      return handover.state === 'accepted' ? refuse(handover, move) : accept(handover, move, at);
    case 'due':
      return at < handover.deadline ? { handover, effects: [] } : due(handover, move.relief, at);
    case 'unreached':
      return unreached(handover, move, at);
    case 'rise':
      return rise(handover, move, at);
    case 'more':
      return more(handover, bounded(move.summary));
    case 'word':
      return handover.state === 'accepted'
        ? { handover: { ...handover, deadline: at + handover.duties.idle }, effects: [] }
        : { handover, effects: [] };
    case 'hand-back':
    case 'finish':
      // Only whoever has it gives it back.
      if (handover.state !== 'accepted' || handover.acceptedBy?.conversation !== move.by.conversation)
        return { handover, effects: [] };
      return close(handover, move.kind === 'finish' ? 'resolved' : 'handed-back', at);
    case 'leave':
      return close(handover, move.outcome, at);
  }
}

/** Those who were asked and heard of it. */
export function askedOf({ contacts, asked }: Handover): readonly Contact[] {
  return contacts.slice(0, asked).filter(({ unreached }) => !unreached);
}

/** The next contact is asked; null: there is none left. */
function ask(open: Handover, at: number, say: 'asked' | 'here' | 'next' | 'instead'): Step | null {
  const { backAt: _, alone: __, ...handover } = open;
  const contact = handover.contacts[handover.asked];
  if (contact === undefined) return null;
  return {
    handover: {
      ...handover,
      state: 'notified',
      asked: handover.asked + 1,
      askedAt: at,
      deadline: at + handover.duties.accept,
    },
    effects: [
      { do: 'ask', contact },
      { do: 'say', what: say, name: contact.name },
      { do: 'note', type: 'handover-notified', data: { step: handover.asked + 1 } },
    ],
  };
}

/** An emergency: whoever was asked hears so, and the next one who takes emergencies is asked without waiting for them. */
function rise(handover: Handover, { summary, relief }: Extract<Move, { kind: 'rise' }>, at: number): Step {
  if (handover.severity === 'emergency') return more(handover, bounded(summary));
  const risen = relieved({ ...handover, severity: 'emergency', summary: bounded(summary) }, relief);
  const noted: Effect = { do: 'note', type: 'handover-raised', data: { severity: 'emergency' } };
  if (handover.state === 'accepted') return { handover: risen, effects: [noted] };
  const again = askedOf(risen).map((contact): Effect => ({ do: 'ask', contact }));
  const next = ask(risen, at, 'asked');
  return { handover: next?.handover ?? risen, effects: [noted, ...again, ...(next?.effects ?? [])] };
}

/** Whoever was asked last, and whoever is asked next, gets what is known now. */
function more(handover: Handover, summary: string): Step {
  if (handover.state === 'accepted' || handover.summary === summary) return { handover, effects: [] };
  const last = askedOf(handover).at(-1);
  return { handover: { ...handover, summary }, effects: last ? [{ do: 'ask', contact: last }] : [] };
}

function accept(handover: Handover, { by }: Extract<Move, { kind: 'accept' }>, at: number): Step {
  const waitedMs = since(handover.requestedAt, at);
  const others = askedOf(handover).filter(({ conversation }) => conversation !== by.conversation);
  return {
    handover: { ...handover, state: 'accepted', acceptedBy: by, acceptedAt: at, deadline: at + lastsFor(handover, by) },
    effects: [
      ...(by.conversation === undefined
        ? []
        : [
            { do: 'say' as const, what: 'accepted' as const, name: by.name },
            { do: 'tell' as const, to: by, what: 'yours' as const },
          ]),
      ...others.map((to) => ({ do: 'tell' as const, to, what: 'taken' as const, name: by.name })),
      {
        do: 'note',
        type: 'handover-accepted',
        data: { by: by.conversation === undefined ? 'door' : 'colleague', waitedMs },
      },
    ],
  };
}

/** Who has a session at the door is asked by nobody to go; the door says itself when it is over. */
function lastsFor({ duties }: Handover, by: { conversation?: string }): number {
  return by.conversation === undefined ? duties.open : duties.idle;
}

/** Somebody was faster, or it is over: whoever taps hears who has it. */
function refuse(handover: Handover, { by }: Extract<Move, { kind: 'accept' }>): Step {
  if (handover.acceptedBy?.conversation === by.conversation && handover.state === 'accepted')
    return { handover, effects: [] };
  const name = handover.state === 'accepted' ? (handover.acceptedBy?.name ?? '') : '';
  const what = handover.state === 'accepted' ? 'taken' : 'gone';
  return { handover, effects: by.conversation === undefined ? [] : [{ do: 'tell', to: by, what, name }] };
}

function due(open: Handover, relief: Relief | undefined, at: number): Step {
  if (open.state === 'accepted') return close(open, 'idle', at);
  const handover = relieved(open, relief);
  const { backAt, ...rest } = handover;
  const back = backAt !== undefined && at >= backAt;
  const here = back ? ask(handover, at, 'here') : null;
  if (here) return here;
  // Everybody was asked and the numbers were given: what is left is to let go of it.
  if (open.state === 'timed-out' || (backAt !== undefined && !back)) return close(open, 'nobody', at);
  const late: Effect = {
    do: 'note',
    type: 'handover-timed-out',
    data: { step: handover.asked, waitedMs: since(handover.requestedAt, at) },
  };
  const next = ask(handover, at, 'next');
  if (next) return { handover: next.handover, effects: [late, ...next.effects] };
  const left = allAsked(rest, at);
  return {
    handover: relief?.backAt === undefined || back ? left : untilBack(left, relief.backAt, at),
    effects: [late, { do: 'say', what: handover.asked === 0 ? 'alone' : whatOfAll(handover) }],
  };
}

const allAsked = (handover: Handover, at: number): Handover => ({
  ...handover,
  state: 'timed-out',
  deadline: at + handover.duties.open,
});

/** Nobody came, or nobody could be reached at all. */
const whatOfAll = (handover: Handover): Said => (askedOf(handover).length === 0 ? 'unreached' : 'nobody');

/** Nobody waits for whoever cannot be written to: the next is asked at once, and the merchant hears why. */
function unreached(open: Handover, { conversation, relief }: Extract<Move, { kind: 'unreached' }>, at: number): Step {
  const index = open.contacts.findIndex((one) => one.conversation === conversation);
  if (index < 0 || index >= open.asked || open.contacts[index]?.unreached) return { handover: open, effects: [] };
  const contacts = open.contacts.map((one, n) => (n === index ? { ...one, unreached: true as const } : one));
  const noted: Effect = { do: 'note', type: 'handover-unreached', data: { step: index + 1 } };
  const marked: Handover = { ...open, contacts };
  // Somebody has it, or was asked since.
  if (open.state !== 'notified' || index !== open.asked - 1) return { handover: marked, effects: [noted] };
  const handover = relieved(marked, relief);
  const next = ask(handover, at, 'instead');
  if (next) return { handover: next.handover, effects: [noted, ...next.effects] };
  const left = allAsked(handover, at);
  return {
    handover: relief?.backAt === undefined ? left : untilBack(left, relief.backAt, at),
    effects: [noted, { do: 'say', what: whatOfAll(handover) }],
  };
}

function close(handover: Handover, outcome: NonNullable<Handover['outcome']>, at: number): Step {
  const relayed = isRelayed(handover);
  const said: Effect[] =
    !relayed || outcome === 'restarted'
      ? []
      : [{ do: 'say', what: outcome === 'resolved' ? 'ended' : outcome === 'idle' ? 'idle' : 'back' }];
  const asked = askedOf(handover);
  const told: Effect[] = relayed
    ? [{ do: 'tell', to: handover.acceptedBy, what: 'over', name: outcome }]
    : handover.state === 'accepted'
      ? []
      : asked.map((to) => ({ do: 'tell', to, what: 'gone', name: '' }));
  const lasted = since(handover.requestedAt, at);
  return {
    handover: { ...handover, state: 'closed', outcome, closedAt: at },
    effects: [...said, ...told, { do: 'note', type: 'handover-closed', data: { outcome, lastedMs: lasted } }],
  };
}

/** Never less than nothing: the clock may have been set back. */
function since(then: Moment, now: Moment): number {
  return Math.max(0, now - then);
}

/** How long things may take, from the minutes of flows/handoff.yaml. */
export function dutiesOf(minutes: Readonly<Record<string, number>>): Duties {
  const ms = (name: string, otherwise: number) => (minutes[name] ?? otherwise) * 60_000;
  return { accept: ms('accept', 3), idle: ms('idle', 60), open: ms('open', 720) };
}
