import { realWorld } from '../../../support/world.js';
import { openStage, type Stage } from '../stage.js';

let stage: Stage;

afterEach(async () => {
  await stage.stop();
});

const seen = () => stage.sandbox.bot.seen('zhangsan');
const lastCard = () => seen().findLast(({ kind }) => kind === 'card')?.card;

async function says(text: string): Promise<void> {
  stage.sandbox.bot.message({ user: 'zhangsan', text });
  await stage.pass(3_000);
}

async function taps(choice: string): Promise<void> {
  stage.sandbox.bot.tap('zhangsan', choice);
  await stage.pass(3_000);
}

beforeAll(() => void realWorld(), 60_000);

describe('the bot in a single chat', () => {
  beforeEach(async () => {
    stage = await openStage({ doors: ['bot'] });
  });

  test('greets with a card, asks with buttons, and changes the card that was tapped', async () => {
    stage.sandbox.bot.enter('zhangsan');
    await stage.quiet();
    expect(lastCard()?.buttons.map(({ text }) => text)).toEqual(['收不了款', '钱扣了没出小票', '要客服电话', '找人']);
    await taps('收不了款');
    expect(seen().filter(({ card }) => card?.text.includes('已选：收不了款'))).toHaveLength(1);
    const asked = lastCard();
    expect(asked?.buttons.length).toBeGreaterThan(1);
    await taps('不清楚');
    expect(seen().filter(({ card }) => card?.text.includes('已选：不清楚'))).toHaveLength(1);
    stage.sandbox.assertClean();
  });

  test('answers in a bubble that is begun at once, then whole, and finished', async () => {
    await says('银联客服电话多少');
    const bubble = seen().find(({ kind }) => kind === 'stream');
    expect(bubble?.finished).toBe(true);
    expect(bubble?.frames?.length).toBeGreaterThan(1);
    expect(bubble?.text).toContain('95516');
    stage.sandbox.assertClean();
  });

  test('takes a second tap on the same button for the first', async () => {
    await says('该渠道业务不可用');
    const card = lastCard();
    const key = card?.buttons[0]?.key ?? '';
    for (let tap = 0; tap < 2; tap += 1) stage.sandbox.bot.click('zhangsan', card?.taskId ?? '', key);
    await stage.pass(3_000);
    const lines = await stage.assistant.transcript('wecom-bot:u:zhangsan');
    expect(lines.filter(({ from }) => from === 'user')).toHaveLength(2);
    stage.sandbox.assertClean();
  });

  test('is polite about pictures and files, and reads voice and mixed messages', async () => {
    stage.sandbox.bot.message({ user: 'zhangsan', kind: 'image' });
    await stage.pass(3_000);
    expect(seen().at(-1)?.text).toContain('图片我还看不了');
    stage.sandbox.bot.message({ user: 'zhangsan', kind: 'voice', text: '提示网络连接失败刷卡扫码都不行' });
    await stage.pass(3_000);
    expect((await stage.assistant.state('wecom-bot:u:zhangsan')).causes[0]?.id).toBe('network');
    stage.sandbox.assertClean();
  });

  test('opens no second bubble for a message that is delivered twice', async () => {
    stage.sandbox.faults.duplicate('bot');
    await says('银联客服电话多少');
    await stage.pass(60_000);
    expect(seen().filter(({ kind }) => kind === 'stream')).toHaveLength(1);
    stage.sandbox.assertClean();
  });

  test('opens the bubble with a line that stays if the answer takes its time', async () => {
    const { read } = stage.store;
    // The disk is slow: the answer is there, but it cannot be fetched yet.
    stage.store.read = async (conversation) => {
      await new Promise<void>((resolve) => stage.clock.after(2_000, resolve));
      return read.call(stage.store, conversation);
    };
    await says('银联客服电话多少');
    await stage.pass(10_000);
    const [bubble] = seen().filter(({ kind }) => kind === 'stream');
    expect(bubble?.frames?.[0]).toBe('收到，正在看。');
    expect(bubble?.text).toContain('95516');
    expect(bubble?.finished).toBe(true);
    stage.sandbox.assertClean();
  });

  test('answers two messages at once in one bubble, and ends the other', async () => {
    await says('该渠道业务不可用');
    stage.sandbox.bot.message({ user: 'zhangsan', text: '没扣款' });
    await stage.quiet();
    for (const text of ['刷的是信用卡', '换卡也不行']) stage.sandbox.bot.message({ user: 'zhangsan', text });
    await stage.pass(20_000);
    expect(seen().filter(({ kind, finished }) => kind === 'stream' && finished !== true)).toEqual([]);
    stage.sandbox.assertClean();
  });

  test('keeps a rating with the very answer', async () => {
    await says('银联客服电话多少');
    const answer = seen().findLast(({ feedbackId }) => feedbackId !== undefined);
    stage.sandbox.bot.feedback('zhangsan', {
      id: answer?.feedbackId ?? '',
      type: 2,
      content: '号码不对',
      reasons: [3],
    });
    await stage.quiet();
    const lines = await stage.assistant.transcript('wecom-bot:u:zhangsan');
    const said = lines.filter(({ from }) => from === 'assistant').map(({ id }) => id);
    const rated = [];
    for await (const event of stage.store.readJournal()) if (event.type === 'feedback') rated.push(event.data);
    expect(rated).toEqual([expect.objectContaining({ rating: 'bad', text: '号码不对', reasons: [3], replies: said })]);
  });

  test('reminds by a push, once, and closes', async () => {
    await says('该渠道业务不可用');
    const before = seen().length;
    await stage.pass(30 * 60_000);
    expect(
      seen()
        .slice(before)
        .some(({ text }) => text.includes('还在吗')),
    ).toBe(true);
    stage.sandbox.assertClean();
  });

  test('hands a question over that was asked by another member to nobody else', async () => {
    stage.sandbox.bot.message({ user: 'zhangsan', chat: 'wrGroup', text: '该渠道业务不可用' });
    await stage.pass(3_000);
    const card = stage.sandbox.bot.seen('wrGroup').findLast(({ kind }) => kind === 'card')?.card;
    stage.sandbox.bot.click('lisi', card?.taskId ?? '', card?.buttons[0]?.key ?? '', { chat: 'wrGroup' });
    await stage.pass(3_000);
    expect(await stage.assistant.transcript('wecom-bot:g:wrGroup:lisi')).toEqual([]);
    const shown = stage.sandbox.bot.seen('wrGroup').findLast(({ kind }) => kind === 'card');
    expect(JSON.stringify(shown?.cardFor?.lisi)).toContain('这是问别人的');
    expect(shown?.card?.buttons.length).toBeGreaterThan(0);
    stage.sandbox.assertClean();
  });
});
