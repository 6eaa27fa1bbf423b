/** Who runs: identifies a process beyond its number, which the system uses again. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from './fs.js';

export interface Processes {
  /** This process. */
  readonly pid: number;
  /** Where process numbers are valid: the name of the machine, or of the container on it. */
  readonly host: string;
  /** When a process of this host was started, in any stable form; '' if that can't be told, null if it doesn't run. */
  startOf(pid: number): string | null;
}

/** Linux: boot id and start in clock ticks since boot (proc(5), `stat` field 22; state Z: dead, not yet waited for). */
function startFromProc(pid: number): string | null {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${boot} ${fields[19] ?? ''}`;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null;
    throw error;
  }
}

function startFromPs(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs as another user.
    if (codeOf(error) !== 'EPERM') return null;
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

export const systemProcesses: Processes = {
  pid: process.pid,
  host: hostname(),
  startOf: (pid) => (process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid)),
};
