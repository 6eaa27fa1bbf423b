/** Two stores on one database are two processes to each other. */
import { createPostgresStore } from '../../../src/store/postgres.js';
import type { Claims, Store } from '../../../src/store/store.js';
import { PATIENCE, TestDatabase } from '../../postgres/database.js';
import { all, caseEvent, gate, put, record, reply, T0 } from '../records.js';

let database: TestDatabase;
let stores: Store[];
let one: Claims;
let other: Claims;

const claimsOf = ({ claims }: Store): Claims => {
  if (!claims) throw new Error('the store has no claims');
  return claims;
};

beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterAll(() => database.drop());
beforeEach(async () => {
  await database.empty();
  stores = [createPostgresStore(database.url), createPostgresStore(database.url)];
  await Promise.all(stores.map((store) => store.open()));
  [one, other] = stores.map(claimsOf) as [Claims, Claims];
});
afterEach(() => Promise.all(stores.map((store) => store.close())));

const store = () => stores[0] as Store;
const noSignOfLife = () => database.sql("UPDATE pos_doctor.claims SET until = now() - interval '1 ms'");

describe('a claim', () => {
  test('is one process’s until it is released, for each lane by itself', async () => {
    expect(await one.take('c', 'own')).not.toBeNull();
    expect(await other.take('c', 'own')).toBeNull();
    expect(await other.take('c', 'boards')).not.toBeNull();
    expect(await other.take('d', 'own')).not.toBeNull();
    await other.release('c', 'own');
    expect(await other.take('c', 'own')).toBeNull();
    await one.release('c', 'own');
    expect(await other.take('c', 'own')).not.toBeNull();
  });

  test('goes to one of several who ask at once', async () => {
    const won = await Promise.all([one.take('c', 'own'), other.take('c', 'own')]);
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  test('of a process that gives no sign of life is free, and not given back to it', async () => {
    await one.take('c', 'own');
    await noSignOfLife();
    expect(await other.take('c', 'own')).not.toBeNull();
    expect(await one.take('c', 'own')).toBeNull();
    await one.release('c', 'own');
    expect(await one.take('c', 'own')).toBeNull();
  });

  test('tells the record as the holder before left it', async () => {
    expect(await one.take('c', 'own')).toEqual({ record: null });
    await put(store(), 'c', { seen: ['m1'] });
    await one.release('c', 'own');
    expect(await other.take('c', 'own')).toMatchObject({ record: { seen: ['m1'], version: 1 } });
  });

  test('is given back with the commit that also writes the journal, or with none of it', async () => {
    await put(store(), 'c', { seen: ['m1'], unjournaled: [caseEvent('e1')] });
    await one.take('c', 'own');
    const failed = one.finish('c', 'own', [caseEvent('e1')], () => {
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    const nothing = await one.finish('c', 'own', [caseEvent('e1')], () => ({ record: null, result: 'nothing' }));
    expect(nothing).toBe('nothing');
    expect(await other.take('c', 'own')).toBeNull();
    expect(await all(store().readJournal())).toEqual([]);
    const done = await one.finish('c', 'own', [caseEvent('e1')], (old) => ({
      record: { ...(old ?? record('c')), unjournaled: [] },
      result: 'done',
    }));
    expect(done).toBe('done');
    expect(await all(store().readJournal())).toEqual([caseEvent('e1')]);
    expect(await other.take('c', 'own')).toMatchObject({ record: { unjournaled: [], version: 2 } });
  });

  test('ends with its process', async () => {
    await one.take('c', 'own');
    await store().close();
    expect(await other.take('c', 'own')).not.toBeNull();
  });
});

describe('a claim that comes with a commit', () => {
  const commit = (at: Store, seen: string[], claim: 'own' | undefined) =>
    at.transact('c', (old) => ({
      record: { ...(old ?? record('c')), seen },
      result: null,
      ...(claim ? { claim } : {}),
    }));

  test('is this process’s, with the record as it was written; nobody else gets it', async () => {
    await commit(store(), ['m1'], 'own');
    expect(await other.take('c', 'own')).toBeNull();
    expect(await other.take('c', 'boards')).not.toBeNull();
    expect(await one.take('c', 'own')).toEqual({ record: await store().read('c') });
    await one.release('c', 'own');
    expect(await other.take('c', 'own')).not.toBeNull();
  });

  test('is not had where another process has it, and comes with no commit that does not ask for it', async () => {
    await commit(store(), ['m1'], undefined);
    expect(await other.take('c', 'own')).not.toBeNull();
    await commit(store(), ['m1', 'm2'], 'own');
    expect(await one.take('c', 'own')).toBeNull();
    await other.release('c', 'own');
    expect(await one.take('c', 'own')).toMatchObject({ record: { seen: ['m1', 'm2'] } });
  });

  test('that nobody asked for ends with its process', async () => {
    await commit(store(), ['m1'], 'own');
    await store().close();
    expect(await other.take('c', 'own')).not.toBeNull();
  });

  test('of a conversation that was erased meanwhile gives nothing of it', async () => {
    await commit(store(), ['m1'], 'own');
    await store().forget(['c']);
    expect(await one.take('c', 'own')).toEqual({ record: null });
  });

  test('is finished on what others have written since, and loses none of it', async () => {
    await commit(store(), ['m1'], 'own');
    await one.take('c', 'own');
    await commit(stores[1] as Store, ['m1', 'm2'], undefined);
    const seen = await one.finish('c', 'own', [caseEvent('e1')], (old) => ({
      record: { ...(old ?? record('c')), channel: 'app' },
      result: old?.seen,
    }));
    expect(seen).toEqual(['m1', 'm2']);
    expect(await store().read('c')).toMatchObject({ seen: ['m1', 'm2'], channel: 'app', version: 3 });
    expect(await all(store().readJournal())).toEqual([caseEvent('e1')]);
    expect(await other.take('c', 'own')).not.toBeNull();
  });

  test('is finished for good where the conversation was erased and begun anew: nothing of the old one comes back', async () => {
    await commit(store(), ['m1'], 'own');
    await one.take('c', 'own');
    await (stores[1] as Store).forget(['c']);
    await commit(stores[1] as Store, ['n1'], undefined);
    await one.finish('c', 'own', [], (old) => ({ record: old, result: null }));
    expect(await store().read('c')).toMatchObject({ seen: ['n1'], version: 2 });
  });
});

describe('work that is due', () => {
  const due = (by = T0) => one.due(['web', 'app'], by, 10);

  test('is claimed by whoever finds it, the longest due first, at most so much', async () => {
    for (const [n, id] of ['a', 'b', 'c'].entries())
      await put(store(), id, { outbox: [reply('r', { nextAttemptAt: T0 - n })] });
    expect(await one.due(['web'], T0, 2)).toEqual(expect.arrayContaining(['b', 'c']));
    expect(await other.due(['web'], T0, 10)).toEqual(['a']);
    expect(await other.take('c', 'own')).toBeNull();
  });

  test('is not what is due later, what nothing is due for, or what is another channel’s', async () => {
    await put(store(), 'idle');
    await put(store(), 'later', { wakeUps: [{ name: 'x', at: T0 + 1 }] });
    await put(store(), 'dead', { outbox: [reply('r', { state: 'dead' })] });
    await store().transact('bot', () => ({
      record: { ...record('bot'), channel: 'bot', wakeUps: [{ name: 'x', at: T0 }] },
      result: null,
    }));
    expect(await due()).toEqual([]);
    expect(await due(T0 + 1)).toEqual(['later']);
    expect(await one.due(['bot'], T0, 10)).toEqual(['bot']);
  });

  test('is left to whoever has the conversation in a turn', async () => {
    const { opened, open } = gate();
    const { opened: entered, open: enter } = gate();
    const turn = store().transact('c', async () => {
      enter();
      await opened;
      return { record: record('c', { wakeUps: [{ name: 'x', at: T0 }] }), result: null };
    });
    await put(store(), 'd', { wakeUps: [{ name: 'x', at: T0 }] });
    await entered;
    expect(await other.due(['web'], T0, 10)).toEqual(['d']);
    open();
    await turn;
    expect(await other.due(['web'], T0, 10)).toEqual(['c']);
  });

  test('is found whatever the conversation is called', async () => {
    const ids = ['商户·一号', '\u0000', 'x'.repeat(2_000)];
    for (const id of ids) await put(store(), id, { wakeUps: [{ name: 'x', at: T0 }] });
    expect((await due()).sort()).toEqual([...ids].sort());
  });

  test('of a process that died is found again', async () => {
    await put(store(), 'c', { wakeUps: [{ name: 'x', at: T0 }] });
    expect(await one.due(['web'], T0, 10)).toEqual(['c']);
    expect(await other.due(['web'], T0, 10)).toEqual([]);
    await noSignOfLife();
    expect(await other.due(['web'], T0, 10)).toEqual(['c']);
  });
});

describe('news of a conversation', () => {
  test('reaches the other processes, not the one that tells it', async () => {
    const { opened, open } = gate();
    const heard: string[] = [];
    one.listen((id) => heard.push(`one ${id}`));
    const stop = other.listen((id) => {
      heard.push(`other ${id}`);
      open();
    });
    while ((await database.sql("SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")).length < 2);
    await one.tell('商户\n1');
    await opened;
    expect(heard).toEqual(['other 商户\n1']);
    stop();
    await one.tell('again');
    await other.tell('last');
    expect(heard.filter((line) => line.startsWith('other'))).toHaveLength(1);
  });

  test('that is erased reaches them as such', async () => {
    const heard: string[] = [];
    const { opened, open } = gate();
    one.listen((id, what) => heard.push(`one ${id} ${what}`));
    other.listen((id, what) => {
      heard.push(`other ${id} ${what}`);
      if (what === 'said') open();
    });
    while ((await database.sql("SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")).length < 2);
    await store().forget(['商户\n1']);
    await one.tell('after');
    await opened;
    expect(heard).toEqual(['other 商户\n1 forgotten', 'other after said']);
  });
});
