import type { PosDoctorError } from '../../src/errors.js';
import { all, caseEvent, T0 } from './records.js';
import type { SimDisk } from './sim-disk.js';
import { FOLDER, newDisk, storeOn } from './sim-machine.js';

const DAY = 86_400_000;
const FILE = `${FOLDER}/journal/2026-11-04.jsonl`;
const line = (id: string): string => `${JSON.stringify(caseEvent(id))}\n`;

describe('the journal on disk', () => {
  let disk: SimDisk;
  let log: PosDoctorError[];
  beforeEach(() => {
    disk = newDisk();
    log = [];
  });
  const opened = async () => {
    const store = storeOn(disk, 1, log);
    await store.open();
    return store;
  };

  test('is one line an event in the file of its UTC day', async () => {
    const store = await opened();
    const midnight = Date.UTC(2026, 10, 5);
    await store.journal([caseEvent('e1'), caseEvent('e2', { at: midnight - 1 }), caseEvent('e3', { at: midnight })]);
    expect(disk.readdir(`${FOLDER}/journal`)).toEqual(['2026-11-04.jsonl', '2026-11-05.jsonl']);
    expect(disk.readTextSync(FILE)).toBe(`${line('e1')}${JSON.stringify(caseEvent('e2', { at: midnight - 1 }))}\n`);
    await store.close();
  });

  test('shares one fsync among all who append at the same time', async () => {
    const store = await opened();
    await store.journal([caseEvent('e0')]);
    disk.log = [];
    await Promise.all(Array.from({ length: 100 }, (_, i) => store.journal([caseEvent(`e${i + 1}`)])));
    expect(disk.log.filter((entry) => entry.startsWith('fsync'))).toHaveLength(1);
    expect(await all(store.readJournal())).toHaveLength(101);
    await store.close();
  });

  test('resolves no earlier than its events are durable', async () => {
    const store = await opened();
    await store.journal([caseEvent('e1')]);
    let synced = false;
    const { fsync } = disk;
    disk.fdatasync = async (fd) => {
      await fsync.call(disk, fd);
      synced = true;
    };
    await store.journal([caseEvent('e2')]);
    expect(synced).toBe(true);
    // Known ones need no more.
    synced = false;
    await store.journal([caseEvent('e1'), caseEvent('e2')]);
    expect(synced).toBe(false);
    await store.close();
  });

  test.each([
    ['half a line', '{"id":"e3","conv'],
    ['half a character', Buffer.from('{"id":"店').subarray(0, 8).toString('latin1')],
    ['zeros', '\0\0\0\0'],
  ])('loses %s at its end when it is opened, and nothing else', async (_, torn) => {
    disk.plant(FILE, line('e1') + line('e2') + torn);
    const store = await opened();
    expect(disk.readTextSync(FILE)).toBe(line('e1') + line('e2'));
    await store.journal([caseEvent('e2'), caseEvent('e3')]);
    expect((await all(store.readJournal())).map(({ id }) => id)).toEqual(['e1', 'e2', 'e3']);
    expect(log).toEqual([]);
    await store.close();
  });

  test('that is one torn line becomes empty', async () => {
    disk.plant(FILE, '{"id":"e1"');
    const store = await opened();
    expect(disk.readTextSync(FILE)).toBe('');
    await store.close();
  });

  test('skips a line that is no event, says so and keeps it', async () => {
    disk.plant(FILE, `${line('e1')}not json\n{"id":1}\n${line('e2')}`);
    const store = await opened();
    await store.journal([caseEvent('e2'), caseEvent('e3')]);
    log.length = 0;
    expect((await all(store.readJournal())).map(({ id }) => id)).toEqual(['e1', 'e2', 'e3']);
    expect(log.map(({ code }) => code)).toEqual(['DATA_CORRUPT', 'DATA_CORRUPT']);
    expect(log[0]?.message).not.toContain('not json');
    await store.close();
  });

  test('reads lines and characters that are longer than what is read at once', async () => {
    const store = await opened();
    const long = '渠'.repeat(70_000);
    await store.journal([caseEvent('e1', { data: { long } }), caseEvent('e2')]);
    const found = await all(store.readJournal());
    // Compared first, so that a failure doesn't print it.
    expect(found.map(({ id, data }) => [id, data.long === long])).toEqual([
      ['e1', true],
      ['e2', false],
    ]);
    await store.close();
    disk.plant(`${FOLDER}/journal/2026-11-03.jsonl`, '渠'.repeat(70_000));
    const again = await opened();
    expect(disk.readTextSync(`${FOLDER}/journal/2026-11-03.jsonl`).length).toBe(0);
    await again.close();
  });

  test('takes events of many days at once, also of no sensible time', async () => {
    const store = await opened();
    const times = [...Array.from({ length: 20 }, (_, i) => T0 + i * DAY), -1, 9e15, -9e15, Number.NaN];
    const events = times.map((at, i) => caseEvent(`e${i}`, { at: Number.isNaN(at) ? 0 : at }));
    await store.journal(events);
    await store.journal(events);
    expect((await all(store.readJournal())).map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
    await store.close();
  });

  test('after a refused write holds what it held, and takes the same events later', async () => {
    const store = await opened();
    await store.journal([caseEvent('e1')]);
    for (const [operation, code] of [
      ['write', 'ENOSPC'],
      ['fsync', 'EIO'],
    ] as const) {
      disk.refuse = (asked) => (asked === operation ? code : null);
      await expect(store.journal([caseEvent('e2')])).rejects.toMatchObject({
        code: 'STORE_FULL',
        subject: { why: code },
      });
      disk.refuse = () => null;
      expect((await all(store.readJournal())).map(({ id }) => id)).toEqual(['e1']);
      expect(disk.readTextSync(FILE)).toBe(line('e1'));
    }
    await store.journal([caseEvent('e2')]);
    expect(disk.readTextSync(FILE)).toBe(line('e1') + line('e2'));
    await store.close();
  });

  test('cleans up later what it could not clean up at once', async () => {
    const store = await opened();
    await store.journal([caseEvent('e1')]);
    disk.refuse = (operation) => (operation === 'write' || operation === 'truncate' ? 'EIO' : null);
    const long = caseEvent('e2', { data: { long: '渠'.repeat(1000) } });
    await expect(store.journal([long])).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect(disk.readTextSync(FILE)).not.toBe(line('e1'));
    expect((await all(store.readJournal())).map(({ id }) => id)).toEqual(['e1']);
    disk.refuse = () => null;
    await store.journal([caseEvent('e3')]);
    expect(disk.readTextSync(FILE)).toBe(line('e1') + line('e3'));
    await store.close();
  });
});
