/** Erasing, searching and reaping in a data folder. */
import { basename, dirname, join } from 'node:path';
import { isPosDoctorError } from '../errors.js';
import type { StoreLog } from './adapter.js';
import type { Conversations } from './conversations.js';
import { parseEvent } from './day.js';
import type { Disk } from './disk.js';
import { codeOf } from './fs.js';
import type { Journal } from './journal.js';
import { type Forgotten, type Found, inJson, type Keep } from './keeping.js';
import { idOf } from './names.js';
import type { PendingIndex } from './pending.js';
import type { KeyedQueue } from './queue.js';
import { dayOf, dueAt, NEVER } from './rules.js';
import type { Shared } from './shared.js';

const DAY = 86_400_000;
/** Of the folder itself: who uses it, and nothing of anybody else. */
const NOT_DATA = /^lock|^control\.|^store\.json$/;
const ASIDE = /\.corrupt-\d+$/;

export interface FolderParts {
  conversations: Conversations;
  index: PendingIndex;
  shared: Shared;
  journal: Journal;
}

export class FolderKeeping {
  /** Sub-folders that this look has still to go through; null: no look is under way. */
  #left: string[] | null = null;

  constructor(
    private readonly folder: string,
    private readonly disk: Disk,
    private readonly queue: KeyedQueue,
    private readonly log: StoreLog,
  ) {}

  /** Records first: nothing is journaled from them then. Without an index entry the next start would not miss any of it. */
  async forget(parts: FolderParts, conversations: readonly string[]): Promise<Forgotten> {
    let records = 0;
    let setAside = 0;
    for (const id of new Set(conversations)) {
      const removed = await this.queue.run(id, () => parts.conversations.remove(id));
      records += removed.records;
      setAside += removed.setAside;
    }
    await parts.index.forget(conversations);
    // An index that could not be read was made anew; what it named is of no use to anybody.
    const old = this.disk.fs.readdir(this.folder).filter((name) => name.startsWith('pending.json.corrupt-'));
    if (old.length > 0) await this.disk.remove(this.folder, old);
    return { records, setAside, events: await parts.journal.forget(conversations) };
  }

  async afresh({ conversations }: FolderParts, id: string): Promise<void> {
    await this.queue.run(id, () => conversations.use(id, (file) => file.afresh()));
  }

  async *search(parts: FolderParts, needles: readonly string[]): AsyncGenerator<Found, void, undefined> {
    const wanted = needles.map(inJson);
    const holds = (text: string): boolean => wanted.some((needle) => text.includes(needle));
    for (const sub of parts.conversations.folders())
      for await (const { path, id } of parts.conversations.files(sub)) {
        const aside = ASIDE.test(path);
        const owner = id ?? idOf(basename(path).replace(ASIDE, ''));
        const text = `${inJson(owner ?? '')} ${await this.#text(path)}`;
        if (holds(text))
          yield {
            place: aside ? 'set-aside' : 'conversations',
            text,
            ...(owner == null ? {} : { conversation: owner }),
          };
      }
    for await (const line of parts.journal.lines())
      if (holds(line)) {
        const event = parseEvent(line);
        yield { place: 'journal', text: line, ...(event === null ? {} : { conversation: event.conversation }) };
      }
    yield* this.#searchRest(parts, holds);
  }

  /** One sub-folder, or one day's journal, a call. */
  async reap(parts: FolderParts, { conversationDays, journalDays }: Keep, now: number): Promise<boolean> {
    const before = (days: number) => Math.floor(now / DAY) * DAY - days * DAY;
    if (journalDays !== undefined && (await parts.journal.reap(dayOf(before(journalDays))))) return true;
    if (conversationDays === undefined) return false;
    this.#left ??= parts.conversations.folders();
    const sub = this.#left.pop();
    if (sub !== undefined) await this.#reapFolder(parts, sub, before(conversationDays));
    if (this.#left.length > 0) return true;
    this.#left = null;
    return false;
  }

  async *#searchRest(
    { shared }: FolderParts,
    holds: (text: string) => boolean,
  ): AsyncGenerator<Found, void, undefined> {
    for (const key of shared.keys()) {
      const text = `${inJson(key)} ${JSON.stringify(shared.getSmall(key)?.value)}`;
      if (holds(text)) yield { place: 'small', text, small: key };
    }
    const { fs } = this.disk;
    const named = (folder: string) => fs.readdir(folder).map((name) => join(folder, name));
    const files = [
      ...named(this.folder).filter((path) => !NOT_DATA.test(basename(path))),
      ...named(this.disk.tempFolder),
    ];
    for (const path of files) {
      const text = await this.#text(path);
      if (holds(text)) yield { place: /^pending/.test(basename(path)) ? 'index' : 'other', text };
    }
  }

  /** '' for a folder, and for what is gone by now. */
  async #text(path: string): Promise<string> {
    try {
      return await this.disk.fs.readText(path);
    } catch (error) {
      if (['ENOENT', 'EISDIR'].includes(codeOf(error))) return '';
      throw error;
    }
  }

  async #reapFolder(parts: FolderParts, sub: string, before: number): Promise<void> {
    for await (const { path, id } of parts.conversations.files(sub)) {
      // The file's own time is that of the last commit: what is younger need not be read.
      if (!this.#isOlder(path, before)) continue;
      if (ASIDE.test(path)) await this.disk.remove(dirname(path), [basename(path)]);
      else if (id !== null) await this.queue.run(id, () => this.#reapOne(parts, path, id, before));
    }
  }

  async #reapOne({ conversations }: FolderParts, path: string, id: string, before: number): Promise<void> {
    try {
      // Looked at again: it may have been used while others were in the way.
      const record = this.#isOlder(path, before) ? await conversations.peek(id) : undefined;
      if (record && (dueAt(record) ?? NEVER) >= NEVER) await conversations.remove(id);
    } catch (error) {
      if (!isPosDoctorError(error)) throw error;
      this.log(error);
    }
  }

  #isOlder(path: string, before: number): boolean {
    try {
      return this.disk.fs.changedAt(path) < before;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }
}
