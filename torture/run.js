// `npm run torture`: what must not be lost is not lost. WeCom's own records are the judge.
import { parseArgs } from 'node:util';
import { crowdScenario } from './crowd.js';
import { newDatabase } from './database.js';
import { killScenario } from './kill.js';
import { clockScenario, cutScenario, diskScenario, leaseScenario, restartScenario } from './outage.js';

const HELP = `npm run torture                      everything, at most 30 minutes
npm run torture -- --short           a taste of each, about two minutes; CI runs --only kill --kills 10 --seed 1
npm run torture -- --only kill       one of: kill, outage, lease, crowd
npm run torture -- --kills 20        kills on each store (100, or 10 with --short)
npm run torture -- --seed 7          the same dice again; they are printed
`;
const PARTS = ['kill', 'outage', 'lease', 'crowd'];
/** Ends with what is wrong and where to read on. */
function refuse(what) {
  process.stderr.write(`${what}; npm run torture -- --help says what there is\n`);
  process.exit(2);
}
function flags() {
  try {
    const options = {
      help: { type: 'boolean', short: 'h' },
      short: { type: 'boolean' },
      only: { type: 'string' },
      kills: { type: 'string' },
      seed: { type: 'string' },
    };
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse(error.message);
  }
}
const values = flags();
if (values.only !== undefined && !PARTS.includes(values.only)) refuse(`--only takes one of ${PARTS.join(', ')}`);
for (const name of ['kills', 'seed'])
  if (values[name] !== undefined && !/^\d{1,9}$/.test(values[name])) refuse(`--${name} takes a whole number`);
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const kills = Number(values.kills ?? (values.short ? 10 : 100));
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
const wanted = (name) => values.only === undefined || values.only === name;
const tty = process.stderr.isTTY;
const progress = (text) => process.stderr.write(tty ? `\r\x1b[K${text}` : '');

const open = new Set();
let server;
const opened = (stand) => open.add(stand);
/** Nothing is left running, however this ends. */
async function clearUp() {
  for (const stand of open) stand.abandon();
  for (const drop of made.splice(0)) await drop().catch(() => undefined);
  await server?.remove();
}
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void clearUp().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143)));

const made = [];
/** A new, empty one each time, on the server of DATABASE_URL or on one of our own. */
async function database() {
  if (!process.env.DATABASE_URL && !server) {
    const { Server } = await import('../test/postgres/server.js');
    server = await Server.create({ durable: true });
    await server.start();
  }
  const { url, drop } = await newDatabase(process.env.DATABASE_URL ?? server.url);
  if (!server) made.push(drop);
  return url;
}

const rows = [];
let failed = false;
function report(name, verdict) {
  failed ||= !verdict.good;
  const { said, accepted, lost, twice, disordered, good } = verdict;
  rows.push([name, said, accepted, lost.length, twice.app, twice.kf, disordered.length, good ? 'good' : 'BAD']);
  progress('');
  process.stdout.write(`${rows.at(-1).join(' | ')}\n`);
  for (const line of [
    ...(verdict.broken ?? []),
    ...lost.slice(0, 10),
    ...disordered.slice(0, 5),
    ...(verdict.breaches ?? []).slice(0, 10),
  ])
    process.stdout.write(`   ${line}\n`);
  if (verdict.folder) process.stdout.write(`   logs: ${verdict.folder}\n`);
}

process.stdout.write(`seed ${seed}\n`);
process.stdout.write('scenario | said | accepted | lost | twice app | twice kf | out of order | verdict\n');
try {
  const shared = { seed, progress, opened };
  if (wanted('kill')) {
    report(`kill -9 × ${kills}, embedded`, await killScenario({ ...shared, kills }));
    const many = { ...shared, kills, database: await database(), processes: 2 };
    report(`kill -9 × ${kills}, PostgreSQL, 2 processes`, await killScenario(many));
  }
  if (wanted('outage')) {
    const times = values.short ? 1 : 5;
    report(`disk full × ${times}, embedded`, await diskScenario({ ...shared, times }));
    report(`clock ±1 h × ${times}, embedded`, await clockScenario({ ...shared, times }));
    const clocks = { ...shared, times, database: await database(), processes: 2 };
    report(`clock ±1 h × ${times}, PostgreSQL, 2 processes`, await clockScenario(clocks));
    const cuts = values.short ? 3 : 20;
    report(`connections cut × ${cuts}`, await cutScenario({ ...shared, times: cuts, database: await database() }));
    if (server)
      report(
        `PostgreSQL restarted × ${times}`,
        await restartScenario({ ...shared, times, server, database: await database() }),
      );
    else process.stdout.write('PostgreSQL restarted: left out, the server of DATABASE_URL is not ours to stop\n');
  }
  if (wanted('lease')) {
    const moved = await leaseScenario({ ...shared, times: values.short ? 2 : 6, database: await database() });
    const times = moved.moves.map(({ how, ms }) => `${how} ${(ms / 1000).toFixed(1)} s`);
    failed ||= !moved.good;
    progress('');
    process.stdout.write(`the bot's connection moves: ${times.join(', ')} | ${moved.good ? 'good' : 'BAD'}\n`);
    for (const line of moved.breaches) process.stdout.write(`   ${line}\n`);
    if (moved.folder) process.stdout.write(`   logs: ${moved.folder}\n`);
  }
  if (wanted('crowd')) {
    const size = values.short
      ? { stored: 2_000, active: 200, turns: 6, perSecond: 60, warm: 300 }
      : { stored: 100_000, active: 2_000, turns: 12, perSecond: 200 };
    const verdict = await crowdScenario({ ...shared, ...size, database: await database() });
    report(
      `${size.active} conversations × ${size.turns} turns beside ${size.stored} stored, 3 processes, warmed up`,
      verdict,
    );
    const { perSecond, p50, p99, lockMs, rssMb } = verdict.figures;
    process.stdout.write(
      `   ${perSecond.toFixed(0)} turns/s, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, longest lock wait ${lockMs.toFixed(0)} ms, RSS ${rssMb.middle.toFixed(0)} → ${rssMb.end.toFixed(0)} MB\n`,
    );
  }
} finally {
  await clearUp();
}
process.exitCode = failed ? 1 : 0;
