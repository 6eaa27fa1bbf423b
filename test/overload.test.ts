import type { InboundEvent } from '../src/dialogue/event.js';
import { ATTENDED, BUSY_AT, FULL_AT, Load, SLOW_MS } from '../src/load.js';
import { QUEUE_MS, TOLD_MS } from '../src/queue.js';
import { createMemoryStore } from '../src/store/memory.js';
import { LIMITS, type Store } from '../src/store/store.js';
import { gate } from './support/channel.js';
import { House, TROUBLE } from './support/house.js';
import { realWorld } from './support/world.js';

beforeAll(() => void realWorld(), 60_000);

const QUEUED = () => realWorld().flows.get('repair')?.texts.queued ?? '?';
let house: House;
let door = gate();
beforeEach(async () => {
  door = gate();
  door.open();
  const store = createMemoryStore();
  const { transact } = store;
  // Whoever comes while the door is shut stands before it.
  const slow: Store['transact'] = async (id, work) => {
    await door.opened;
    return transact.call(store, id, work) as Promise<never>;
  };
  house = new House({ store: () => Object.assign(store, { transact: slow }), clear: () => undefined });
  await house.assistant.start();
});
afterEach(async () => {
  door.open();
  await house.assistant.stop();
});

let count = 0;
function say(text: string, conversation: string): Promise<boolean> {
  count += 1;
  const event: InboundEvent = { kind: 'message', id: `x${count}`, conversation, at: house.clock.now(), text };
  return house.assistant.accept('web', event);
}
/** So many come at once that the rest has to wait. */
async function rush(people = BUSY_AT): Promise<Promise<boolean>[]> {
  door = gate();
  const before = Array.from({ length: people }, (_, n) => say(TROUBLE, `rush-${n}`));
  await house.clock.advance(SLOW_MS);
  return before;
}
/** What is answered at once to who says this while others have to wait. */
async function sayInRush(text: string): Promise<string[]> {
  const before = await rush();
  const mine = say(text, 'me');
  door.open();
  await Promise.all([...before, mine]);
  await house.assistant.settled();
  return texts('me');
}
const texts = (conversation: string) => house.channel.texts(conversation);

describe('when more come than can be answered at once', () => {
  test('whoever comes is told once that they are in the queue, and answered in order when their time has come', async () => {
    const before = await rush();
    const mine = [say(TROUBLE, 'me'), say('刷卡的', 'me'), say(TROUBLE, 'you')];
    door.open();
    await Promise.all([...before, ...mine]);
    await house.assistant.settled();
    expect(texts('me')).toEqual([QUEUED()]);
    expect(texts('you')).toEqual([QUEUED()]);
    await house.pass(QUEUE_MS);
    expect(texts('me').length).toBeGreaterThan(1);
    expect(await house.turns('me')).toEqual([[TROUBLE, '刷卡的']]);
    expect(texts('me').filter((text) => text === QUEUED())).toHaveLength(1);
    expect((await house.record('me')).outbox).toEqual([]);
  });

  test('it is said again only after a while', async () => {
    const queuedAt = async (ms: number) => {
      await house.pass(ms);
      const before = await rush();
      const mine = say(TROUBLE, 'me');
      door.open();
      await Promise.all([...before, mine]);
      await house.pass(QUEUE_MS);
      return texts('me').filter((text) => text === QUEUED()).length;
    };
    expect(await queuedAt(0)).toBe(1);
    expect(await queuedAt(60_000)).toBe(1);
    expect(await queuedAt(TOLD_MS)).toBe(2);
  });

  test.each(['人工电话多少', '找人', '对方让我先转账解冻', '卡被吞了怎么办', '全店都收不了款'])(
    '%s is answered at once',
    async (text) => {
      const heard = await sayInRush(text);
      expect(heard.length).toBeGreaterThan(0);
      expect(heard).not.toContain(QUEUED());
    },
  );

  test.each(['我被骗了', '货款被冻结了', '客人的钱被扣了三次', '全店都收不了款', '卡被吞了'])(
    'an emergency, %s, gets one message and no word of the queue',
    async (text) => {
      const heard = await sayInRush(text);
      expect(heard).toHaveLength(1);
      expect(heard[0]).not.toContain(QUEUED());
      expect((await house.record('me')).handover?.severity).toBe('emergency');
    },
  );

  test('a greeting does not wait, and is not answered by the queue', async () => {
    const before = await rush();
    const mine = house.assistant.accept('web', { kind: 'enter', id: 'in', conversation: 'me', at: house.clock.now() });
    door.open();
    await Promise.all([...before, mine]);
    await house.assistant.settled();
    expect(texts('me')).toHaveLength(1);
    expect(texts('me')).not.toContain(QUEUED());
  });

  test('a crowd that is through in a moment is none', async () => {
    const crowd = Array.from({ length: 3 * BUSY_AT }, (_, n) => say(TROUBLE, `crowd-${n}`));
    await Promise.all([...crowd, say(TROUBLE, 'me')]);
    await house.assistant.settled();
    expect(texts('me')).not.toContain(QUEUED());
  });

  test('it ends with the rush', async () => {
    const before = await rush();
    door.open();
    await Promise.all(before);
    await say(TROUBLE, 'me');
    await house.assistant.settled();
    expect(texts('me')).not.toContain(QUEUED());
  });
});

