// `npm run bench`: every figure of the README in one run, as ratios where a ratio is what counts. Takes about five minutes.
// `npm run bench -- --peers` adds natural, nlp.js and Botkit (356 MB, installed on first use).
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diagnosisBench } from './diagnosis.js';
import { nluBench } from './nlu.js';
import { assistantBench, memoryBench, startBench } from './service.js';
import { storeBench } from './store.js';
import { flowStepBench, turnBench } from './turns.js';
import { abuseBench, botkitDoorBench, doorBench } from './wecom.js';

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  process.stdout.write(`npm run bench                 every figure of the README, in about five minutes
npm run bench -- --peers      with natural, nlp.js and Botkit beside ours (356 MB, installed on first use)
`);
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
const us = (value) => `${value.toFixed(0)} µs`;
const ms = (value) => `${value.toFixed(0)} ms`;
const rate = (value) => `${Math.round(value).toLocaleString('en-US')}/s`;

progress('time to the first reply');
row('`node dist/cli.js` to first reply', ms(await startBench()), '≤ 1,500 ms');
progress('understanding');
const nlu = nluBench();
row('training, by the build or for an overlay of phrases, cold / warm', `${ms(nlu.coldTrainMs)} / ${ms(nlu.trainMs)}`);
row(`understand p50 / p99 (${nlu.phrases} sentences)`, `${us(nlu.p50us)} / ${us(nlu.p99us)}`, '≤ 150 µs / 1 ms');
progress('diagnosis');
const diagnosis = diagnosisBench();
row('belief + plan p50 / p99', `${us(diagnosis.step.p50us)} / ${us(diagnosis.step.p99us)}`, '≤ 2 ms');
progress('flow step');
const step = flowStepBench();
row(
  'flow step, ours / XState 5',
  `${step.ours.toFixed(3)} µs / ${step.xstate.toFixed(1)} µs`,
  `1 : ${Math.round(step.xstate / step.ours)}`,
);
progress('turns without I/O');
const turns = turnBench();
row('whole turn without I/O p50 / p99', `${us(turns.p50us)} / ${us(turns.p99us)}`, 'p99 ≤ 3 ms');
row(
  'turns a second, one thread by the clock / by processor time of all threads',
  `${rate(turns.perSecond)} / ${rate(turns.perCpuSecond)}`,
  '≥ 5,000/s',
);
progress('store');
const store = await storeBench();
const assistant = await assistantBench();
const raw = { serial: store.perSecond['raw 1'], parallel: store.perSecond['raw 16'] };
const against = (measured, bare) => `${rate(measured)} = ${(measured / bare).toFixed(2)} × raw`;
row('raw atomic replace + fsync, serial / 16 parallel', `${rate(raw.serial)} / ${rate(raw.parallel)}`);
row('turns with lowdb, serial', against(assistant.serial, raw.serial), '≥ 0.5 × raw');
row('turns with lowdb, 16 parallel', against(assistant.parallel, raw.parallel), '≥ 0.5 × raw');
row('turns with memory store, whole path', rate(assistant.memory));
row('recovery with 1 k / 10 k / 100 k conversations', Object.values(store.recoveryMs).map(ms).join(' / '), 'flat');
progress('memory after 10,000 turns');
row('RSS idle after 10,000 turns', `${(await memoryBench()).toFixed(0)} MB`, '≤ 150 MB');

progress('doors, against the local WeCom');
const doors = {
  app: { memory: await doorBench('app', 'memory'), lowdb: await doorBench('app', 'lowdb') },
  bot: { memory: await doorBench('bot', 'memory'), lowdb: await doorBench('bot', 'lowdb') },
};
const tenth = (value) => value.toFixed(1);
const atHundred = ({ at100 }) => `${tenth(at100.p50)} / ${tenth(at100.p99)} ms`;
for (const [door, { memory, lowdb }] of Object.entries(doors)) {
  const target = door === 'app' ? '≥ 500/s / ≥ 300/s' : '';
  row(`turns through the ${door} door, memory / lowdb`, `${rate(memory.perSecond)} / ${rate(lowdb.perSecond)}`, target);
  row(
    `… p50 / p99 at 100 turns/s, memory; lowdb`,
    `${atHundred(memory)}; ${atHundred(lowdb)}`,
    door === 'app' ? 'p99 ≤ 50 ms' : '',
  );
}
progress('10,000 bad callbacks beside good ones');
const abused = await abuseBench();
row(
  'p99 of good callbacks, quiet / beside 500 bad ones a second',
  `${tenth(abused.quiet)} / ${tenth(abused.during)} ms`,
  '≤ 1.5 ×',
);
row(
  'heap before / after 10,000 bad callbacks',
  [abused.heapBefore, abused.heapAfter].map((b) => `${tenth(b / 1e6)} MB`).join(' / '),
  'flat',
);

if (process.argv.includes('--peers')) {
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
      `${rate(doors[door].memory.perSecond)} / ${rate(peer.perSecond)}`,
      `p99 at 100/s ${tenth(doors[door].memory.at100.p99)} / ${tenth(peer.at100.p99)} ms`,
    );
  }
  progress('natural and nlp.js');
  const peers = await classifierPeers();
  const share = (value) => `${(value * 100).toFixed(1)} %`;
  row(
    'real utterances, any label: ours / natural Bayes / nlp.js',
    [peers.ours, peers.natural, peers.nlpjs].map(share).join(' / '),
  );
}

process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}\n\n`);
process.stdout.write('| what | measured | target |\n|---|---|---|\n');
for (const cells of rows) process.stdout.write(`| ${cells.join(' | ')} |\n`);
