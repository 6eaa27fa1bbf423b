import { isPosDoctorError, PosDoctorError } from '../src/errors.js';
import { JOIN_MS } from '../src/mailbox.js';
import { createMemoryStore } from '../src/store/memory.js';
import type { Store } from '../src/store/store.js';
import { newDisk, storeOn } from './store/sim-machine.js';
import { FakeChannel, gate } from './support/channel.js';
import { GROUNDS, House, houseForEach, REMIND, T0, TROUBLE } from './support/house.js';

const MINUTE = 60_000;

const message = (id: string, text = TROUBLE) => ({ kind: 'message', id, conversation: 'c', at: T0, text }) as const;

describe.each(GROUNDS)('a restart over %s', (_, makeGround) => {
  let house: House;
  houseForEach(makeGround, (made) => {
    house = made;
  });

  test('takes up held messages', async () => {
    await house.say(TROUBLE);
    await house.say('刷卡的');
    await house.restart(JOIN_MS);
    expect(await house.turns()).toEqual([[TROUBLE], ['刷卡的']]);
    expect((await house.record()).inbox).toEqual([]);
  });

  test('within the wait keeps waiting for the rest of it', async () => {
    await house.say(TROUBLE);
    await house.say('刷卡的');
    await house.restart(500);
    expect(await house.turns()).toHaveLength(1);
    await house.say('换卡也不行');
    await house.pass(JOIN_MS - 500);
    expect(await house.turns()).toEqual([[TROUBLE], ['刷卡的', '换卡也不行']]);
  });

  test('sends the replies that were not taken, in order', async () => {
    house.channel.before = () => {
      throw new Error('away');
    };
    await house.say(TROUBLE);
    const waiting = (await house.record()).outbox.map(({ id }) => id);
    expect(waiting.length).toBeGreaterThan(1);
    house.channel.before = () => undefined;
    await house.restart(10_000);
    expect(house.channel.sent.map(({ item }) => item.id)).toEqual(waiting);
  });

  test('keeps the reminder, and gives it at once if it was due meanwhile', async () => {
    await house.say(TROUBLE);
    await house.restart(MINUTE);
    await house.pass(REMIND - MINUTE - 1);
    expect(await house.turns()).toHaveLength(1);
    await house.pass(1);
    expect(await house.turns()).toEqual([[TROUBLE], 'remind']);
    await house.say(TROUBLE, 'late');
    await house.restart(2 * REMIND);
    expect(await house.turns('late')).toEqual([[TROUBLE], 'remind']);
  });

  test('still knows what it has seen, and where the conversation was', async () => {
    const event = await house.say(TROUBLE);
    const state = await house.assistant.state('c');
    await house.restart();
    expect(await house.assistant.state('c')).toEqual(state);
    await house.assistant.accept('web', event);
    await house.pass(JOIN_MS);
    expect(await house.turns()).toHaveLength(1);
  });

  test('is refused nothing: what was accepted while it stopped is answered', async () => {
    const { opened, open } = gate();
    house.channel.before = () => opened;
    const accepted = house.assistant.accept('web', message('m1'));
    const stopped = house.assistant.stop();
    const refused = await house.assistant.accept('web', message('m2')).catch((error: unknown) => error);
    expect(isPosDoctorError(refused, 'STOPPING')).toBe(true);
    open();
    await Promise.all([accepted, stopped]);
    // The answer was under way and went out before the door closed.
    expect(house.channel.sent.length).toBeGreaterThan(1);
    expect(house.channel.running).toBe(false);
    expect(await house.assistant.ready()).toMatchObject({ ok: false });
    await house.restart();
    expect(await house.assistant.ready()).toEqual({ ok: true });
    expect(await house.turns()).toEqual([[TROUBLE]]);
    expect(await house.record()).toMatchObject({ outbox: [], unjournaled: [] });
  });
});

