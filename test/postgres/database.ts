/** Databases for tests: on the server of DATABASE_URL if that is set, else on one that the first who asks starts for all. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { install, Server } from './server.js';

/** For a hook that asks for a database: the first one may have to install the server, ms. */
export const PATIENCE = 180_000;

const KEEPER = fileURLToPath(new URL('keeper.js', import.meta.url));

/** The server's URL. That of DATABASE_URL has to be a superuser's, on a server that asks for passwords and speaks no TLS. */
async function serverUrl(): Promise<string> {
  const { DATABASE_URL, POS_DOCTOR_TEST_RUN: run = '', POS_DOCTOR_TEST_PID: pid = '' } = process.env;
  if (DATABASE_URL) return DATABASE_URL;
  if (first(run)) {
    try {
      install();
    } catch (error) {
      writeFileSync(join(run, 'failed'), String(error));
      throw error;
    }
    const keeper = spawn(process.execPath, [KEEPER, run, pid], { detached: true, stdio: 'ignore', env: plain() });
    writeFileSync(join(run, 'keeper'), String(keeper.pid));
    keeper.unref();
  }
  for (;;) {
    if (existsSync(join(run, 'url'))) return readFileSync(join(run, 'url'), 'utf8');
    if (existsSync(join(run, 'failed'))) throw new Error(readFileSync(join(run, 'failed'), 'utf8'));
    await wait(20);
  }
}

/** A server of the test's own, to be stopped and cut: whatever DATABASE_URL says, that one is not ours to stop. */
export async function ownServer(): Promise<Server> {
  // The package is installed by the first of all processes alone.
  await serverUrl();
  return Server.create();
}

/** True for one process of a run. */
function first(run: string): boolean {
  try {
    mkdirSync(join(run, 'starting'));
    return true;
  } catch {
    return false;
  }
}

function plain(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = process.env;
  return rest;
}

export class TestDatabase {
  private constructor(
    readonly url: string,
    readonly name: string,
    private readonly server: string,
  ) {}

  /** A new, empty one. */
  static async create(server?: string, encoding = 'UTF8'): Promise<TestDatabase> {
    const on = server ?? (await serverUrl());
    const name = `pos_doctor_test_${randomBytes(6).toString('hex')}`;
    await ask(on, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}'`);
    const url = new URL(on);
    url.pathname = `/${name}`;
    return new TestDatabase(url.href, name, on);
  }

  /** Runs statements as an administrator would. */
  sql<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    return ask<R>(this.url, text, values);
  }

  /** Empties the tables, if they are there. */
  async empty(): Promise<void> {
    const tables = await this.sql<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname = 'pos_doctor' AND tablename NOT IN ('migrations', 'store')`,
    );
    if (tables.length > 0) await this.sql(`TRUNCATE ${tables.map(({ name }) => name).join()} RESTART IDENTITY`);
  }

  /** Cuts connections of the store: all of them, or those in a transaction. @returns how many */
  async cut(where: 'any' | 'in transaction' = 'any'): Promise<number> {
    const state = where === 'any' ? '%' : 'idle in transaction%';
    const cut = await this.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = $1 AND application_name = 'pos-doctor' AND state LIKE $2`,
      [this.name, state],
    );
    return cut.length;
  }

  /** Resolves when no store is connected any more. */
  async quiet(): Promise<void> {
    const connected = `SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND application_name = 'pos-doctor'`;
    while ((await this.sql(connected, [this.name])).length > 0) await wait(5);
  }

  async drop(): Promise<void> {
    await ask(this.server, `DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
  }
}

async function ask<R extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'test' });
  await client.connect();
  try {
    return (await client.query<R>(text, values)).rows;
  } finally {
    await client.end();
  }
}