describe('a storm from one user', () => {
  test('is taken up to a bound; what is beyond it is refused, and the others notice nothing', async () => {
    door = gate();
    const storm = Array.from({ length: LIMITS.inbox + 30 }, () => say(TROUBLE, 'storm').then(() => 'kept', String));
    const other = say(TROUBLE, 'me');
    door.open();
    const outcomes = await Promise.all(storm);
    await other;
    await house.assistant.settled();
    expect(outcomes.filter((outcome) => outcome.includes('QUEUE_FULL') || outcome !== 'kept')).toHaveLength(30);
    expect(texts('me').length).toBeGreaterThan(0);
    expect(texts('me')).not.toContain(QUEUED());
  });
});

describe('the load', () => {
  test('is bounded in all, and forgets who is through', async () => {
    let now = 0;
    const load = new Load(() => now);
    const { opened, open } = gate();
    const taken = Array.from({ length: FULL_AT }, (_, n) => load.take(`c${n}`, () => opened));
    await expect(load.take('late', () => opened)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    expect(load.busy).toBe(false);
    now = SLOW_MS;
    expect(load.busy).toBe(true);
    open();
    await Promise.all(taken);
    expect([load.busy, load.count]).toEqual([false, 0]);
    await load.take('late', async () => undefined);
  });

  test('attends to so many at once, first come, first served, also after one that fails', async () => {
    const load = new Load(() => 0);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    const all = Array.from({ length: 3 * ATTENDED }, (_, n) =>
      load
        .attend(async () => {
          inside += 1;
          most = Math.max(most, inside);
          order.push(n);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          if (n % 5 === 0) throw new Error('no');
        })
        .catch(() => undefined),
    );
    await Promise.all(all);
    expect(most).toBe(ATTENDED);
    expect(order).toEqual(all.map((_, n) => n));
    expect(load.waiting).toBe(0);
  });
});

describe('when one user sends more than can be answered at once', () => {
  const FLOODED = () => realWorld().flows.get('repair')?.texts['queued-flood'] ?? '?';

  test('they are told once that it is in the queue; all of it is answered, and others are not kept waiting', async () => {
    door = gate();
    const mine = Array.from({ length: LIMITS.inbox }, (_, n) => say(`第${n}句`, 'me'));
    const yours = say(TROUBLE, 'you');
    door.open();
    await Promise.all([...mine, yours]);
    await house.assistant.settled();
    expect(texts('you')).not.toContain(FLOODED());
    expect(texts('you').length).toBeGreaterThan(0);
    expect(texts('me').filter((text) => text === FLOODED())).toHaveLength(1);
    await house.pass(10 * QUEUE_MS);
    expect((await house.turns('me')).flat()).toHaveLength(LIMITS.inbox);
    expect((await house.record('me')).inbox).toEqual([]);
  });
});
