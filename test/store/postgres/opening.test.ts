import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { isPosDoctorError } from '../../../src/errors.js';
import { knownMigrations } from '../../../src/store/postgres/schema.js';
import { createPostgresStore } from '../../../src/store/postgres.js';
import { RECORD_SCHEMA } from '../../../src/store/store.js';
import { PATIENCE, TestDatabase } from '../../postgres/database.js';
import { put } from '../records.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterAll(() => database.drop());

/** Opens a store and closes it. @returns what it complains of, or that it does not */
async function open(change: Partial<URL> = {}, on = database): Promise<string> {
  const url = Object.assign(new URL(on.url), change);
  const store = createPostgresStore(url.href);
  try {
    await store.open();
    return 'fine';
  } catch (error) {
    // Neither the message nor anything that hangs on it tells the password.
    const told = inspect(error, { depth: null, showHidden: true });
    if (url.password !== '') expect(told).not.toContain(url.password);
    if (!isPosDoctorError(error)) throw error;
    return `${error.code}: ${error.message}`;
  } finally {
    await store.close();
  }
}

describe('opening', () => {
  test('an empty database by several processes at once makes the tables once', async () => {
    const stores = Array.from({ length: 5 }, () => createPostgresStore(database.url));
    await Promise.all(stores.map((store) => store.open()));
    await Promise.all(stores.map((store, i) => put(store, `c${i}`)));
    await Promise.all(stores.map((store) => store.close()));
    const done = await database.sql<{ name: string }>('SELECT name FROM pos_doctor.migrations ORDER BY id');
    expect(done.map(({ name }) => name)).toEqual(knownMigrations());
    expect(await database.sql('SELECT record_schema FROM pos_doctor.store')).toEqual([
      { record_schema: RECORD_SCHEMA },
    ]);
  });

  test('leaves everything outside its own schema alone', async () => {
    const others = await database.sql(
      `SELECT schemaname, tablename FROM pg_tables
       WHERE schemaname NOT IN ('pos_doctor', 'pg_catalog', 'information_schema')`,
    );
    expect(others).toEqual([]);
  });

  test('works for a user who may use a schema that was made for him, and no more', async () => {
    const narrow = await TestDatabase.create();
    const { password } = new URL(narrow.url);
    const user = `${narrow.name}_user`;
    await narrow.sql(`CREATE USER ${user} PASSWORD '${password}'`);
    const as = { username: user };
    expect(await open(as, narrow)).toBe(
      'STORE_REFUSED: the store does not do what it is asked: the database user lacks the right to do it (SQLSTATE 42501)',
    );
    await narrow.sql(`CREATE SCHEMA pos_doctor AUTHORIZATION ${user}`);
    expect(await open(as, narrow)).toBe('fine');
    await narrow.drop();
    await database.sql(`DROP USER ${user}`);
  });

  test('works for a user of tables that are not his, with the rights that the handbook says and not without', async () => {
    const handbook = readFileSync(new URL('../../../docs/operations.zh-CN.md', import.meta.url), 'utf8');
    const grants = [...handbook.matchAll(/`(GRANT [^`]*SCHEMA pos_doctor TO) <用户>`/g)].map(([, grant = '']) => grant);
    expect(grants).toHaveLength(2);
    const theirs = await TestDatabase.create();
    expect(await open({}, theirs)).toBe('fine');
    const user = `${theirs.name}_user`;
    await theirs.sql(`CREATE USER ${user} PASSWORD '${new URL(theirs.url).password}'`);
    const store = createPostgresStore(Object.assign(new URL(theirs.url), { username: user }).href);
    const refused = { code: 'STORE_REFUSED', subject: { why: expect.stringContaining('lacks the right') } };
    await expect(store.open()).rejects.toMatchObject(refused);
    for (const grant of [...grants, ...grants.map((one) => one.replace('TABLES', 'SEQUENCES'))])
      await theirs.sql(`${grant} ${user}`);
    await store.open();
    await put(store, 'c', { seen: ['m1'] });
    await theirs.sql(`REVOKE UPDATE ON pos_doctor.conversations FROM ${user}`);
    await expect(put(store, 'c', { seen: ['m2'] })).rejects.toMatchObject(refused);
    await theirs.sql(`GRANT ALL ON ALL TABLES IN SCHEMA pos_doctor TO ${user}`);
    expect(await store.read('c')).toMatchObject({ seen: ['m1'] });
    await put(store, 'c', { seen: ['m2'] });
    await store.close();
    await theirs.drop();
    await database.sql(`DROP USER ${user}`);
  });

  test('refuses what a newer version has migrated', async () => {
    await database.sql(`INSERT INTO pos_doctor.migrations (name, run_on) VALUES ('9999_later', now())`);
    const count = knownMigrations().length;
    expect(await open()).toBe(
      `DATA_TOO_NEW: the database was written by a newer version (schema ${count + 1}, this version knows ${count})`,
    );
    await database.sql(`DELETE FROM pos_doctor.migrations WHERE name = '9999_later'`);
    expect(await open()).toBe('fine');
  });

  test('refuses what a newer version has written records in', async () => {
    await database.sql('UPDATE pos_doctor.store SET record_schema = 999');
    expect(await open()).toMatch(/^DATA_TOO_NEW: .*schema 999, this version knows/);
    expect(await database.sql('SELECT record_schema FROM pos_doctor.store')).toEqual([{ record_schema: 999 }]);
    await database.sql('UPDATE pos_doctor.store SET record_schema = 0');
    expect(await open()).toBe('fine');
    expect(await database.sql('SELECT record_schema FROM pos_doctor.store')).toEqual([
      { record_schema: RECORD_SCHEMA },
    ]);
  });

  test('says that the tables are not its own where they are there and what made them is not written down', async () => {
    const foreign = await TestDatabase.create();
    expect(await open({}, foreign)).toBe('fine');
    await foreign.sql('DELETE FROM pos_doctor.migrations');
    expect(await open({}, foreign)).toMatch(/^STORE_REFUSED: .*its tables are not as pos-doctor makes them/);
    await foreign.drop();
  });

  test('refuses a database that can hold no Chinese', async () => {
    const old = await TestDatabase.create(undefined, 'SQL_ASCII');
    expect(await open({}, old)).toMatch(/^BAD_CONFIG: .*DATABASE_URL: its encoding is SQL_ASCII, it has to be UTF8/);
    await old.drop();
  });
});

describe('a database that cannot be had says why, without a password', () => {
  const unreachable = 'STORE_UNREACHABLE: the database cannot be had:';

  test.each<[string, Partial<URL>, string]>([
    ['wrong password', { password: 'wr0ng-Passw0rd' }, 'the user or the password is not accepted'],
    ['no password', { password: '' }, 'it wants a password and none is given'],
    ['no such user', { username: 'nobody-here' }, 'the user or the password is not accepted'],
    ['no such database', { pathname: '/not-there' }, 'there is no such database'],
    ['no such host', { hostname: 'db.invalid' }, 'its name cannot be resolved'],
    ['TLS where there is none', { search: 'sslmode=verify-full' }, 'it does not speak TLS'],
  ])('%s', async (_, change, why) => {
    expect(await open(change)).toContain(`${unreachable} ${why}`);
  });

  test('nothing listens', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    expect(await open({ port: String(port) })).toBe(`${unreachable} nothing listens there`);
  });

  test('something else listens', async () => {
    const stranger = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as { port: number };
    expect(await open({ port: String(port) })).toMatch(/^STORE_UNREACHABLE/);
    await new Promise((resolve) => stranger.close(resolve));
  });

  test('a certificate that is not there', async () => {
    expect(await open({ search: 'sslrootcert=/not/there.pem' })).toBe(
      'UNREADABLE_FILE: cannot read /not/there.pem: ENOENT',
    );
  });
});
