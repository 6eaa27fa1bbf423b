/** Makes the tables and brings them up, forward only: the files of migrations/, run by node-pg-migrate under its lock. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { PosDoctorError } from '../../errors.js';
import { codeOf } from '../fs.js';
import { RECORD_SCHEMA } from '../store.js';
import { connectionOf } from './database.js';
import { translated } from './errors.js';

/** A schema of our own, so that the database can be shared. */
export const SCHEMA = 'pos_doctor';
const TABLE = 'migrations';
/** How long one process waits for another that migrates, ms. */
const PATIENCE = 60_000;
/** Oldest version that its makers still mended in 2026, as `server_version_num`. */
const OLDEST = 140_000;

const folder = fileURLToPath(new URL('../../../migrations', import.meta.url));

export function knownMigrations(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -'.sql'.length))
    .sort();
}

/**
 * Brings the database to what this version knows. Costs three statements where there is nothing to do. Throws DATA_TOO_NEW if
 * a newer version wrote it, BAD_CONFIG if it can't be used at all, STORE_UNREACHABLE, STORE_REFUSED, STORE_FULL.
 */
export function migrate(url: string): Promise<void> {
  return connected(url, async (client) => {
    if ((await look(client)) !== 'current') await run(client);
    await markRecords(client);
  });
}

/** What there is, for reading alone: `older` lacks what this version would add. Throws as `migrate`. */
export function stateOf(url: string): Promise<'absent' | 'older' | 'current'> {
  return connected(url, look);
}

async function connected<T>(url: string, task: (client: pg.Client) => Promise<T>): Promise<T> {
  let client: pg.Client | undefined;
  try {
    // A migration may take as long as it takes.
    client = new pg.Client({ ...connectionOf(url), lock_timeout: PATIENCE });
    // What is lost between two statements is told by the next one.
    client.on('error', () => {});
    await client.connect();
    return await task(client);
  } catch (error) {
    throw translated(error);
  } finally {
    await client?.end().catch(() => {});
  }
}

async function look(client: pg.Client): Promise<'absent' | 'older' | 'current'> {
  await checkServer(client);
  const known = knownMigrations();
  const done = await doneMigrations(client);
  if (done.some((name) => !known.includes(name))) throw tooNew(done.length, known.length);
  if (done.length === 0) return 'absent';
  const { rows } = await client.query<{ record_schema: number }>(`SELECT record_schema FROM ${SCHEMA}.store`);
  const found = rows[0]?.record_schema ?? 0;
  if (found > RECORD_SCHEMA) throw tooNew(found, RECORD_SCHEMA);
  return done.length < known.length ? 'older' : 'current';
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ encoding: string; version: string }>(
    "SELECT current_setting('server_encoding') AS encoding, current_setting('server_version_num') AS version",
  );
  const { encoding = '', version = '' } = rows[0] ?? {};
  if (encoding !== 'UTF8') throw unusable(`its encoding is ${encoding}, it has to be UTF8`);
  if (Number(version) < OLDEST) throw unusable(`PostgreSQL ${OLDEST / 10_000} or newer is needed`);
}

/** In the order in which they ran; none where there is no such table yet. */
async function doneMigrations(client: pg.Client): Promise<string[]> {
  try {
    const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${SCHEMA}.${TABLE} ORDER BY id`);
    return rows.map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === '42P01' || codeOf(error) === '3F000') return [];
    throw error;
  }
}

async function run(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>('SELECT to_regnamespace($1) IS NOT NULL AS there', [SCHEMA]);
  // Loaded here: it is needed once a version, and brings as much as the rest of the store.
  const { runner } = await import('node-pg-migrate');
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  await runner({
    dbClient: client,
    dir: folder,
    direction: 'up',
    migrationsTable: TABLE,
    schema: SCHEMA,
    // An administrator may have made it for a user who may not.
    createSchema: rows[0]?.there !== true,
    singleTransaction: true,
    advisoryLockMode: 'wait',
    logger: quiet,
  });
}

/** What the records are written in from now on. */
async function markRecords(client: pg.Client): Promise<void> {
  await client.query(
    `INSERT INTO ${SCHEMA}.store (record_schema) VALUES ($1)
     ON CONFLICT ((true)) DO UPDATE SET record_schema = EXCLUDED.record_schema
     WHERE store.record_schema < EXCLUDED.record_schema`,
    [RECORD_SCHEMA],
  );
}

function tooNew(found: number, known: number): PosDoctorError {
  return new PosDoctorError('DATA_TOO_NEW', { file: 'the database', found, known });
}

function unusable(what: string): PosDoctorError {
  return new PosDoctorError('BAD_CONFIG', { what: `DATABASE_URL: ${what}` });
}
