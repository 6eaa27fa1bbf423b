/** Bubbles when acks take as long as they do: what was answered ends, what is still to be answered does not, and nothing twice. */
import { STREAM_MS } from '../../../../src/channels/wecom/bot/streams.js';
import { realWorld } from '../../../support/world.js';
import { openStage, type Stage } from '../stage.js';

const ACK_MS = { from: 450, to: 450 };
const LOOKING = '收到，正在看。';
const TOGETHER = '这句和您后面的话一起回了。';

let stage: Stage;

beforeAll(() => void realWorld(), 60_000);

beforeEach(async () => {
  stage = await openStage({ doors: ['bot'], sandbox: { bot: { ackMs: ACK_MS } } });
});

afterEach(() => stage.stop());

const bubbles = () => stage.sandbox.bot.seen('zhangsan').filter(({ kind }) => kind === 'stream');
const says = (text: string) => stage.sandbox.bot.message({ user: 'zhangsan', text });

test.each([200, 300, 400, 500])('a message %i ms after another is answered in a bubble of its own', async (ms) => {
  says('该渠道业务不可用');
  await stage.pass(5_000);
  // The answer to this one is out after three acks; by then the bubble of the next is open.
  says('银联客服电话多少');
  await stage.pass(ms);
  says('支付宝客服电话多少');
  await stage.pass(20_000);
  expect(bubbles()).toHaveLength(3);
  expect(bubbles()[1]).toMatchObject({ finished: true, text: expect.stringContaining('95516') });
  expect(bubbles()[2]).toMatchObject({ finished: true, text: expect.stringContaining('95188') });
  expect(bubbles()[2]?.frames?.[0]).toBe(LOOKING);
  stage.sandbox.assertClean();
});

test('of messages that are answered together, one bubble holds the answer, one that was open says so and ends', async () => {
  says('银联客服电话多少');
  await stage.pass(200);
  says('手续费');
  await stage.pass(900);
  says('是多少呢');
  await stage.pass(20_000);
  expect(bubbles().map(({ text }) => text.split('\n')[0])).toEqual([expect.any(String), LOOKING, expect.any(String)]);
  expect(bubbles()[1]?.text).toBe(`${LOOKING}\n\n${TOGETHER}`);
  expect(bubbles().filter(({ finished }) => finished !== true)).toEqual([]);
  stage.sandbox.assertClean();
});

test('of messages that are answered together, one whose bubble is not open yet gets none', async () => {
  says('银联客服电话多少');
  // The answer is out after its last ack: what is said now waits for more.
  await stage.pass(1_500);
  for (const text of ['手续费', '是多少呢']) {
    says(text);
    await stage.pass(100);
  }
  await stage.pass(60_000);
  expect(bubbles()).toHaveLength(2);
  expect(bubbles().filter(({ text }) => text === LOOKING)).toEqual([]);
  stage.sandbox.assertClean();
});

test('an answer that comes when its bubble has ended stands in another', async () => {
  const { read } = stage.store;
  let isSlow = true;
  stage.store.read = async (conversation) => {
    while (isSlow) await new Promise<void>((resolve) => stage.clock.after(10_000, resolve));
    return read.call(stage.store, conversation);
  };
  says('银联客服电话多少');
  await stage.pass(STREAM_MS + 2_000);
  expect(bubbles()).toMatchObject([{ text: LOOKING, finished: true }]);
  isSlow = false;
  await stage.pass(30_000);
  expect(bubbles()).toHaveLength(2);
  expect(bubbles()[1]).toMatchObject({ finished: true, text: expect.stringContaining('95516') });
  stage.sandbox.assertClean();
});

test('what is delivered again after a restart opens no bubble, nor when it was answered before', async () => {
  const { msgid } = says('银联客服电话多少');
  await stage.pass(5_000);
  stage.sandbox.bot.message({ user: 'zhangsan', text: '银联客服电话多少', msgid });
  await stage.pass(5_000);
  await stage.restart();
  await stage.pass(1_000);
  stage.sandbox.bot.message({ user: 'zhangsan', text: '银联客服电话多少', msgid });
  await stage.pass(20_000);
  expect(bubbles()).toHaveLength(1);
  stage.sandbox.assertClean();
});

test('a message with a quotation is not overtaken by the next', async () => {
  const { read } = stage.store;
  let slow = 1;
  stage.store.read = async (conversation) => {
    slow -= 1;
    if (slow >= 0) await new Promise<void>((resolve) => stage.clock.after(500, resolve));
    return read.call(stage.store, conversation);
  };
  const quote = { msgtype: 'text', text: { content: '通知' } };
  stage.sandbox.bot.message({ user: 'zhangsan', text: '银联客服电话多少', quote });
  says('支付宝客服电话多少');
  await stage.pass(20_000);
  const lines = await stage.assistant.transcript('wecom-bot:u:zhangsan');
  expect(lines.filter(({ from }) => from === 'user').map(({ text }) => text)).toEqual([
    '通知\n银联客服电话多少',
    '支付宝客服电话多少',
  ]);
});
