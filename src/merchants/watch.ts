/** Keeps the list of shops in memory up to date with the file, which somebody else may replace at any time. */
import { stat } from 'node:fs/promises';
import type { Clock } from '../clock.js';
import { isPosDoctorError } from '../errors.js';
import { type ColumnNames, type Loaded, loadRegister } from './list.js';

/** Between two looks at the file, ms. Looking works on every mount, where being told of changes does not. */
export const LOOK_MS = 2_000;

export interface MerchantsWatchOptions {
  file: string;
  names: () => ColumnNames;
  clock: Clock;
  /** A whole new list, or null: the file is gone. */
  taken: (loaded: Loaded | null) => void;
  /** The file cannot be used; the list that was there stays. Told once for each change of the file. */
  refused: (error: unknown) => void;
}

export interface MerchantsWatch {
  /** Looks now. Resolves when what was found is in use or refused. `atOnce`: without waiting for the file to come to rest. */
  look(atOnce?: boolean): Promise<void>;
  close(): void;
}

/** Looks every {@link LOOK_MS}; a file that changed between two looks is still being written and is left for the next. */
export function watchMerchants({ file, names, clock, taken, refused }: MerchantsWatchOptions): MerchantsWatch {
  let used = 'absent';
  let seen = '';
  let complainedOf = '';
  let closed = false;
  let cancel = (): void => undefined;
  const lookOnce = async (atOnce: boolean): Promise<void> => {
    const now = await stateOf(file);
    const rests = atOnce || now === seen;
    seen = now;
    if (now === used || !rests) return;
    try {
      const loaded = now === 'absent' ? null : await loadRegister(file, names());
      // Replaced while it was read: what was read may be of both.
      if ((await stateOf(file)) !== now || closed) return;
      used = now;
      taken(loaded);
    } catch (error) {
      // One that is no list stays so until it changes; one that could not be read may be readable the next time.
      if (isPosDoctorError(error, 'BAD_MERCHANTS')) used = now;
      if (!closed && complainedOf !== now) refused(error);
      complainedOf = now;
    }
  };
  // One after the other: a large list takes longer than the time between two looks.
  let line = Promise.resolve();
  const look = (atOnce = false): Promise<void> => {
    line = line.then(() => lookOnce(atOnce));
    return line;
  };
  const next = (): void => {
    if (closed) return;
    cancel = clock.after(LOOK_MS, () => void look().then(next, next));
  };
  next();
  return {
    look,
    close() {
      closed = true;
      cancel();
    },
  };
}

/** Changes whenever the file does. */
async function stateOf(file: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return 'absent';
  }
}
