/** Leases and small records: one statement each, so that of several processes that ask at once one wins. */
import { PosDoctorError } from '../../errors.js';
import { copyOf, type Small } from '../rules.js';
import type { Database, Statement } from './database.js';
import { HASHED, keyOf, textOf } from './keys.js';
import { SCHEMA } from './schema.js';

const LEASES = `${SCHEMA}.leases`;
const SMALL = `${SCHEMA}.small_records`;

/** `$3`: the caller's time; null: the server's, which is the same for all machines. */
const NOW = 'COALESCE($3::float8, extract(epoch FROM clock_timestamp())::float8 * 1000)';
const ACQUIRE: Statement = {
  name: 'acquire',
  text: `INSERT INTO ${LEASES} AS old (name, holder, expires_at) VALUES ($1, $2, ${NOW} + $4::float8)
    ON CONFLICT (name) DO UPDATE SET holder = EXCLUDED.holder, expires_at = EXCLUDED.expires_at
    WHERE old.holder = EXCLUDED.holder OR old.expires_at <= ${NOW}
    RETURNING true`,
};
const RELEASE: Statement = { name: 'release', text: `DELETE FROM ${LEASES} WHERE name = $1 AND holder = $2` };

const GET: Statement = { name: 'get', text: `SELECT value, version FROM ${SMALL} WHERE key = $1` };
const PUT: Statement = {
  name: 'put',
  text: `INSERT INTO ${SMALL} AS old (key, value, version) VALUES ($1, $2, 1)
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, version = old.version + 1
    RETURNING true`,
};
const PUT_FIRST: Statement = {
  name: 'put-first',
  text: `INSERT INTO ${SMALL} (key, value, version) VALUES ($1, $2, 1) ON CONFLICT (key) DO NOTHING RETURNING true`,
};
const PUT_NEXT: Statement = {
  name: 'put-next',
  text: `UPDATE ${SMALL} SET value = $2, version = version + 1 WHERE key = $1 AND version = $3 RETURNING true`,
};
const RESTORE: Statement = {
  name: 'restore-small',
  text: `INSERT INTO ${SMALL} (key, value, version) VALUES ($1, $2, $3)
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, version = EXCLUDED.version`,
};
const KEYS: Statement = { name: 'keys', text: `SELECT key FROM ${SMALL} ORDER BY key` };

export class Shared {
  constructor(
    private readonly database: Database,
    private readonly leasesByCaller: boolean,
  ) {}

  async acquireLease(name: string, holder: string, now: number, ttlMs: number): Promise<boolean> {
    const by = this.leasesByCaller ? now : null;
    return (await this.database.query(ACQUIRE, [keyOf(name), keyOf(holder), by, ttlMs])).length > 0;
  }

  async releaseLease(name: string, holder: string): Promise<void> {
    await this.database.query(RELEASE, [keyOf(name), keyOf(holder)]);
  }

  async getSmall(key: string): Promise<Small | null> {
    const [row] = await this.database.query<{ value: string; version: number }>(GET, [keyOf(key)]);
    return row ? { value: JSON.parse(row.value), version: row.version } : null;
  }

  async putSmall(key: string, value: unknown, expect?: number): Promise<boolean> {
    const values = [listable(key), JSON.stringify(copyOf(value))];
    if (expect === undefined) await this.database.query(PUT, values);
    else if (expect === 0) return (await this.database.query(PUT_FIRST, values)).length > 0;
    else return (await this.database.query(PUT_NEXT, [...values, expect])).length > 0;
    return true;
  }

  async restoreSmall(key: string, { value, version }: Small): Promise<void> {
    await this.database.query(RESTORE, [listable(key), JSON.stringify(value), version]);
  }

  async keys(): Promise<string[]> {
    const rows = await this.database.query<{ key: string }>(KEYS);
    return rows.flatMap(({ key }) => textOf(key) ?? []);
  }
}

/** A small record can be listed, so its key has to be kept whole. Throws STORE_REFUSED. */
function listable(key: string): string {
  const kept = keyOf(key);
  if (kept.startsWith(HASHED))
    throw new PosDoctorError('STORE_REFUSED', { why: 'the key of a small record is too long' });
  return kept;
}
