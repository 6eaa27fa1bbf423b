/** The server stops and comes back; the network swallows what is sent. */
import { isPosDoctorError } from '../../../src/errors.js';
import { createPostgresStore } from '../../../src/store/postgres.js';
import { ownServer, PATIENCE, TestDatabase } from '../../postgres/database.js';
import type { Server } from '../../postgres/server.js';
import { Wire } from '../../postgres/wire.js';
import { all, caseEvent, gate, put, record, T0 } from '../records.js';

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (isPosDoctorError(error) ? error.code : String(error)),
  );

describe('a server that stops', () => {
  let server: Server;
  let database: TestDatabase;
  beforeAll(async () => {
    server = await ownServer();
    await server.start();
    database = await TestDatabase.create(server.url);
  }, PATIENCE);
  afterAll(() => server.remove());

  test.each<NodeJS.Signals>(['SIGINT', 'SIGQUIT'])(
    'by %s refuses meanwhile, and loses nothing',
    async (signal) => {
      if (!server.running) await server.start();
      const store = createPostgresStore(database.url);
      await store.open();
      await database.empty();
      await put(store, 'c', { seen: ['m1'], wakeUps: [{ name: 'x', at: T0 }] });
      const { opened, open } = gate();
      const { opened: entered, open: enter } = gate();
      const running = outcome(
        store.transact('d', async () => {
          enter();
          await opened;
          return { record: record('d'), result: null };
        }),
      );
      await entered;
      await server.stop(signal);
      open();
      expect(await running).toBe('STORE_UNREACHABLE');
      const calls = () => [
        put(store, 'c', { seen: ['m2'] }),
        store.read('c'),
        store.pending(),
        store.journal([caseEvent('e1')]),
        all(store.readJournal()),
        store.acquireLease('bot', 'one', T0, 1_000),
        store.putSmall('k', 1),
        store.getSmall('k'),
        all(store.conversations()),
      ];
      for (const call of calls()) expect(await outcome(call)).toBe('STORE_UNREACHABLE');
      expect(await outcome(createPostgresStore(database.url).open())).toBe('STORE_UNREACHABLE');
      await server.start();
      for (const call of calls()) expect(await outcome(call)).toBe('done');
      expect(await store.read('c')).toMatchObject({ seen: ['m2'], version: 2 });
      expect(await all(store.conversations())).toEqual(['c']);
      await store.close();
    },
    60_000,
  );

  test('can be closed while it is away', async () => {
    if (!server.running) await server.start();
    const store = createPostgresStore(database.url);
    await store.open();
    await put(store, 'c');
    await server.stop();
    await store.close();
    expect(await outcome(put(store, 'c'))).toBe('STORE_REFUSED');
  });
});

test(
  'a network that swallows what is sent holds nobody for ever, nor the conversation',
  async () => {
    const database = await TestDatabase.create();
    const { wire, url } = await Wire.to(`${database.url}?query_timeout=1000&idle_in_transaction_session_timeout=500`);
    const store = createPostgresStore(url);
    const direct = createPostgresStore(database.url);
    await Promise.all([store.open(), direct.open()]);
    await put(store, 'c', { seen: ['m1'] });
    expect(await store.read('c')).toMatchObject({ seen: ['m1'] });
    const { opened, open } = gate();
    const { opened: entered, open: enter } = gate();
    const running = outcome(
      store.transact('c', async () => {
        enter();
        await opened;
        return { record: record('c', { seen: ['m2'] }), result: null };
      }),
    );
    await entered;
    wire.silent = true;
    open();
    expect(await running).toBe('STORE_UNREACHABLE');
    expect(await outcome(store.read('c'))).toBe('STORE_UNREACHABLE');
    // The server let go of what the silent one held.
    await put(direct, 'c', { seen: ['m3'] });
    wire.silent = false;
    expect(await store.read('c')).toMatchObject({ seen: ['m3'], version: 2 });
    await Promise.all([store.close(), direct.close()]);
    await wire.close();
    await database.drop();
  },
  PATIENCE,
);
