/** Swaps an operator's overlay in while the service runs, or refuses it whole and keeps what there is. */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { type Checked, type CheckOptions, checkKnowledge } from './check.js';
import type { ParseCache } from './load.js';
import type { Problem } from './problem.js';
import type { Knowledge } from './schema.js';

/** Quiet time after the last change before reading: an editor or a `git pull` writes many files. Milliseconds. */
const QUIET_MS = 300;
/** A folder that never comes to rest is read anyway after this long. Milliseconds. */
const LONGEST_WAIT_MS = 5_000;
/** Folders watched at most. A content folder has under ten. */
const MAX_FOLDERS = 64;
/** Levels below the content folder that are watched: knowledge/ and flows/, and the folders in them. */
const DEPTH = 2;
/** The list of shops is none of ours, and is looked after elsewhere (merchants/watch.ts): another one must not cost a reload. */
const SHOPS = 'merchants.csv';

export interface Timers {
  /** Milliseconds on any steady clock. */
  now(): number;
  /** Calls back once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** Calls back on changes directly inside one folder; returns what ends it. Throws if the folder cannot be watched. */
export type WatchFolder = (folder: string, changed: () => void) => () => void;

export interface WatchOptions extends Omit<CheckOptions, 'today' | 'contentDir' | 'cache'> {
  contentDir: string;
  /** Something below the folder changed and all is sound; `problems` are warnings. `knowledge.version` tells if it differs. */
  onAccepted: (knowledge: Knowledge, problems: readonly Problem[]) => void;
  /** The content changed and is refused; the old one stays. */
  onRefused: (problems: readonly Problem[]) => void;
  timers?: Timers;
  watchFolder?: WatchFolder;
}

export interface KnowledgeWatch {
  /** Reads now, without waiting for a change. */
  reload(): Checked;
  /** Ends everything; no callback comes after it. */
  close(): void;
}

/**
 * Watches a content folder. Folders are watched one by one and looked for again after each change, so new ones count and
 * a mount that swaps links (as Kubernetes does) is seen. Timers and watchers do not keep the process alive.
 * @throws if the content folder itself cannot be watched
 */
export function watchKnowledge(options: WatchOptions): KnowledgeWatch {
  const { contentDir, timers = systemTimers, watchFolder = systemWatchFolder } = options;
  const cache: ParseCache = new Map();
  let watched: (() => void)[] = [];
  let firstChange: number | undefined;
  let cancel: (() => void) | undefined;
  let closed = false;

  const reload = (): Checked => {
    cancel?.();
    cancel = undefined;
    firstChange = undefined;
    // Without a day, as at the start: a clock that is wrong must not refuse content, and what grew old is for `knowledge check`.
    const checked = checkKnowledge({ ...options, cache });
    if (closed) return checked;
    if (checked.knowledge) options.onAccepted(checked.knowledge, checked.problems);
    else options.onRefused(checked.problems);
    return checked;
  };
  const changed = (): void => {
    if (closed) return;
    const now = timers.now();
    firstChange ??= now;
    cancel?.();
    const wait = Math.max(0, Math.min(QUIET_MS, firstChange + LONGEST_WAIT_MS - now));
    cancel = timers.after(wait, () => {
      follow();
      reload();
    });
  };
  const stopAll = (): void => {
    for (const stop of watched) stop();
    watched = [];
  };
  const follow = (): void => {
    // Every folder anew: one that was removed and made again has the old name and a dead watcher.
    stopAll();
    for (const folder of foldersIn(contentDir, DEPTH).slice(0, MAX_FOLDERS))
      try {
        watched.push(watchFolder(folder, changed));
      } catch {
        // It went away between listing and watching; its parent's watcher leads here again.
      }
  };

  watched = [watchFolder(contentDir, changed)];
  follow();
  return {
    reload,
    close() {
      closed = true;
      cancel?.();
      stopAll();
    },
  };
}

function foldersIn(folder: string, depth: number): string[] {
  if (depth === 0) return [folder];
  try {
    const inner = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
      .map((entry) => join(folder, entry.name));
    return [folder, ...inner.flatMap((name) => foldersIn(name, depth - 1))];
  } catch {
    // A link to a file, or a folder that has just gone.
    return depth === DEPTH ? [folder] : [];
  }
}

const systemTimers: Timers = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

const systemWatchFolder: WatchFolder = (folder, changed) => {
  const watcher: FSWatcher = watch(folder, { persistent: false }, (_, name) => {
    if (name !== SHOPS) changed();
  });
  // Without a listener an error such as a removed folder would end the process. The parent's watcher sees the removal.
  watcher.on('error', () => watcher.close());
  return () => watcher.close();
};
