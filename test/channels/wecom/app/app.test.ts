import { realWorld } from '../../../support/world.js';
import { openStage, type Stage } from '../stage.js';

let stage: Stage;

beforeAll(() => void realWorld(), 60_000);

beforeEach(async () => {
  stage = await openStage({ doors: ['app', 'groupRobot'] });
});

afterEach(() => stage.stop());

const user = () => stage.sandbox.app.user('zhangsan');
const seen = () => stage.sandbox.app.seen('zhangsan').filter(({ from }) => from === 'bot');
const lastCard = () => seen().findLast(({ kind }) => kind === 'card')?.card;

async function after(act: () => unknown): Promise<void> {
  act();
  await stage.pass(3_000);
}

describe('the app', () => {
  test('proves the URL to WeCom', async () => {
    expect((await stage.sandbox.app.callbacks.check()).ok).toBe(true);
  });

  test('says in the log that a message was for another app, and nothing of what it says', async () => {
    await stage.stop();
    stage = await openStage({
      doors: ['app'],
      config: (config) => ({ ...config, app: config.app && { ...config.app, agentId: 1000009 } }),
    });
    await after(() => user().says('福来顺刷不了卡'));
    expect(seen()).toEqual([]);
    expect(stage.logged()).toMatch(/for another app was dropped.*"given":"1000002","expected":1000009/);
    expect(stage.logged()).not.toContain('福来顺');
  });

  test('greets with a card once a day', async () => {
    await after(() => user().enters());
    expect(lastCard()?.buttons.map(({ text }) => text)).toEqual(['收不了款', '钱扣了没出小票', '要客服电话', '找人']);
    await after(() => user().enters());
    expect(seen()).toHaveLength(1);
    stage.sandbox.assertClean();
  });

  test('asks with buttons, and changes the card that was tapped', async () => {
    await after(() => user().says('POS机提示该渠道业务不可用'));
    expect(seen()[0]?.text).toContain('先别再收');
    const first = lastCard();
    expect(first?.buttons.length).toBeGreaterThan(1);
    await after(() => user().taps('不清楚'));
    expect(seen().filter(({ card }) => card?.text.includes('已选：不清楚'))).toHaveLength(1);
    expect(lastCard()?.taskId).not.toBe(first?.taskId);
    stage.sandbox.assertClean();
  });

  test('takes a menu’s key for what is said, and is polite about what it cannot read', async () => {
    await after(() => user().clicks('要客服电话'));
    expect(
      seen()
        .map(({ text, card }) => text + JSON.stringify(card ?? ''))
        .join(),
    ).toContain('哪家的电话');
    await after(() => user().sends('voice'));
    expect(seen().some(({ text }) => text.includes('转文字'))).toBe(true);
    stage.sandbox.assertClean();
  });

  test('hands over with a note for the group', async () => {
    await after(() => user().says('该渠道业务不可用'));
    await after(() => user().says('找人'));
    const notes = stage.sandbox.webhook.seen('sandbox-webhook-key');
    expect(notes).toHaveLength(1);
    expect(notes[0]?.text).toContain('商户的原话：该渠道业务不可用');
    expect(notes[0]?.text).toContain('wecom-app:zhangsan');
    stage.sandbox.assertClean();
  });

  test('passes on what its callback hears for customer service: an app has one URL for both', async () => {
    await stage.stop();
    stage = await openStage({ doors: ['app', 'kf'] });
    const { url, token, aesKey } = stage.sandbox.app.callbacks.config ?? { url: '', token: '', aesKey: '' };
    stage.sandbox.kf.callback = { url, token, aesKey };
    stage.sandbox.kf.customer('wmCustomer').says('银联客服电话多少');
    await stage.pass(3_000);
    expect(stage.sandbox.kf.seen('wmCustomer').some(({ text }) => text.includes('95516'))).toBe(true);
    stage.sandbox.assertClean();
  });

  test('gives a reply up that nobody got, though errcode was 0', async () => {
    stage.sandbox.faults.api('message/send', { invalidUsers: ['zhangsan'] });
    await after(() => user().says('银联客服电话'));
    expect(stage.logged()).toContain('a reply was refused for good');
    await stage.pass(600_000);
    expect(seen()).toHaveLength(0);
  });

  test('keeps WeCom’s pace for a member over a restart: what is too much waits, nothing is dropped', async () => {
    const codes = '30 41 43 51 54 55 57 58 61 62 75 91 96 98 A0 A7 12 14 38 34'.split(' ');
    for (const [n, code] of codes.entries()) {
      if (n === 10) await stage.restart();
      user().says(`刷卡显示代码 ${code}`);
      await stage.pass(1_000);
    }
    expect(stage.logged()).toContain('as much as it may for now');
    await stage.pass(300_000);
    const shown = seen().map(({ text }) => text.slice(0, 3));
    for (const code of codes) expect(shown.filter((start) => start === `${code}（`)).toHaveLength(1);
    expect((await stage.store.read('wecom-app:zhangsan'))?.outbox).toEqual([]);
    stage.sandbox.assertClean();
  });

  test('what was sent when the process died, before it knew, is not shown twice; the same answer to another question is', async () => {
    stage.sandbox.faults.api('message/send', { drop: 'after' }, 1);
    await after(() => user().says('银联客服电话多少'));
    await stage.restart();
    await stage.pass(60_000);
    const numbers = () => seen().filter(({ text }) => text.includes('95516'));
    expect(numbers()).toHaveLength(1);
    expect((await stage.store.read('wecom-app:zhangsan'))?.outbox).toEqual([]);
    await after(() => user().says('银联客服电话多少'));
    expect(numbers()).toHaveLength(2);
  });
});
