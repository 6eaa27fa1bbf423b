import type { Adapter } from 'lowdb';
import { type IndexFile, PendingIndex } from '../../src/store/pending.js';
import { RECORD_SCHEMA } from '../../src/store/store.js';
import { gate } from './records.js';

async function* none(): AsyncGenerator<string> {}

/** An index file whose writes wait until they are let through, or fail. */
class SlowFile implements Adapter<IndexFile> {
  written: string[][] = [];
  #waiting: { ids: string[]; finish: (error?: Error) => void }[] = [];
  slow = false;

  constructor(private readonly listed: string[] | null) {}

  read = async (): Promise<IndexFile | null> => this.listed && { schema: RECORD_SCHEMA, conversations: this.listed };

  write = ({ conversations }: IndexFile): Promise<void> =>
    new Promise((resolve, reject) => {
      const finish = (error?: Error): void => {
        if (error) reject(error);
        else resolve();
        if (!error) this.written.push([...conversations]);
      };
      if (this.slow) this.#waiting.push({ ids: conversations, finish });
      else finish();
    });

  /** Ends the write under way. */
  async finish(error?: Error): Promise<void> {
    this.#waiting.shift()?.finish(error);
    for (let i = 0; i < 10; i++) await null;
  }

  get underWay(): string[] | undefined {
    return this.#waiting[0]?.ids;
  }
}

async function opened(file: SlowFile, keptIdle: number): Promise<PendingIndex> {
  const index = new PendingIndex(file, keptIdle);
  await index.open(none);
  return index;
}

/** A commit of a conversation that leaves work due at `due`, or none. */
async function commit(index: PendingIndex, id: string, due: number | null): Promise<void> {
  await index.ensure(id);
  index.settle(id, due);
}

describe('the index of pending work', () => {
  test('is written once for a conversation in use', async () => {
    const file = new SlowFile([]);
    const index = await opened(file, 2);
    for (let turn = 0; turn < 5; turn++) {
      await commit(index, 'a', 1);
      await commit(index, 'a', null);
    }
    expect(file.written).toEqual([['a']]);
  });

  test('drops those idle the longest, with the next write, and keeps the newest', async () => {
    const file = new SlowFile([]);
    const index = await opened(file, 2);
    for (const id of ['a', 'b', 'c']) {
      await commit(index, id, 1);
      await commit(index, id, null);
    }
    await commit(index, 'a', 1);
    await commit(index, 'a', null);
    expect(file.written).toHaveLength(3);
    await commit(index, 'd', 1);
    expect(file.written.at(-1)).toEqual(['c', 'a', 'd']);
  });

  test('shares the next write among all who come while one runs', async () => {
    const file = new SlowFile([]);
    const index = await opened(file, 2);
    file.slow = true;
    const all = ['a', 'b', 'c', 'd'].map((id) => index.ensure(id));
    expect(file.underWay).toEqual(['a']);
    await file.finish();
    expect(file.underWay).toEqual(['a', 'b', 'c', 'd']);
    await file.finish();
    await Promise.all(all);
    expect(file.written).toHaveLength(2);
  });

  test('writes an id again that a write under way is dropping', async () => {
    const file = new SlowFile([]);
    const index = await opened(file, 0);
    await commit(index, 'a', 1);
    await commit(index, 'a', null);
    file.slow = true;
    const other = index.ensure('b');
    expect(file.underWay).toEqual(['b']);
    let listed = false;
    const again = index.ensure('a').then(() => {
      listed = true;
    });
    await file.finish();
    await other;
    expect([listed, file.underWay]).toEqual([false, ['b', 'a']]);
    await file.finish();
    await again;
    expect(listed).toBe(true);
  });

  test('writes an id again whose dropping failed: nobody knows what is on disk', async () => {
    const file = new SlowFile([]);
    const index = await opened(file, 0);
    await commit(index, 'a', 1);
    await commit(index, 'a', null);
    file.slow = true;
    const failed = index.ensure('b').catch((error: Error) => error.message);
    await file.finish(new Error('full'));
    expect(await failed).toBe('full');
    index.settle('b', undefined);
    const again = index.ensure('a');
    expect(file.underWay).toContain('a');
    await file.finish();
    await again;
  });

  test('does not drop a conversation whose commit is under way', async () => {
    const file = new SlowFile([]);
    const index = await opened(file, 0);
    await commit(index, 'a', 1);
    await commit(index, 'a', null);
    await index.ensure('a');
    await commit(index, 'b', 1);
    expect(file.written.at(-1)).toEqual(['a', 'b']);
    index.settle('a', 5);
    expect(await index.list(async () => null)).toEqual([
      { conversation: 'b', dueAt: 1 },
      { conversation: 'a', dueAt: 5 },
    ]);
  });

  test('looks up what it found listed once, and a commit in the meantime knows better', async () => {
    const index = await opened(new SlowFile(['a', 'b', 'c']), 2);
    const { opened: released, open } = gate();
    let looks = 0;
    const look = async (id: string): Promise<number | null> => {
      looks++;
      await released;
      return id === 'b' ? null : 3;
    };
    const listing = index.list(look);
    await commit(index, 'a', 9);
    open();
    const expected = [
      { conversation: 'c', dueAt: 3 },
      { conversation: 'a', dueAt: 9 },
    ];
    expect(await listing).toEqual(expected);
    expect(await index.list(look)).toEqual(expected);
    expect(looks).toBe(3);
  });

  test('keeps what cannot be looked up, and asks again', async () => {
    const file = new SlowFile(['a']);
    const index = await opened(file, 0);
    expect(await index.list(async () => undefined)).toEqual([]);
    await index.close();
    expect(file.written).toEqual([]);
    expect(await index.list(async () => 4)).toEqual([{ conversation: 'a', dueAt: 4 }]);
  });
});
