import { BOARD_KEY, BoardWatch, changeBoard, LOOK_MS, readBoard } from '../src/incident-board.js';
import type { BoardChange } from '../src/incidents/board.js';
import { silentLog } from '../src/log.js';
import { createMemoryStore } from '../src/store/memory.js';
import { testClock } from './support/clock.js';

const OPEN: BoardChange = { do: 'open', what: '微信支付', scope: { channel: 'wechat' }, means: 'channel-outage' };
const AT = Date.UTC(2026, 10, 23, 2, 40);

test('changes at the same time are all kept', async () => {
  const store = createMemoryStore();
  await store.open();
  const ids = await Promise.all(Array.from({ length: 10 }, () => changeBoard(store, OPEN, AT)));
  expect(new Set(ids.map(({ id }) => id)).size).toBe(10);
  expect((await readBoard(store)).incidents).toHaveLength(10);
});

test('a board that others change all the time is given up', async () => {
  const store = { getSmall: async () => null, putSmall: async () => false };
  await expect(changeBoard(store, OPEN, AT)).rejects.toMatchObject({ code: 'CONVERSATION_BUSY' });
});

test('what is not a board is left alone', async () => {
  const store = createMemoryStore();
  await store.open();
  await store.putSmall(BOARD_KEY, { version: 9 });
  await expect(changeBoard(store, OPEN, AT)).rejects.toMatchObject({ code: 'DATA_CORRUPT' });
  expect((await store.getSmall(BOARD_KEY))?.value).toEqual({ version: 9 });
});

test('the last board that could be read holds while the store is away, which is told once', async () => {
  const clock = testClock(AT);
  const store = createMemoryStore();
  await store.open();
  let away = true;
  const warnings: string[] = [];
  const watch = new BoardWatch(
    {
      getSmall: async (key) => {
        if (away) throw new Error('away');
        return store.getSmall(key);
      },
    },
    clock,
    { ...silentLog, warn: (_, message) => warnings.push(message) },
  );
  await watch.start();
  expect(watch.board).toBeUndefined();
  await clock.advance(LOOK_MS);
  expect(warnings).toHaveLength(1);
  away = false;
  await changeBoard(store, OPEN, AT);
  await clock.advance(LOOK_MS);
  expect(watch.board?.incidents).toHaveLength(1);
  away = true;
  await clock.advance(3 * LOOK_MS);
  expect(watch.board?.incidents).toHaveLength(1);
  expect(warnings).toHaveLength(2);
  await watch.stop();
  away = false;
  await changeBoard(store, { do: 'close', id: watch.board?.incidents[0]?.id ?? '' }, AT + 1);
  await clock.advance(3 * LOOK_MS);
  expect(watch.board?.incidents[0]?.state).toBe('open');
});
