/** What a simulated machine needs beside its disk. */
import type { PosDoctorError } from '../../src/errors.js';
import { createLowdbStore } from '../../src/store/lowdb.js';
import type { Processes } from '../../src/store/processes.js';
import type { Portable } from '../../src/store/transfer.js';
import { SimDisk } from './sim-disk.js';

/** Where the store lives on a simulated disk. */
export const FOLDER = '/disk/till/pos/data';

/** A disk with a home folder and nothing else. */
export function newDisk(): SimDisk {
  const disk = new SimDisk();
  disk.mkdir('/disk/till');
  disk.settle();
  return disk;
}

/** The store on it, as process `pid` has it after all others are gone. `log` collects what it reports. */
export function storeOn(disk: SimDisk, pid = 1, log: PosDoctorError[] = []): Portable {
  return createLowdbStore(FOLDER, { fs: disk, processes: simProcesses(pid), log: (problem) => log.push(problem) });
}

/** A machine on which only process `pid` runs. */
export function simProcesses(pid: number): Processes {
  return { pid, host: 'till', startOf: (other) => (other === pid ? 'now' : null) };
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
