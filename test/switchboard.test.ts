/** A merchant on the web page, a colleague in the app: through the assistant as it runs, over a store. */
import { createMemoryStore } from '../src/store/memory.js';
import { MINUTE, service, withOnCall } from './support/on-call.js';
import { realWorld } from './support/world.js';

const ZHANG = 'wecom-app:zhangsan';

beforeAll(() => void realWorld(), 60_000);

test('the web page’s merchant is taken over in the app, and the state says how far that is', async () => {
  const one = await service(['wecom-app']);
  await one.merchant('刷卡不行，没扣款');
  await one.merchant('找人');
  expect(await one.assistant.state('c')).toMatchObject({ handoff: true, handoffState: 'notified' });
  await one.colleague({ option: 'take-1' });
  expect(await one.assistant.state('c')).toMatchObject({ handoff: true, handoffState: 'accepted' });
  expect(one.said('web').at(-1)).toBe('zhangsan接手了，直接说就行。');
  await one.merchant('在吗');
  expect(one.said('wecom-app', ZHANG).at(-1)).toBe('商户：在吗');
  await one.colleague({ text: '在' });
  expect(one.said('web').at(-1)).toBe('zhangsan：在');
  await one.colleague({ text: '交回' });
  expect(await one.assistant.state('c')).toMatchObject({ handoff: false });
  await one.assistant.stop();
});

test('a letter that arrives twice counts once', async () => {
  const one = await service(['wecom-app']);
  await one.merchant('刷卡不行，没扣款');
  await one.merchant('找人');
  const handover = (await one.store.read('c'))?.handover?.id ?? '';
  const by = { name: '张三', channel: 'wecom-app', conversation: ZHANG };
  await one.colleague({ option: 'take-1' });
  const letter = { id: 'letter:twice', conversation: 'c', at: one.clock.now(), kind: 'letter' as const };
  const note = { kind: 'said' as const, handover, by, text: '重启一下' };
  expect(await one.assistant.accept('web', { ...letter, note })).toBe(true);
  expect(await one.assistant.accept('web', { ...letter, note })).toBe(false);
  await one.settle();
  expect(one.said('web').filter((text) => text.includes('重启一下'))).toHaveLength(1);
  await one.assistant.stop();
});

test('letters wait in the record while the other end cannot take them, and go out when it can', async () => {
  const store = createMemoryStore();
  let away = true;
  const transact = store.transact.bind(store);
  store.transact = (conversation, work) =>
    away && conversation === ZHANG ? Promise.reject(new Error('away')) : transact(conversation, work);
  const one = await service(['wecom-app'], { store });
  await one.merchant('刷卡不行，没扣款');
  await one.merchant('找人');
  expect(one.said('wecom-app', ZHANG)).toEqual([]);
  expect((await store.read('c'))?.outbox.map(({ letter }) => letter?.note.kind)).toEqual(['ask']);
  away = false;
  await one.clock.advance(MINUTE);
  await one.settle();
  expect(one.said('wecom-app', ZHANG).join()).toContain('商户找人工');
  await one.assistant.stop();
});

test('who is on call is read anew for each request', async () => {
  const one = await service(['wecom-app']);
  one.be(withOnCall('lisi'));
  await one.merchant('刷卡不行，没扣款');
  await one.merchant('找人');
  expect(one.said('wecom-app', 'wecom-app:lisi')).toHaveLength(1);
  expect(one.said('wecom-app', ZHANG)).toEqual([]);
  await one.assistant.stop();
});

test('without a door that leads to colleagues the merchant has the numbers, again after a while', async () => {
  const one = await service([]);
  await one.merchant('刷卡不行，没扣款');
  await one.merchant('找人');
  expect(await one.assistant.state('c')).toMatchObject({ handoff: true, handoffState: 'requested' });
  await one.clock.advance(3 * MINUTE);
  await one.settle();
  expect(one.said('web').at(-1)).toContain('电话打通了吗');
  await one.assistant.stop();
});
