import { Disk } from '../../src/store/disk.js';
import { MIGRATIONS, type Migration, migrateFolder, migrateRecord } from '../../src/store/migrate.js';
import { RECORD_SCHEMA } from '../../src/store/store.js';
import { record } from './records.js';
import { SimDisk } from './sim-disk.js';

/** Two steps as a later version might have them. */
const STEPS: Migration[] = [
  {
    from: 2,
    record: ({ mood, ...rest }) => ({ ...rest, session: { mood } }),
    folder: async (disk) => disk.fs.mkdir('/data/media'),
  },
  { from: 1, record: (old) => ({ ...old, mood: `was ${old.schema}` }) },
];

describe('a stored record', () => {
  test('of today is taken as it is', () => {
    expect(migrateRecord(record('c'), 'c', 'f')).toEqual(record('c'));
  });

  test('of an older version goes through every step, in order of versions, and carries the new number', () => {
    expect(migrateRecord(record('c'), 'c', 'f', STEPS, 4)).toEqual({
      ...record('c'),
      schema: 4,
      session: { mood: 'was 1' },
    });
    expect(migrateRecord({ ...record('c'), schema: 2, mood: 'calm' }, 'c', 'f', STEPS, 4)).toMatchObject({
      session: { mood: 'calm' },
    });
  });

  test('of a newer version is refused, naming the file and both versions', () => {
    expect(() => migrateRecord({ ...record('c'), schema: 5 }, 'c', 'c.json', STEPS, 4)).toThrow(
      expect.objectContaining({ code: 'DATA_TOO_NEW', subject: { file: 'c.json', found: 5, known: 4 } }),
    );
  });

  test.each([null, 7, [], {}, { schema: '1' }, { schema: 1 }, { ...record('c'), inbox: {} }, record('another')])(
    'that is none is an error: %j',
    (raw) => {
      expect(() => migrateRecord(raw, 'c', 'f')).toThrow(/not a record/);
    },
  );
});

describe('a data folder', () => {
  let fs: SimDisk;
  let disk: Disk;
  beforeEach(() => {
    fs = new SimDisk();
    fs.mkdir('/data/tmp');
    disk = new Disk(fs, '/data/tmp');
  });
  const schema = (): unknown => JSON.parse(fs.readTextSync('/data/store.json'));

  test('that is new gets today’s version and no migration', async () => {
    await migrateFolder(disk, '/data', STEPS, 4);
    expect([schema(), fs.readdir('/data')]).toEqual([{ schema: 4 }, ['tmp', 'store.json']]);
  });

  test('of an older version is brought up step by step, then marked', async () => {
    fs.plant('/data/store.json', '{"schema":1}');
    await migrateFolder(disk, '/data', STEPS, 4);
    expect([schema(), fs.readdir('/data')]).toEqual([{ schema: 4 }, ['tmp', 'store.json', 'media']]);
  });

  test('whose migration was cut off is brought up again', async () => {
    fs.plant('/data/store.json', '{"schema":1}');
    fs.refuse = (operation) => (operation === 'rename' ? 'EIO' : null);
    await expect(migrateFolder(disk, '/data', STEPS, 4)).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect(schema()).toEqual({ schema: 1 });
    fs.refuse = () => null;
    await migrateFolder(disk, '/data', STEPS, 4);
    expect(schema()).toEqual({ schema: 4 });
  });
});

test('there is one migration a version, and none that leads beyond today', () => {
  const froms = MIGRATIONS.map(({ from }) => from);
  expect(new Set(froms).size).toBe(froms.length);
  for (const from of froms) expect(from).toBeLessThan(RECORD_SCHEMA);
});
