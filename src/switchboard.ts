/**
 * The switchboard between merchants and the colleagues who take them over: a channel whose platform is the assistant itself. A letter
 * leaves one conversation's outbox and comes in at another as an event of the same id, so each end commits on its own, a letter is
 * tried again until it arrived, and one that arrives twice changes nothing.
 */
import type { Channel, Service } from './channels/channel.js';
import { addressOf, conversationAt } from './channels/wecom/address.js';
import { shortHash } from './channels/wecom/card.js';
import type { Clock } from './clock.js';
import { openRoom, roomOf } from './drill-rooms.js';
import { dutyAt } from './duty/duty.js';
import { isPosDoctorError, PosDoctorError } from './errors.js';
import type { Letter, Note, Verdict } from './handover/letter.js';
import type { Contact, Place, Relief, Severity } from './handover/types.js';
import { changeBoard } from './incident-board.js';
import type { BoardChange } from './incidents/board.js';
import type { Knowledge } from './knowledge/schema.js';
import { SWITCHBOARD } from './outbox.js';
import type { Desk } from './record.js';
import type { Store } from './store/store.js';

/** Doors through which members of the corp are reached one by one, the better one first: the bot may only write to who wrote before. */
const DOORS = ['wecom-app', 'wecom-bot'] as const;

/** The door that can write into a group where people talk to it. No card can be pushed there, so it is taken by words. */
const GROUPS = 'wecom-bot';
/** Stands in the place of a member in the conversation of the group itself; no userid begins so. */
const TEAM = '@team';

type Organization = Knowledge['organization'];

/** Members who can be asked, where they are reached; nobody where no door leads to them. */
function reached(
  people: readonly { name: string; userid: string }[],
  channels: ReadonlyMap<string, Channel>,
): Contact[] {
  const channel = DOORS.find((name) => channels.get(name)?.capabilities.canPush);
  if (channel === undefined) return [];
  return people
    .filter(({ userid }) => userid !== '')
    .map(({ name, userid }) => ({
      name,
      userid,
      channel,
      conversation: conversationAt({ channel, user: userid, chat: userid }),
    }));
}

/** All on call, whoever is on duty: who they are is known by where they write. */
function rosterOf({ organization }: Knowledge, channels: ReadonlyMap<string, Channel>): Contact[] {
  const team = teamOf(organization, channels);
  return [...(team ? [team] : []), ...reached(organization.onCall, channels)];
}

/**
 * Who is asked for a case of this severity. After hours only those whom the rule names: the group would call all the others too.
 * `at`: milliseconds since the epoch. Reads the duty calendar, which may take a moment: only for a hand-over that begins or goes on.
 */
function reliefOf(
  { organization }: Knowledge,
  channels: ReadonlyMap<string, Channel>,
  severity: Severity,
  at: number,
): Relief {
  const { onCall, afterHours, nextAt } = dutyAt(organization, severity, at);
  const mayAskTeam = !afterHours || organization.onCall.length === 0;
  const team = mayAskTeam ? teamOf(organization, channels) : undefined;
  const contacts = [...(team ? [team] : []), ...reached(onCall, channels)];
  const isReached = reached(organization.onCall, channels).length > 0;
  return isReached && onCall.length === 0 && nextAt !== null ? { contacts, backAt: nextAt } : { contacts };
}

/** The on-call group, which has a conversation of its own beside those of its members. */
function teamOf({ onCallGroup }: Organization, channels: ReadonlyMap<string, Channel>): Contact | undefined {
  const place = onCallGroup ? groupAt(onCallGroup, channels) : undefined;
  return place && { name: '', userid: '', ...place };
}

/** The conversation of a group itself, by its chatid; undefined where no door can write into groups. */
export function groupAt(chat: string, channels: ReadonlyMap<string, Channel>): Place | undefined {
  if (!channels.get(GROUPS)?.capabilities.canPush) return undefined;
  return { channel: GROUPS, conversation: conversationAt({ channel: GROUPS, user: TEAM, chat }) };
}

/** Who writes in the on-call group; undefined: it is not held there. */
function memberOf({ organization }: Knowledge, conversation: string): Contact | undefined {
  const at = addressOf(conversation);
  if (at?.channel !== GROUPS || !organization.onCallGroup || at.chat !== organization.onCallGroup) return undefined;
  const name = organization.onCall.find(({ userid }) => userid === at.user)?.name ?? '';
  const team = conversationAt({ channel: GROUPS, user: TEAM, chat: at.chat });
  return { name, userid: at.user, channel: GROUPS, conversation: team };
}

