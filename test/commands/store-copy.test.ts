import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createLowdbStore } from '../../src/store/lowdb.js';
import { createPostgresStore } from '../../src/store/postgres.js';
import { PATIENCE, TestDatabase } from '../postgres/database.js';
import { all, caseEvent, record, T0 } from '../store/records.js';
import { cleanUp, expectComplaint, Running, run, tempFolder } from './cli.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await TestDatabase.create();
  const store = createPostgresStore(database.url);
  await store.open();
  await store.close();
}, PATIENCE);
beforeEach(() => database.empty());
afterEach(cleanUp);
afterAll(() => database.drop());

const copy = (from: string, to: string, ...flags: string[]) =>
  run(['store', 'copy', '--from', from, '--to', to, ...flags]);

/** A folder with so many conversations in it, as if it had been talked to. */
async function full(conversations: number): Promise<string> {
  const folder = tempFolder();
  const store = createLowdbStore(folder);
  await store.open();
  await store.restore(Array.from({ length: conversations }, (_, i) => record(`c${i}`, { version: 1 })));
  await store.putSmall('cursor', 'a');
  await store.journal(Array.from({ length: 1_500 }, (_, i) => caseEvent(`e${i}`, { at: T0 + i })));
  await store.close();
  return folder;
}

async function contents(folder: string) {
  const store = createLowdbStore(folder);
  await store.open();
  const ids = (await all(store.conversations())).sort();
  const records = await Promise.all(ids.map((id) => store.read(id)));
  const found = { records, events: await all(store.readJournal()), small: await store.getSmall('cursor') };
  await store.close();
  return found;
}

test('moves a folder into PostgreSQL and back', async () => {
  const folder = await full(70);
  const there = await copy(folder, database.url);
  expect(there).toMatchObject({ code: 0, err: '' });
  expect(there.out).toMatch(
    /^copied and verified:\n {2}70 conversations, sha256 [0-9a-f]{64}\n {2}1500 case events, sha256 [0-9a-f]{64}\n {2}1 small/,
  );
  const back = join(tempFolder(), 'data');
  expect(await copy(database.url, back)).toMatchObject({ code: 0, err: '', out: there.out });
  expect(await contents(back)).toEqual(await contents(folder));
});

test('is verified again when it is run again, and prints one JSON object if asked', async () => {
  const folder = await full(3);
  const first = JSON.parse((await copy(folder, database.url, '--json')).out) as object;
  const second = await copy(folder, database.url, '--json');
  expect(JSON.parse(second.out)).toEqual({ ...first, already: true });
  expect((await copy(folder, database.url)).lines[0]).toBe('already copied; verified again:');
});

test.each<[string, NodeJS.Signals]>([
  ['Ctrl-C', 'SIGINT'],
  ['a kill', 'SIGKILL'],
])(
  '%s leaves what the same command goes on with',
  async (_, signal) => {
    const folder = await full(70);
    const blocker = new pg.Client(database.url);
    await blocker.connect();
    // It comes as far as the journal, and waits there.
    await blocker.query('BEGIN; LOCK TABLE pos_doctor.case_events IN EXCLUSIVE MODE');
    const command = new Running(['store', 'copy', '--from', folder, '--to', database.url]);
    const waits = `SELECT 1 FROM pg_locks WHERE relation = 'pos_doctor.case_events'::regclass AND NOT granted`;
    while ((await blocker.query(waits)).rows.length === 0) await new Promise(setImmediate);
    command.process.kill(signal);
    if (signal === 'SIGKILL') await command.ended;
    await blocker.query('COMMIT');
    await blocker.end();
    const ended = await command.ended;
    if (signal === 'SIGINT') {
      expect(ended).toMatchObject({ code: 130, signal: null, out: '' });
      expect(ended.err).toMatch(/^pos-doctor: interrupted, the copy is not complete; run the same command again/);
    }
    // Until then no service takes it for the whole.
    const early = await run(['chat', '--json'], '', { DATABASE_URL: database.url });
    expectComplaint(early, 1, 'a copy that was not finished', 'COPY_UNFINISHED', 'run the same command again');
    const again = await copy(folder, database.url);
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toMatch(/^copied and verified:\n {2}70 conversations.*\n {2}1500 case events/);
  },
  60_000,
);

describe('is refused with one line that says what to do:', () => {
  test('a source that is not there', async () => {
    const nowhere = join(tempFolder(), 'nowhere');
    expectComplaint(await copy(nowhere, database.url), 2, nowhere, 'pos-doctor has stored nothing there');
    expect(existsSync(nowhere)).toBe(false);
    const empty = await TestDatabase.create();
    expectComplaint(await copy(empty.url, nowhere), 2, 'the database of --from', 'has stored nothing there');
    await empty.drop();
  });

  test('a target that holds something else', async () => {
    const folder = await full(3);
    const store = createPostgresStore(database.url);
    await store.open();
    await store.putSmall('token', 1);
    await store.close();
    const ended = await copy(folder, database.url);
    expectComplaint(ended, 1, 'nothing was copied', 'not a copy', 'COPY_REFUSED', 'name an empty folder or database');
  });

  test('a folder that is in use', async () => {
    const folder = tempFolder();
    const store = createLowdbStore(folder);
    await store.open();
    const ended = await copy(folder, database.url);
    expectComplaint(ended, 1, `in use by process ${process.pid}`, 'DATA_LOCKED', 'stop that one');
    await store.close();
  });

  test('a database that cannot be had, without its password', async () => {
    const folder = await full(3);
    const url = Object.assign(new URL(database.url), { password: 'wr0ng-Passw0rd' }).href;
    const ended = await copy(folder, url);
    expectComplaint(ended, 1, 'the user or the password is not accepted', 'STORE_UNREACHABLE', '--from and --to');
    // There is no service here that has accepted anything.
    expect(ended.err).not.toContain('accepted messages');
    expect(ended.err).not.toContain('wr0ng-Passw0rd');
  });

  test('places that make no sense, and a flag that is missing', async () => {
    const cases = [
      ['./data', './x/../data', 'name the same place'],
      ['postgres://a:b@h/d', 'postgresql://c@h:5432/d', 'name the same place'],
      ['./data', 'mysql://a:secret@h/d', 'postgres://user@host:5432/database'],
      ['./data', 'postgres://a:sec#ret@h/d', 'signs like # in it as %23'],
      ['./data', 'postgres:/a:secret@h/d', 'postgres://user@host:5432/database'],
      ['postgres//a:secret@h/d', './data', 'postgres://user@host:5432/database'],
      [' postgres://a:secret@h/d', './data', 'postgres://user@host:5432/database'],
    ] as const;
    for (const [from, to, what] of cases) {
      const ended = await copy(from, to);
      expectComplaint(ended, 2, what, '--help');
      expect(ended.err).not.toMatch(/secret|sec#ret/);
    }
    expectComplaint(await run(['store', 'copy', '--from', './data']), 2, '--to', '--help');
  });
});

test('--help shows how, both ways', async () => {
  const { code, out } = await run(['store', 'copy', '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(/--from \.\/data --to postgres:.*\n.*--from postgres:.* --to \.\/data/);
  expect(out).toContain('PGPASSWORD');
});
