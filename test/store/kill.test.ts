/** The built store in a process of its own, killed for real. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PosDoctorError } from '../../src/errors.js';
import { createLowdbStore } from '../../src/store/lowdb.js';
import { createPostgresStore } from '../../src/store/postgres.js';
import type { Store } from '../../src/store/store.js';
import { PATIENCE, TestDatabase } from '../postgres/database.js';
import { all } from './records.js';
import { seeded } from './sim-machine.js';

const CHILD = fileURLToPath(new URL('crash-child.mjs', import.meta.url));
/** As in the child. */
const AT = Date.UTC(2026, 10, 4, 8);
const KILLS = 25;
const DATABASE_KILLS = 10;

interface Said {
  opened?: number;
  committed?: string;
  version?: number;
  journaled?: string[];
  small?: number;
}

class Acknowledged {
  readonly versions = new Map<string, number>();
  readonly events = new Set<string>();
  small = 0;

  add(said: Said): void {
    if (said.committed !== undefined) this.versions.set(said.committed, said.version ?? 0);
    for (const id of said.journaled ?? []) this.events.add(id);
    this.small = said.small ?? this.small;
  }
}

/** Starts the child, kills it after `count` acknowledgements, and takes in everything it had said by then. */
async function runAndKill(
  place: string,
  count: number,
  known: Acknowledged,
  signal: NodeJS.Signals,
  onOpen: (pid: number) => Promise<void> = async () => {},
): Promise<void> {
  const child = spawn(process.execPath, [CHILD, place], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, by) => resolve(by)));
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as Said;
    known.add(said);
    if (said.opened !== undefined) await onOpen(said.opened);
    if (++heard === count) child.kill(signal);
  }
  expect([complaints, await ended]).toEqual(['', signal]);
}

async function check(store: Store, known: Acknowledged): Promise<void> {
  for (const [id, version] of known.versions) {
    const record = await store.read(id);
    expect(record?.version).toBeGreaterThanOrEqual(version);
    const n = Math.ceil((record?.version ?? 0) / 2);
    const open = (record?.version ?? 0) % 2 === 1;
    expect(record).toMatchObject({ id, session: { n }, unjournaled: open ? [{ id: `${id}-e${n}` }] : [] });
    expect(record?.outbox.map((item) => item.id)).toEqual(open ? [`${id}-r${n}`] : []);
    expect(record?.seen.at(-1)).toBe(`m${n}`);
    expect((await store.pending()).some(({ conversation }) => conversation === id)).toBe(open);
    await store.journal(record?.unjournaled ?? []);
    const events = (await all(store.readJournal({ conversation: id }))).map((event) => event.id);
    expect(events).toEqual(Array.from({ length: n }, (_, i) => `${id}-e${i + 1}`));
  }
  const events = (await all(store.readJournal())).map((event) => event.id);
  expect(events).toEqual(expect.arrayContaining([...known.events]));
  expect((await store.getSmall('cursor'))?.version ?? 0).toBeGreaterThanOrEqual(known.small);
}

describe('a store whose process is killed', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pos-doctor-kill-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test(`${KILLS} times while it works holds all that it acknowledged, each event once, and its lock is taken over`, async () => {
    const random = seeded(20261104);
    const known = new Acknowledged();
    const problems: PosDoctorError[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      await runAndKill(folder, 1 + Math.floor(random() * 150), known, 'SIGKILL');
      const store = createLowdbStore(folder, { log: (problem) => problems.push(problem) });
      await store.open();
      await check(store, known);
      // Nobody waits for what a dead process held.
      expect(await store.acquireLease('bot', 'next', AT, 1)).toBe(true);
      await store.close();
    }
    expect(problems).toEqual([]);
    expect(known.versions.size).toBe(4);
    expect(known.small).toBeGreaterThan(0);
  }, 60_000);

  test('by Ctrl-C leaves a folder that opens, and let nobody in while it ran', async () => {
    const known = new Acknowledged();
    await runAndKill(folder, 30, known, 'SIGINT', async (pid) => {
      await expect(createLowdbStore(folder).open()).rejects.toMatchObject({ code: 'DATA_LOCKED', subject: { pid } });
    });
    const store = createLowdbStore(folder);
    await store.open();
    await check(store, known);
    await store.close();
  });
});

describe('a store over PostgreSQL whose process is killed', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  }, PATIENCE);
  afterAll(() => database.drop());

  test(`${DATABASE_KILLS} times while it works holds all that it acknowledged, each event once, and lets the next one in at once`, async () => {
    const random = seeded(20261123);
    const known = new Acknowledged();
    for (let kill = 0; kill < DATABASE_KILLS; kill++) {
      await runAndKill(database.url, 1 + Math.floor(random() * 120), known, 'SIGKILL');
      // What it sent last may be carried out after its death.
      await database.quiet();
      const store = createPostgresStore(database.url);
      await store.open();
      await check(store, known);
      // Whether it is dead is not known here: its lease runs out.
      expect(await store.acquireLease('bot', 'next', AT, 1)).toBe(false);
      await store.close();
    }
    expect(known.versions.size).toBe(4);
    expect(known.small).toBeGreaterThan(0);
  }, 60_000);
});