/** What a door means for whoever writes through it. */
export function doorOf(
  channels: ReadonlyMap<string, Channel>,
  name: string,
  knowledge: Knowledge,
): Pick<Desk, 'pushes' | 'handsOver' | 'acknowledges' | 'colleagues' | 'relief' | 'memberOf' | 'noticesTo'> {
  const { canPush = false, handsOver = false, acknowledges = false } = channels.get(name)?.capabilities ?? {};
  const board = [...channels.values()].find(({ capabilities }) => capabilities.takesNotices)?.name;
  const door = {
    pushes: canPush,
    handsOver,
    acknowledges,
    colleagues: rosterOf(knowledge, channels),
    relief: (severity: Severity, at: number) => reliefOf(knowledge, channels, severity, at),
    memberOf: (conversation: string) => memberOf(knowledge, conversation),
  };
  return board === undefined ? door : { ...door, noticesTo: board };
}

/** Where the on-call people hear of incidents, and how they are to answer there. */
export interface Noticeboard extends Place {
  way: 'byGroup' | 'byPerson' | 'byCommand';
}

/** People told one by one where there is no group; more would each be a message at every step of an incident. */
const MOST_PEOPLE = 5;

/** The group robot's group and the bot's, as far as there are any; else those on call. */
export function noticeboards(knowledge: Knowledge, channels: ReadonlyMap<string, Channel>): Noticeboard[] {
  const robot = [...channels.values()].find(({ capabilities }) => capabilities.takesNotices)?.name;
  const team = teamOf(knowledge.organization, channels);
  const groups: Noticeboard[] = [
    ...(robot === undefined ? [] : [{ channel: robot, conversation: `${robot}:${TEAM}`, way: 'byCommand' as const }]),
    ...(team ? [{ channel: team.channel, conversation: team.conversation, way: 'byGroup' as const }] : []),
  ];
  if (groups.length > 0) return groups;
  return reached(knowledge.organization.onCall, channels)
    .slice(0, MOST_PEOPLE)
    .map(({ channel, conversation }) => ({ channel, conversation, way: 'byPerson' }));
}

/** The channels with the switchboard: behind any door there may be a colleague, or somebody who takes part in another's drill. */
export function withSwitchboard(
  channels: readonly Channel[],
  clock: Clock,
  store: Pick<Store, 'getSmall' | 'putSmall'>,
): Map<string, Channel> {
  return new Map([...channels, createSwitchboard(clock, store)].map((channel) => [channel.name, channel]));
}

const CHANGES: Readonly<Record<Verdict, (id: string) => BoardChange>> = {
  confirm: (id) => ({ do: 'update', id, confirm: true }),
  reject: (id) => ({ do: 'reject', id }),
  close: (id) => ({ do: 'close', id }),
};

/** Does to the board what somebody on call said; they hear what came of it. */
async function settled(
  { incident, verdict }: Extract<Note, { kind: 'verdict' }>,
  store: Pick<Store, 'getSmall' | 'putSmall'>,
  now: number,
): Promise<Note> {
  try {
    await changeBoard(store, CHANGES[verdict](incident), now);
    return { kind: 'settled', incident, verdict };
  } catch (error) {
    // Somebody was faster, or we were: the letter may have been carried before.
    if (isPosDoctorError(error, 'BAD_ARGUMENTS')) return { kind: 'settled', incident, verdict: 'late' };
    throw error;
  }
}

/** What becomes of a letter on its way: some are for the switchboard itself, some only it knows the address of. */
async function arrived(
  letter: Letter,
  store: Pick<Store, 'getSmall' | 'putSmall'>,
  now: number,
): Promise<Letter | null> {
  const { note, to } = letter;
  switch (note.kind) {
    case 'verdict':
      return { to, note: await settled(note, store, now) };
    case 'drill-open':
      await openRoom(store, note.code, note.by, now);
      return null;
    case 'drill-join': {
      const host = await roomOf(store, note.code, now);
      return host ? { to: host, note } : { to: note.by, note: { kind: 'drill-none' } };
    }
    default:
      return letter;
  }
}

function createSwitchboard(clock: Clock, store: Pick<Store, 'getSmall' | 'putSmall'>): Channel {
  let service: Service | undefined;
  return {
    name: SWITCHBOARD,
    capabilities: {
      markdown: false,
      cards: false,
      buttons: 0,
      bytesPerMessage: Number.MAX_SAFE_INTEGER,
      canPush: true,
      canEdit: false,
    },
    async start(to) {
      service = to;
    },
    async send(_conversation, items, progress) {
      for (const { id: item, letter } of items.slice(progress.taken)) {
        if (!service || !letter) throw new PosDoctorError('SEND_FAILED', { channel: SWITCHBOARD, why: 'it is closed' });
        const carried = await arrived(letter, store, clock.now());
        // Of whom it is must not stay with the other once they are forgotten.
        const id = `letter:${shortHash(item)}`;
        if (carried) {
          const { channel, conversation } = carried.to;
          await service.accept(channel, { kind: 'letter', id, conversation, at: clock.now(), note: carried.note });
        }
        progress.taken += 1;
      }
    },
    async stop() {
      service = undefined;
    },
  };
}
