import { createMemoryStore } from '../../../../src/store/memory.js';
import { realWorld } from '../../../support/world.js';
import { openStage, type Stage } from '../stage.js';

let stage: Stage;

beforeAll(() => void realWorld(), 60_000);

afterEach(() => stage.stop());

const connected = () => stage.sandbox.bot.socket.connected;
const answered = () => stage.sandbox.bot.seen('zhangsan').some(({ finished }) => finished === true);

async function isAnswered(text: string): Promise<void> {
  stage.sandbox.bot.message({ user: 'zhangsan', text });
  await stage.sandbox.until(answered, 'an answer');
}

describe('the connection', () => {
  test('comes back however often it is cut, each time after a longer wait, and answers again', async () => {
    stage = await openStage({ doors: ['bot'] });
    for (let cut = 0; cut < 15; cut += 1) {
      stage.sandbox.bot.close(cut % 2 === 0 ? 'cut' : 'close-frame');
      await stage.sandbox.until(() => !connected(), 'the cut');
      await stage.pass(31_000);
      await stage.sandbox.until(connected, 'the connection to come back');
    }
    expect(await stage.assistant.ready()).toMatchObject({ ok: true });
    await isAnswered('银联客服电话');
  }, 30_000);

  test('that was taken over is not taken back: not ready, the lease given up, no second subscription', async () => {
    stage = await openStage({ doors: ['bot', 'groupRobot'] });
    stage.sandbox.bot.kick();
    await stage.sandbox.until(() => !connected(), 'the kick');
    await stage.pass(120_000);
    expect(connected()).toBe(false);
    expect(await stage.assistant.ready()).toMatchObject({ ok: false, why: expect.stringContaining('taken over') });
    expect(await stage.store.acquireLease('wecom-bot:aibSANDBOX', 'somebody', stage.clock.now(), 1000)).toBe(true);
    expect(stage.sandbox.webhook.seen('sandbox-webhook-key')[0]?.text).toContain('被另一处的登录顶掉了');
  });

  test('is taken up again once another process of ours held the lease and has let it go', async () => {
    stage = await openStage({ doors: ['bot'] });
    stage.sandbox.bot.kick();
    await stage.sandbox.until(() => !connected(), 'the kick');
    await stage.quiet();
    const now = stage.clock.now();
    expect(await stage.store.acquireLease('wecom-bot:aibSANDBOX', 'another process', now, 8_000)).toBe(true);
    await stage.pass(6_000);
    expect(connected()).toBe(false);
    await stage.pass(12_000);
    await stage.sandbox.until(connected, 'the connection to come back');
    expect(await stage.assistant.ready()).toMatchObject({ ok: true });
  });

  test('is not opened while another process holds the lease, and is within 15 s of its death', async () => {
    const store = createMemoryStore();
    await store.open();
    await store.acquireLease('wecom-bot:aibSANDBOX', 'another process', Date.UTC(2026, 10, 23, 2), 10_000);
    stage = await openStage({ doors: ['bot'], store, connects: false });
    await stage.pass(9_000);
    expect(connected()).toBe(false);
    expect(await stage.assistant.ready()).toMatchObject({ ok: true });
    await stage.pass(6_000);
    await stage.sandbox.until(connected, 'the connection');
  });

  test('with a wrong secret says so and stops trying', async () => {
    stage = await openStage({
      doors: ['bot', 'groupRobot'],
      config: (config) => ({ ...config, bot: config.bot && { ...config.bot, secret: 'another' } }),
      connects: false,
    });
    await stage.sandbox.until(() => stage.sandbox.webhook.seen('sandbox-webhook-key').length > 0, 'the alert');
    await stage.pass(300_000);
    expect(stage.sandbox.ledger.violations.filter(({ rule }) => rule === 'bot-secret')).toHaveLength(1);
    expect(await stage.assistant.ready()).toMatchObject({ ok: false, why: expect.stringContaining('refuses') });
    expect(stage.logged()).toContain('check WECOM_BOT_ID and WECOM_BOT_SECRET');
    expect(stage.logged()).not.toContain('another');
  });

  test('that is half-open is noticed by its heartbeat and replaced', async () => {
    stage = await openStage({ doors: ['bot'], heartbeatMs: 300 });
    stage.sandbox.bot.halfOpen();
    while (!stage.logged().includes('connecting again')) await new Promise((resolve) => setImmediate(resolve));
    await stage.pass(31_000);
    await stage.sandbox.until(connected, 'the connection to come back');
    await isAnswered('银联客服电话');
  });

  test('carries what could not be said while it was down', async () => {
    stage = await openStage({ doors: ['bot'] });
    stage.sandbox.bot.message({ user: 'zhangsan', text: '该渠道业务不可用' });
    await stage.pass(3_000);
    stage.sandbox.bot.close();
    await stage.sandbox.until(() => !connected(), 'the cut');
    await stage.assistant.accept('wecom-bot', {
      id: 'm-late',
      conversation: 'wecom-bot:u:zhangsan',
      at: stage.clock.now(),
      kind: 'message',
      text: '银联客服电话多少',
    });
    await stage.pass(120_000);
    expect(stage.sandbox.bot.seen('zhangsan').some(({ text }) => text.includes('95516'))).toBe(true);
    stage.sandbox.assertClean();
  });

  test('logs neither secrets nor what was said', async () => {
    stage = await openStage({ doors: ['bot'] });
    await isAnswered('我的店叫福来顺，银联客服电话');
    stage.sandbox.bot.close();
    await stage.pass(60_000);
    expect(stage.logged()).not.toMatch(/福来顺|sandbox-bot-secret/);
  });
});

test('what waited while the connection was down for long goes out as soon as it is back', async () => {
  stage = await openStage({ doors: ['bot'] });
  stage.sandbox.bot.message({ user: 'zhangsan', text: '该渠道业务不可用' });
  await stage.pass(3_000);
  // WeCom refuses every frame for minutes: each further try waits longer.
  stage.sandbox.faults.ack('aibot_respond_msg', { errcode: 6000 }, 9);
  const { reqId } = stage.sandbox.bot.message({ user: 'zhangsan', text: '银联客服电话多少' });
  expect(reqId).not.toBe('');
  await stage.pass(300_000);
  const heard = () => stage.sandbox.bot.seen('zhangsan').some(({ text }) => text.includes('95516'));
  expect(heard()).toBe(false);
  stage.sandbox.bot.close();
  await stage.sandbox.until(() => !connected(), 'the cut');
  await stage.pass(2_000);
  await stage.sandbox.until(connected, 'the connection to come back');
  await stage.quiet();
  expect(heard()).toBe(true);
});
