/** What the embedded store does with full disks, damaged files, other versions and strange folders. */
import type { PosDoctorError } from '../../src/errors.js';
import { KEPT } from '../../src/store/conversations.js';
import { fileNameOf, folderOf } from '../../src/store/names.js';
import { KEPT_IDLE } from '../../src/store/pending.js';
import type { Store } from '../../src/store/store.js';
import { all, put, record, T0 } from './records.js';
import type { SimDisk } from './sim-disk.js';
import { FOLDER, newDisk, storeOn } from './sim-machine.js';

const pathOf = (id: string): string => `${FOLDER}/conversations/${folderOf(id)}/${fileNameOf(id)}`;
const WORK = { wakeUps: [{ name: 'silence', at: T0 }] };

let disk: SimDisk;
let log: PosDoctorError[];
let store: Store;
beforeEach(async () => {
  disk = newDisk();
  log = [];
  store = storeOn(disk, 1, log);
  await store.open();
});
afterEach(() => store.close());

/** Closes, lets something happen to the files, opens again. */
async function meanwhile(change: () => void): Promise<void> {
  await store.close();
  change();
  store = storeOn(disk, 1, log);
  await store.open();
}

describe('a write that the disk refuses', () => {
  const operations = ['create', 'write', 'fsync', 'fsync of a folder', 'rename'];
  const cases = operations.flatMap((operation) => ['ENOSPC', 'EROFS', 'EIO'].map((code) => [operation, code] as const));
  const isFolder = (path: string): boolean => /conversations\/..$|data$/.test(path);

  test.each(cases)('at %s with %s leaves every record as it was, and later ones succeed', async (operation, code) => {
    await put(store, 'c', { seen: ['m0'] });
    // Enough commits to meet both an append and a replacement.
    for (let n = 1; n <= 20; n++) {
      const before = await store.read('c');
      let refused = false;
      disk.refuse = (asked, path) => {
        // The folder's fsync fails once, so that the replacement can be taken back.
        const hit =
          operation === 'fsync of a folder' ? !refused && asked === 'fsync' && isFolder(path) : asked === operation;
        refused ||= hit;
        return hit ? code : null;
      };
      const outcome = await put(store, 'c', { seen: [`m${n}`], ...WORK }).catch((error: PosDoctorError) => error);
      if (outcome) {
        expect(outcome).toMatchObject({ code: 'STORE_FULL', subject: { why: code } });
        expect(await store.read('c')).toEqual(before);
        expect(await store.pending()).toEqual(
          before && before.wakeUps.length > 0 ? [{ conversation: 'c', dueAt: T0 }] : [],
        );
      }
      refused = false;
      await expect(put(store, `new${n}`)).rejects.toMatchObject({ code: 'STORE_FULL' });
      expect(await store.read(`new${n}`)).toBeNull();
      disk.refuse = () => null;
      expect(disk.readdir(`${FOLDER}/tmp`)).toEqual([]);
      // Nor does it come back from the disk.
      if (n % 4 === 0) await meanwhile(() => {});
      if (outcome) expect(await store.read('c')).toEqual(before);
      await put(store, 'c', { seen: [`m${n}`] });
      expect((await store.read('c'))?.seen).toEqual([`m${n}`]);
    }
    const last = await store.read('c');
    await meanwhile(() => {});
    expect(await store.read('c')).toEqual(last);
    expect(await all(store.conversations())).toEqual(['c']);
    expect(log).toEqual([]);
  });

  test('and that cannot be taken back either leaves one of the two, never a mixture', async () => {
    const later = 'later and longer';
    await put(store, 'c', { seen: ['old'] });
    for (let n = 0; n < 20; n++) {
      disk.refuse = (asked) => (asked === 'fsync' || asked === 'truncate' ? 'EIO' : null);
      await put(store, 'c', { seen: [later] }).catch(() => {});
      disk.refuse = () => null;
      expect([['old'], [later]]).toContainEqual((await store.read('c'))?.seen);
      await put(store, 'c', { seen: ['old'] });
      if (n % 3 === 0) await meanwhile(() => {});
      expect((await store.read('c'))?.seen).toEqual(['old']);
    }
    expect(log).toEqual([]);
  });

  test('of a small record leaves it as it was; leases need no disk', async () => {
    await store.putSmall('cursor', 'a');
    await store.acquireLease('bot', 'one', T0, 1);
    disk.refuse = (asked) => (asked === 'write' ? 'ENOSPC' : null);
    await expect(store.putSmall('cursor', 'b')).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect(await store.acquireLease('bot', 'two', T0 + 1, 1)).toBe(true);
    disk.refuse = () => null;
    expect(await store.getSmall('cursor')).toEqual({ value: 'a', version: 1 });
    expect(await store.putSmall('cursor', 'c', 1)).toBe(true);
  });

  test('at the start is an error that says so, and lets the lock go', async () => {
    const other = newDisk();
    other.refuse = (asked, path) => (asked === 'write' && path.includes('tmp') ? 'ENOSPC' : null);
    const full = storeOn(other);
    await expect(full.open()).rejects.toMatchObject({ code: 'STORE_FULL', subject: { why: 'ENOSPC' } });
    other.refuse = () => null;
    await full.open();
    await full.close();
  });
});

