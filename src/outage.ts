/** Whether the store takes what is written: told when it begins to refuse and when it takes writes again, not for each write. */
import type { Channel } from './channels/channel.js';
import { isPosDoctorError } from './errors.js';
import type { Log } from './log.js';
import type { Store } from './store/store.js';

/** How long the outcome of the last write tells whether the store takes writes. */
const PROBE_MS = 2_000;
/** The small record that is written to find out. */
const PROBE = 'readiness';
/** Bytes that must fit before a store that refused a message counts as taking them again: the probe alone fits where no message does. */
const ROOM_FOR_MESSAGES = 64 * 1024;

export class Outage {
  /** When a write last showed it (ms since the epoch), or null. */
  at: number | null = null;
  /** Why the last write was refused, or null if it was kept. */
  why: string | null = null;

  constructor(private readonly log: Log) {}

  kept(at: number): void {
    if (this.why !== null) this.log.info({}, 'the store takes writes again');
    this.at = at;
    this.why = null;
  }

  refused(why: string, at: number): void {
    if (this.why === null)
      this.log.error({ error: why }, 'nothing can be kept: messages are refused until the store takes writes again');
    this.at = at;
    this.why = why;
  }

  /** Whether the store keeps what is written; tried if it was not lately. */
  async ready(store: Pick<Store, 'putSmall'>, now: number): Promise<{ ok: boolean; why?: string }> {
    if (this.at === null || now - this.at >= PROBE_MS || now < this.at) {
      const room = this.why === null ? '' : ' '.repeat(ROOM_FOR_MESSAGES);
      try {
        await store.putSmall(PROBE, { at: now, room });
        this.kept(now);
      } catch (error) {
        this.refused(isPosDoctorError(error) ? error.message : 'the store failed', now);
      }
    }
    return this.why === null ? { ok: true } : { ok: false, why: this.why };
  }
}

/** What is wrong with each door that is not connected, by its name. */
export function shutDoors(channels: readonly Pick<Channel, 'name' | 'ready'>[]): string[] {
  return channels.flatMap(({ name, ready }) => {
    const state = ready?.() ?? { ok: true };
    return state.ok ? [] : [`${name}: ${state.why ?? 'not connected'}`];
  });
}
