// After all tests: ends the server if one was started.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const PATIENCE = 10_000;

export default async function teardown() {
  const folder = process.env.POS_DOCTOR_TEST_RUN;
  const file = join(folder, 'keeper');
  if (existsSync(file)) {
    const pid = Number(readFileSync(file, 'utf8'));
    for (let waited = 0, signal = 'SIGTERM'; waited < PATIENCE; waited += 20, signal = 0) {
      try {
        process.kill(pid, signal);
      } catch {
        break;
      }
      await wait(20);
    }
  }
  rmSync(folder, { recursive: true, force: true });
}