describe('a damaged file', () => {
  test.each([
    ['no JSON', 'garbage, 13800138000'],
    ['empty', ''],
    ['cut off', '{"schema":1,"id":"c","cha'],
    ['zeros', '\0'.repeat(500)],
    ['another conversation', JSON.stringify(record('other'))],
    ['no record', '{"schema":1,"id":"c"}'],
  ])('of a conversation (%s) is set aside and reported, and the conversation starts anew', async (_, text) => {
    await put(store, 'd', { seen: ['m1'] });
    for (const n of [1, 2]) {
      await meanwhile(() => disk.plant(pathOf('c'), text));
      expect(await store.read('c')).toBeNull();
      expect(log.map(({ code }) => code)).toEqual(Array(n).fill('DATA_CORRUPT'));
      expect(String(log[0]?.subject.file)).toBe(fileNameOf('c'));
      // Nothing of what is in the file gets into a log.
      expect(`${log[0]?.message}${log[0]?.cause ?? ''}`).not.toContain('1380013');
      expect(disk.readTextSync(`${pathOf('c')}.corrupt-${n}`)).toBe(text);
      await put(store, 'c', { seen: [`after ${n}`] });
      expect((await store.read('c'))?.version).toBe(1);
    }
    expect((await store.read('d'))?.seen).toEqual(['m1']);
    expect((await all(store.conversations())).sort()).toEqual(['c', 'd']);
  });

  test('with a last version that is damaged counts as the version before, and says so', async () => {
    await put(store, 'c', { seen: ['one'] });
    await put(store, 'c', { seen: ['two'] });
    await meanwhile(() => disk.plant(pathOf('c'), disk.readTextSync(pathOf('c')).replace('"two"', '\0\0\0\0\0')));
    await put(store, 'c', WORK);
    expect(await store.read('c')).toMatchObject({ seen: ['one'], version: 2 });
    expect(log.map(({ code }) => code)).toEqual(['DATA_CORRUPT']);
    // The damage is gone with the next write.
    await meanwhile(() => {});
    expect(await store.read('c')).toMatchObject({ seen: ['one'], version: 2 });
    expect(log).toHaveLength(1);
  });

  test('that the disk cannot read is an error, not an empty conversation', async () => {
    await put(store, 'c', { seen: ['m1'] });
    await meanwhile(() => {});
    const { readText } = disk;
    disk.readText = () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }));
    await expect(store.read('c')).rejects.toMatchObject({ code: 'DATA_CORRUPT', subject: { why: 'EIO' } });
    await expect(put(store, 'c')).rejects.toMatchObject({ code: 'DATA_CORRUPT' });
    disk.readText = readText;
    expect((await store.read('c'))?.seen).toEqual(['m1']);
  });

  test('of small records is set aside and reported, nothing else is affected', async () => {
    await put(store, 'c', WORK);
    await store.putSmall('cursor', 'a');
    await meanwhile(() => disk.plant(`${FOLDER}/small.json`, '{"schema":1,"entries":[["a"'));
    expect(log.map(({ subject }) => subject.file)).toEqual(['small.json']);
    expect(disk.readdir(FOLDER)).toContain('small.json.corrupt-1');
    expect(await store.getSmall('cursor')).toBeNull();
    expect(await store.pending()).toEqual([{ conversation: 'c', dueAt: T0 }]);
  });

  test.each(['damaged', 'lost'])('index of pending work (%s) is built again from the records', async (how) => {
    for (const id of ['a', 'b', '店'.repeat(90)]) await put(store, id, WORK);
    for (const id of ['idle', '闲'.repeat(90)]) await put(store, id);
    const path = `${FOLDER}/pending.json`;
    await meanwhile(() => (how === 'lost' ? disk.unlink(path) : disk.plant(path, '[]')));
    const found = (await store.pending()).map(({ conversation }) => conversation);
    expect(found.sort()).toEqual(['a', 'b', '店'.repeat(90)].sort());
    expect(log.map(({ subject }) => subject.file)).toEqual(how === 'lost' ? [] : ['pending.json']);
  });

  test('of a conversation with pending work does not hide the others', async () => {
    await put(store, 'a', WORK);
    await put(store, 'b', WORK);
    await meanwhile(() => disk.plant(pathOf('a'), 'garbage'));
    expect(await store.pending()).toEqual([{ conversation: 'b', dueAt: T0 }]);
  });
});

