// Processor time of processes, where the system tells it (Linux: proc(5)), and what it says about who is busy.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** False: there is no /proc, and no figure here. */
export const measurable = existsSync('/proc/self/stat');
const CORES = availableParallelism();
/** From here on a core, or the one thread of a program, counts as full. */
const FULL = 0.9;
const perSecond = measurable ? Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) : 0;

/** Fields 3 and on; the second one is the name in brackets and may hold anything. Null: it is gone. */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** Seconds of processor time of a process with all its threads; with `waited`, of its children that ended as well. */
function secondsOf(pid, waited = false) {
  const stat = statOf(pid);
  if (!stat) return 0;
  const ticks = stat.slice(11, waited ? 15 : 13).map(Number);
  return ticks.reduce((sum, part) => sum + part, 0) / perSecond;
}

/** … and of its children. */
function treeSeconds(pid) {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && statOf(name)?.[1] === String(pid));
  return children.reduce((sum, child) => sum + secondsOf(child), secondsOf(pid, true));
}

/** Seconds that the machine was busy with whatever. */
function machineSeconds() {
  const [, ...ticks] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].trim().split(/\s+/);
  const [user, nice, system, , , irq, softirq, steal = 0] = ticks.map(Number);
  return (user + nice + system + irq + softirq + steal) / perSecond;
}

/** What has been used so far. `services`: process numbers; `postgres`: the server's, null if it is not on this machine. */
export function used({ services, postgres }) {
  return {
    services: services.map((pid) => secondsOf(pid)),
    postgres: postgres === null ? 0 : treeSeconds(postgres),
    driver: secondsOf(process.pid),
    machine: machineSeconds(),
  };
}

const sumOf = (list) => list.reduce((sum, one) => sum + one, 0);

/** Adds to `total` what was used between two looks. */
export function add(total, before, after) {
  const services = after.services.map((seconds, at) => seconds - before.services[at] + (total?.services[at] ?? 0));
  const other = (name) => after[name] - before[name] + (total?.[name] ?? 0);
  return { services, postgres: other('postgres'), driver: other('driver'), machine: other('machine') };
}

/**
 * What is full, in words: all cores, or the one thread of a program, or nothing.
 * @param spent seconds of processor time; `wall`: seconds that went by meanwhile
 */
export function whatSaturates({ services, postgres, driver, machine }, wall) {
  const share = (seconds) => `${Math.round((seconds / (wall * CORES)) * 100)} %`;
  const ours = sumOf(services) + postgres + driver;
  const others = Math.max(0, machine - ours);
  const parts = [
    `services ${share(sumOf(services))}`,
    ...(postgres > 0 ? [`PostgreSQL ${share(postgres)}`] : []),
    `WeCom, balancer and people ${share(driver)}`,
    ...(others / (wall * CORES) >= 0.02 ? [`others ${share(others)}`] : []),
  ].join(', ');
  if (ours + others >= FULL * wall * CORES) return `${CORES} cores full: ${parts}`;
  const threads = [
    ...(Math.max(...services) >= FULL * wall ? ['a service'] : []),
    ...(driver >= FULL * wall ? ['WeCom, balancer and people'] : []),
  ];
  if (threads.length > 0) return `the one thread of ${threads.join(' and of ')} is full; of ${CORES} cores: ${parts}`;
  return `no core is full, the rest is waiting (the disk, each other); of ${CORES} cores: ${parts}`;
}

/** Milliseconds of processor time a turn, by part. */
export const perTurn = ({ services, postgres, driver }, turns) =>
  Object.fromEntries(
    Object.entries({ services: sumOf(services), postgres, driver }).map(([part, seconds]) => [
      part,
      (seconds * 1000) / turns,
    ]),
  );
