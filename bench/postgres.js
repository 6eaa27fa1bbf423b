// What a turn's writes cost on PostgreSQL beside the embedded store, in one run, without the turn.
import { createLowdbStore } from '../dist/store/lowdb.js';
import { createPostgresStore } from '../dist/store/postgres.js';
import { openServer } from './database.js';
import { median, midway, NOW, outboxItem, rate } from './store.js';
import { removeFolder, tempFolder } from './tidy.js';

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

/** The server's disk is waited for, as in production, if it is ours. */
export async function postgresBench() {
  const folder = tempFolder();
  const server = await openServer();
  const stores = {};
  try {
    stores.lowdb = createLowdbStore(folder);
    stores.postgres = createPostgresStore(await server.make());
    for (const store of Object.values(stores)) await store.open();
    return await beside(stores);
  } finally {
    for (const store of Object.values(stores)) await store.close();
    await server.close();
    removeFolder(folder);
  }
}

if (process.argv[1] === import.meta.filename) console.log(await postgresBench());