describe('a stop', () => {
  test('does not wait for ever for a door that hangs; the reply goes out after the next start', async () => {
    const kept = createMemoryStore();
    const house = new House({ store: () => kept, clear: () => undefined });
    await house.assistant.start();
    let hang = (_error: Error): void => undefined;
    house.channel.before = () => new Promise((_, reject) => (hang = reject));
    house.channel.stop = async () => hang(new Error('the door was closed'));
    await house.assistant.accept('web', message('m1'));
    const stopped = house.assistant.stop();
    await new Promise(setImmediate);
    await house.clock.advance(1_000);
    await stopped;
    house.channel.before = () => undefined;
    await house.restart(5_000);
    expect(house.channel.sent.length).toBeGreaterThan(0);
    await house.assistant.stop();
  });

  test('closes the store even if a door does not stop properly, and may come twice', async () => {
    const house = new House({ store: createMemoryStore, clear: () => undefined });
    await house.assistant.start();
    house.channel.stop = () => Promise.reject(new Error('stuck'));
    await house.assistant.stop();
    await house.assistant.stop();
    await expect(house.store.read('c')).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    expect(house.log.join()).toContain('a channel did not stop properly');
  });

  test('leaves no timer that does anything', async () => {
    const house = new House({ store: createMemoryStore, clear: () => undefined });
    await house.assistant.start();
    await house.say(TROUBLE);
    await house.assistant.stop();
    await house.clock.advance(2 * REMIND);
    expect(house.log).toEqual([]);
  });
});

test('it is not ready while the store refuses writes, and is again once it takes them, with no message in between', async () => {
  const disk = newDisk();
  const house = new House({ store: () => storeOn(disk), clear: () => undefined });
  await house.assistant.start();
  expect(await house.assistant.ready()).toEqual({ ok: true });
  disk.refuse = (operation) => (operation === 'write' || operation === 'create' ? 'ENOSPC' : null);
  await house.clock.advance(5_000);
  expect(await house.assistant.ready()).toMatchObject({ ok: false, why: expect.stringContaining('ENOSPC') });
  disk.refuse = () => null;
  await house.clock.advance(5_000);
  expect(await house.assistant.ready()).toEqual({ ok: true });
  disk.refuse = (operation) => (operation === 'write' || operation === 'create' ? 'ENOSPC' : null);
  await expect(house.say(TROUBLE)).rejects.toMatchObject({ code: 'STORE_FULL' });
  expect(await house.assistant.ready()).toMatchObject({ ok: false });
  disk.refuse = () => null;
  await house.say(TROUBLE);
  expect(await house.assistant.ready()).toEqual({ ok: true });
  await house.assistant.stop();
});

/** In memory; refuses to keep what `refuses` says, by its length in characters. A conversation's record is of 10,000. */
function refusing(error: PosDoctorError, refuses: (characters: number) => boolean): Store {
  const memory = createMemoryStore();
  const unless = <T>(characters: number, work: () => Promise<T>): Promise<T> =>
    refuses(characters) ? Promise.reject(error) : work();
  return {
    ...createMemoryStore(),
    open: () => memory.open(),
    close: () => memory.close(),
    read: (id) => memory.read(id),
    pending: () => memory.pending(),
    transact: (id, change) => unless(10_000, () => memory.transact(id, change)),
    putSmall: (key, value) => unless(JSON.stringify(value).length, () => memory.putSmall(key, value)),
  };
}

test('a disk with room for a trial but for no message does not count as ready', async () => {
  let room = Number.POSITIVE_INFINITY;
  const store = refusing(new PosDoctorError('STORE_FULL', { why: 'ENOSPC' }), (bytes) => bytes > room);
  const house = new House({ store: () => store, clear: () => undefined });
  await house.assistant.start();
  room = 4_000;
  for (const id of ['m1', 'm2', 'm3'])
    await expect(house.assistant.accept('web', message(id))).rejects.toMatchObject({ code: 'STORE_FULL' });
  await house.clock.advance(5_000);
  expect(await house.assistant.ready()).toMatchObject({ ok: false, why: expect.stringContaining('ENOSPC') });
  expect(house.log).toHaveLength(1);
  room = Number.POSITIVE_INFINITY;
  await house.clock.advance(5_000);
  expect(await house.assistant.ready()).toEqual({ ok: true });
  await house.assistant.stop();
});

