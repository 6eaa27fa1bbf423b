// Keeps one server for all test files of a run: `node keeper.js <folder> <pid>`. Ends with SIGTERM, or with the process `pid`.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server } from './server.js';

const [folder = '', pid = ''] = process.argv.slice(2);
/** Whole or not at all: others look for it. */
const tell = (name, text) => {
  writeFileSync(join(folder, `${name}.part`), text, { mode: 0o600 });
  renameSync(join(folder, `${name}.part`), join(folder, name));
};
const runs = () => {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
};

let server;
const end = async () => {
  clearInterval(watch);
  await server?.remove();
  process.exit();
};
const watch = setInterval(() => {
  if (runs()) return;
  // Nobody is left to clear up.
  rmSync(folder, { recursive: true, force: true });
  void end();
}, 500);
process.once('SIGTERM', () => void end());

try {
  server = await Server.create();
  await server.start();
  tell('url', server.url);
} catch (error) {
  tell('failed', error.message);
  await end();
}
