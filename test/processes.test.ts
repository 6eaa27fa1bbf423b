/** Two assistants over one database are two processes to each other. */
import { Assistant } from '../src/assistant.js';
import { PosDoctorError } from '../src/errors.js';
import { silentLog } from '../src/log.js';
import { createPostgresStore } from '../src/store/postgres.js';
import type { Store } from '../src/store/store.js';
import { SWEEP_MS } from '../src/sweeper.js';
import { FakeChannel, gate } from './support/channel.js';
import { type TestClock, testClock } from './support/clock.js';
import { REMIND, TROUBLE } from './support/house.js';
import { onDatabase } from './support/on-database.js';
import { realWorld } from './support/world.js';

class Process {
  readonly web = new FakeChannel('web');
  readonly bot = new FakeChannel('bot');
  readonly store: Store;
  readonly assistant: Assistant;
  /** Whether it has the one connection. */
  connected = false;

  constructor(clock: TestClock, url: string) {
    this.store = createPostgresStore(url);
    const bot = Object.assign(this.bot, { serves: () => this.connected });
    const world = () => realWorld();
    this.assistant = new Assistant({ store: this.store, world, channels: [this.web, bot], clock, log: silentLog });
  }

  async say(text: string, id: string, { conversation = 'c', channel = 'web' } = {}): Promise<void> {
    await this.assistant.accept(channel, { kind: 'message', id, conversation, at: 0, text });
  }
}

const database = onDatabase();
let clock: TestClock;
let one: Process;
let other: Process;
beforeEach(async () => {
  clock = testClock();
  one = new Process(clock, database().url);
  other = new Process(clock, database().url);
  await one.assistant.start();
  await database().empty();
  await other.assistant.start();
});
afterEach(() => Promise.all([one, other].map(({ assistant }) => assistant.stop())));

async function settled(): Promise<void> {
  await one.assistant.settled();
  await other.assistant.settled();
}
/** A look at the database that is under way sets its next timer when it is over: time that passed before would pass it by. */
async function passing(ms: number, rest: () => Promise<void>): Promise<void> {
  await rest();
  await clock.advance(ms, rest);
}
const pass = (ms: number) => passing(ms, settled);
/** Lets time pass as one of them sees it: the other may hang. */
const passAt = ({ assistant }: Process, ms: number) => passing(ms, () => assistant.settled());
/** Whoever held a claim gives no sign of life any more, and its time is over. */
const claimsEnd = () => database().sql('DELETE FROM pos_doctor.claims');
const lines = async () => (await other.store.read('c'))?.transcript ?? [];
const said = async () => (await lines()).flatMap((line) => (line.from === 'assistant' ? [line.id] : []));

describe('one conversation whose messages come to two processes', () => {
  test('is answered whole, each reply once and in order, by one sender at a time', async () => {
    const order: string[] = [];
    let inside = 0;
    for (const { web } of [one, other])
      web.before = async ({ item }) => {
        inside += 1;
        expect(inside).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(item.id);
        inside -= 1;
      };
    const texts = [TROUBLE, '换卡也不行', '还是不行', '怎么办', '签到失败', '客服电话多少'];
    for (const [n, text] of texts.entries()) {
      await Promise.all([one.say(text, `a${n}`), other.say(text, `b${n}`)]);
      await pass(5_000);
    }
    await pass(5_000);
    expect(order).toEqual(await said());
    expect(order.length).toBeGreaterThan(texts.length);
    expect(one.web.sent.length).toBeGreaterThan(0);
  }, 60_000);
});

describe('a process that dies', () => {
  test('while it sends: the other one sends what was not marked as sent, once its claim has ended', async () => {
    const { opened, open } = gate();
    const { opened: sending, open: send } = gate();
    one.web.before = async () => {
      send();
      await opened;
      throw new Error('the process is dead');
    };
    await one.say(TROUBLE, 'm1');
    await sending;
    await passAt(other, 3 * SWEEP_MS);
    expect(other.web.sent).toEqual([]);
    // Whoever is dead takes nothing up again.
    Object.assign(one.store.claims ?? {}, { due: async () => [] });
    await claimsEnd();
    await passAt(other, 3 * SWEEP_MS);
    expect(other.web.sent.map(({ item }) => item.id)).toEqual(await said());
    open();
    await pass(10_000);
    expect(one.web.sent).toEqual([]);
  }, 60_000);

  test('to the database, when it had sent: nobody else sends it again, and it is marked when the database is back', async () => {
    const { claims } = one.store;
    if (!claims) throw new Error('no claims');
    const { finish } = claims;
    let failures = 0;
    claims.finish = async (...args: Parameters<typeof finish>): Promise<never> => {
      failures += 1;
      // Tried again after 1, 2 and 4 seconds; the other one looks each second.
      if (failures <= 3) throw new PosDoctorError('STORE_UNREACHABLE', { why: 'all connections stayed busy' });
      return (await finish.apply(claims, args)) as never;
    };
    await one.say(TROUBLE, 'm1');
    await pass(20_000);
    expect(failures).toBeGreaterThan(3);
    expect(one.web.sent.map(({ item }) => item.id)).toEqual(await said());
    expect(other.web.sent).toEqual([]);
    expect((await other.store.read('c'))?.outbox).toEqual([]);
  }, 60_000);

  test('before it reminds somebody: the other one does', async () => {
    await one.say(TROUBLE, 'm1');
    await settled();
    await one.assistant.stop();
    await passAt(other, REMIND + 5_000);
    expect(other.web.sent.length).toBeGreaterThan(0);
    expect(other.web.sent.at(-1)?.item.inReplyTo).toBe('');
  }, 60_000);
});

describe('a channel with one connection', () => {
  test('is sent through by the process that has it, whoever took the message', async () => {
    one.connected = true;
    one.bot.before = () => {
      throw new Error('the connection is lost');
    };
    await one.say(TROUBLE, 'm1', { channel: 'bot' });
    await settled();
    one.connected = false;
    await pass(10_000);
    expect(other.bot.sent).toEqual([]);
    other.connected = true;
    await other.assistant.reconnected('bot');
    await settled();
    expect(other.bot.sent.map(({ item }) => item.id)).toEqual(await said());
    expect(one.bot.sent).toEqual([]);
  }, 60_000);

  test('is found by the sweep too', async () => {
    one.connected = true;
    one.bot.before = () => {
      throw new Error('the connection is lost');
    };
    await one.say(TROUBLE, 'm1', { channel: 'bot' });
    await settled();
    one.connected = false;
    other.connected = true;
    await pass(10_000);
    expect(other.bot.sent.map(({ item }) => item.id)).toEqual(await said());
  }, 60_000);
});

test('a process that is stopped finishes its turn and leaves the rest to the other at once', async () => {
  one.web.before = () => {
    throw new Error('no');
  };
  await one.say(TROUBLE, 'm1');
  await one.assistant.stop();
  // Tried again a second later, and left to its own process for a while after that.
  await passAt(other, 6 * SWEEP_MS);
  expect(other.web.sent.map(({ item }) => item.id)).toEqual(await said());
}, 60_000);
