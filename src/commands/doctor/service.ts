/** Whether the service runs here: who holds the data folder, and what answers at its addresses. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../clock.js';
import { type Config, urlOf } from '../../config.js';
import { isPosDoctorError } from '../../errors.js';
import { codeOf, diskFs } from '../../store/fs.js';
import { FolderLock } from '../../store/lock.js';
import { systemProcesses } from '../../store/processes.js';
import { probe } from './probe.js';

export interface Ready {
  ok: boolean;
  why?: string | undefined;
  /** Where it answered. */
  url: string;
}

export interface Service {
  /** The data folder: held by a process, free, not there yet, or not to be written to. Null: there is a database instead. */
  folder: { heldBy: number } | 'free' | 'absent' | { refused: string } | null;
  /** What the service says of itself; null: nobody answered as it does. */
  ready: Ready | null;
  /** Another program answers on our port. */
  stranger: boolean;
  /** Its address on this machine; null with PORT=0, where it is not known. */
  url: string | null;
}

const readiness = z.object({ ok: z.boolean(), why: z.string().max(1000).optional() });

export async function lookForService(
  config: Config,
  transport: { clock: Clock; fetch: typeof globalThis.fetch },
): Promise<Service> {
  const url = config.port === 0 ? null : urlOf(config.host, config.port);
  const folder = config.databaseUrl === undefined ? folderState(config.dataDir, transport.clock) : null;
  let stranger = false;
  for (const base of new Set([url, config.publicUrlGiven ? config.publicUrl : null])) {
    if (base === null) continue;
    const probed = await probe(`${base}/readyz`, transport);
    const said = 'away' in probed ? null : readiness.safeParse(jsonIn(probed.text)).data;
    if (said) return { folder, ready: { ...said, url: base }, stranger: false, url };
    if (!('away' in probed) && base === url) stranger = true;
  }
  return { folder, ready: null, stranger, url };
}

function folderState(folder: string, clock: Clock): Service['folder'] {
  try {
    if (!isThere(folder)) {
      accessSync(nearest(folder), constants.W_OK | constants.X_OK);
      return 'absent';
    }
    const pid = new FolderLock(diskFs, folder, systemProcesses, clock.now()).look();
    return pid === null ? 'free' : { heldBy: pid };
  } catch (error) {
    return { refused: isPosDoctorError(error) ? String(error.subject.why ?? '') : codeOf(error) || String(error) };
  }
}

/** @throws what reading a folder throws, but for one that does not exist */
function isThere(folder: string): boolean {
  try {
    diskFs.readdir(folder);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The folder in which it would be made. */
function nearest(folder: string): string {
  const above = dirname(resolve(folder));
  return existsSync(above) || above === dirname(above) ? above : nearest(above);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
