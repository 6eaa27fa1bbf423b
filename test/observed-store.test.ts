import { PosDoctorError } from '../src/errors.js';
import { observedStore } from '../src/observed-store.js';
import { noObserver } from '../src/observer.js';
import { createMemoryStore } from '../src/store/memory.js';
import { type Claims, emptyRecord, type Store } from '../src/store/store.js';

let ticks = 0;
let told: [string, number, string | undefined][] = [];
let store: Store;
let inner: Store;

beforeEach(async () => {
  ticks = 0;
  told = [];
  inner = createMemoryStore();
  await inner.open();
  store = observedStore(inner, {
    ...noObserver,
    ticks: () => ticks,
    stored: (operation, ms, failed) => void told.push([operation, ms, failed]),
  });
});

test('does what the store does', async () => {
  await store.transact('c', () => ({ record: emptyRecord('c', 'web'), result: null }));
  expect(await store.read('c')).toMatchObject({ id: 'c', version: 1 });
  expect(await store.putSmall('key', 1, 0)).toBe(true);
  expect(await store.getSmall('key')).toEqual({ value: 1, version: 1 });
  expect(await store.acquireLease('l', 'h', 0, 1)).toBe(true);
  const ids: string[] = [];
  for await (const id of store.conversations()) ids.push(id);
  expect(ids).toEqual(['c']);
  expect(told.map(([operation]) => operation)).toEqual(['transact', 'read', 'small', 'small', 'lease']);
});

test('a transaction counts without the work that is done in it', async () => {
  await store.transact('c', () => {
    ticks += 100;
    return { record: null, result: null };
  });
  expect(told).toEqual([['transact', 0, undefined]]);
});

test('what the work throws is no failure of the store, what the store throws is', async () => {
  const full = new PosDoctorError('QUEUE_FULL');
  const refuse = () => {
    throw full;
  };
  await expect(store.transact('c', refuse)).rejects.toBe(full);
  inner.transact = () => Promise.reject(new PosDoctorError('STORE_UNREACHABLE', { why: 'away' }));
  await expect(store.transact('c', refuse)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  inner.read = () => Promise.reject(new Error('other'));
  const fresh = observedStore(inner, { ...noObserver, stored: (...one) => void told.push([one[0], 0, one[2]]) });
  await expect(fresh.read('c')).rejects.toThrow('other');
  expect(told).toEqual([
    ['transact', 0, undefined],
    ['transact', 0, 'STORE_UNREACHABLE'],
    ['read', 0, 'OTHER'],
  ]);
});

test('what a store has beside the contract is still there', () => {
  const more = Object.assign(createMemoryStore(), { extra: () => 'extra', claims: undefined });
  expect(observedStore(more, noObserver).extra()).toBe('extra');
});

test('what the processes divide among each other is told of too', async () => {
  const claims = {
    take: async () => null,
    release: async () => undefined,
    due: async () => ['c'],
    finish: async () => Promise.reject(new PosDoctorError('STORE_UNREACHABLE', { why: 'away' })),
    time: async () => 5,
  } as unknown as Claims;
  const shared = observedStore(Object.assign(inner, { claims }), {
    ...noObserver,
    stored: (operation, ms, failed) => void told.push([operation, ms, failed]),
  });
  expect(await shared.claims?.take('c', 'own')).toBeNull();
  expect(await shared.claims?.due([], 0, 1)).toEqual(['c']);
  expect(await shared.claims?.time()).toBe(5);
  await expect(shared.claims?.finish('c', 'own', [], () => ({ record: null, result: 1 }))).rejects.toThrow('away');
  expect(told).toEqual([
    ['claim', 0, undefined],
    ['due', 0, undefined],
    ['finish', 0, 'STORE_UNREACHABLE'],
  ]);
});
