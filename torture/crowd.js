// Many at once: three processes, a hundred thousand stored conversations, two thousand active ones, two hundred turns a second.
import { readFileSync } from 'node:fs';
import { breachesOf, brokenBy } from './kill.js';
import { answerOf, CODES, judge, Person, seeded, shuffled } from './load.js';
import { openStand, wait } from './stand.js';

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

/** Fills the store with conversations that ended long ago. */
async function fill(database, count, progress) {
  const { createPostgresStore } = await import('../dist/store/postgres.js');
  const { midway } = await import('../bench/store.js');
  const store = createPostgresStore(database);
  await store.open();
  for (let at = 0; at < count; at += 500) {
    await store.restore(
      Array.from({ length: Math.min(500, count - at) }, (_, n) => ({ ...midway(`stored-${at + n}`), version: 1 })),
    );
    if (at % 5_000 === 0) progress(`${at} of ${count} conversations stored`);
  }
  await store.close();
}

const rssMb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** Longest wait for a lock, looked at ten times a second, ms. */
async function watchLocks(database) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: database, application_name: 'torture' });
  await client.connect();
  let longest = 0;
  const look = async () => {
    const { rows } = await client.query(
      "SELECT extract(epoch FROM max(clock_timestamp() - query_start)) * 1000 AS ms FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'pos-doctor'",
    );
    longest = Math.max(longest, Number(rows[0]?.ms ?? 0));
  };
  const timer = setInterval(() => void look().catch(() => undefined), 100);
  return {
    get longest() {
      return longest;
    },
    async stop() {
      clearInterval(timer);
      await client.end();
    },
  };
}

/** Messages before it counts: a process that has just started is several times slower than the same one a minute later. */
const WARM_UP = 1_500;
const WARM_UP_PER_SECOND = 75;

async function warmUp(stand, count, progress) {
  const people = Array.from({ length: count / 5 }, (_, n) => new Person(stand, 'app', `warm-${n}`));
  for (let n = 0; n < count; n += 1) {
    people[n % people.length].say(CODES[Math.floor(n / people.length)]);
    await wait(1000 / WARM_UP_PER_SECOND);
    if (n % 250 === 0) progress(`warming up: ${n} of ${count}`);
  }
  await judge(people);
}

export async function crowdScenario({
  database,
  stored,
  active,
  turns,
  perSecond,
  processes = 3,
  seed,
  warm = WARM_UP,
  progress,
  opened,
}) {
  await fill(database, stored, progress);
  const stand = await openStand({ database, processes, doors: ['app'] });
  opened(stand);
  const { sandbox, services } = stand;
  await warmUp(stand, warm, progress);
  const random = seeded(seed);
  const people = Array.from({ length: active }, (_, n) => ({
    person: new Person(stand, 'app', `crowd-${n}`),
    codes: shuffled(CODES, random).slice(0, turns),
  }));
  const times = [];
  const waiting = new Map();
  sandbox.on('change', (door, chat) => {
    const mine = waiting.get(chat);
    const code = mine && answerOf(sandbox.rooms.seen(door, chat).at(-1));
    const asked = code && mine.open.get(code);
    if (asked === undefined) return;
    mine.open.delete(code);
    times.push(performance.now() - asked);
  });
  const say = (person, code) => {
    const mine = waiting.get(person.name) ?? { person, open: new Map() };
    waiting.set(person.name, mine);
    mine.open.set(code, performance.now());
    person.say(code);
  };
  const locks = await watchLocks(database);
  const rss = [];
  const start = performance.now();
  let said = 0;
  // Everybody's first turn, then everybody's second: a tenth of them come in bursts of three within 50 ms.
  for (let turn = 0; turn < turns; turn += 1)
    for (const { person, codes } of people) {
      const left = codes.length - person.said.size;
      if (left <= 0) continue;
      const burst = left >= 3 && random() < 1 / 28 ? 3 : 1;
      for (let n = 0; n < burst; n += 1) {
        say(person, codes[person.said.size]);
        if (n + 1 < burst) await wait(15);
      }
      said += burst;
      const due = start + (said / perSecond) * 1000;
      if (due > performance.now()) await wait(due - performance.now());
      if (said % 500 < burst) {
        rss.push(services.map(({ pid }) => rssMb(pid)).reduce((sum, mb) => sum + mb, 0));
        progress(`${said} of about ${active * turns} turns, ${times.length} answered`);
      }
    }
  const seconds = (performance.now() - start) / 1000;
  // What was not taken is tried again after up to half a minute, and more than 30 messages a minute wait for WeCom's window.
  const verdict = await judge(
    people.map(({ person }) => person),
    180_000,
  );
  await locks.stop();
  times.sort((a, b) => a - b);
  const third = Math.floor(rss.length / 3);
  const mean = (list) => list.reduce((sum, mb) => sum + mb, 0) / Math.max(1, list.length);
  const figures = {
    perSecond: said / seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    lockMs: locks.longest,
    rssMb: { middle: mean(rss.slice(third, 2 * third)), end: mean(rss.slice(2 * third)) },
  };
  const breaches = breachesOf(sandbox);
  const broken = brokenBy(verdict, breaches, 0);
  if (figures.lockMs > 1_000) broken.push(`${figures.lockMs.toFixed(0)} ms waited for a lock, where 1,000 may be`);
  const good = broken.length === 0;
  await stand.close(!good);
  return { ...verdict, breaches, broken, figures, good, folder: good ? undefined : stand.folder };
}
