// The same two turns by Botkit 4.15 behind the same door, without any understanding: `node bench/wecom-botkit.js - <apiBase> <wsUrl> <door>`.
// Started by bench/wecom.js; needs integrations/botkit, installed and built. Speaks as bench/wecom-service.js does.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { loadWorld } from '../dist/content.js';
import { createMemoryStore } from '../dist/store/memory.js';

const integration = new URL('../integrations/botkit/', import.meta.url);
const require = createRequire(new URL('package.json', integration));
const { Botkit, BotkitConversation } = require('botkit');
const { MemoryStorage } = require('botbuilder-core');
const { WeComAdapter } = await import(new URL('dist/index.js', integration).href);

const [, apiBase, wsUrl, door] = process.argv.slice(2);
const corpId = 'ww0000000000000001';
const callback = { token: 'BenchToken', aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };
const store = createMemoryStore();
await store.open();
const { knowledge } = loadWorld({ publicUrl: 'https://pos.example.com' });
const adapter = new WeComAdapter({
  config: {
    apiBase,
    corpId,
    bot: door === 'bot' ? { id: 'aibSANDBOX', secret: 'sandbox-bot-secret', wsUrl } : undefined,
    app:
      door === 'app'
        ? { corpId, agentId: 1000002, secret: 'sandbox-app-secret', markdown: false, ...callback }
        : undefined,
  },
  store,
  knowledge: () => knowledge,
  publicUrl: () => 'https://pos.example.com',
});
const controller = new Botkit({
  adapter,
  storage: new MemoryStorage(),
  disable_webserver: true,
  disable_console: true,
});
const dialogue = new BotkitConversation('triage', controller);
const choices = ['one', 'all'].map((payload) => ({ title: payload, payload }));
dialogue.ask({ text: 'scope?', quick_replies: choices }, async () => {}, 'scope');
dialogue.say({ text: 'fix', quick_replies: choices });
controller.addDialog(dialogue);
controller.on('message', async (bot) => {
  await bot.beginDialog('triage');
});
await new Promise((resolve) => controller.ready(resolve));
await adapter.started;
const server = createServer(adapter.handler);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
const input = createInterface({ input: process.stdin });
input.on('line', () => {
  globalThis.gc?.();
  process.stdout.write(`${process.memoryUsage().heapUsed}\n`);
});
input.once('close', async () => {
  server.close();
  server.closeAllConnections();
  await controller.shutdown();
  process.exit(0);
});
