// The service as a process: time to the first reply, memory after ten thousand turns, turns through the embedded store.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { collectWhenIdle, IDLE_MS } from '../dist/idle.js';
import { createLowdbStore } from '../dist/store/lowdb.js';
import { createMemoryStore } from '../dist/store/memory.js';
import { clock, drive, startAssistant } from './through.js';
import { keep, removeFolder, tempFolder } from './tidy.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** From `node dist/cli.js chat` to the first line of its answer; median of five, milliseconds. */
export async function startBench() {
  const times = [];
  for (let run = 0; run < 5; run += 1) {
    const start = process.hrtime.bigint();
    const child = spawn(process.execPath, [cli, 'chat', '--json'], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.end('POS机提示该渠道业务不可用\n');
    await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
    await new Promise((resolve) => child.once('exit', resolve));
  }
  return times.sort((a, b) => a - b)[2];
}

/** Resident memory of `chat --json` ten thousand turns later, after seventeen idle seconds, MB. */
export async function memoryBench({ turns = 10_000 } = {}) {
  const folder = tempFolder();
  const flags = ['--input-type=module', '-e', MEMORY_CHILD, String(turns), folder];
  const [child, end] = await keep(
    () =>
      spawn(process.execPath, flags, {
        stdio: ['ignore', 'pipe', 'inherit'],
        cwd: fileURLToPath(new URL('..', import.meta.url)),
      }),
    ended,
  );
  const line = await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  await end();
  removeFolder(folder);
  return Number(line);
}

async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const MEMORY_CHILD = `
import { memoryTurns } from './bench/service.js';
console.log(await memoryTurns(Number(process.argv[1]), process.argv[2]));
`;

/** What the memory child does: turns through the assistant and the embedded store, a pause, then its resident size in MB. */
export async function memoryTurns(turns, folder) {
  let done = 0;
  // As `serve` does it.
  const stop = collectWhenIdle(clock, () => done);
  await through(createLowdbStore(folder), turns, 16);
  done = turns;
  await new Promise((resolve) => setTimeout(resolve, 3.5 * IDLE_MS));
  stop();
  return process.memoryUsage().rss / 1e6;
}

async function through(store, turns, parallel) {
  const assistant = await startAssistant(store);
  const perSecond = await drive(assistant, { turns, parallel });
  await assistant.stop();
  return perSecond;
}

/** Whole turns a second with each store, serial and with 16 conversations at once. */
export async function assistantBench() {
  const folder = tempFolder();
  try {
    const memory = await through(createMemoryStore(), 4_000, 1);
    const serial = await through(createLowdbStore(join(folder, 'a')), 1_500, 1);
    const parallel = await through(createLowdbStore(join(folder, 'b')), 4_000, 16);
    return { memory, serial, parallel };
  } finally {
    removeFolder(folder);
  }
}
