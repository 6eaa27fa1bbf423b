/** A machine that stops while a person is being forgotten: the same call completes it, and nobody else loses anything. */
import type { Store } from '../../src/store/store.js';
import { all, caseEvent, put, T0 } from './records.js';
import type { Reboot } from './sim-disk.js';
import { newDisk, seeded, storeOn } from './sim-machine.js';

const DAY = 86_400_000;
const line = (text: string) => [{ id: 't', at: T0, from: 'user' as const, text }];

async function fill(store: Store): Promise<void> {
  for (const id of ['mine', 'other'])
    for (let version = 0; version < 3; version += 1) {
      await put(store, id, { transcript: line(`words of ${id}`), wakeUps: [{ name: 'x', at: T0 }] });
      await store.journal([caseEvent(`${id}${version}`, { conversation: id, at: T0 + version * DAY })]);
    }
}

const left = async (store: Store) => (await all(store.search(['words of mine', 'mine']))).length;
const others = async (store: Store) => ({
  record: (await store.read('other'))?.transcript[0]?.text,
  events: (await all(store.readJournal({ conversation: 'other' }))).map(({ id }) => id),
  pending: (await store.pending()).map(({ conversation }) => conversation).filter((id) => id !== 'mine'),
});
const WHOLE = { record: 'words of other', events: ['other0', 'other1', 'other2'], pending: ['other'] };

async function operationsOfAWholeRun(): Promise<[number, number]> {
  const disk = newDisk();
  const store = storeOn(disk, 1);
  await store.open();
  await fill(store);
  const before = disk.operations;
  await store.forget(['mine']);
  return [before, disk.operations];
}

test.each<Reboot>(['kill', 'power', 'torn'])('stopped anywhere (%s), it is done by asking again', async (how) => {
  const [before, after] = await operationsOfAWholeRun();
  expect(after - before).toBeGreaterThan(10);
  for (let n = before + 1; n <= after; n += 1) {
    const disk = newDisk();
    const store = storeOn(disk, 1);
    await store.open();
    await fill(store);
    disk.crashAt = n;
    await expect(store.forget(['mine'])).rejects.toThrow();
    disk.reboot(how, seeded(n));
    const next = storeOn(disk, 2);
    await next.open();
    expect(await others(next)).toEqual(WHOLE);
    await next.forget(['mine']);
    expect(await left(next)).toBe(0);
    // And that lasts.
    disk.reboot('power', seeded(n));
    const last = storeOn(disk, 3);
    await last.open();
    expect([await left(last), await others(last)]).toEqual([0, WHOLE]);
    await last.close();
  }
});

test('what cannot be read is set aside, found there, and forgotten as well', async () => {
  const disk = newDisk();
  const store = storeOn(disk, 1);
  await store.open();
  await fill(store);
  await store.close();
  const folders = disk
    .readdir('/disk/till/pos/data/conversations')
    .map((name) => `/disk/till/pos/data/conversations/${name}`);
  const file = folders
    .flatMap((path) => disk.readdir(path).map((name) => `${path}/${name}`))
    .find((path) => path.endsWith('/mine.json'));
  const fd = disk.open(file ?? '', 'w');
  disk.write(fd, Buffer.from('{"words of mine, damaged'), 0);
  disk.close(fd);
  const next = storeOn(disk, 2);
  await next.open();
  expect(await next.read('mine')).toBeNull();
  await put(next, 'mine', { transcript: line('words of mine') });
  expect((await all(next.search(['words of mine']))).map(({ place }) => place).sort()).toEqual([
    'conversations',
    'set-aside',
  ]);
  expect(await next.forget(['mine'])).toMatchObject({ records: 1, setAside: 1, events: 3 });
  expect(await left(next)).toBe(0);
});
