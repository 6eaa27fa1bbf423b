/** What goes on behind the turns, while the database is away: told once an outage, however often it is tried again. */
import { createServer, type Server, type Socket } from 'node:net';
import { PosDoctorError } from '../../../src/errors.js';
import { PostgresClaims, RENEW_MS } from '../../../src/store/postgres/claims.js';
import type { Database } from '../../../src/store/postgres/database.js';
import { Newsroom } from '../../../src/store/postgres/newsroom.js';
import { type TestClock, testClock } from '../../support/clock.js';
import { record } from '../records.js';

/** Hangs up on whoever comes. */
let server: Server;
let calls: number;
let url: string;
beforeAll(async () => {
  calls = 0;
  server = createServer((socket: Socket) => {
    calls += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `postgres://pos:x@127.0.0.1:${(server.address() as { port: number }).port}/pos`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** A clock that counts what is put off. */
function counting(): { clock: TestClock; waits: () => number } {
  const clock = testClock();
  let waits = 0;
  const after: TestClock['after'] = (ms, run) => {
    waits += 1;
    return clock.after(ms, run);
  };
  return { clock: { ...clock, after }, waits: () => waits };
}

test('that the other processes cannot be heard', async () => {
  const { clock, waits } = counting();
  const told: string[] = [];
  const newsroom = new Newsroom(url, 'one', clock, ({ code }) => told.push(code));
  newsroom.listen(() => undefined);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    while (waits() < attempt) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(2_000);
  }
  expect(calls).toBeGreaterThanOrEqual(5);
  expect(told).toEqual(['STORE_UNREACHABLE']);
  await newsroom.close();
});

test('that no sign of life can be given for a claim; of the next outage again', async () => {
  const { clock } = counting();
  const told: string[] = [];
  let away = false;
  const query = async () => {
    if (away) throw new PosDoctorError('STORE_UNREACHABLE', { why: 'nothing listens there' });
    return [{ record: '{}' }];
  };
  const database = { query } as unknown as Database;
  const store = { parsed: () => record('c'), transactWith: () => Promise.reject(new Error('not here')) };
  const claims = new PostgresClaims(
    url,
    () => database,
    store,
    clock,
    ({ code }) => told.push(code),
  );
  await claims.take('c', 'own');
  const renewals = (count: number) => clock.advance(count * RENEW_MS);
  await renewals(3);
  expect(told).toEqual([]);
  away = true;
  await renewals(5);
  expect(told).toEqual(['STORE_UNREACHABLE']);
  away = false;
  await renewals(1);
  away = true;
  await renewals(5);
  expect(told).toEqual(['STORE_UNREACHABLE', 'STORE_UNREACHABLE']);
  await claims.close(database);
});
