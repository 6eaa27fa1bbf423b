// What the service stands on goes away under load, and comes back: the database, its connections, the disk, the right time.
import { breachesOf, brokenBy } from './kill.js';
import { crowd, judge, seeded } from './load.js';
import { openStand, wait } from './stand.js';

const HOUR = 3_600_000;

/** Resolves when every process says so; false if one does not within the time. */
async function allReady(stand, wanted, patienceMs = 20_000) {
  for (const end = Date.now() + patienceMs; Date.now() < end; await wait(100)) {
    const ready = await Promise.all(stand.services.map((service) => service.ready()));
    if (ready.every((one) => one === wanted)) return true;
  }
  return false;
}

/** Load, `trouble` beside it, and the verdict. `trouble` gives what was untrue of the service meanwhile. */
async function underLoad({ database, processes, seed, opened, repeats }, trouble) {
  const stand = await openStand({ database, processes });
  opened(stand);
  const load = crowd(stand, { doors: ['app', 'kf'], parallel: 6, seed });
  await wait(1_000);
  const wrong = await trouble(stand);
  if (!(await allReady(stand, true))) wrong.push('it did not become ready again');
  await wait(1_000);
  await load.stop();
  const verdict = await judge(load.people);
  const breaches = [...wrong, ...breachesOf(stand.sandbox)];
  const broken = brokenBy(verdict, breaches, repeats);
  const good = broken.length === 0;
  await stand.close(!good);
  return { ...verdict, breaches, broken, good, folder: good ? undefined : stand.folder };
}

/** The server is stopped and started: in order, and as if it had crashed. Where a commit's answer is lost, a reply may go out twice. */
export function restartScenario({ server, times, progress, ...shared }) {
  return underLoad({ ...shared, processes: 2, repeats: 6 * times }, async (stand) => {
    const wrong = [];
    for (let n = 1; n <= times; n += 1) {
      await server.stop(n % 2 ? 'SIGINT' : 'SIGQUIT');
      if (!(await allReady(stand, false, 15_000))) wrong.push('ready without its database');
      await server.start();
      await allReady(stand, true);
      await wait(1_500);
      progress(`restart ${n} of ${times}`);
    }
    return wrong;
  });
}

/** Connections are cut, all of them, again and again. */
export function cutScenario({ database, times, progress, seed, ...shared }) {
  const random = seeded(seed);
  return underLoad({ ...shared, seed, database, processes: 2, repeats: 6 * times }, async () => {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: database, application_name: 'torture' });
    await client.connect();
    for (let n = 1; n <= times; n += 1) {
      await wait(100 + random() * 900);
      await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pos-doctor' AND datname = current_database()",
      );
      progress(`cut ${n} of ${times}`);
    }
    await client.end();
    return [];
  });
}

/** The disk of the embedded store is full for a while. */
export function diskScenario({ times, progress, ...shared }) {
  return underLoad({ ...shared, repeats: 6 * times }, async ({ services: [service], ...stand }) => {
    const wrong = [];
    for (let n = 1; n <= times; n += 1) {
      service.suffer({ diskFull: true });
      if (!(await allReady({ ...stand, services: [service] }, false, 10_000))) wrong.push('ready with a full disk');
      await wait(1_000);
      service.suffer({});
      if (!(await allReady({ ...stand, services: [service] }, true)))
        wrong.push('not ready although there is room again');
      await wait(2_000);
      progress(`full disk ${n} of ${times}`);
    }
    return wrong;
  });
}

/** The clock jumps an hour on, an hour back, and is right again. */
export function clockScenario({ database, processes = 1, times, progress, ...shared }) {
  return underLoad({ ...shared, database, processes, repeats: 0 }, async ({ services }) => {
    for (let n = 1; n <= times; n += 1)
      for (const clockMs of [HOUR, -HOUR, 0]) {
        services[n % services.length].suffer({ clockMs });
        await wait(2_500);
        progress(`clock ${n} of ${times}`);
      }
    return [];
  });
}

/** The process that has the bot's connection is killed; another one has it within 15 s, and never two for longer than one kick. */
export async function leaseScenario({ database, times, progress, opened }) {
  const stand = await openStand({ database, processes: 2, doors: ['bot'] });
  opened(stand);
  const { sandbox, services } = stand;
  const wrong = [];
  const moves = [];
  for (let n = 1; n <= times; n += 1) {
    for (const end = Date.now() + 20_000; !sandbox.bot.socket.connected && Date.now() < end; ) await wait(20);
    if (!sandbox.bot.socket.connected) wrong.push('nobody is connected');
    // Whoever was started first has it; after a kill the other one.
    const subscribed = sandbox.bot.socket.subscribes;
    const holder = services[(n - 1) % 2];
    const start = performance.now();
    const how = n % 2 ? 'SIGKILL' : 'SIGTERM';
    await holder.kill(how);
    for (const end = Date.now() + 20_000; sandbox.bot.socket.subscribes === subscribed && Date.now() < end; )
      await wait(10);
    const ms = performance.now() - start;
    moves.push({ how, ms });
    if (ms > 15_000) wrong.push(`the connection moved after ${Math.round(ms)} ms`);
    await holder.start();
    // The one that came back must not take it.
    await wait(4_000);
    if (sandbox.bot.socket.subscribes !== subscribed + 1) wrong.push('two processes fought for the connection');
    sandbox.bot.message({ user: `lease-${n}`, text: '刷卡显示代码 51' });
    await sandbox
      .until(() => sandbox.bot.seen(`lease-${n}`).some(({ from, finished }) => from === 'bot' && finished))
      .catch(() => wrong.push('a message was not answered'));
    progress(`move ${n} of ${times}`);
  }
  const breaches = [...wrong, ...breachesOf(sandbox)];
  await stand.close(breaches.length > 0);
  return { good: breaches.length === 0, breaches, moves, folder: breaches.length > 0 ? stand.folder : undefined };
}
