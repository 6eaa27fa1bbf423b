/** What is counted when the whole assistant works, fails and works again. */
import { Assistant } from '../../src/assistant.js';
import { PosDoctorError } from '../../src/errors.js';
import { silentLog } from '../../src/log.js';
import { JOIN_MS } from '../../src/mailbox.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { OutboxLook } from '../../src/metrics/outbox.js';
import { observedStore } from '../../src/observed-store.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Store } from '../../src/store/store.js';
import { FakeChannel } from '../support/channel.js';
import { type TestClock, testClock } from '../support/clock.js';
import { realWorld } from '../support/world.js';

const TROUBLE = '该渠道业务不可用';
const SECRET_USER = 'wecom-app:zhangsan';

class Scene {
  readonly clock: TestClock = testClock();
  readonly channel = new FakeChannel();
  readonly metrics = new Metrics({
    version: '1.2.3',
    knowledge: () => realWorld().knowledge,
    ticks: () => this.clock.now(),
  });
  readonly outbox: OutboxLook;
  readonly assistant: Assistant;
  #count = 0;

  constructor(store: Store = createMemoryStore()) {
    const observed = observedStore(store, this.metrics);
    this.outbox = new OutboxLook(store, this.clock);
    this.assistant = new Assistant({
      store: observed,
      world: realWorld,
      channels: [this.channel],
      clock: this.clock,
      log: silentLog,
      observer: this.metrics,
    });
    this.metrics.watch({
      channels: [this.channel],
      outbox: this.outbox,
      storeKeeps: () => this.assistant.storeKeeps,
    });
  }

  async say(text: string, id = `m${this.#count++}`): Promise<void> {
    const event = { kind: 'message' as const, id, conversation: SECRET_USER, at: this.clock.now(), text };
    await this.assistant.accept('web', event);
    await this.assistant.settled();
  }

  /** The value of a series, by its name and labels as they stand in the text. */
  async value(series: string): Promise<number | undefined> {
    const line = (await this.metrics.read()).split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }
}

let scene: Scene;
beforeEach(async () => {
  scene = new Scene();
  await scene.assistant.start();
});
afterEach(() => scene.assistant.stop());

test('a turn counts once, with its outcome, its time and its delivery', async () => {
  await scene.say(TROUBLE);
  expect(await scene.value('pos_doctor_messages_total{door="web",kind="message"}')).toBe(1);
  expect(await scene.value('pos_doctor_turns_total{door="web",outcome="asked"}')).toBe(1);
  expect(await scene.value('pos_doctor_turn_duration_seconds_count{door="web"}')).toBe(1);
  expect(await scene.value('pos_doctor_deliveries_total{door="web",result="sent"}')).toBe(scene.channel.sent.length);
  expect(await scene.value('pos_doctor_delivery_duration_seconds_count{door="web"}')).toBe(scene.channel.sent.length);
});

test('a redelivered event is no second turn', async () => {
  await scene.say(TROUBLE, 'same');
  await scene.say(TROUBLE, 'same');
  expect(await scene.value('pos_doctor_turns_total{door="web",outcome="asked"}')).toBe(1);
});

test('a commit that failed counts nothing; the one that was kept counts once', async () => {
  const store = createMemoryStore();
  const kept = store.transact.bind(store);
  let failures = 1;
  store.transact = (id, work) =>
    kept(id, async (record) => {
      const done = await work(record);
      failures -= 1;
      if (failures >= 0) throw new PosDoctorError('STORE_FULL', { why: 'no space' });
      return done;
    });
  const other = new Scene(store);
  await other.assistant.start();
  await expect(other.say(TROUBLE, 'm')).rejects.toMatchObject({ code: 'STORE_FULL' });
  expect(await other.value('pos_doctor_turns_total{door="web",outcome="asked"}')).toBe(0);
  expect(await other.value('pos_doctor_messages_refused_total{door="web",reason="store"}')).toBe(1);
  expect(await other.value('pos_doctor_store_errors_total{operation="transact",code="STORE_FULL"}')).toBe(1);
  expect(await other.value('pos_doctor_store_errors_total{operation="transact",code="STORE_REFUSED"}')).toBe(0);
  expect(await other.value('pos_doctor_store_keeps')).toBe(0);
  await other.say(TROUBLE, 'm');
  expect(await other.value('pos_doctor_turns_total{door="web",outcome="asked"}')).toBe(1);
  expect(await other.value('pos_doctor_store_keeps')).toBe(1);
  await other.assistant.stop();
});

test('messages that were joined, a hand-over and a case that ends are counted', async () => {
  await scene.say(TROUBLE);
  await scene.say('刷卡的');
  await scene.say('换卡也不行');
  await scene.clock.advance(JOIN_MS, () => scene.assistant.settled());
  expect(await scene.value('pos_doctor_messages_joined_total{door="web"}')).toBe(1);
  await scene.clock.advance(JOIN_MS + 1);
  await scene.say('转人工');
  expect(await scene.value('pos_doctor_escalations_total{reason="asked"}')).toBe(1);
  await scene.clock.advance(JOIN_MS + 1);
  await scene.say('重新开始');
  expect(await scene.value('pos_doctor_cases_closed_total{outcome="restarted"}')).toBe(1);
  expect(await scene.value('pos_doctor_case_questions_count')).toBe(1);
});

