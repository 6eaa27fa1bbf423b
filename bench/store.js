// What the embedded store costs, beside the bare file operations it can't do without, in one run.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createLowdbStore } from '../dist/store/lowdb.js';
import { fileNameOf, folderOf } from '../dist/store/names.js';
import { emptyRecord } from '../dist/store/store.js';
import { removeFolder, tempFolder } from './tidy.js';

export const NOW = Date.UTC(2026, 10, 4, 8);
const PARALLEL = 16;
/** Rounds take turns between the things compared, so that a busy moment of the machine hits all of them. */
const ROUNDS = 31;

export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** A record as it is in the middle of a case: about 6 kB. */
export function midway(id) {
  const line = (i) => ({
    at: NOW + i,
    from: i % 2 ? 'assistant' : 'user',
    text: '其他卡也不行，换了二维码可以。'.repeat(3),
  });
  return {
    ...emptyRecord(id, 'web'),
    updatedAt: NOW,
    session: {
      skill: 'triage',
      state: 'ask-scope',
      belief: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`fault-${i}`, 1 / 30])),
    },
    seen: Array.from({ length: 20 }, (_, i) => `message-${i}`),
    transcript: Array.from({ length: 24 }, (_, i) => line(i)),
  };
}

export const outboxItem = (id) => ({
  id,
  channel: 'web',
  reply: {
    type: 'question',
    text: '只有这一种付款方式不行，还是全部都不行？',
    options: [{ id: 'one', label: '只有一种' }],
    links: [],
  },
  inReplyTo: id,
  createdAt: NOW,
  attempts: 0,
  nextAttemptAt: NOW,
  expiresAt: NOW + 600_000,
  state: 'waiting',
});

/** Calls `task(conversation)` `count` times, `parallel` at once; gives calls a second. */
export async function rate(count, parallel, task) {
  let left = count;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: parallel }, async (_, i) => {
      while (left-- > 0) await task(`conversation-${i}`);
    }),
  );
  return (count / (performance.now() - start)) * 1000;
}

/** Temp file, fsync, rename, fsync of the folder, as anyone would write it. */
async function rawReplace(folder, name, text) {
  const temp = join(folder, `${name}.tmp`);
  const file = await open(temp, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temp, join(folder, name));
  const parent = await open(folder);
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
}

async function rates() {
  const folder = tempFolder();
  const store = createLowdbStore(join(folder, 'data'));
  await store.open();
  const text = JSON.stringify(midway('conversation-0'));
  const raw = join(folder, 'raw');
  mkdirSync(raw);
  let n = 0;
  const commit = (id) => store.transact(id, (old) => ({ record: old ?? midway(id), result: null }));
  // As the shell does: accept and answer in one commit; the journal while the replies go out; then what was sent is
  // struck off.
  const turn = async (id) => {
    const key = `e${n++}`;
    const event = { id: key, conversation: id, at: NOW, type: 'answered', data: { question: 'scope', option: 'one' } };
    await store.transact(id, (old) => {
      const record = old ?? midway(id);
      return { record: { ...record, outbox: [outboxItem(key)], unjournaled: [event] }, result: null };
    });
    await store.journal([event]);
    await store.transact(id, (old) => ({ record: { ...old, outbox: [], unjournaled: [] }, result: null }));
  };
  const tasks = { raw: (id) => rawReplace(raw, id, text), transact: commit, turn };
  const found = {};
  for (let round = 0; round <= ROUNDS; round++)
    for (const parallel of [1, PARALLEL])
      for (const [name, task] of Object.entries(tasks)) {
        const result = await rate(parallel === 1 ? 30 : 160, parallel, task);
        // The first round warms up.
        if (round > 0) found[`${name} ${parallel}`] = [...(found[`${name} ${parallel}`] ?? []), result];
      }
  await store.close();
  removeFolder(folder);
  const perSecond = Object.fromEntries(Object.entries(found).map(([name, list]) => [name, Math.round(median(list))]));
  // Round by round: what is compared ran within the same second.
  const ratio = (name, parallel) =>
    Number(median(found[`${name} ${parallel}`].map((rate, i) => rate / found[`raw ${parallel}`][i])).toFixed(2));
  const ratios = {};
  for (const parallel of [1, PARALLEL])
    for (const name of ['transact', 'turn']) ratios[`${name} ${parallel}`] = ratio(name, parallel);
  return { perSecond, ratios };
}

/**
 * How long a start takes (ms, median of 5) after a kill, from opening to the list of pending work: `stored`
 * conversations, 20 of them with work and 480 lately in use.
 */
async function recovery(stored) {
  const folder = tempFolder();
  const first = createLowdbStore(folder);
  await first.open();
  const commit = (id, outbox) =>
    first.transact(id, (old) => ({ record: { ...(old ?? midway(id)), outbox }, result: null }));
  for (let i = 0; i < 500; i++) await commit(`used-${i}`, [outboxItem(`r${i}`)]);
  for (let i = 20; i < 500; i++) await commit(`used-${i}`, []);
  const index = join(folder, 'pending.json');
  const asKilled = readFileSync(index);
  await first.close();
  for (let i = 500; i < stored; i++) {
    const path = join(folder, 'conversations', folderOf(`stored-${i}`));
    mkdirSync(path, { recursive: true });
    writeFileSync(
      join(path, fileNameOf(`stored-${i}`)),
      `${JSON.stringify({ ...emptyRecord(`stored-${i}`, 'web'), version: 1 })}\n`,
    );
  }
  const times = [];
  for (let round = 0; round < 5; round++) {
    writeFileSync(index, asKilled);
    const store = createLowdbStore(folder);
    const start = performance.now();
    await store.open();
    const pending = await store.pending();
    times.push(performance.now() - start);
    if (pending.length !== 20) throw new Error(`found ${pending.length} pending conversations instead of 20`);
    await store.close();
  }
  removeFolder(folder);
  return Number(median(times).toFixed(1));
}

/**
 * Calls a second (median of rounds) of the raw file replacement, of a commit, and of a whole turn's writes, one
 * conversation and 16 at once, the ratios to raw; and ms from opening to the list of pending work at three sizes.
 */
export async function storeBench({ sizes = [1_000, 10_000, 100_000] } = {}) {
  const { perSecond, ratios } = await rates();
  const recoveryMs = {};
  for (const size of sizes) recoveryMs[size] = await recovery(size);
  return { perSecond, ratios, recoveryMs };
}

if (process.argv[1] === import.meta.filename) console.log(await storeBench());
