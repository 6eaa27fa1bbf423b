/** Drills that are open to others, in the store: by four digits whoever takes a seat finds who holds it. */
import { PosDoctorError } from './errors.js';
import type { Place } from './handover/types.js';
import type { Store } from './store/store.js';

/** Key of the small record. */
export const ROOMS_KEY = 'drill-rooms';
/** Open at once; the oldest makes room. */
export const ROOMS_MAX = 200;
/** Milliseconds after which nobody can join any more. */
export const ROOM_MS = 2 * 3_600_000;
/** Changes by others that may come between our reading and our writing. */
const TRIES = 20;

interface Room {
  code: string;
  host: Place;
  /** Milliseconds since the epoch. */
  at: number;
}

type Small = Pick<Store, 'getSmall' | 'putSmall'>;

function roomsIn(value: unknown, now: number): Room[] {
  const rooms = (value as { rooms?: unknown } | null | undefined)?.rooms;
  return Array.isArray(rooms) ? (rooms as Room[]).filter(({ at }) => now - at <= ROOM_MS) : [];
}

/** @throws what the store throws, and CONVERSATION_BUSY if others change it all the time */
export async function openRoom(store: Small, code: string, host: Place, now: number): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await store.getSmall(ROOMS_KEY);
    const others = roomsIn(stored?.value, now).filter((room) => room.code !== code);
    const rooms = [...others, { code, host, at: now }].slice(-ROOMS_MAX);
    if (await store.putSmall(ROOMS_KEY, { rooms }, stored?.version ?? 0)) return;
  }
  throw new PosDoctorError('CONVERSATION_BUSY', { conversation: ROOMS_KEY });
}

/** Who holds the drill of that number; undefined: nobody. */
export async function roomOf(store: Pick<Store, 'getSmall'>, code: string, now: number): Promise<Place | undefined> {
  return roomsIn((await store.getSmall(ROOMS_KEY))?.value, now).find((room) => room.code === code)?.host;
}
