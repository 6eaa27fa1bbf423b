// PostgreSQL for the benches: the server of DATABASE_URL, or one of our own whose disk is waited for, as in production.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newDatabase } from '../torture/database.js';
import { keep } from './tidy.js';

/** @returns `pid`: the server's, null if it is not ours; `make`: gives the URL of a new, empty database; `close` */
export async function openServer() {
  const given = process.env.DATABASE_URL;
  const [server, remove] = given ? [null, async () => {}] : await keep(startServer, (it) => it.remove());
  const drops = [];
  return {
    pid: server && Number(readFileSync(join(server.folder, 'data', 'postmaster.pid'), 'utf8').split('\n', 1)[0]),
    async make() {
      // Those on a server of our own go with it.
      if (server) return (await newDatabase(server.url)).url;
      const [{ url }, drop] = await keep(
        () => newDatabase(given),
        (it) => it.drop(),
      );
      drops.push(drop);
      return url;
    },
    async close() {
      for (const drop of drops) await drop();
      await remove();
    },
  };
}

async function startServer() {
  const { Server } = await import('../test/postgres/server.js');
  const server = await Server.create({ durable: true });
  try {
    await server.start();
  } catch (error) {
    await server.remove();
    throw error;
  }
  return server;
}
