/**
 * The journal: one JSONL file a day (UTC, by the event's own time), append-only. An event that comes twice has the same
 * time both times, so only its own day's file needs to know its id. Order: by day, within a day as appended.
 */
import { join } from 'node:path';
import { corrupt, type StoreLog } from './adapter.js';
import { DayFile, parseEvent } from './day.js';
import type { Disk } from './disk.js';
import { endOfLastLine, readLines } from './lines.js';
import { byDay, dayOf, type JournalFilter, matches } from './rules.js';
import type { CaseEvent } from './store.js';

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
    const { fs } = this.disk;
    const first = filter.from === undefined ? undefined : dayOf(filter.from);
    const last = filter.to === undefined ? undefined : dayOf(filter.to);
    for (const day of this.#stored()) {
      if ((first !== undefined && byDay(day, first) < 0) || (last !== undefined && byDay(day, last) > 0)) continue;
      const fd = fs.open(this.#path(day), 'r');
      try {
        for await (const line of readLines(fs, fd, `${day}${SUFFIX}`, this.#days.get(day)?.size ?? fs.size(fd))) {
          const event = parseEvent(line);
          if (event === null) this.log(corrupt(`${day}${SUFFIX}`, 'a line is no event; it is skipped'));
          else if (matches(event, filter)) yield event;
        }
      } finally {
        fs.close(fd);
      }
    }
  }

  /** Lines, for a progress bar: what is no event counts too. */
  async count(): Promise<number> {
    const { fs } = this.disk;
    let count = 0;
    for (const day of this.#stored()) {
      const fd = fs.open(this.#path(day), 'r');
      try {
        for await (const _ of readLines(fs, fd, `${day}${SUFFIX}`, fs.size(fd))) count += 1;
      } finally {
        fs.close(fd);
      }
    }
    return count;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#days.values()].map((day) => day.close()));
    this.#days.clear();
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
