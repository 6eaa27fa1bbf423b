// A database of its own for each scenario: what an earlier local WeCom left would be another corp's.
import { randomBytes } from 'node:crypto';
import pg from 'pg';

async function ask(url, text) {
  const client = new pg.Client({ connectionString: url, application_name: 'torture' });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** `on`: a URL with the right to make databases. */
export async function newDatabase(on) {
  const name = `pos_doctor_torture_${randomBytes(6).toString('hex')}`;
  await ask(on, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  const url = new URL(on);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => ask(on, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}