test('what is not understood is counted, and what is given up', async () => {
  await scene.say('嗯哼啊呀哟嘿');
  const words = await scene.value('pos_doctor_not_understood_total{kind="words"}');
  const scope = await scene.value('pos_doctor_not_understood_total{kind="out-of-scope"}');
  expect((words ?? 0) + (scope ?? 0)).toBe(1);
  scene.channel.before = () => {
    throw new PosDoctorError('SEND_REFUSED', { channel: 'web', why: 'gone' });
  };
  await scene.clock.advance(JOIN_MS + 1);
  await scene.say(TROUBLE);
  expect(await scene.value('pos_doctor_deliveries_total{door="web",result="refused"}')).toBeGreaterThan(0);
});

test('a user who sends too much is shed, not refused', async () => {
  await scene.say(TROUBLE);
  const event = (id: number) => ({
    kind: 'message' as const,
    id: `b${id}`,
    conversation: SECRET_USER,
    at: scene.clock.now(),
    text: '在吗',
  });
  const taken = await Promise.allSettled(
    Array.from({ length: 60 }, (_, id) => scene.assistant.accept('web', event(id))),
  );
  const lost = taken.filter(({ status }) => status === 'rejected').length;
  expect(lost).toBeGreaterThan(0);
  expect(await scene.value('pos_doctor_messages_shed_total{door="web",reason="queue-full"}')).toBe(lost);
});

test('the outbox is told as the store has it, after a look', async () => {
  scene.channel.before = () => {
    throw new Error('away');
  };
  await scene.say(TROUBLE);
  await scene.clock.advance(3_000);
  await scene.outbox.look();
  expect(await scene.value('pos_doctor_outbox_waiting')).toBeGreaterThan(0);
  expect(await scene.value('pos_doctor_outbox_oldest_seconds')).toBe(3);
});

test('no label holds a user or a text, whatever happens', async () => {
  for (const text of [TROUBLE, '我的店叫福来顺', '转人工', '13800138000']) {
    await scene.say(text);
    await scene.clock.advance(JOIN_MS + 1, () => scene.assistant.settled());
  }
  const text = await scene.metrics.read();
  for (const secret of ['zhangsan', '福来顺', '13800138000', '渠道']) expect(text).not.toContain(secret);
});

test('a fix that is offered counts for the cause that it mends', async () => {
  const { knowledge } = realWorld();
  const [fix] = knowledge.fixes.values();
  const cause = knowledge.faults.get(fix?.fault ?? '')?.cause;
  const at = { id: 'e', conversation: 'c', at: 0 };
  const offered = { ...at, type: 'fix', data: { fix: fix?.id, outcome: 'open' } };
  scene.metrics.committed('web', [offered, { ...offered, data: { fix: 'none such', outcome: 'open' } }], 1);
  expect(await scene.value(`pos_doctor_causes_concluded_total{cause="${cause}"}`)).toBe(1);
  expect(await scene.value('pos_doctor_causes_concluded_total{cause="other"}')).toBe(1);
});

test('doors tell whether they are connected, who holds the lease, and each reconnect', async () => {
  const metrics = new Metrics({ version: '1', knowledge: () => realWorld().knowledge });
  const state = { ok: true, online: true, held: true };
  const bot = {
    name: 'wecom-bot',
    ready: () => ({ ok: state.ok }),
    serves: () => state.online,
    holdsLease: () => state.held,
  };
  const outbox = new OutboxLook(createMemoryStore(), scene.clock);
  metrics.watch({ channels: [bot, { name: 'web' }], outbox, storeKeeps: () => true });
  metrics.reconnect('wecom-bot');
  const lines = async () => (await metrics.read()).split('\n').filter((line) => /^pos_doctor_door/.test(line));
  expect((await lines()).sort()).toEqual([
    'pos_doctor_door_connected{door="wecom-bot"} 1',
    'pos_doctor_door_lease{door="wecom-bot"} 1',
    'pos_doctor_door_ready{door="web"} 1',
    'pos_doctor_door_ready{door="wecom-bot"} 1',
    'pos_doctor_door_reconnects_total{door="wecom-bot"} 1',
  ]);
  Object.assign(state, { ok: false, online: false, held: false });
  expect(await lines()).toEqual(
    expect.arrayContaining(['pos_doctor_door_lease{door="wecom-bot"} 0', 'pos_doctor_door_ready{door="wecom-bot"} 0']),
  );
});

test('the version that runs is told', async () => {
  expect(await scene.value(`pos_doctor_build_info{version="1.2.3",node="${process.version}"}`)).toBe(1);
});

test('incidents and the look-out are shown, its lag only where this process looks out', async () => {
  const lookout: { leads: boolean; lagMs: number | undefined } = { leads: true, lagMs: 2_500 };
  const metrics = new Metrics({ version: '1', knowledge: () => realWorld().knowledge });
  const outbox = new OutboxLook(createMemoryStore(), testClock());
  const incidents = (state: string) => (state === 'open' ? 2 : 1);
  metrics.watch({ channels: [], outbox, storeKeeps: () => true, incidents, lookout });
  const lines = async () => (await metrics.read()).split('\n');
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'pos_doctor_incidents_open 2',
      'pos_doctor_incidents_suspected 1',
      'pos_doctor_lookout_leads 1',
      'pos_doctor_lookout_lag_seconds 2.5',
    ]),
  );
  Object.assign(lookout, { leads: false, lagMs: undefined });
  const other = await lines();
  expect(other).toContain('pos_doctor_lookout_leads 0');
  expect(other.filter((line) => line.startsWith('pos_doctor_lookout_lag'))).toEqual([]);
});
