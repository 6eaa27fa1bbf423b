// Turns at full speed through the app door of the real service: embedded, and one to three processes over PostgreSQL. WeCom, the
// balancer and the people are this process.
import { openStand } from '../torture/stand.js';
import { add, measurable, perTurn, used, whatSaturates } from './cpu.js';
import { openServer } from './database.js';
import { median } from './store.js';
import { keep, tempFolder } from './tidy.js';
import { fullSpeed, turnsThrough } from './wecom.js';

const KINDS = [
  { name: 'embedded, 1 process', processes: 1 },
  { name: 'PostgreSQL, 1 process', processes: 1, shared: true },
  { name: 'PostgreSQL, 2 processes', processes: 2, shared: true },
  { name: 'PostgreSQL, 3 processes', processes: 3, shared: true },
];
/** Turns of each process before anything is counted. */
const WARM_UP = 500;
/** However slow the machine is just now. */
const LEAST_ROUNDS = 3;
/** A turn takes milliseconds: what takes longer than this was lost. */
const ROUND_MS = 120_000;
/** What is left of one round must not run into the next one. */
const REST_MS = 300;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ends with an error what would never end. */
async function within(ms, work, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no end after ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function openKind(kind, server) {
  const database = kind.shared ? await server.make() : undefined;
  const options = { database, processes: kind.processes, doors: ['app'], mayFail: false, folder: tempFolder() };
  const [stand, away] = await keep(
    () => openStand(options),
    (it) => it.abandon(),
  );
  const { sandbox, services } = stand;
  const pids = { services: services.map(({ pid }) => pid), postgres: kind.shared ? server.pid : null };
  return { ...kind, stand: { turn: turnsThrough(sandbox, 'app') }, pids, away, close: () => stand.close(), rounds: [] };
}

async function round(kind, name, { turns, parallel }) {
  await wait(REST_MS);
  const before = measurable && used(kind.pids);
  const start = performance.now();
  const speed = await within(ROUND_MS, fullSpeed(kind.stand, { turns, parallel, name }), kind.name);
  const wall = (performance.now() - start) / 1000;
  return { ...speed, wall, before, after: measurable && used(kind.pids) };
}

function figuresOf({ name, rounds, shared }, server) {
  const of = (what) => median(rounds.map((one) => one[what]));
  const sum = (what) => rounds.reduce((total, one) => total + one[what], 0);
  const figures = { name, perSecond: of('perSecond'), p50: of('p50'), p99: of('p99') };
  // A server that is not ours may be anywhere.
  if (!measurable || (shared && server.pid === null)) return figures;
  const spent = rounds.reduce((total, { before, after }) => add(total, before, after), undefined);
  return { ...figures, cpuMs: perTurn(spent, sum('turns')), saturates: whatSaturates(spent, sum('wall')) };
}

/**
 * All kinds stand side by side and have their rounds in turns, so that a busy moment of the machine hits each of them. Ends after
 * `rounds`, or after the first round that ends after `seconds`.
 * @returns for each kind turns a second, p50 and p99 (ms; medians of the rounds); where it can be measured also `cpuMs`
 *   (milliseconds of processor time a turn of the services, PostgreSQL and the driver) and `saturates`, in words
 */
export async function processesBench({
  rounds = 9,
  turns = 600,
  parallel = 32,
  seconds = 100,
  progress = () => {},
} = {}) {
  const server = await openServer();
  const kinds = [];
  try {
    for (const kind of KINDS) {
      progress(`${kind.name}: starting`);
      kinds.push(await openKind(kind, server));
    }
    progress('warming up');
    for (const kind of kinds) await round(kind, 'warm', { turns: WARM_UP * kind.processes, parallel });
    const end = performance.now() + seconds * 1000;
    for (let at = 1; at <= rounds && (at <= LEAST_ROUNDS || performance.now() < end); at += 1) {
      progress(`round ${at} of ${rounds}`);
      for (const kind of kinds) kind.rounds.push(await round(kind, `r${at}p`, { turns, parallel }));
    }
    return kinds.map((kind) => figuresOf(kind, server));
  } finally {
    for (const { close, away } of kinds) await close().finally(away);
    await server.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  console.log(await processesBench({ progress: (text) => console.error(text) }));
}