describe('a folder', () => {
  test('from a newer version is refused, untouched and unlocked', async () => {
    await store.close();
    const path = `${FOLDER}/store.json`;
    disk.plant(path, '{"schema":99}');
    await expect(storeOn(disk).open()).rejects.toMatchObject({
      code: 'DATA_TOO_NEW',
      subject: { found: 99, known: 1 },
    });
    expect(disk.readTextSync(path)).toBe('{"schema":99}');
    expect(disk.readdir(FOLDER)).not.toContain('lock');
  });

  test('with one record from a newer version refuses that one and keeps it', async () => {
    const text = JSON.stringify({ ...record('c'), schema: 99 });
    await put(store, 'd', WORK);
    await put(store, 'c', WORK);
    await meanwhile(() => disk.plant(pathOf('c'), text));
    await expect(store.read('c')).rejects.toMatchObject({ code: 'DATA_TOO_NEW' });
    await expect(put(store, 'c')).rejects.toMatchObject({ code: 'DATA_TOO_NEW' });
    expect(await store.pending()).toEqual([{ conversation: 'd', dueAt: T0 }]);
    expect(disk.readTextSync(pathOf('c'))).toBe(text);
  });

  test.each(['', 'garbage', '{}', '[]', '{"schema":"1"}'])(
    'whose version cannot be told (%j) is refused',
    async (text) => {
      await store.close();
      disk.plant(`${FOLDER}/store.json`, text);
      await expect(storeOn(disk).open()).rejects.toMatchObject({ code: 'DATA_CORRUPT' });
    },
  );

  test('in use by another process is refused, naming it', async () => {
    const processes = { pid: 2, host: 'till', startOf: () => 'now' };
    const { createLowdbStore } = await import('../../src/store/lowdb.js');
    const second = createLowdbStore(FOLDER, { fs: disk, processes });
    await expect(second.open()).rejects.toMatchObject({ code: 'DATA_LOCKED', subject: { pid: 1 } });
    await put(store, 'c');
  });

  test('that is a file is an error that names it', async () => {
    const other = newDisk();
    other.plant(FOLDER, 'a file');
    await expect(storeOn(other).open()).rejects.toMatchObject({ code: 'UNWRITABLE_FILE', subject: { file: FOLDER } });
  });

  test('without one of its sub-folders gets it back', async () => {
    await put(store, 'c');
    disk.reboot('kill', Math.random);
    const sub = `${FOLDER}/conversations/${folderOf('c')}`;
    disk.unlink(pathOf('c'));
    disk.unlink(sub);
    store = storeOn(disk, 2, log);
    await store.open();
    await put(store, 'c', { seen: ['m1'] });
    expect((await store.read('c'))?.seen).toEqual(['m1']);
  });

  test('with stray files is read past them', async () => {
    await put(store, 'c');
    await meanwhile(() => {
      disk.plant(`${FOLDER}/conversations/notes.txt`, 'x');
      disk.plant(`${FOLDER}/conversations/00/.DS_Store`, 'x');
      disk.plant(`${FOLDER}/journal/notes.txt`, 'x');
      disk.plant(`${FOLDER}/journal/not-a-day.jsonl`, 'x');
    });
    expect(await all(store.conversations())).toEqual(['c']);
    expect(await all(store.readJournal())).toEqual([]);
  });
});

describe('what is kept in memory and in the index', () => {
  test('is bounded: more conversations than are kept are all there', async () => {
    const count = KEPT.files + 100;
    for (let i = 0; i < count; i++) await put(store, `c${i}`, { seen: [`m${i}`] });
    for (const i of [0, 1, 99, 100, KEPT.files, count - 1])
      expect((await store.read(`c${i}`))?.seen).toEqual([`m${i}`]);
    await put(store, 'c0', { seen: ['again'] });
    expect(await store.read('c0')).toMatchObject({ seen: ['again'], version: 2 });
  });

  test('drops conversations with nothing left, and never one with work', async () => {
    const index = (): string[] =>
      JSON.parse(disk.readTextSync(`${FOLDER}/pending.json`).trim().split('\n').at(-1) ?? '').conversations;
    await put(store, 'busy', WORK);
    for (let i = 0; i < KEPT_IDLE + 200; i++) {
      await put(store, `c${i}`, WORK);
      await put(store, `c${i}`, { wakeUps: [] });
    }
    expect(index()).toContain('busy');
    expect(index().length).toBeLessThanOrEqual(KEPT_IDLE + 2);
    await put(store, 'c0', WORK);
    expect(index()).toContain('c0');
    await store.close();
    expect(index().sort()).toEqual(['busy', 'c0']);
  });
});
