/** `pos-doctor learn` as operators meet it where there is nothing to simulate. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Running } from '../commands/cli.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pos-doctor-learn-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const learn = (...args: string[]) => new Running(['learn', '--data', folder, ...args]).ended;

test('a journal without a solved case changes nothing, says what was skipped, and writes nothing', async () => {
  mkdirSync(join(folder, 'journal'));
  const event = (data: unknown) => JSON.stringify({ id: 'i', conversation: 'c', at: 1, type: 'closed', data });
  const known = { texts: [], codes: [], answers: [], asked: [], failedFixes: [], money: 'failed' };
  const lines = [
    '{"half',
    'x'.repeat(300_000),
    event({ case: 1, outcome: 'resolved' }),
    event({ case: 1, outcome: 'cancelled', known }),
  ];
  writeFileSync(join(folder, 'journal', '2026-11-01.jsonl'), `${lines.join('\n')}\n{"cut off`);
  const { code, out, err } = await learn('--write', join(folder, 'x.patch'), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    events: 2,
    cases: 0,
    unused: { cancelled: 1 },
    skipped: { corrupt: 2, malformed: 1 },
    changes: [],
  });
  expect(err).toContain('nothing to write');
  expect(readdirSync(folder)).toEqual(['journal']);
});

test('a folder without a journal, one of a newer version and a patch that cannot be written are said at once', async () => {
  const none = await learn();
  expect([none.code, none.out]).toEqual([2, '']);
  expect(none.err).toContain('UNREADABLE_FILE');
  mkdirSync(join(folder, 'journal'));
  writeFileSync(join(folder, 'store.json'), '{"schema":99}');
  expect((await learn()).err).toContain('DATA_TOO_NEW');
  expect((await learn('--write', join(folder, 'none', 'x.patch'))).err).toContain('UNWRITABLE_FILE');
});
