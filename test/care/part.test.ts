/** A person is forgotten in the middle of a hand-over: nothing of them stays with the other, and the other is not left waiting. */
import { Assistant } from '../../src/assistant.js';
import { careOf } from '../../src/care/care.js';
import type { World } from '../../src/dialogue/world.js';
import type { Note } from '../../src/handover/letter.js';
import { silentLog } from '../../src/log.js';
import type { Store } from '../../src/store/store.js';
import { all, gate, put, reply, T0 } from '../store/records.js';
import { FakeChannel } from '../support/channel.js';
import { testClock } from '../support/clock.js';
import { realWorld } from '../support/world.js';
import { PLACES, withDatabase } from './grounds.js';

const SHOP = 'wecom-kf:wk1:wmSHOP';
const ZHANG = 'wecom-app:zhangsan';
const LI = 'wecom-app:lisi';
const NAMES: Record<string, string> = { zhangsan: '张三丰', lisi: '李四光' };
const WORDS = '我是光明路老李面馆，刷卡不行，没扣款';

beforeAll(() => void realWorld(), 60_000);

function onCall(): World {
  const world = realWorld();
  const people = Object.entries(NAMES).map(([userid, name]) => ({ name, userid, duty: '白天' }));
  const organization = { ...world.knowledge.organization, onCall: people };
  return { ...world, knowledge: { ...world.knowledge, organization } };
}

async function service(store: Store) {
  const clock = testClock();
  const channels = new Map(['wecom-kf', 'wecom-app'].map((name) => [name, new FakeChannel(name)]));
  const world = onCall();
  const assistant = new Assistant({
    store,
    world: () => world,
    channels: [...channels.values()],
    clock,
    log: silentLog,
  });
  await assistant.start();
  let count = 0;
  const settle = async () => {
    for (let round = 0; round < 5; round += 1) {
      await assistant.settled();
      await clock.advance(100);
    }
    await clock.advance(10_000);
  };
  const take = async (conversation: string, what: object) => {
    count += 1;
    const channel = conversation.startsWith('wecom-kf') ? 'wecom-kf' : 'wecom-app';
    await assistant.accept(channel, { id: `m${count}`, conversation, at: clock.now(), ...what } as never);
    await settle();
  };
  return {
    assistant,
    clock,
    settle,
    say: (conversation: string, text: string) => take(conversation, { kind: 'message', text }),
    tap: (conversation: string, option: string) => take(conversation, { kind: 'option', option, question: 'handover' }),
    forget: async (user: string) => {
      const receipt = await careOf(store, clock, assistant).forget({ user });
      await settle();
      return receipt;
    },
    said: (conversation: string) =>
      channels.get(conversation.startsWith('wecom-kf') ? 'wecom-kf' : 'wecom-app')?.texts(conversation) ?? [],
    shut: (name: string) => {
      const channel = channels.get(name);
      if (channel) channel.before = () => Promise.reject(new Error('away'));
    },
  };
}

withDatabase();

describe.each(PLACES)('without a service, over %s', (_, make) => {
  const TAKEN = { n: 3, handover: `${SHOP}:1`, merchant: { channel: 'wecom-kf', conversation: SHOP } };
  const OTHER = { n: 4, handover: 'web-2:1', merchant: { channel: 'web', conversation: 'web-2' } };
  const carried = (id: string, to: string, note: Note) =>
    reply(id, { channel: 'switchboard', letter: { to: { channel: 'wecom-kf', conversation: to }, note } });

  test('what a colleague holds of a merchant goes, what they hold of another stays, and word of it waits for the start', async () => {
    const { store, close } = await make();
    const by = { name: '张三丰', channel: 'wecom-app', conversation: ZHANG };
    await put(store, SHOP, { transcript: [{ id: 't', at: T0, from: 'user', text: WORDS }] });
    await put(store, ZHANG, {
      channel: 'wecom-app',
      duty: { count: 4, asked: [TAKEN, OTHER], mine: { ...TAKEN, sure: true } },
      outbox: [
        carried('l1', SHOP, { kind: 'said', handover: TAKEN.handover, by, text: '您好' }),
        reply(`${ZHANG}:duty:letter:a:0`, { card: 'handover-3' }),
        reply(`${ZHANG}:duty:letter:b:0`, { card: 'handover-4' }),
        reply(`${ZHANG}:duty:letter:c:0`),
      ],
    });
    expect(await careOf(store, testClock(T0)).forget({ user: 'wmSHOP' })).toMatchObject({ complete: true, parted: 1 });
    const { duty, outbox = [] } = (await store.read(ZHANG)) ?? {};
    expect(duty?.asked[1]).toEqual(OTHER);
    expect(outbox.map(({ card, letter }) => card ?? letter?.note)).toEqual([
      'handover-4',
      { kind: 'over', handover: duty?.mine?.handover, name: '' },
    ]);
    expect(outbox[1]?.letter?.to).toEqual(duty?.mine?.merchant);
    expect((await store.pending()).map(({ conversation }) => conversation)).toContain(ZHANG);
    expect(await all(store.search(['wmSHOP']))).toEqual([]);
    await close();
  });
});

