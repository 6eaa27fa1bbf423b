/** What the doctor says of the database. */
import { data } from '../../../src/commands/doctor/basics.js';
import { readConfig } from '../../../src/config.js';
import { createPostgresStore } from '../../../src/store/postgres.js';
import { PATIENCE, TestDatabase } from '../../postgres/database.js';
import { WORDS } from './support.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterAll(() => database.drop());

const service = { folder: null, ready: null, stranger: false, url: null };
const said = (url: string) => data({ ...WORDS, config: readConfig({ DATABASE_URL: url }), service });

test('it can be had, and has no tables yet: it only looks', async () => {
  expect(await said(database.url)).toEqual({ verdict: 'ok', text: '数据库连得上，表还没建全，服务启动时会建' });
  expect(await database.sql(`SELECT to_regnamespace('pos_doctor') IS NULL AS untouched`)).toEqual([
    { untouched: true },
  ]);
});

test('it has its tables', async () => {
  const store = createPostgresStore(database.url);
  await store.open();
  await store.close();
  expect(await said(database.url)).toEqual({ verdict: 'ok', text: '数据库连得上，表都在' });
});

test('it cannot be had: why, and what to look at, without the password', async () => {
  const told = await said(Object.assign(new URL(database.url), { password: 'wr0ng-Passw0rd' }).href);
  expect(told.verdict).toBe('wrong');
  expect(told.text).toMatch(/^数据库用不了（.*the user or the password is not accepted/);
  expect(told.fix).toContain('DATABASE_URL');
  expect(JSON.stringify(told)).not.toContain('wr0ng-Passw0rd');
});
