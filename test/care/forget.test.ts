import { createHash } from 'node:crypto';
import { careOf } from '../../src/care/care.js';
import { findPerson, names } from '../../src/care/person.js';
import { listed } from '../../src/dialogue/merchants.js';
import type { Store } from '../../src/store/store.js';
import { all, caseEvent, gate, put, reply, T0 } from '../store/records.js';
import { testClock } from '../support/clock.js';
import { PLACES, type Place, withDatabase } from './grounds.js';

withDatabase();

const LI = 'lihua';
const HERS = ['wecom-app:lihua', 'wecom-bot:g:room%3A1:lihua', 'wecom-bot:u:lihua', 'wecom-kf:wk1:lihua'];
const OTHERS = ['wecom-app:lihua2', 'wecom-bot:u:zhang', 'web-1', 'wecom-bot:g:lihua:zhang'];
const SAID = '三号店的刷卡机昨天就坏了';

async function fill(store: Store): Promise<void> {
  for (const id of [...HERS, ...OTHERS]) {
    const mine = HERS.includes(id);
    await put(store, id, {
      transcript: [
        { id: 't1', at: T0, from: 'user', text: mine ? `${SAID}（${id.length}）` : '该渠道业务不可用' },
        { id: 't2', at: T0, from: 'user', text: '该渠道业务不可用' },
      ],
      outbox: [reply(`${id}:r`)],
    });
    const input = { kind: 'message', texts: [mine ? SAID : '别人的话，谁也没说过第二遍'] };
    await store.journal([caseEvent(`${id}:e`, { conversation: id, type: 'turn', data: { input } })]);
  }
  // A conversation that is gone, whose events are not.
  await store.journal([caseEvent('old', { conversation: 'wecom-kf:wk2:lihua', data: { text: `${SAID}啊` } })]);
  await store.putSmall('cursor:lihua', { at: 1 });
  await store.putSmall('cursor:lihua2', { at: 1 });
}

test.each([
  ['{"id":"wecom-app:li"}', true],
  ['wecom-bot:g:room:li:1795:2:0', true],
  ['支付宝li说', true],
  ['li', true],
  ['the end of li.', true],
  ['alipay li-ning li@corp li.hua li_1 LI', false],
])('in %s an id stands as a whole: %s', (text, whole) => {
  expect(names(text, 'li')).toBe(whole);
});

test('an empty id stands nowhere', () => {
  expect(names('anything', '')).toBe(false);
});

