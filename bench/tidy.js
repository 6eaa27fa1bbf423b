// However a run ends, nothing of it stays: no process, no folder, no database.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CODES = { SIGINT: 130, SIGTERM: 143 };
const folders = new Set();
const open = new Set();
let clearing;
let watching = false;

/** Only when there is something to clear: whoever merely imports a bench has handlers of its own. */
function watch() {
  if (watching) return;
  watching = true;
  for (const [signal, code] of Object.entries(CODES))
    process.once(signal, () => void clearAll().finally(() => process.exit(code)));
  process.once('exit', () => {
    for (const folder of folders) removeFolder(folder);
  });
}

/** A new folder; it goes with `removeFolder`, or with the process. */
export function tempFolder() {
  watch();
  const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-bench-'));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder) {
  folders.delete(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Opens something that has to be cleared away. A signal that comes while it opens waits for that, so that nobody is forgotten.
 * @returns what `opening` gives, and what clears it away, once
 */
export async function keep(opening, clear) {
  watch();
  const opened = Promise.resolve().then(opening);
  let cleared;
  const away = () => {
    cleared ??= opened.then(clear).finally(() => open.delete(away));
    return cleared;
  };
  open.add(away);
  try {
    return [await opened, away];
  } catch (error) {
    open.delete(away);
    throw error;
  }
}

/** Clears away what is open, the last first. */
export function clearAll() {
  clearing ??= (async () => {
    for (const away of [...open].reverse()) await away().catch(() => undefined);
  })();
  return clearing;
}
