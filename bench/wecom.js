// Turns through the doors against the local WeCom: from the callback to the reply accepted, and good traffic under abuse.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSandbox } from '../scripts/build-sandbox.js';

const ours = fileURLToPath(new URL('./wecom-service.js', import.meta.url));
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
const now = () => Number(process.hrtime.bigint()) / 1e6;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What each user says: two turns, as in the dialogue of the peers. */
const DIALOGUE = ['该渠道业务不可用', '不清楚'];

/** A local WeCom and the service before it, each a process of its own: this one drives the users and is WeCom. */
export async function openStand(door, service = { script: ours, args: ['memory'] }) {
  buildSandbox();
  const { createSandbox } = await import('../.sandbox/test/wecom-sandbox/index.js');
  // Limits that one person could not reach would only slow the bench; all others hold.
  const sandbox = createSandbox({ keepAlive: true, bot: { perMinute: 1e9 } });
  const { apiBase, wsUrl } = await sandbox.start();
  const process_ = spawn(
    process.execPath,
    [
      // BENCH_PROF=folder leaves a profile there.
      ...(process.env.BENCH_PROF ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROF}`] : []),
      '--expose-gc',
      service.script,
      ...service.args,
      apiBase,
      wsUrl,
      door,
    ],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: process_.stdout });
  const [url] = await once(lines, 'line');
  sandbox.app.callback = {
    url: `${url}/wecom/app`,
    token: 'BenchToken',
    aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  };
  if (door === 'bot') await sandbox.until(() => sandbox.bot.socket.connected, 'the bot to connect');
  return {
    sandbox,
    url,
    turn: turnsThrough(sandbox, door),
    async heapBytes() {
      process_.stdin.write('\n');
      const [line] = await once(lines, 'line');
      return Number(line);
    },
    async close() {
      process_.stdin.end();
      await once(process_, 'exit');
      await sandbox.stop();
    },
  };
}

/**
 * @returns `turn(user, text)`: milliseconds from what the user says to the reply that asks on, accepted
 */
export function turnsThrough(sandbox, door) {
  const answered = new Map();
  sandbox.on('change', (_, chat) => {
    const waiting = answered.get(chat);
    if (!waiting) return;
    const last = sandbox.rooms.seen(door, chat).at(-1);
    // The reply is accepted when its last message is: the card that asks, or a finished bubble, or the text.
    if (last?.from !== 'bot' || (last.kind === 'stream' && !last.finished) || !waiting.whole(chat)) return;
    answered.delete(chat);
    waiting.done();
  });
  return async (user, text, whole = isWhole(sandbox, door)) => {
    const before = sandbox.rooms.seen(door, user).length;
    const start = now();
    const done = new Promise((resolve) => answered.set(user, { done: resolve, whole: (chat) => whole(chat, before) }));
    if (door === 'bot') sandbox.bot.message({ user, text });
    else sandbox.app.user(user).says(text);
    await done;
    return now() - start;
  };
}

/** Each turn of the dialogue ends in a question, which is a card. */
const isWhole = (sandbox, door) => (chat, before) =>
  sandbox.rooms
    .seen(door, chat)
    .slice(before)
    .some(({ from, kind }) => from === 'bot' && kind === 'card');

/** As many turns as go, `parallel` users at a time. @returns turns a second, and milliseconds a turn */
export async function fullSpeed(stand, { turns = 3000, parallel = 32, name = 'u' } = {}) {
  const times = [];
  let left = turns;
  const worker = async (name) => {
    for (let user = 0; left > 0; user += 1)
      for (const text of DIALOGUE) {
        left -= 1;
        times.push(await stand.turn(`${name}x${user}`, text));
      }
  };
  const start = now();
  await Promise.all(Array.from({ length: parallel }, (_, at) => worker(`${name}${at}`)));
  return { perSecond: (times.length / (now() - start)) * 1000, turns: times.length, ...spread(times) };
}

/** The first turns are slow. */
async function warmUp(stand) {
  for (let at = 0; at < 200; at += 1) for (const text of DIALOGUE) await stand.turn(`warm${at}`, text);
}

/** A steady rate, whether or not earlier turns were answered. @returns milliseconds a turn */
export async function steady(stand, { perSecond = 100, seconds = 10, name = 's' } = {}) {
  const times = [];
  const under = [];
  const start = now();
  for (let at = 0; at < perSecond * seconds; at += 1) {
    const due = start + (at * 1000) / perSecond;
    if (due > now()) await wait(due - now());
    under.push(stand.turn(`${name}${at}`, DIALOGUE[0]).then((ms) => times.push(ms)));
  }
  await Promise.all(under);
  return spread(times);
}

function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

/** Bad requests: malformed, replayed, oversized, wrongly signed, too old, of another receiver. */
function badRequests(stand) {
  const { callbacks } = stand.sandbox.app;
  const good = callbacks.postRequest('<xml></xml>');
  const old = callbacks.postRequest('<xml></xml>', { ageMs: 3_600_000 });
  const forged = callbacks.postRequest('<xml></xml>', { signature: '0'.repeat(40) });
  return [
    good,
    { ...good, body: '<xml>not what was signed</xml>' },
    { ...good, body: 'x'.repeat(200_000) },
    forged,
    old,
    { ...good, url: `${stand.url}/wecom/app?msg_signature=zz&timestamp=now&nonce=` },
    { ...good, url: `${stand.url}/wecom/app` },
  ];
}

/** Bad requests, at most `parallel` at a time and spread over the seconds. @returns how many were answered how */
async function abuse(stand, { count = 10_000, seconds = 20, parallel = 16 } = {}) {
  const attacker = fork(fileURLToPath(new URL('./wecom-abuse.js', import.meta.url)));
  const requests = badRequests(stand).map(({ url, method, body }) => ({ url, method, body }));
  attacker.send({ requests, count, seconds, parallel });
  const [statuses] = await once(attacker, 'message');
  return statuses;
}

/** 10,000 bad requests alone, for the memory; then good traffic alone, beside 10,000 more, and alone again. */
export async function abuseBench() {
  const stand = await openStand('app');
  try {
    await steady(stand, { seconds: 5, name: 'w' });
    await abuse(stand, { count: 1_000, seconds: 1 });
    const heapBefore = await stand.heapBytes();
    await abuse(stand);
    const heapAfter = await stand.heapBytes();
    const first = await steady(stand, { name: 'a' });
    const [during, statuses] = await Promise.all([steady(stand, { name: 'b', seconds: 20 }), abuse(stand)]);
    const last = await steady(stand, { name: 'c' });
    return { quiet: (first.p99 + last.p99) / 2, during: during.p99, statuses, heapBefore, heapAfter };
  } finally {
    await stand.close();
  }
}

/** Turns through a door: at full speed, and at a hundred a second. `store`: memory or lowdb. */
export async function doorBench(door, store, script = ours) {
  const stand = await openStand(door, { script, args: [store] });
  try {
    await warmUp(stand);
    return { ...(await fullSpeed(stand)), at100: await steady(stand) };
  } finally {
    await stand.close();
  }
}

/** The same door, with Botkit's dialogue behind it; needs integrations/botkit, installed and built. */
export const botkitDoorBench = (door) =>
  doorBench(door, '-', fileURLToPath(new URL('./wecom-botkit.js', import.meta.url)));
