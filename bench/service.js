// The service as a process: time to the first reply, memory after ten thousand turns, turns through the embedded store.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Assistant } from '../dist/assistant.js';
import { loadWorld } from '../dist/content.js';
import { collectWhenIdle, IDLE_MS } from '../dist/idle.js';
import { createLowdbStore } from '../dist/store/lowdb.js';
import { createMemoryStore } from '../dist/store/memory.js';
import { conversations } from './turns.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

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
  const child = spawn(process.execPath, ['--input-type=module', '-e', MEMORY_CHILD, String(turns)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  const line = await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return Number(line);
}

const MEMORY_CHILD = `
import { memoryTurns } from './bench/service.js';
console.log(await memoryTurns(Number(process.argv[1])));
`;

/** What the memory child does: turns through the assistant and the embedded store, a pause, then its resident size in MB. */
export async function memoryTurns(turns) {
  const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-bench-'));
  try {
    let done = 0;
    // As `serve` does it.
    const stop = collectWhenIdle(clock, () => done);
    await through(createLowdbStore(folder), turns, 16);
    done = turns;
    await new Promise((resolve) => setTimeout(resolve, 3.5 * IDLE_MS));
    stop();
    return process.memoryUsage().rss / 1e6;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Turns a second through accept, turn, commit, dispatch and journal; everything settled at the end. */
async function through(store, turns, parallel) {
  const world = loadWorld({ publicUrl: 'http://127.0.0.1:3000' });
  const scripts = conversations(world).filter((script) => script.every(({ kind }) => kind !== 'wake'));
  const channel = {
    name: 'bench',
    capabilities: { markdown: false, cards: false, buttons: 0, bytesPerMessage: 1e9, canPush: false, canEdit: false },
    start: async () => {},
    send: async () => {},
    stop: async () => {},
  };
  const assistant = new Assistant({ store, world: () => world, channels: [channel], clock, log: quiet });
  await assistant.start();
  let left = turns;
  let number = 0;
  const worker = async (name) => {
    for (let round = 0; left > 0; round += 1) {
      const conversation = `${name}-${round}`;
      for (const input of scripts[(round + name.length) % scripts.length]) {
        if (left <= 0) return;
        left -= 1;
        number += 1;
        const base = { id: `e${number}`, conversation, at: Date.now(), mayJoin: false };
        const event =
          input.kind === 'message' ? { ...base, kind: 'message', text: input.texts.join('\n') } : { ...base, ...input };
        await assistant.accept('bench', event);
      }
    }
  };
  const start = process.hrtime.bigint();
  await Promise.all(Array.from({ length: parallel }, (_, index) => worker(`w${index}`)));
  await assistant.settled();
  const perSecond = turns / (Number(process.hrtime.bigint() - start) / 1e9);
  await assistant.stop();
  return perSecond;
}

/** Whole turns a second with each store, serial and with 16 conversations at once. */
export async function assistantBench() {
  const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-bench-'));
  try {
    const memory = await through(createMemoryStore(), 4_000, 1);
    const serial = await through(createLowdbStore(join(folder, 'a')), 1_500, 1);
    const parallel = await through(createLowdbStore(join(folder, 'b')), 4_000, 16);
    return { memory, serial, parallel };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
