import { pressOf } from '../../../../src/channels/wecom/keys.js';
import { quickStarts } from '../../../../src/channels/wecom/quick-starts.js';
import { takeTurn } from '../../../../src/dialogue/turn.js';
import { realWorld } from '../../../support/world.js';
import { T0 } from '../items.js';
import { ACCOUNT, Stand, wordsOf } from './stand.js';

let stand: Stand;
afterEach(() => stand.close());

describe('a merchant', () => {
  test('is asked, taps, answers in their own words, and gets whom to call', async () => {
    stand = await Stand.open();
    const [asked, ...more] = await stand.says('wmLi', '扫码提示未开通该支付产品');
    expect(more).toEqual([]);
    expect(asked?.kind).toBe('menu');
    expect(asked?.menu?.items.map(({ content }) => content)).toContain('没扣款');
    const tapped = await stand.taps('wmLi', '没扣款');
    expect(wordsOf(tapped)).toContain('换了也不行');
    const human = await stand.says('wmLi', '算了找人吧');
    expect(wordsOf(human)).toContain('【情况说明】');
    expect(wordsOf(human)).toContain('扫码提示未开通该支付产品');
    expect((await stand.record('wmLi')).outbox).toEqual([]);
  });

  test('gets three messages at the most for each of theirs', async () => {
    stand = await Stand.open({ kf: { servicers: [] } });
    for (const text of ['刷卡不行', '没扣', '报96', '只有一台机器', '找人', '继续排查', '要银联的电话']) {
      const answer = await stand.says('wmLi', text);
      expect(answer.length).toBeGreaterThan(0);
      expect(answer.length).toBeLessThanOrEqual(3);
    }
  });

  test('who taps twice in a row taps once; later it was meant', async () => {
    stand = await Stand.open();
    await stand.says('wmLi', '扫码提示未开通该支付产品');
    const answer = await stand.after('wmLi', (customer) => {
      customer.taps('没扣款');
      customer.taps('没扣款');
    });
    expect(answer).toHaveLength(1);
    await stand.pass(2 * 60_000);
    expect((await stand.taps('wmLi', '没扣款')).length).toBeGreaterThan(0);
  });

  test('who sends a picture is told that it is not looked into', async () => {
    stand = await Stand.open();
    expect(wordsOf(await stand.after('wmLi', (customer) => customer.image()))).toContain('图');
  });

  test('hears nothing of what they take back', async () => {
    stand = await Stand.open();
    await stand.says('wmLi', '刷卡不行');
    expect(await stand.after('wmLi', (customer) => customer.recalls('kfmsg000001'))).toEqual([]);
  });

  test('is reminded once and then let go, and has been sent five messages at the most', async () => {
    stand = await Stand.open();
    const answer = await stand.says('wmLi', '扫码提示未开通该支付产品');
    await stand.pass(24 * 3_600_000);
    const all = stand.seen('wmLi').filter(({ from }) => from === 'bot');
    expect(all).toHaveLength(answer.length + 2);
    expect(all.length).toBeLessThanOrEqual(5);
  });
});

describe('who enters', () => {
  test('is welcomed once, and what the sticker says of the shop stands in the summary', async () => {
    stand = await Stand.open();
    const [welcome] = await stand.after('wmLi', (customer) => customer.enters({ sceneParam: 'm=M822100001&t=SN7788' }));
    expect(welcome?.text).toContain('您好');
    expect(welcome?.menu?.items.map(({ content }) => content)).toEqual(starts().map(({ label }) => label));
    await stand.says('wmLi', '该渠道业务不可用');
    const summary = wordsOf(await stand.says('wmLi', '找人'));
    expect(summary).toContain('M822100001');
    expect(summary).toContain('SN7788');
  });

  test('and cannot be welcomed is not, but the shop is known', async () => {
    stand = await Stand.open();
    await stand.says('wmLi', '刷卡不行');
    expect(await stand.after('wmLi', (customer) => customer.enters({ sceneParam: 'm=M822100001&t=SN7788' }))).toEqual(
      [],
    );
    expect(wordsOf(await stand.says('wmLi', '找人'))).toContain('SN7788');
  });

  test('while we are away is not welcomed after 20 seconds', async () => {
    stand = await Stand.open();
    await stand.stop();
    stand.sandbox.kf.callback = { url: 'http://127.0.0.1:9/', token: 'kftoken', aesKey: 'a'.repeat(43) };
    stand.sandbox.kf.customer('wmLi').enters();
    await stand.pass(30_000);
    await stand.start();
    expect(stand.seen('wmLi')).toEqual([]);
    expect(stand.calls('send_msg_on_event')).toBe(0);
  });

  test('and taps a quick start is understood as if it was typed', async () => {
    stand = await Stand.open();
    await stand.after('wmLi', (customer) => customer.enters());
    expect(wordsOf(await stand.taps('wmLi', '找人'))).toContain('【情况说明】');
  });
});

const starts = () => quickStarts(realWorld().knowledge.ui);

test('each quick start leads where it says', async () => {
  stand = await Stand.build();
  const world = realWorld();
  const greeted = takeTurn(null, { kind: 'enter' }, T0, world).session;
  const led = starts().map(({ key }) => {
    const press = pressOf(key);
    const texts = [press.kind === 'words' ? press.words : ''];
    const { replies, session } = takeTurn(greeted, { kind: 'message', texts, hidden: [] }, T0 + 5_000, world);
    return { label: texts[0], said: replies.map(({ text }) => text).join('\n'), session };
  });
  const of = (label: string) => led.find((one) => one.label === label);
  expect(of('收不了款')?.session.frames.at(-1)?.skill).toBe('triage');
  expect(of('钱扣了没出小票')?.session.case.money).toMatch(/in-doubt|paid/);
  expect(of('要客服电话')?.said).toMatch(/电话/);
  expect(of('找人')?.session.handoff).toBe(true);
  for (const { said } of led) expect(said).not.toContain('没对上');
});

describe('accounts', () => {
  const kf = { accounts: { wkSANDBOX1: '一', wkSANDBOX2: '二' } };

  test('are all served unless they are named', async () => {
    stand = await Stand.open({ kf });
    await stand.after('wmLi', () => stand.sandbox.kf.customer('wmLi', 'wkSANDBOX2').says('刷卡不行'));
    expect((await stand.record('wmLi', 'wkSANDBOX2')).transcript.length).toBeGreaterThan(1);
  });

  test('that are not named are left alone', async () => {
    stand = await Stand.open({ kf, accounts: [ACCOUNT] });
    await stand.after('wmLi', () => stand.sandbox.kf.customer('wmLi', 'wkSANDBOX2').says('刷卡不行'));
    expect(await stand.store.read('wecom-kf:wkSANDBOX2:wmLi')).toBeNull();
    expect(await stand.store.getSmall('wecom-kf-cursor:wkSANDBOX2')).toBeNull();
  });

  test('keep the same customer apart', async () => {
    stand = await Stand.open({ kf });
    await stand.says('wmLi', '刷卡不行');
    const there = await stand.after('wmLi', () => stand.sandbox.kf.customer('wmLi', 'wkSANDBOX2').says('没扣'));
    expect(there.length).toBeGreaterThan(0);
    const { transcript } = await stand.record('wmLi');
    expect(transcript.filter(({ from }) => from === 'user')).toHaveLength(1);
  });
});
