// What a turn's writes cost on PostgreSQL beside the embedded store, in one run, and what a growing table changes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createLowdbStore } from '../dist/store/lowdb.js';
import { createPostgresStore } from '../dist/store/postgres.js';
import { Server } from '../test/postgres/server.js';
import { median, midway, NOW, outboxItem, rate } from './store.js';

/** Rounds take turns between the things compared, so that a busy moment of the machine hits all of them. */
const ROUNDS = 15;
const PARALLEL = [1, 16, 24];

let made = 0;

/** As the shell does: accept and answer in one commit; the journal; then what was sent is struck off. */
const turnOn = (store) => async (id) => {
  const key = `e${made++}`;
  const event = { id: key, conversation: id, at: NOW, type: 'answered', data: { question: 'scope', option: 'one' } };
  await store.transact(id, (old) => {
    const record = old ?? midway(id);
    return { record: { ...record, outbox: [outboxItem(key)], unjournaled: [event] }, result: null };
  });
  await store.journal([event]);
  await store.transact(id, (old) => ({ record: { ...old, outbox: [], unjournaled: [] }, result: null }));
};
const commitOn = (store) => (id) => store.transact(id, (old) => ({ record: old ?? midway(id), result: null }));

/** Stores so many conversations of 6 kB without work. */
async function fill(url, stored) {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(
    `INSERT INTO pos_doctor.conversations SELECT 'stored-' || i, $1, NULL, 20000 FROM generate_series(1, $2::int) AS i
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(midway('stored')), stored],
  );
  await client.query('VACUUM ANALYZE pos_doctor.conversations');
  await client.end();
}

/** Calls a second (median of rounds) of a commit and of a turn's writes on both stores, serial, 16 and 24 at once. */
async function beside(stores) {
  const found = {};
  for (let round = 0; round <= ROUNDS; round++)
    for (const parallel of PARALLEL)
      for (const [name, store] of Object.entries(stores))
        for (const [what, task] of [
          ['transact', commitOn(store)],
          ['turn', turnOn(store)],
        ]) {
          const result = await rate(parallel === 1 ? 40 : 240, parallel, task);
          // The first round warms up.
          const key = `${name} ${what} ${parallel}`;
          if (round > 0) found[key] = [...(found[key] ?? []), result];
        }
  return Object.fromEntries(Object.entries(found).map(([key, list]) => [key, Math.round(median(list))]));
}

/** Turns a second, 16 at once, and ms of `pending`, with ever more conversations stored. */
async function growth(store, url, sizes) {
  const found = {};
  for (const size of sizes) {
    await fill(url, size);
    const rates = [];
    const times = [];
    for (let round = 0; round <= ROUNDS; round++) {
      rates.push(await rate(240, 16, turnOn(store)));
      const start = performance.now();
      await store.pending();
      times.push(performance.now() - start);
    }
    found[size] = { turns: Math.round(median(rates.slice(1))), pendingMs: Number(median(times.slice(1)).toFixed(2)) };
  }
  return found;
}

/** `sizes`: conversations stored while turns are taken. The server's disk is waited for, as in production. */
export async function postgresBench({ sizes = [1_000, 10_000, 100_000] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-bench-'));
  const server = await Server.create({ durable: true });
  await server.start();
  const stores = { lowdb: createLowdbStore(join(folder, 'data')), postgres: createPostgresStore(server.url) };
  try {
    for (const store of Object.values(stores)) await store.open();
    return { perSecond: await beside(stores), growth: await growth(stores.postgres, server.url, sizes) };
  } finally {
    for (const store of Object.values(stores)) await store.close();
    await server.remove();
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) console.log(await postgresBench());
