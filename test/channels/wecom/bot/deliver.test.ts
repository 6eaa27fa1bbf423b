/** What the bot sends a second time, and what it does not. */
import { realWorld } from '../../../support/world.js';
import { openStage, type Stage } from '../stage.js';

let stage: Stage;

beforeAll(() => void realWorld(), 60_000);

beforeEach(async () => {
  stage = await openStage({ doors: ['bot'] });
});

afterEach(() => stage.stop());

const seen = (chat = 'zhangsan') => stage.sandbox.bot.seen(chat);
const commands = () => stage.sandbox.bot.socket.frames.map(({ cmd }) => cmd).filter((cmd) => cmd !== 'ping');
const says = (text: string) => stage.sandbox.bot.message({ user: 'zhangsan', text });

test('a card that the process before sent, and did not live to write down, counts as sent', async () => {
  const cards = () => seen().filter(({ kind }) => kind === 'card');
  const { transact } = stage.store;
  // The message is taken in; that its answer went out is never written down.
  let writes = 1;
  stage.store.transact = async (...args) => {
    writes -= 1;
    if (writes < 0) throw new Error('the process has died');
    return transact.apply(stage.store, args) as never;
  };
  says('该渠道业务不可用');
  await stage.pass(500);
  expect(cards()).toHaveLength(1);
  stage.store.transact = transact;
  stage.sandbox.expect('task-id-reused');
  stage.sandbox.expect('stream-after-finish');
  await stage.restart();
  await stage.pass(60_000);
  expect(cards()).toHaveLength(1);
  expect(seen().filter(({ kind }) => kind === 'stream')).toHaveLength(1);
  expect((await stage.store.read('wecom-bot:u:zhangsan'))?.outbox).toEqual([]);
  expect(stage.logged()).not.toContain('refused for good');
  stage.sandbox.assertClean();
});

test('a greeting whose ack was lost is neither repeated nor pushed', async () => {
  says('银联客服电话多少');
  await stage.pass(5_000);
  const before = seen().length;
  stage.sandbox.faults.ack('aibot_respond_welcome_msg', { close: 'after' });
  stage.sandbox.bot.enter('zhangsan');
  await stage.pass(60_000);
  expect(seen()).toHaveLength(before + 1);
  expect(commands().slice(-1)).toEqual(['aibot_subscribe']);
  expect((await stage.store.read('wecom-bot:u:zhangsan'))?.outbox).toEqual([]);
  stage.sandbox.assertClean();
});

test('a greeting that could not be given in time is left out', async () => {
  says('银联客服电话多少');
  await stage.pass(5_000);
  const before = seen().length;
  stage.sandbox.faults.ack('aibot_respond_welcome_msg', { errcode: 45009 });
  stage.sandbox.bot.enter('zhangsan');
  await stage.pass(120_000);
  expect(seen()).toHaveLength(before);
  expect((await stage.store.read('wecom-bot:u:zhangsan'))?.outbox).toEqual([]);
  expect(stage.logged()).toContain('the time for a greeting is over');
  stage.sandbox.assertClean();
});

test('a card that is pushed can be rated', async () => {
  says('该渠道业务不可用');
  await stage.pass(5_000);
  // The request is over: both of the answer go as pushes.
  stage.sandbox.faults.ack('aibot_respond_msg', { errcode: 846605 }, 2);
  says('刷卡刷不出来');
  await stage.pass(5_000);
  const pushed = stage.sandbox.bot.socket.frames.filter(({ cmd }) => cmd === 'aibot_send_msg').map(({ body }) => body);
  expect(pushed.length).toBeGreaterThan(0);
  expect(JSON.stringify(pushed)).toContain('"feedback"');
  expect(seen().filter(({ feedbackId }) => feedbackId?.includes('|'))).not.toEqual([]);
  stage.sandbox.assertClean();
});

test('in a group the question after a tap is a card again', async () => {
  stage.sandbox.bot.message({ user: 'zhangsan', chat: 'wrGroup', text: '该渠道业务不可用' });
  await stage.pass(5_000);
  const cards = () => seen('wrGroup').filter(({ kind, card }) => kind === 'card' && (card?.buttons.length ?? 0) > 0);
  const [first] = cards();
  stage.sandbox.bot.tap('zhangsan', first?.card?.buttons[0]?.key ?? '', { chat: 'wrGroup' });
  await stage.pass(5_000);
  // The first was changed when it was tapped.
  expect(cards().map(({ id }) => id)).not.toContain(first?.id);
  expect(cards()).toHaveLength(1);
  stage.sandbox.assertClean();
});

test('in a group the question after a tap whose response_url is over goes out by number', async () => {
  stage.sandbox.bot.message({ user: 'zhangsan', chat: 'wrGroup', text: '该渠道业务不可用' });
  await stage.pass(5_000);
  stage.sandbox.faults.late('response-url');
  const card = seen('wrGroup').findLast(({ kind }) => kind === 'card')?.card;
  stage.sandbox.bot.tap('zhangsan', card?.buttons[0]?.key ?? '', { chat: 'wrGroup' });
  await stage.pass(5_000);
  expect(seen('wrGroup').at(-1)?.text).toMatch(/1\. .*\n2\. /);
  stage.sandbox.assertClean();
});

test('many short answers within a minute are not kept waiting by the frames of their bubbles', async () => {
  for (let count = 0; count < 9; count += 1) {
    says('银联客服电话多少');
    await stage.pass(2_100);
  }
  expect(stage.logged()).not.toContain('as much as it may for now');
  expect(seen().filter(({ kind, finished }) => kind === 'stream' && finished === true)).toHaveLength(9);
  stage.sandbox.assertClean();
});

test('members of a busy group share the pace of the group; each gets every answer', async () => {
  const members = ['zhangsan', 'lisi', 'wangwu', 'zhaoliu'];
  const codes = ['51', '54', '61', '75', '91'];
  for (const code of codes)
    for (const user of members) {
      stage.sandbox.bot.message({ user, chat: 'till-group', text: `刷卡显示代码 ${code}` });
      await stage.pass(1_000);
    }
  await stage.pass(300_000);
  for (const user of members) {
    const lines = await stage.assistant.transcript(`wecom-bot:g:till-group:${user}`);
    expect(lines.filter(({ from, text }) => from === 'assistant' && /^\d\d（/.test(text))).toHaveLength(codes.length);
    expect((await stage.store.read(`wecom-bot:g:till-group:${user}`))?.outbox).toEqual([]);
  }
  const shown = seen('till-group').filter(({ from, text }) => from === 'bot' && /\d\d（/.test(text));
  expect(shown).toHaveLength(members.length * codes.length);
  stage.sandbox.assertClean();
});