describe.each(PLACES)('a person over %s', (_, make) => {
  const clock = testClock(T0);
  let place: Place;
  let store: Store;
  beforeEach(async () => {
    place = await make();
    store = place.store;
    await fill(store);
  });
  afterEach(() => place.close());
  const stored = async () => (await all(store.conversations())).sort();

  test.each(['', '  '])('without a name nobody is looked for: %j', async (given) => {
    await expect(findPerson(store, given)).rejects.toMatchObject({ code: 'BAD_ARGUMENTS' });
    await expect(careOf(store, clock).forget({ user: given })).rejects.toMatchObject({ code: 'BAD_ARGUMENTS' });
  });

  test.each([LI, 'wecom-bot:g:room%3A1:lihua', 'wecom-kf:wk1:lihua'])(
    'is found by %s, in every door and group',
    async (given) => {
      expect(await findPerson(store, given)).toEqual({
        user: LI,
        conversations: [...HERS, 'wecom-kf:wk2:lihua'].sort(),
        small: ['cursor:lihua'],
      });
    },
  );

  test('is forgotten: nothing is left, nobody else loses anything, and the receipt says so without a name', async () => {
    const others = await Promise.all(OTHERS.map((id) => store.read(id)));
    const receipt = await careOf(store, clock).forget({ user: LI });
    expect(receipt).toMatchObject({
      sha256: createHash('sha256').update(LI).digest('hex'),
      at: new Date(T0).toISOString(),
      conversations: 5,
      records: 4,
      setAside: 0,
      events: 5,
      small: 1,
      after: { texts: 0 },
    });
    expect(receipt.before.id).toBeGreaterThanOrEqual(10);
    expect(receipt.before.texts).toBeGreaterThan(0);
    // A group that bears the same name is somebody else's conversation: it is told, not touched.
    expect(receipt.complete).toBe(false);
    expect(new Set(receipt.left.map(({ what }) => what))).toEqual(new Set(['id']));
    expect(await stored()).toEqual([...OTHERS].sort());
    expect(await Promise.all(OTHERS.map((id) => store.read(id)))).toEqual(others);
    expect(await all(store.search([SAID, 'cursor:lihua"']))).toEqual([]);
    expect(await store.getSmall('cursor:lihua2')).toMatchObject({ value: { at: 1 } });
    expect(JSON.stringify(receipt)).not.toContain(LI);
    const [note, ...more] = await all(store.readJournal({ conversation: 'forgotten' }));
    expect(more).toEqual([]);
    expect(note).toMatchObject({ type: 'forgotten', data: { sha256: receipt.sha256, events: 5 } });
    expect(JSON.stringify(note)).not.toContain(LI);
  });

  test('is forgotten for good once nothing names them any more; again, and where there is nothing, it costs nothing', async () => {
    await store.forget(['wecom-bot:g:lihua:zhang']);
    const care = careOf(store, clock);
    expect(await care.forget({ user: LI })).toMatchObject({ complete: true, left: [], after: { id: 0, texts: 0 } });
    const nothing = { complete: true, conversations: 0, records: 0, events: 0, small: 0, before: { id: 0, texts: 0 } };
    expect(await care.forget({ user: LI })).toMatchObject(nothing);
    expect(await care.forget({ user: 'nobody' })).toMatchObject(nothing);
    expect(await stored()).toEqual(OTHERS.filter((id) => !id.includes('g:lihua')).sort());
  });

  test('what was said in a drill is looked for as well', async () => {
    const said = '我先看看机器上是不是停机了';
    const entries = [{ at: 0, words: said }, null, { at: 5 }];
    const ended = { conversation: 'wecom-app:qian', type: 'drill-ended', data: { run: T0, entries } };
    await store.journal([caseEvent('drill', ended)]);
    const receipt = await careOf(store, clock).forget({ user: 'qian' });
    expect(receipt).toMatchObject({ texts: 1, before: { texts: 1 }, after: { texts: 0 } });
  });

  test('leaves a trace in somebody else’s words, which is told', async () => {
    await put(store, 'web-1', { transcript: [{ id: 't', at: T0, from: 'user', text: '找 lihua 也行' }] });
    const receipt = await careOf(store, clock).forget({ user: LI });
    expect(receipt.complete).toBe(false);
    expect(receipt.left).toContainEqual({ place: 'conversations', what: 'id' });
  });

  test('stands in the list of shops still, which only the operator can change: told by forget, handed out by export', async () => {
    await store.forget(['wecom-bot:g:lihua:zhang']);
    const shop = { number: 'M1', shop: '样例店', region: '', acquirer: '', terminals: [], userids: [LI] };
    const care = careOf(store, clock, undefined, async () => listed([shop]));
    expect(await care.export({ user: 'wecom-app:lihua' })).toMatchObject({ shop: { number: 'M1' } });
    const receipt = await care.forget({ user: LI });
    expect(receipt).toMatchObject({ complete: false, left: [{ place: 'merchants', what: 'id' }], after: { id: 0 } });
    expect(JSON.stringify(receipt)).not.toContain(LI);
  });

  test('is exported whole: records, events, what is small', async () => {
    const file = await careOf(store, clock).export({ user: LI });
    expect(file.user).toBe(LI);
    expect(file.conversations.map(({ id }) => id)).toEqual([...HERS, 'wecom-kf:wk2:lihua'].sort());
    for (const { id, record, events } of file.conversations) {
      expect(record).toEqual(await store.read(id));
      expect(events).toHaveLength(1);
    }
    expect(file.small).toEqual([{ key: 'cursor:lihua', value: { at: 1 } }]);
    expect(JSON.stringify(file)).not.toContain('lihua2');
    expect(await careOf(store, clock).export({ user: 'nobody' })).toMatchObject({ conversations: [], small: [] });
  });
});

describe('while other processes send', () => {
  const [, make] = PLACES[2] ?? [];
  let place: Place;
  beforeEach(async () => {
    if (!make) throw new Error('no database');
    place = await make();
  });
  afterEach(() => place.close());

  test('it waits for what they have claimed, and gives up if that takes too long', async () => {
    const { store } = place;
    const clock = testClock(T0);
    await put(store, 'wecom-app:lihua', { seen: ['m1'] });
    const { claims } = store;
    if (!claims) throw new Error('one process only');
    const busy = gate();
    let tries = 0;
    const take = claims.take.bind(claims);
    claims.take = async (conversation, lane) => {
      tries += 1;
      if (tries <= 3) return null;
      busy.open();
      return take(conversation, lane);
    };
    const forgotten = careOf(store, clock).forget({ user: LI });
    let over = false;
    void busy.opened.then(() => {
      over = true;
    });
    while (!over) {
      await clock.advance(100);
      await new Promise(setImmediate);
    }
    expect(await forgotten).toMatchObject({ records: 1, complete: true });
    expect(await store.claims?.take('wecom-app:lihua', 'own')).not.toBeNull();
    await put(store, 'wecom-app:lihua', { seen: ['m1'] });
    claims.take = async () => null;
    const refused = expect(careOf(store, clock).forget({ user: LI })).rejects.toMatchObject({
      code: 'CONVERSATION_BUSY',
    });
    let settled = false;
    void refused.finally(() => {
      settled = true;
    });
    while (!settled) {
      await clock.advance(1_000);
      await new Promise(setImmediate);
    }
    await refused;
    expect(await store.read('wecom-app:lihua')).not.toBeNull();
  });
});
