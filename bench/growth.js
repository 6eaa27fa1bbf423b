// What ever more stored conversations change: turns a second with 1,000, 10,000 and 100,000 of them, on both durable stores.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createLowdbStore } from '../dist/store/lowdb.js';
import { createMemoryStore } from '../dist/store/memory.js';
import { fileNameOf, folderOf } from '../dist/store/names.js';
import { createPostgresStore } from '../dist/store/postgres.js';
import { CODES } from '../torture/load.js';
import { openServer } from './database.js';
import { median } from './store.js';
import { startAssistant, take } from './through.js';
import { removeFolder, tempFolder } from './tidy.js';

export const SIZES = [1_000, 10_000, 100_000];
/** Conversations that go on: the same at each size, spread evenly over what is stored. */
const ACTIVE = 960;
const TURNS = 240;
const PARALLEL = 16;
const ROUNDS = 16;
/** However slow the machine is just now. */
const LEAST_ROUNDS = 8;

const idOf = (at) => `stored-${at}`;
const asks = (code) => ({ kind: 'message', texts: [`刷卡显示代码 ${code}`] });

/** A real one in which a dozen codes were asked for, as it is when nothing is due any more. */
async function model() {
  const store = createMemoryStore();
  const assistant = await startAssistant(store);
  for (const code of CODES.slice(0, 12)) await take(assistant, 'model', asks(code));
  await assistant.settled();
  const record = await store.read('model');
  await assistant.stop();
  return { ...record, inbox: [], outbox: [], wakeUps: [], unjournaled: [] };
}

/** Written past the store, which would wait for the disk with each of them. */
async function fillFolder(folder, record, size) {
  const made = new Set();
  const [before, after] = JSON.stringify({ ...record, id: '?' }).split('"id":"?"', 2);
  for (let at = 0; at < size; at += 1) {
    const path = join(folder, 'conversations', folderOf(idOf(at)));
    if (!made.has(path)) mkdirSync(path, { recursive: true });
    made.add(path);
    writeFileSync(join(path, fileNameOf(idOf(at))), `${before}"id":"${idOf(at)}"${after}\n`);
    // A signal is heard.
    if (at % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The store keeps the first one, the server copies it, whatever columns there are. */
const COPY = `INSERT INTO pos_doctor.conversations SELECT made.* FROM pos_doctor.conversations AS c, generate_series(1, $1::int) AS i,
  LATERAL jsonb_populate_record(c, jsonb_build_object('id', 'stored-' || i,
    'record', replace(c.record, '"id":"stored-0"', '"id":"stored-' || i || '"'))) AS made`;

async function fillDatabase(url, record, size) {
  const store = createPostgresStore(url);
  await store.open();
  try {
    await store.restore([{ ...record, id: idOf(0) }]);
  } finally {
    await store.close();
  }
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(COPY, [size - 1]);
    await client.query('VACUUM ANALYZE pos_doctor.conversations');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

/** What filling left to be written to the disk is not to be paid for by the rounds. */
function sync() {
  if (process.platform !== 'win32') execFileSync('sync');
}

/** Turns a second: each asks for a code in the next of the active conversations. */
async function round({ assistant, size }, number) {
  const first = number * TURNS;
  let turn = 0;
  const worker = async () => {
    while (turn < TURNS) {
      const at = (first + turn) % ACTIVE;
      turn += 1;
      await take(assistant, idOf(Math.floor((at * size) / ACTIVE)), asks(CODES[number % CODES.length]));
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  await assistant.settled();
  return (TURNS / (performance.now() - start)) * 1000;
}

/**
 * Each size has a store of its own; their rounds take turns, so that a busy moment of the machine hits all of them. Ends after 16
 * rounds, or after the first one that ends after `seconds`.
 * @returns for each store and size turns a second (median) and its ratio to that of the first size, round by round (median)
 */
export async function growthBench({ sizes = SIZES, seconds = 90, progress = () => {} } = {}) {
  const folder = tempFolder();
  const server = await openServer();
  const open = [];
  try {
    const record = await model();
    for (const size of sizes) {
      progress(`storing ${size} conversations`);
      const data = join(folder, String(size));
      await fillFolder(data, record, size);
      const url = await server.make();
      await fillDatabase(url, record, size);
      for (const [name, store] of [
        ['lowdb', createLowdbStore(data)],
        ['PostgreSQL', createPostgresStore(url)],
      ])
        open.push({ name, size, assistant: await startAssistant(store), rates: [] });
    }
    sync();
    const end = performance.now() + seconds * 1000;
    for (let at = 0; at <= ROUNDS && (at <= LEAST_ROUNDS || performance.now() < end); at += 1) {
      progress(`round ${at} of ${ROUNDS}`);
      // Whoever comes first has no advantage, and the first round warms up.
      for (const one of at % 2 === 0 ? open : [...open].reverse()) {
        const rate = await round(one, at);
        if (at > 0) one.rates.push(rate);
      }
    }
    return ['lowdb', 'PostgreSQL'].map((name) => {
      const own = open.filter((one) => one.name === name);
      const ratio = ({ rates }) => median(rates.map((rate, at) => rate / own[0].rates[at]));
      return {
        name,
        perSecond: own.map(({ rates }) => median(rates)),
        ratios: own.map(ratio),
      };
    });
  } finally {
    for (const { assistant } of open) await assistant.stop();
    await server.close();
    progress('removing them');
    removeFolder(folder);
  }
}

if (process.argv[1] === import.meta.filename)
  console.log(await growthBench({ progress: (text) => console.error(text) }));
