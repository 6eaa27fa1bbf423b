import type { Store } from '../../src/store/store.js';
import { check, load, Promised } from './crash-load.js';
import { put } from './records.js';
import type { Reboot } from './sim-disk.js';
import { FOLDER, newDisk, seeded, storeOn } from './sim-machine.js';

/** Five turns are ten commits: a file is appended to and replaced. */
const TURNS = 5;

/** Opens and loads until the machine stops. */
async function runUntilCrash(store: Store, promised: Promised): Promise<void> {
  try {
    await store.open();
    await load(store, promised, TURNS);
    await store.close();
  } catch {
    // The crash; what was promised before it counts.
  }
}

async function operationsOfAWholeRun(): Promise<number> {
  const disk = newDisk();
  const promised = new Promised();
  const store = storeOn(disk, 1);
  await store.open();
  await load(store, promised, TURNS);
  await check(store, promised);
  await store.close();
  return disk.operations;
}

const KINDS: Reboot[] = ['kill', 'power', 'torn', 'zeros'];

describe('the lowdb store when the machine stops at any operation', () => {
  test.each(KINDS)('holds what it promised, nothing by half, and works on (%s)', async (how) => {
    const operations = await operationsOfAWholeRun();
    expect(operations).toBeGreaterThan(100);
    for (let n = 1; n <= operations; n++) {
      const disk = newDisk();
      const promised = new Promised();
      disk.crashAt = n;
      await runUntilCrash(storeOn(disk, 1), promised);
      disk.reboot(how, seeded(n));
      try {
        const store = storeOn(disk, 2);
        await store.open();
        expect(disk.readdir(`${FOLDER}/tmp`)).toEqual([]);
        await check(store, promised);
        // Works on where it was, and that lasts.
        await load(store, promised, 1);
        disk.reboot('power', seeded(n));
        const last = storeOn(disk, 3);
        await last.open();
        await check(last, promised);
        await last.close();
      } catch (error) {
        throw new Error(`stopped at operation ${n}: ${disk.log[n - 1]}`, { cause: error });
      }
    }
  });

  test('holds what could be read after a kill even if the power fails right after that', async () => {
    const operations = await operationsOfAWholeRun();
    for (let n = 1; n <= operations; n++) {
      const disk = newDisk();
      const promised = new Promised();
      disk.crashAt = n;
      await runUntilCrash(storeOn(disk, 1), promised);
      disk.reboot('kill', seeded(n));
      const first = storeOn(disk, 2);
      await first.open();
      for (const id of promised.asked.keys()) {
        const version = (await first.read(id))?.version;
        if (version !== undefined) promised.committed.set(id, version);
      }
      await check(first, promised);
      disk.reboot('power', seeded(n));
      const second = storeOn(disk, 3);
      await second.open();
      await check(second, promised);
      await second.close();
    }
  });

  test('survives stopping again while it recovers or soon after', async () => {
    const operations = await operationsOfAWholeRun();
    const random = seeded(1);
    const anyOf = (kinds: Reboot[]): Reboot => kinds[Math.floor(random() * kinds.length)] ?? 'kill';
    for (let n = 1; n <= operations; n++)
      for (let again = 0; again < 3; again++) {
        const disk = newDisk();
        const promised = new Promised();
        disk.crashAt = n;
        await runUntilCrash(storeOn(disk, 1), promised);
        disk.reboot(anyOf(KINDS), random);
        disk.crashAt = disk.operations + 1 + Math.floor(random() * 45);
        await runUntilCrash(storeOn(disk, 2), promised);
        disk.reboot(anyOf(KINDS), random);
        const store = storeOn(disk, 3);
        await store.open();
        await check(store, promised);
        await store.close();
      }
  });

  test('would notice a store that forgets an fsync', async () => {
    // The check itself is checked: the same load on a disk whose fsync does nothing must fail it.
    let noticed = 0;
    for (let n = 40; n <= 160; n += 10) {
      const disk = newDisk();
      const promised = new Promised();
      disk.forgetful = true;
      disk.crashAt = n;
      await runUntilCrash(storeOn(disk, 1), promised);
      disk.forgetful = false;
      disk.reboot('power', seeded(n));
      const store = storeOn(disk, 2);
      await store.open();
      await check(store, promised).catch(() => noticed++);
      await store.close();
    }
    expect(noticed).toBeGreaterThan(0);
  });
});

describe('the price of a commit', () => {
  test('is one fsync for a conversation in use, and no write but its own', async () => {
    const disk = newDisk();
    const store = storeOn(disk, 1);
    await store.open();
    const work = { wakeUps: [{ name: 'silence', at: 1 }] };
    await put(store, 'c', work);
    disk.log = [];
    await put(store, 'c', { wakeUps: [] });
    await put(store, 'c', work);
    expect(disk.log.map((line) => line.split(' ')[0])).toEqual(['write', 'fsync', 'write', 'fsync']);
    await store.close();
  });

  test('is one folder fsync and one index write for many new conversations at once', async () => {
    const disk = newDisk();
    const store = storeOn(disk, 1);
    await store.open();
    disk.log = [];
    await Promise.all(Array.from({ length: 50 }, (_, i) => put(store, `new${i}`, { wakeUps: [{ name: 'x', at: 1 }] })));
    expect(disk.log.filter((line) => line.startsWith('write') && line.includes('pending')).length).toBeLessThanOrEqual(
      2,
    );
    await store.close();
  });
});
