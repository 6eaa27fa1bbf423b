// `npm run torture`: what must not be lost is not lost. WeCom's own records are the judge.
import { parseArgs } from 'node:util';
import { killScenario } from './kill.js';

const HELP = `npm run torture                      everything, at most 30 minutes
npm run torture -- --short           a taste of each, about two minutes: what CI runs
npm run torture -- --only kill       one of: kill, outage, lease, crowd
npm run torture -- --kills 20        kills on each store (100, or 10 with --short)
npm run torture -- --seed 7          the same dice again; they are printed
`;
const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    short: { type: 'boolean' },
    only: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string' },
  },
});
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
  await server?.remove();
}
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void clearUp().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143)));

async function database() {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  if (!server) {
    const { Server } = await import('../test/postgres/server.js');
    server = await Server.create({ durable: true });
    await server.start();
  }
  return server.url;
}

const rows = [];
let failed = false;
function report(name, verdict) {
  failed ||= !verdict.good;
  const { said, accepted, lost, twice, disordered, good } = verdict;
  rows.push([name, said, accepted, lost.length, twice.app, twice.kf, disordered.length, good ? 'good' : 'BAD']);
  progress('');
  process.stdout.write(`${rows.at(-1).join(' | ')}\n`);
  for (const line of [...lost.slice(0, 10), ...disordered.slice(0, 5), ...(verdict.breaches ?? []).slice(0, 10)])
    process.stdout.write(`   ${line}\n`);
  if (verdict.folder) process.stdout.write(`   logs: ${verdict.folder}\n`);
}

process.stdout.write(`seed ${seed}\n`);
process.stdout.write('scenario | said | accepted | lost | twice app | twice kf | out of order | verdict\n');
try {
  if (wanted('kill')) {
    const shared = { kills, seed, progress, opened };
    report(`kill -9 × ${kills}, embedded`, await killScenario(shared));
    report(
      `kill -9 × ${kills}, PostgreSQL, 2 processes`,
      await killScenario({ ...shared, database: await database(), processes: 2 }),
    );
  }
} finally {
  await clearUp();
}
process.exitCode = failed ? 1 : 0;
