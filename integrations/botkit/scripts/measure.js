// What Botkit costs beside pos-doctor alone: `node scripts/measure.js`, after `npm run build`. Best of five processes each.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const bytesBelow = (path) =>
  readdirSync(path, { withFileTypes: true }).reduce(
    (sum, one) =>
      sum +
      (one.isDirectory()
        ? bytesBelow(join(path, one.name))
        : one.isFile()
          ? statSync(join(path, one.name)).blocks * 512
          : 0),
    0,
  );

/** Milliseconds to import a package, and resident megabytes after it. */
const IMPORT = `const start = process.hrtime.bigint();
await import(process.argv[1]);
const ms = Number(process.hrtime.bigint() - start) / 1e6;
console.log(JSON.stringify({ ms, mb: process.memoryUsage().rss / 2 ** 20 }));`;

/** Turns a second of one user after another, to the reply taken by an adapter that only counts. */
const TURNS = `import { BotAdapter, MemoryStorage, TurnContext } from 'botbuilder-core';
import { Botkit } from 'botkit';
import { Assistant, createMemoryStore, loadWorld, silentLog, systemClock } from 'pos-doctor';
import { posDoctor } from 'pos-doctor-botkit';
const world = loadWorld({ publicUrl: 'http://127.0.0.1:3000' });
let sent = 0;
const options = { world: () => world, clock: systemClock, log: silentLog };
const capabilities = { markdown: false, cards: true, buttons: 6, bytesPerMessage: 2048, canPush: true, canEdit: false };
const door = { name: 'direct', capabilities, start: async () => {}, stop: async () => {}, send: async () => { sent += 1; } };
const direct = new Assistant({ ...options, store: createMemoryStore(), channels: [door] });
await direct.start();
class Counter extends BotAdapter {
  name = 'Web Adapter';
  async sendActivities(_, activities) { sent += activities.length; return activities.map(() => ({ id: '1' })); }
  async updateActivity() {} async deleteActivity() {} async continueConversation() {}
}
const adapter = new Counter();
const mounted = new Assistant({ ...options, store: createMemoryStore(), channels: [] });
await mounted.start();
const controller = new Botkit({ adapter, storage: new MemoryStorage(), disable_webserver: true, disable_console: true });
controller.usePlugin(posDoctor({ assistant: mounted }));
const text = '刷卡提示该渠道业务不可用';
const say = {
  async direct(user) {
    await direct.accept('direct', { kind: 'message', id: 'm', conversation: user, at: Date.now(), text });
    await direct.settled(user);
  },
  async mounted(user) {
    const activity = { type: 'message', id: 'm', text, channelId: 'web', from: { id: user }, recipient: { id: 'bot' }, conversation: { id: user } };
    await adapter.runMiddleware(new TurnContext(adapter, activity), (context) => controller.handleTurn(context));
  },
};
const rates = {};
for (const [name, one] of Object.entries(say)) {
  for (let at = 0; at < 300; at += 1) await one('w' + at);
  const before = sent;
  const start = process.hrtime.bigint();
  for (let at = 0; at < 1500; at += 1) await one('u' + at);
  rates[name] = 1500 / (Number(process.hrtime.bigint() - start) / 1e9);
  if (sent - before < 1500) throw new Error(name + ' did not answer');
}
console.log(JSON.stringify(rates));`;

const run = (script, ...args) =>
  JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script, '--', ...args], { cwd: here }));
const best = (runs, key, least = true) => {
  const values = runs.map((one) => one[key]);
  return Math.round(least ? Math.min(...values) : Math.max(...values));
};
const five = (work) => Array.from({ length: 5 }, work);

const size = bytesBelow(join(here, 'node_modules')) / 1e6;
console.log(`node_modules: ${Math.round(size)} MB on disk`);
for (const name of ['pos-doctor', 'botkit', 'pos-doctor-botkit']) {
  const runs = five(() => run(IMPORT, name));
  console.log(`import ${name}: ${best(runs, 'ms')} ms, ${best(runs, 'mb')} MB resident`);
}
const rates = five(() => run(TURNS));
console.log(
  `turns a second, memory store: ${best(rates, 'direct', false)} directly, ${best(rates, 'mounted', false)} in a Botkit bot`,
);