test('a store that lost a right refuses messages, keeps what it took, and takes them once it has the right again', async () => {
  let allowed = true;
  const lacking = new PosDoctorError('STORE_REFUSED', { why: 'the database user lacks the right' });
  const store = refusing(lacking, () => !allowed);
  const house = new House({ store: () => store, clear: () => undefined });
  await house.assistant.start();
  await house.say(TROUBLE);
  const before = await house.record();
  allowed = false;
  const event = { ...message('m9', '刷卡的'), at: house.clock.now() };
  await expect(house.assistant.accept('web', event)).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  expect(await house.record()).toEqual(before);
  expect(await house.assistant.ready()).toMatchObject({ ok: false, why: expect.stringContaining('lacks the right') });
  expect(house.log.filter((line) => line.startsWith('nothing can be kept'))).toHaveLength(1);
  allowed = true;
  await house.assistant.accept('web', event);
  expect(await house.assistant.ready()).toEqual({ ok: true });
  await house.assistant.stop();
});

describe('a start', () => {
  test('takes nothing before it', async () => {
    const house = new House({ store: createMemoryStore, clear: () => undefined });
    await expect(house.assistant.accept('web', message('m1'))).rejects.toMatchObject({ code: 'STOPPING' });
    expect((await house.assistant.ready()).ok).toBe(false);
  });

  test('that fails at a door lets go of the store', async () => {
    const channel = new FakeChannel();
    channel.start = () => Promise.reject(new PosDoctorError('SEND_FAILED', { channel: 'web', why: 'no' }));
    const house = new House({ store: createMemoryStore, clear: () => undefined }, { channel });
    await expect(house.assistant.start()).rejects.toMatchObject({ code: 'SEND_FAILED' });
    await expect(house.store.read('c')).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  });

  test('whose store does not open passes the reason on', async () => {
    const store: Store = { ...createMemoryStore(), open: () => Promise.reject(new PosDoctorError('DATA_LOCKED')) };
    const house = new House({ store: () => store, clear: () => undefined });
    await expect(house.assistant.start()).rejects.toMatchObject({ code: 'DATA_LOCKED' });
    expect(house.channel.running).toBe(false);
  });
});

describe('a disk that is full', () => {
  test('refuses the message, keeps nothing of it by half, and takes it when it comes again', async () => {
    const disk = newDisk();
    const house = new House({ store: () => storeOn(disk), clear: () => undefined });
    await house.assistant.start();
    await house.say(TROUBLE);
    await house.pass(MINUTE);
    const before = await house.record();
    const sent = house.channel.sent.length;
    disk.refuse = (operation) => (operation === 'write' || operation === 'create' ? 'ENOSPC' : null);
    const event = { ...message('m9', '刷卡的'), at: house.clock.now() };
    await expect(house.assistant.accept('web', event)).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect(await house.record()).toEqual(before);
    expect(house.channel.sent).toHaveLength(sent);
    disk.refuse = () => null;
    await house.assistant.accept('web', event);
    await house.assistant.settled();
    expect(house.channel.sent.length).toBeGreaterThan(sent);
    expect(await house.turns()).toEqual([[TROUBLE], ['刷卡的']]);
    await house.assistant.stop();
  });

  test('does not lose a wake-up: it is tried again', async () => {
    const disk = newDisk();
    const house = new House({ store: () => storeOn(disk), clear: () => undefined });
    await house.assistant.start();
    await house.say(TROUBLE);
    await house.say('刷卡的');
    disk.refuse = (operation) => (operation === 'write' || operation === 'create' ? 'ENOSPC' : null);
    await house.pass(MINUTE);
    expect(house.log.filter((line) => line.includes('nothing can be kept'))).toHaveLength(1);
    disk.refuse = () => null;
    await house.pass(MINUTE);
    expect(await house.turns()).toEqual([[TROUBLE], ['刷卡的']]);
    await house.assistant.stop();
  });
});
