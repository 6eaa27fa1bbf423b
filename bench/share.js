// What the store is of a turn, for each store in one run: the time it takes of turns one at a time, and the rate that it leaves.
import { createLowdbStore } from '../dist/store/lowdb.js';
import { createMemoryStore } from '../dist/store/memory.js';
import { createPostgresStore } from '../dist/store/postgres.js';
import { openServer } from './database.js';
import { median } from './store.js';
import { drive, startAssistant } from './through.js';
import { removeFolder, tempFolder } from './tidy.js';

/** Rounds take turns between the stores, so that a busy moment of the machine hits all of them. */
const ROUNDS = 9;
const ALONE = 150;
const TOGETHER = 480;
const PARALLEL = 16;

/**
 * The same store; `ms()` tells for how long any call of it was under way so far, less our own computing inside of it (a turn runs
 * in a transaction). Calls that overlap count once.
 */
function metered(store) {
  let under = 0;
  let since = 0;
  let total = 0;
  const own = (work) => (record) => {
    const start = performance.now();
    try {
      return work(record);
    } finally {
      total -= performance.now() - start;
    }
  };
  const end = () => {
    under -= 1;
    if (under === 0) total += performance.now() - since;
  };
  const around = (target) =>
    new Proxy(target, {
      get(_, name) {
        const value = Reflect.get(target, name, target);
        if (name === 'claims' && value) return around(value);
        if (typeof value !== 'function') return value;
        return (...given) => {
          const last = given.at(-1);
          const works = (name === 'transact' || name === 'finish') && typeof last === 'function';
          if (under === 0) since = performance.now();
          under += 1;
          let result;
          try {
            result = value.apply(target, works ? given.with(-1, own(last)) : given);
          } catch (error) {
            end();
            throw error;
          }
          // What is no promise is over.
          if (typeof result?.then === 'function') result.then(end, end);
          else end();
          return result;
        };
      },
    });
  return { store: around(store), ms: () => total };
}

async function roundOf({ assistant, ms }, name) {
  const before = ms();
  const alone = await drive(assistant, { turns: ALONE, parallel: 1, name: `${name}a`, alone: true });
  const share = (ms() - before) / ((ALONE / alone) * 1000);
  const together = await drive(assistant, { turns: TOGETHER, parallel: PARALLEL, name: `${name}t` });
  return { share, alone, together };
}

/**
 * @returns for each store: `share` of a turn's time, from accepting to everything delivered and journaled, one turn at a time;
 *   turns a second one at a time (`alone`) and 16 conversations at once (`together`), and these as a ratio to the memory store's
 */
export async function shareBench() {
  const folder = tempFolder();
  const server = await openServer();
  const open = {};
  try {
    const stores = {
      memory: createMemoryStore(),
      lowdb: createLowdbStore(folder),
      PostgreSQL: createPostgresStore(await server.make()),
    };
    for (const [name, bare] of Object.entries(stores)) {
      const { store, ms } = metered(bare);
      open[name] = { assistant: await startAssistant(store), ms };
    }
    const rounds = [];
    for (let at = 0; at <= ROUNDS; at += 1) {
      const round = {};
      for (const [name, one] of Object.entries(open)) round[name] = await roundOf(one, `r${at}`);
      // The first round warms up.
      if (at > 0) rounds.push(round);
    }
    const of = (value) => median(rounds.map(value));
    return Object.fromEntries(
      Object.keys(open).map((name) => [
        name,
        {
          share: of((round) => round[name].share),
          alone: of((round) => round[name].alone),
          together: of((round) => round[name].together),
          ratio: {
            alone: of((round) => round[name].alone / round.memory.alone),
            together: of((round) => round[name].together / round.memory.together),
          },
        },
      ]),
    );
  } finally {
    for (const { assistant } of Object.values(open)) await assistant.stop();
    await server.close();
    removeFolder(folder);
  }
}

if (process.argv[1] === import.meta.filename) console.dir(await shareBench(), { depth: 3 });
