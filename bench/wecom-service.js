// The service under the bench, as a process of its own: `node bench/wecom-service.js <memory|lowdb> <apiBase> <wsUrl> <door>`.
// Prints its address when it is ready and its memory when asked; ends with its standard input.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Assistant } from '../dist/assistant.js';
import { createWebChannel } from '../dist/channels/web.js';
import { systemClock } from '../dist/clock.js';
import { loadWorld } from '../dist/content.js';
import { createDoors } from '../dist/doors.js';
import { createServer } from '../dist/server.js';
import { createLowdbStore } from '../dist/store/lowdb.js';
import { createMemoryStore } from '../dist/store/memory.js';

const [kind, apiBase, wsUrl, door] = process.argv.slice(2);
const log = { debug() {}, info() {}, warn() {}, error: (data, message) => console.error(message, data) };
const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-bench-'));
const store = kind === 'lowdb' ? createLowdbStore(folder) : createMemoryStore();
const world = loadWorld({ publicUrl: 'https://pos.example.com' });
const knowledge = () => world.knowledge;
const publicUrl = () => world.publicUrl;
const callback = { token: 'BenchToken', aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };
const corpId = 'ww0000000000000001';
const doors = createDoors({
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
  knowledge,
  publicUrl,
  clock: systemClock,
  log,
});
const assistant = new Assistant({ store, world: () => world, channels: doors.channels, clock: systemClock, log });
const web = createWebChannel({ publicUrl, knowledge, mask: (text) => text, key: async () => new Uint8Array(32), log });
const server = createServer({
  config: { host: '127.0.0.1', port: 0, publicUrl: publicUrl() },
  knowledge,
  assistant,
  web,
  callbacks: doors.callbacks,
  log,
  assets: fileURLToPath(new URL('../dist/web/', import.meta.url)),
});
await assistant.start();
const { url } = await server.listen();
process.stdout.write(`${url}\n`);
// The one at a terminal is for whoever started this, whose end ends it.
process.on('SIGINT', () => {});
const input = createInterface({ input: process.stdin });
input.on('line', () => {
  globalThis.gc?.();
  process.stdout.write(`${process.memoryUsage().heapUsed}\n`);
});
input.once('close', async () => {
  const closed = server.close(0);
  await assistant.stop();
  await closed;
  rmSync(folder, { recursive: true, force: true });
});
