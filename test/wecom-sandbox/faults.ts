/**
 * Scripted faults: what goes wrong on purpose, how often, in order. What a fault causes is never held against the test;
 * a fault that nothing ran into is, for then the test did not test what it says.
 */
import type { JsonObject } from './json.js';
import type { Door } from './rooms.js';

/** What happens to a call of the HTTP API. */
export interface ApiFault {
  /** Answered instead of doing anything. */
  errcode?: number;
  errmsg?: string;
  /** More of the answer. */
  body?: JsonObject;
  /** An HTTP status such as 502, with a page of HTML, and nothing done. */
  http?: number;
  /** Never answered; nothing done (`before`), or done all the same (`after`). */
  hang?: 'before' | 'after';
  /** The connection is cut; nothing done (`before`), or done all the same (`after`). */
  drop?: 'before' | 'after';
  /** Answered that much later on the sandbox's clock, ms; done at once. */
  delayMs?: number;
  /** message/send: these receivers are reported as invalid, errcode 0, and see nothing. */
  invalidUsers?: readonly string[];
}

/** What happens to a frame on the bot's socket. */
export interface AckFault {
  /** Acked with this, nothing done. */
  errcode?: number;
  errmsg?: string;
  /** No ack; the frame is lost (`before`), or taken all the same (`after`). */
  drop?: 'before' | 'after';
  /** Acked that much later on the sandbox's clock, ms; done at once. */
  delayMs?: number;
  /** The connection is cut; the frame is lost (`before`), or taken all the same (`after`). */
  close?: 'before' | 'after';
}

/** Times in which WeCom lets a client answer; a late one is over when the client comes, whatever the clock says. */
export type Window =
  | 'welcome'
  | 'update'
  | 'reply'
  | 'stream'
  | 'response-url'
  | 'response-code'
  | 'kf-code'
  | 'kf-48h';

interface Script<F> {
  what: string;
  name: string;
  fault: F;
  left: number;
  hits: number;
}

export class Faults {
  #api: Script<ApiFault>[] = [];
  #ack: Script<AckFault>[] = [];
  #late: Script<Window>[] = [];
  #twice: Script<null>[] = [];
  #unheard: Script<null>[] = [];
  #held = new Map<Door, (() => void)[]>();

  /** The next `times` calls of `name` (path below /cgi-bin/, or `*`) meet the fault. Several are met one after the other. */
  api(name: string, fault: ApiFault, times = 1): void {
    this.#api.push({ what: 'api', name, fault, left: times, hits: 0 });
  }

  /** The next `times` frames with that cmd (or `*`) meet the fault. */
  ack(cmd: string, fault: AckFault, times = 1): void {
    this.#ack.push({ what: 'ack', name: cmd, fault, left: times, hits: 0 });
  }

  /** The next `times` answers into that window come too late. */
  late(window: Window, times = 1): void {
    this.#late.push({ what: 'late', name: window, fault: window, left: times, hits: 0 });
  }

  /** The next `times` callbacks of the door are delivered twice. */
  duplicate(door: Door, times = 1): void {
    this.#twice.push({ what: 'duplicate', name: door, fault: null, left: times, hits: 0 });
  }

  /** The answers to the next `times` callbacks of the door get lost: the same request, with the same signature, comes again. */
  unheard(door: Door, times = 1): void {
    this.#unheard.push({ what: 'unheard', name: door, fault: null, left: times, hits: 0 });
  }

  /** Keeps the door's callbacks back until `release`. */
  hold(door: Door): void {
    if (!this.#held.has(door)) this.#held.set(door, []);
  }

  /** Lets what was held go, in order or in reverse. */
  release(door: Door, order: 'in-order' | 'reversed' = 'in-order'): void {
    const held = this.#held.get(door) ?? [];
    this.#held.delete(door);
    for (const send of order === 'reversed' ? held.reverse() : held) send();
  }

  takeApi = (name: string): ApiFault | undefined => take(this.#api, name);
  takeAck = (cmd: string): AckFault | undefined => take(this.#ack, cmd);
  isUnheard = (door: Door): boolean => take(this.#unheard, door) !== undefined;
  isLate = (window: Window): boolean => take(this.#late, window) !== undefined;

  /** Sends a callback as scripted: at once, later, or twice. `again`: it is the second time. */
  deliver(door: Door, send: (again: boolean) => void): void {
    const twice = take(this.#twice, door) !== undefined;
    const go = () => {
      send(false);
      if (twice) send(true);
    };
    const held = this.#held.get(door);
    if (held) held.push(go);
    else go();
  }

  /** Faults that are still to come, and how often. */
  get waiting(): { what: string; name: string; left: number }[] {
    const all = [...this.#api, ...this.#ack, ...this.#late, ...this.#twice, ...this.#unheard];
    return all.filter(({ left }) => left > 0).map(({ what, name, left }) => ({ what, name, left }));
  }

  /** Faults that nothing ran into, and callbacks still held. */
  problems(): string[] {
    const unused = [...this.#api, ...this.#ack, ...this.#late, ...this.#twice, ...this.#unheard].filter(
      ({ hits }) => hits === 0,
    );
    return [
      ...unused.map(({ what, name }) => `nothing ran into the scripted fault: ${what} ${name}`),
      ...[...this.#held].map(([door, held]) => `${held.length} callback(s) of ${door} are still held`),
    ];
  }
}

function take<F>(scripts: Script<F>[], name: string): F | undefined {
  const script = scripts.find((one) => one.left > 0 && (one.name === name || one.name === '*'));
  if (!script) return undefined;
  script.left -= 1;
  script.hits += 1;
  return script.fault;
}
