/** What the doors of WeCom show of themselves, over the local WeCom. */
import { Metrics } from '../../src/metrics/metrics.js';
import { OutboxLook } from '../../src/metrics/outbox.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { openStage, type Stage } from '../channels/wecom/stage.js';
import { testClock } from '../support/clock.js';
import { realWorld } from '../support/world.js';

let stage: Stage;
beforeAll(() => void realWorld(), 60_000);
afterEach(() => stage.stop());

const metrics = new Metrics({ version: '1', knowledge: () => realWorld().knowledge });
const value = async (name: string) =>
  (await metrics.read())
    .split('\n')
    .find((line) => line.startsWith(`${name}{door="wecom-bot"} `))
    ?.split(' ')[1];

test('a connection that is cut counts as a reconnect; the lease is told while it is held', async () => {
  stage = await openStage({ doors: ['bot'], observer: metrics });
  const outbox = new OutboxLook(createMemoryStore(), testClock());
  metrics.watch({ channels: stage.doors.channels, outbox, storeKeeps: () => true });
  const connected = () => stage.sandbox.bot.socket.connected;
  const serves = () => stage.doors.channels.some((door) => door.serves?.());
  while (!serves()) await new Promise((resolve) => setImmediate(resolve));
  expect([await value('pos_doctor_door_lease'), await value('pos_doctor_door_connected')]).toEqual(['1', '1']);
  expect(await value('pos_doctor_door_reconnects_total')).toBe('0');
  stage.sandbox.bot.close('cut');
  await stage.sandbox.until(() => !connected(), 'the cut');
  await stage.pass(31_000);
  await stage.sandbox.until(connected, 'the connection to come back');
  expect(await value('pos_doctor_door_reconnects_total')).toBe('1');
  stage.sandbox.bot.message({ user: 'zhangsan', text: '银联客服电话' });
  const answered = () => stage.sandbox.bot.seen('zhangsan').some(({ finished }) => finished === true);
  await stage.sandbox.until(answered, 'an answer');
  await stage.quiet();
  expect(await metrics.read()).toMatch(/pos_doctor_deliveries_total\{door="wecom-bot",result="sent"\} [1-9]/);
  stage.sandbox.bot.kick();
  await stage.sandbox.until(() => !connected(), 'the kick');
  await stage.quiet();
  expect([await value('pos_doctor_door_lease'), await value('pos_doctor_door_connected')]).toEqual(['0', '0']);
  expect(await value('pos_doctor_door_ready')).toBe('0');
  expect(await stage.assistant.ready()).toMatchObject({ ok: false });
  expect(await stage.assistant.ready(false)).toEqual({ ok: true });
}, 30_000);
