// `npm run bench`: every figure of the README in one run, as ratios where a ratio is what counts.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as parts from './parts.js';
import { clearAll } from './tidy.js';
import { botkitDoorBench } from './wecom.js';

const { core, store, share, growth, doors, processes, rate, tenth } = parts;
/** What `--only` may name; `store` contains `share`. */
const PARTS = { core, store, share, growth, doors, processes };
const HELP = `npm run bench                           every figure of the README, in about twelve minutes
npm run bench -- --only processes       one part: ${Object.keys(PARTS).join(', ')}
npm run bench -- --only store --only growth
npm run bench -- --peers                everything, with natural, nlp.js and Botkit beside ours (356 MB, installed on first use)
DATABASE_URL=postgres://… npm run bench   on that server, in databases made for it and dropped, instead of one of its own
`;

function optionsOf() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h' },
        only: { type: 'string', multiple: true },
        peers: { type: 'boolean' },
      },
    });
    const strange = values.only?.find((name) => !Object.hasOwn(PARTS, name));
    if (strange !== undefined) throw new Error(`there is no part ${strange}`);
    if (values.only && values.peers) throw new Error('--peers needs all parts');
    return values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}
const options = optionsOf();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

/** The peers have a lockfile of their own, so that nobody who only runs pos-doctor carries them. */
async function installPeers() {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  if (existsSync(join(folder, 'node_modules'))) return;
  progress('installing the peers into bench/node_modules (356 MB, once)');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
}

/** Botkit's adapter for WeCom, with a lockfile of its own as well. */
function installIntegration() {
  const folder = fileURLToPath(new URL('../integrations/botkit/', import.meta.url));
  const run = (...args) => execFileSync('npm', args, { cwd: folder, stdio: 'inherit' });
  if (!existsSync(join(folder, 'node_modules'))) {
    progress('installing integrations/botkit (170 MB, once)');
    run('ci', '--no-audit', '--no-fund');
  }
  run('run', '--silent', 'build');
}

const progress = (text) => process.stderr.write(`${text} …\n`);
const rows = [];
const row = (what, measured, target = '') => rows.push([what, measured, target]);
const desk = { row, progress };

async function peers(turns, ours) {
  await installPeers();
  const { botkitDialogue, classifierPeers } = await import('./peers.js');
  progress('Botkit');
  const botkit = await botkitDialogue();
  row(
    'whole turn with understanding / Botkit 4.15 dialogue without',
    `${rate(turns.perSecond)} / ${rate(botkit)}`,
    `${(turns.perSecond / botkit).toFixed(1)} : 1`,
  );
  progress('Botkit through the same doors');
  installIntegration();
  for (const door of ['app', 'bot']) {
    const peer = await botkitDoorBench(door);
    row(
      `turns through the ${door} door, ours with understanding / Botkit 4.15 without`,
      `${rate(ours[door].memory.perSecond)} / ${rate(peer.perSecond)}`,
      `p99 at 100/s ${tenth(ours[door].memory.at100.p99)} / ${tenth(peer.at100.p99)} ms`,
    );
  }
  progress('natural and nlp.js');
  const found = await classifierPeers();
  const share = (value) => `${(value * 100).toFixed(1)} %`;
  row(
    'real utterances, any label: ours / natural Bayes / nlp.js',
    [found.ours, found.natural, found.nlpjs].map(share).join(' / '),
  );
}

function print() {
  process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}\n\n`);
  process.stdout.write('| what | measured | target |\n|---|---|---|\n');
  for (const cells of rows) process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

try {
  if (options.only) for (const name of new Set(options.only)) await PARTS[name](desk);
  else {
    const turns = await core(desk);
    await store(desk);
    await growth(desk);
    const found = await doors(desk);
    await processes(desk);
    if (options.peers) await peers(turns, found);
  }
} finally {
  // What was measured is shown, though a later part failed.
  print();
  await clearAll();
}