describe.each(PLACES.slice(0, 2))('over %s', (_, make) => {
  let store: Store;
  let close: () => Promise<void>;
  beforeEach(async () => {
    const place = await make();
    store = place.store;
    // The store outlives the assistant, to be looked through.
    const end = store.close.bind(store);
    store.open = async () => undefined;
    store.close = async () => undefined;
    close = async () => {
      await end();
      await place.close();
    };
  });
  afterEach(() => close());
  const left = async (...needles: string[]) => (await all(store.search(needles))).map(({ text }) => text.slice(0, 80));
  /** What the hand-over itself said of somebody by name; that somebody is on duty is the operator's own content. */
  const told = async (conversation: string) => {
    const { transcript = [], handover, outbox = [], duty } = (await store.read(conversation)) ?? {};
    const lines = transcript.filter(({ id, by }) => by !== undefined || /:s\d+$|:duty:/.test(id));
    return JSON.stringify({ lines, handover, outbox, duty });
  };
  const started = async () => {
    const one = await service(store);
    await one.say(SHOP, WORDS);
    await one.say(SHOP, '转人工');
    return one;
  };

  test('a merchant who waits: the colleague who was asked hears that it is over, and can take the next one', async () => {
    const one = await started();
    const receipt = await one.forget('wmSHOP');
    expect(receipt).toMatchObject({ complete: true, left: [], parted: 1 });
    expect(await left('wmSHOP', '光明路')).toEqual([]);
    expect(one.said(ZHANG).at(-1)).toBe('1 号已经不用接了。');
    expect((await store.read(ZHANG))?.duty).toMatchObject({ asked: [], past: [{ n: 1, name: '' }] });
    await one.tap(ZHANG, 'take-1');
    expect(one.said(ZHANG).at(-1)).toBe('1 号已经不用接了。');
    expect(await all(store.conversations())).toEqual([ZHANG]);
    await one.assistant.stop();
  });

  test('a merchant who is talked to: so does the colleague who has them, whose words go nowhere else', async () => {
    const one = await started();
    await one.tap(ZHANG, 'take-1');
    await one.say(SHOP, '机器上显示请联系服务商');
    expect(one.said(ZHANG).at(-1)).toContain('请联系服务商');
    expect(await one.forget('wmSHOP')).toMatchObject({ complete: true, parted: 1 });
    expect(await left('wmSHOP', '光明路', '请联系服务商')).toEqual([]);
    expect(one.said(ZHANG).at(-1)).toBe('1 号已经不用接了。');
    expect((await store.read(ZHANG))?.duty?.mine).toBeUndefined();
    await one.say(ZHANG, '余额不足怎么办');
    expect(await all(store.conversations())).toEqual([ZHANG]);
    await one.assistant.stop();
  });

  test('what could not be delivered to the colleague goes too, waiting or dead', async () => {
    const one = await started();
    await one.tap(ZHANG, 'take-1');
    one.shut('wecom-app');
    await one.say(SHOP, '机器上显示请联系服务商');
    expect(await left('请联系服务商')).not.toEqual([]);
    await store.transact(ZHANG, (record) => ({
      record: record && { ...record, outbox: record.outbox.map((item) => ({ ...item, state: 'dead' as const })) },
      result: undefined,
    }));
    await one.say(SHOP, '第二句话也送不到同事那里');
    expect(await one.forget('wmSHOP')).toMatchObject({ complete: true });
    expect(await left('wmSHOP', '请联系服务商', '第二句话', '光明路')).toEqual([]);
    await one.assistant.stop();
  });

  test('a colleague who has a merchant: the merchant is back with the assistant and hears it, and nobody’s name stays', async () => {
    const one = await started();
    await one.tap(ZHANG, 'take-1');
    await one.say(ZHANG, '把机器重启一下试试');
    expect(await told(SHOP)).toContain('张三丰');
    expect(await one.forget('zhangsan')).toMatchObject({ complete: true, left: [] });
    expect(await left('zhangsan')).toEqual([]);
    for (const id of [SHOP, LI]) expect(await told(id)).not.toContain('张三丰');
    expect(await one.assistant.state(SHOP)).toMatchObject({ handoff: false });
    expect(one.said(SHOP).join()).toContain('同事先交回给我了');
    const lines = (await store.read(SHOP))?.transcript ?? [];
    expect(lines.find(({ by }) => by === '')).toMatchObject({ text: '把机器重启一下试试' });
    expect(lines.map(({ text }) => text)).toContain(WORDS);
    await one.say(SHOP, '银联客服电话多少');
    expect(one.said(SHOP).join()).toContain('95516');
    await one.assistant.stop();
  });

  test('a colleague who was asked: the next one is; whoever is on duty still comes first, as a stranger', async () => {
    const one = await started();
    expect(await one.forget('zhangsan')).toMatchObject({ complete: true });
    expect(await left('zhangsan')).toEqual([]);
    for (const id of [SHOP, LI]) expect(await told(id)).not.toContain('张三丰');
    expect(await one.assistant.state(SHOP)).toMatchObject({ handoff: true, handoffState: 'notified' });
    await one.clock.advance(3 * 60_000);
    await one.settle();
    expect(one.said(ZHANG).at(-1)).toContain('1 号商户找人工');
    await one.clock.advance(3 * 60_000);
    await one.settle();
    expect(one.said(LI).join()).toContain('找人工');
    await one.assistant.stop();
  });

  test('a colleague of whom another one was told by name', async () => {
    const one = await started();
    await one.clock.advance(3 * 60_000);
    await one.settle();
    await one.tap(ZHANG, 'take-1');
    await one.tap(LI, 'take-1');
    expect(one.said(LI).at(-1)).toContain('张三丰');
    expect(await one.forget('zhangsan')).toMatchObject({ complete: true });
    expect(await left('zhangsan')).toEqual([]);
    for (const id of [SHOP, LI]) expect(await told(id)).not.toContain('张三丰');
    await one.assistant.stop();
  });

  test('a letter that is on its way to a merchant meanwhile begins no conversation of theirs anew', async () => {
    const one = await started();
    await one.tap(ZHANG, 'take-1');
    const { opened, open } = gate();
    const taken = one.assistant.accept.bind(one.assistant);
    one.assistant.accept = async (channel, event) => {
      if (event.conversation === SHOP) await opened;
      return taken(channel, event);
    };
    const at = one.clock.now();
    await taken('wecom-app', { id: 'late', conversation: ZHANG, at, kind: 'message', text: '在路上的话' });
    const forgotten = careOf(store, one.clock, one.assistant).forget({ user: 'wmSHOP' });
    for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve));
    open();
    expect(await forgotten).toMatchObject({ complete: true });
    await one.settle();
    expect(await all(store.search(['wmSHOP', '在路上的话']))).toEqual([]);
    await one.assistant.stop();
  });

  test('a second time, and where there was no hand-over, nobody else is touched', async () => {
    const one = await started();
    await one.forget('wmSHOP');
    const before = await store.read(ZHANG);
    expect(await one.forget('wmSHOP')).toMatchObject({ parted: 0, complete: true });
    expect(await store.read(ZHANG)).toEqual(before);
    await one.assistant.stop();
  });
});
