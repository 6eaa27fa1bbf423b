/**
 * The journal: one JSONL file a day (UTC, by the event's own time), append-only. An event that comes twice has the same
 * time both times, so only its own day's file needs to know its id. Order: by day, within a day as appended.
 */
import { join } from 'node:path';
import { corrupt, type StoreLog } from './adapter.js';
import { DayFile, parseEvent } from './day.js';
import type { Disk } from './disk.js';
import { codeOf } from './fs.js';
import { endOfLastLine, NEWLINE, readLines } from './lines.js';
import { byDay, dayNamed, dayOf, daysAround, type JournalFilter, markOf, matches } from './rules.js';
import type { CaseEvent, JournalPage, JournalPlace } from './store.js';

/** Days kept open with their ids. */
const OPEN_DAYS = 3;
const SUFFIX = '.jsonl';
export class Journal {
  /** Least recently used first. */
  readonly #days = new Map<string, DayFile>();

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly log: StoreLog,
  ) {}

  /** Cuts off what a crash left half-written at the end of a file. */
  async open(): Promise<void> {
    const { fs } = this.disk;
    for (const day of this.#stored()) {
      const fd = fs.open(this.#path(day), 'r+');
      try {
        const end = await endOfLastLine(fs, fd, `${day}${SUFFIX}`);
        // Needs no fsync: should a power cut bring it back, it is cut off again.
        if (end < fs.size(fd)) fs.truncate(fd, end);
      } finally {
        fs.close(fd);
      }
    }
  }

  async append(events: readonly CaseEvent[]): Promise<void> {
    const days = new Map<string, CaseEvent[]>();
    for (const event of events) {
      const day = dayOf(event.at);
      const its = days.get(day);
      if (its) its.push(event);
      else days.set(day, [event]);
    }
    await Promise.all([...days].map(([day, its]) => this.#day(day).append(its)));
  }

  /** What is durable; events appended meanwhile may or may not be seen. */
  async *read(filter: JournalFilter = {}): AsyncGenerator<CaseEvent, void, undefined> {
    const first = filter.from === undefined ? undefined : dayOf(filter.from);
    const last = filter.to === undefined ? undefined : dayOf(filter.to);
    for (const day of this.#stored()) {
      if ((first !== undefined && byDay(day, first) < 0) || (last !== undefined && byDay(day, last) > 0)) continue;
      for await (const line of this.#lines(day)) {
        const event = parseEvent(line);
        if (event === null) this.log(corrupt(`${day}${SUFFIX}`, 'a line is no event; it is skipped'));
        else if (matches(event, filter)) yield event;
      }
    }
  }

  /** See `Store.journalAfter`. A place is the byte at which a line begins. */
  async after(place: JournalPlace | null, type: string, now: number, limit: number): Promise<JournalPage> {
    const events: CaseEvent[] = [];
    const places: Record<string, number> = {};
    const mark = markOf(type);
    for (const day of daysAround(now)) {
      let at = await this.#lineAt(dayNamed(day), place?.[day] ?? 0);
      if (events.length < limit)
        for await (const line of this.#lines(dayNamed(day), at)) {
          at += Buffer.byteLength(line) + 1;
          const event = line.includes(mark) ? parseEvent(line) : null;
          if (event?.type === type) events.push(event);
          if (events.length >= limit) break;
        }
      places[day] = at;
    }
    return { events, place: places, more: events.length >= limit };
  }

  /** Where to go on in a day: from its beginning if no line begins there any more, as some of it was erased. */
  async #lineAt(day: string, place: number): Promise<number> {
    const { fs } = this.disk;
    const fd = place === 0 ? null : this.#opened(day);
    if (fd === null) return 0;
    try {
      const before = new Uint8Array(1);
      const isThere = place <= fs.size(fd) && (await fs.read(fd, before, place - 1)) === 1;
      return isThere && before[0] === NEWLINE ? place : 0;
    } finally {
      fs.close(fd);
    }
  }

  /** Lines, for a progress bar: what is no event counts too. */
  async count(): Promise<number> {
    let count = 0;
    for await (const _ of this.lines()) count += 1;
    return count;
  }

  /**
   * Takes the events of these conversations out, and lines that are no events but name one of them. @returns how many. Throws
   * STORE_FULL.
   */
  async forget(conversations: readonly string[]): Promise<number> {
    const gone = new Set(conversations);
    const names = conversations.map((id) => JSON.stringify(id));
    const goes = (line: string): boolean => {
      if (!names.some((name) => line.includes(name))) return false;
      const event = parseEvent(line);
      return event === null || gone.has(event.conversation);
    };
    let removed = 0;
    for (const day of this.#stored()) if (await this.#anyLine(day, goes)) removed += await this.#day(day).erase(goes);
    // One that was killed before may have left a file that is found here but not on disk yet.
    await this.disk.syncFolder(this.folder);
    return removed;
  }

  /** Removes the first day's file that is older than `day`. @returns false if there is none. Throws STORE_FULL. */
  async reap(before: string): Promise<boolean> {
    const [oldest] = this.#stored();
    if (oldest === undefined || byDay(oldest, before) >= 0) return false;
    const open = this.#days.get(oldest);
    this.#days.delete(oldest);
    await open?.close();
    await this.disk.remove(this.folder, [`${oldest}${SUFFIX}`]);
    return true;
  }

  /** Every line as it stands, what is no event included. */
  async *lines(): AsyncGenerator<string, void, undefined> {
    for (const day of this.#stored()) yield* this.#lines(day);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#days.values()].map((day) => day.close()));
    this.#days.clear();
  }

  async #anyLine(day: string, holds: (line: string) => boolean): Promise<boolean> {
    for await (const line of this.#lines(day)) if (holds(line)) return true;
    return false;
  }

  /** Of a day whose file may be gone by now. */
  async *#lines(day: string, from = 0): AsyncGenerator<string, void, undefined> {
    const { fs } = this.disk;
    const fd = this.#opened(day);
    if (fd === null) return;
    try {
      yield* readLines(fs, fd, `${day}${SUFFIX}`, this.#days.get(day)?.size ?? fs.size(fd), from);
    } finally {
      fs.close(fd);
    }
  }

  #opened(day: string): number | null {
    try {
      return this.disk.fs.open(this.#path(day), 'r');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  #path(day: string): string {
    return join(this.folder, `${day}${SUFFIX}`);
  }

  #stored(): string[] {
    return this.disk.fs
      .readdir(this.folder)
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
      .filter((day) => !Number.isNaN(Date.parse(day)))
      .sort(byDay);
  }

  #day(day: string): DayFile {
    const file = this.#days.get(day) ?? new DayFile(this.disk, this.#path(day), this.log);
    this.#days.delete(day);
    this.#days.set(day, file);
    for (const [name, old] of this.#days) {
      if (this.#days.size <= OPEN_DAYS) break;
      if (old === file || old.busy) continue;
      this.#days.delete(name);
      void old.close();
    }
    return file;
  }
}
