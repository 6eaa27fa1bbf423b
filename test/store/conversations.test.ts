import { Conversations } from '../../src/store/conversations.js';
import { Disk } from '../../src/store/disk.js';
import { gate, record } from './records.js';
import { SimDisk } from './sim-disk.js';

describe('the conversations kept in memory', () => {
  const make = (kept: { units: number; files: number }) => {
    const disk = new SimDisk();
    disk.mkdir('/data/tmp');
    let reads = 0;
    const { readText } = disk;
    disk.readText = (path) => {
      reads++;
      return readText.call(disk, path);
    };
    const conversations = new Conversations(new Disk(disk, '/data/tmp'), '/data/conversations', () => {}, kept);
    const put = (id: string, text = '') =>
      conversations.use(id, async (file) => {
        await file.read();
        await file.write(record(id, { session: text }));
      });
    const readsOf = async (task: () => Promise<unknown>): Promise<number> => {
      reads = 0;
      await task();
      return reads;
    };
    return { conversations, put, readsOf };
  };

  test('are the ones used last', async () => {
    const { conversations, put, readsOf } = make({ units: 1e9, files: 2 });
    for (const id of ['a', 'b', 'a', 'c']) await put(id);
    expect(await readsOf(() => conversations.peek('a'))).toBe(0);
    expect(await readsOf(() => conversations.peek('c'))).toBe(0);
    expect(await readsOf(() => conversations.peek('b'))).toBe(1);
  });

  test('are bounded by their length too', async () => {
    const { conversations, put, readsOf } = make({ units: 5000, files: 100 });
    for (const id of ['a', 'b', 'c', 'd']) await put(id, 'x'.repeat(1900));
    expect(await readsOf(() => conversations.peek('d'))).toBe(0);
    expect(await readsOf(() => conversations.peek('c'))).toBe(0);
    expect(await readsOf(() => conversations.peek('b'))).toBe(1);
    await put('d', '');
    await put('e', 'x'.repeat(1900));
    expect(await readsOf(() => conversations.peek('c'))).toBe(0);
  });

  test('stay while they are used, so that nobody sees a version that is not durable yet', async () => {
    const { conversations, put, readsOf } = make({ units: 1e9, files: 1 });
    await put('a');
    const { opened, open } = gate();
    const using = conversations.use('a', async (file) => {
      await file.read();
      await opened;
    });
    await put('b');
    await put('c');
    expect(await readsOf(() => conversations.peek('a'))).toBe(0);
    open();
    await using;
  });
});
