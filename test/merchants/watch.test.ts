import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnNames, type Loaded } from '../../src/merchants/list.js';
import { watchMerchants } from '../../src/merchants/watch.js';
import { UI } from '../pages/fixture.js';
import { testClock } from '../support/clock.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pos-doctor-watch-'));
  file = join(folder, 'merchants.csv');
});
afterEach(() => rmSync(folder, { recursive: true }));

function watch() {
  const taken: (Loaded | null)[] = [];
  const refused: unknown[] = [];
  const watching = watchMerchants({
    file,
    names: () => columnNames(UI),
    clock: testClock(0),
    taken: (loaded) => taken.push(loaded),
    refused: (error) => refused.push(error),
  });
  return { ...watching, taken, refused };
}

test('a list is taken at the start, and again once a change has come to rest', async () => {
  writeFileSync(file, 'merchant,shop\nM1,一\n');
  const { look, close, taken } = watch();
  await look(true);
  expect(taken[0]?.register.byNumber('M1')?.shop).toBe('一');
  writeFileSync(file, 'merchant,shop\nM1,一\nM2,二\n');
  await look();
  expect(taken).toHaveLength(1);
  await look();
  await look();
  expect(taken).toHaveLength(2);
  expect(taken[1]?.register.byNumber('M2')?.shop).toBe('二');
  close();
});

test('a list that cannot be used is told once and replaces nothing; one that was removed is gone', async () => {
  writeFileSync(file, 'merchant,shop\nM1,一\n');
  const { look, close, taken, refused } = watch();
  await look(true);
  writeFileSync(file, 'no header\n');
  for (let times = 0; times < 4; times += 1) await look();
  expect([taken.length, refused.length]).toEqual([1, 1]);
  rmSync(file);
  for (let times = 0; times < 4; times += 1) await look();
  expect(taken).toEqual([expect.anything(), null]);
  close();
});

test('a list that cannot be read is told once and tried again', async () => {
  const { look, close, taken, refused } = watch();
  // There is a file of this name, and it cannot be opened as one.
  mkdirSync(file);
  for (let times = 0; times < 3; times += 1) await look();
  expect([taken.length, refused.length]).toEqual([0, 1]);
  rmSync(file, { recursive: true });
  writeFileSync(file, 'merchant,shop\nM1,一\n');
  await Promise.all([look(), look(), look()]);
  expect(taken).toHaveLength(1);
  close();
});

test('nothing is told of a folder without a list, nor after the end', async () => {
  const { look, close, taken, refused } = watch();
  await look(true);
  await look();
  close();
  writeFileSync(file, 'merchant,shop\nM1,一\n');
  await look(true);
  expect([taken, refused]).toEqual([[], []]);
});
