/** What is stored, to be cared for: through the running service if it has it for itself, else directly. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Care, careOf } from '../care/care.js';
import { remoteCare } from '../care/remote.js';
import { waitingClock } from '../clock.js';
import type { Config } from '../config.js';
import { soundKnowledge } from '../content.js';
import { PosDoctorError } from '../errors.js';
import { merchantsOf } from './load-merchants.js';
import { openStore, type Told } from './open-store.js';

/**
 * Runs `task` and lets go of everything. Nothing is made where nothing is stored.
 * @throws UNREADABLE_FILE, DATA_LOCKED if another program than the service has the folder, and what the store and `task` throw
 */
export async function withCare<T>(config: Config, log: Told, task: (care: Care) => Promise<T>): Promise<T> {
  if (!(await isThere(config))) {
    const file = config.databaseUrl === undefined ? config.dataDir : 'the database';
    throw new PosDoctorError('UNREADABLE_FILE', { file, why: 'pos-doctor has stored nothing there' });
  }
  const remote = config.databaseUrl === undefined ? await remoteCare(config.dataDir) : null;
  if (remote) return task(remote);
  const store = await openStore(config, log);
  await store.open();
  try {
    const merchants = () => merchantsOf(config, soundKnowledge(config.contentDir));
    return await task(careOf(store, waitingClock, undefined, merchants));
  } finally {
    await store.close();
  }
}

async function isThere({ databaseUrl, dataDir }: Config): Promise<boolean> {
  if (databaseUrl === undefined) return existsSync(join(dataDir, 'store.json'));
  const { stateOf } = await import('../store/postgres/schema.js');
  return (await stateOf(databaseUrl)) !== 'absent';
}

/** What could not be read on the way, to standard error. */
export function tell({ message, code }: PosDoctorError): void {
  process.stderr.write(`pos-doctor: ${message} (${code})\n`);
}
