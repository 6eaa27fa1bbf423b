/** The bot in callback mode: what several messages in a row look like, and answers that get lost on their way. */
import { realWorld } from '../../../support/world.js';
import { openStage, type Stage } from '../stage.js';

const LOOKING = '收到，正在看。';
const TOGETHER = '这句和您后面的话一起回了。';

let stage: Stage;

beforeAll(() => void realWorld(), 60_000);

beforeEach(async () => {
  stage = await openStage({ doors: ['botCallback'] });
});

afterEach(() => stage.stop());

const seen = () => stage.sandbox.botHttp.seen('zhangsan');
const bubbles = () => seen().filter(({ kind }) => kind === 'stream');
const says = (text: string) => stage.sandbox.botHttp.message({ user: 'zhangsan', text });

test('messages that are answered together are all finished with the answer, so that the next is heard', async () => {
  says('银联客服电话多少');
  await stage.pass(100);
  for (const text of ['手续费', '是多少', '呢']) {
    says(text);
    await stage.pass(100);
  }
  await stage.pass(6_000);
  expect(bubbles()).toHaveLength(4);
  expect(bubbles().filter(({ finished }) => finished !== true)).toEqual([]);
  for (const joined of bubbles().slice(1, 3)) expect([TOGETHER, `${LOOKING}\n\n${TOGETHER}`]).toContain(joined.text);
  expect(bubbles()[3]?.text).not.toContain(TOGETHER);
  // WeCom takes three in progress.
  says('支付宝客服电话多少');
  await stage.pass(6_000);
  expect(bubbles().at(-1)?.text).toContain('95188');
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
  stage.sandbox.botHttp.message({ user: 'zhangsan', text: '银联客服电话多少', quote });
  says('支付宝客服电话多少');
  await stage.pass(20_000);
  const lines = await stage.assistant.transcript('wecom-bot:u:zhangsan');
  expect(lines.filter(({ from }) => from === 'user').map(({ text }) => text)).toEqual([
    '通知\n银联客服电话多少',
    '支付宝客服电话多少',
  ]);
});
