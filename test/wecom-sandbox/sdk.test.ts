/** WeCom's own SDK, unmodified, against the local WeCom. */
import { WSClient, type WsFrame } from '@wecom/aibot-node-sdk';
import { testClock } from '../support/clock.js';
import { createSandbox, type Sandbox, type Started } from './index.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const T0 = Date.UTC(2026, 10, 23, 2, 0, 0);

let clock: ReturnType<typeof testClock>;
let sandbox: Sandbox;
let started: Started;
let clients: WSClient[];

beforeEach(async () => {
  clock = testClock(T0);
  sandbox = createSandbox({ clock });
  started = await sandbox.start();
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.disconnect();
  await sandbox.stop();
});

function client(more: Partial<ConstructorParameters<typeof WSClient>[0]> = {}): WSClient {
  const { botId, secret } = sandbox.options.bot;
  const made = new WSClient({ botId, secret, wsUrl: started.wsUrl, logger: silent, reconnectInterval: 1, ...more });
  clients.push(made);
  return made;
}

/** The next event of that name. */
const next = (of: WSClient, name: Parameters<WSClient['once']>[0]): Promise<WsFrame> =>
  new Promise((resolve) => of.once(name, (...args: unknown[]) => resolve(args[0] as WsFrame)));

async function connected(more: Parameters<typeof client>[0] = {}): Promise<WSClient> {
  const made = client(more);
  const ready = next(made, 'authenticated');
  made.connect();
  await ready;
  return made;
}

const CARD = {
  card_type: 'button_interaction' as const,
  task_id: 'T-1',
  main_title: { title: '付款报错', desc: '请选择您看到的提示' },
  button_list: [
    { text: '该渠道业务不可用', style: 1, key: 'ans:channel' },
    { text: '其他', style: 2, key: 'ans:other' },
  ],
};

test('a message is answered with a stream that ends', async () => {
  const bot = await connected();
  const heard = next(bot, 'message.text');
  const { msgid, delivered } = sandbox.bot.message({ user: 'zhangsan', text: '该渠道业务不可用😀' });
  const frame = await heard;
  expect(delivered).toBe(true);
  expect(frame.body).toMatchObject({ msgid, chattype: 'single', text: { content: '该渠道业务不可用😀' } });

  await bot.replyStream(frame, 'st-1', '正在核对…');
  expect(sandbox.bot.seen('zhangsan').at(-1)).toMatchObject({ text: '正在核对…', finished: false });
  await bot.replyStream(frame, 'st-1', '请先', false);
  await bot.replyStream(frame, 'st-1', '请先核对渠道状态。', true);
  expect(sandbox.bot.seen('zhangsan').at(-1)).toMatchObject({
    kind: 'stream',
    finished: true,
    frames: ['正在核对…', '请先', '请先核对渠道状态。'],
  });
  sandbox.assertClean();
});

test('a welcome and a card: the card is tapped and updated', async () => {
  const bot = await connected();
  const entered = next(bot, 'event.enter_chat');
  sandbox.bot.enter('lisi');
  await bot.replyWelcome(await entered, { msgtype: 'template_card', template_card: CARD });

  const tapped = next(bot, 'event.template_card_event');
  sandbox.bot.tap('lisi', '该渠道业务不可用');
  const event = await tapped;
  expect(event.body.event).toMatchObject({
    eventtype: 'template_card_event',
    template_card_event: { event_key: 'ans:channel', task_id: 'T-1', card_type: 'button_interaction' },
  });
  await bot.updateTemplateCard(event, {
    card_type: 'text_notice',
    task_id: 'T-1',
    main_title: { title: '已选：该渠道业务不可用' },
    card_action: { type: 1, url: 'https://example.com' },
  });
  expect(sandbox.bot.seen('lisi').at(0)).toMatchObject({ updates: 1, card: { title: '已选：该渠道业务不可用' } });
  expect(() => sandbox.bot.tap('lisi', '该渠道业务不可用')).toThrow('sees no button');
  sandbox.assertClean();
});

test('a push reaches only those who wrote before', async () => {
  const bot = await connected();
  const push = { msgtype: 'markdown' as const, markdown: { content: '**提醒**' } };
  sandbox.expect('never-wrote');
  await expect(bot.sendMessage('zhangsan', push)).rejects.toMatchObject({ errcode: 93006 });
  sandbox.bot.message({ user: 'zhangsan', text: '你好' });
  await bot.sendMessage('zhangsan', push);
  expect(sandbox.bot.seen('zhangsan').at(-1)).toMatchObject({ kind: 'markdown', text: '**提醒**' });
  sandbox.assertClean();
});

test('a file is uploaded in chunks and sent', async () => {
  const bot = await connected();
  sandbox.bot.message({ user: 'zhangsan', text: '你好' });
  const { media_id } = await bot.uploadMedia(Buffer.alloc(1_300_000, 7), { type: 'file', filename: '说明.pdf' });
  await bot.sendMediaMessage('zhangsan', 'file', media_id);
  expect(sandbox.bot.seen('zhangsan').at(-1)).toMatchObject({ kind: 'media', text: 'file' });
  sandbox.assertClean();
});

test('the picture of a message can be downloaded and opened', async () => {
  const bot = await connected();
  const heard = next(bot, 'message.image');
  sandbox.bot.message({ user: 'zhangsan', kind: 'image' });
  const { image } = (await heard).body as { image: { url: string; aeskey: string } };
  const { buffer, filename } = await bot.downloadFile(image.url, image.aeskey);
  expect([buffer.toString(), filename]).toEqual(['a picture', 'a.jpg']);
});

test('a wrong secret is refused with 853000 and the socket stays open', async () => {
  const attempts = 2;
  sandbox.expect('bot-secret', attempts + 1);
  const bot = client({ secret: 'wrong', maxAuthFailureAttempts: attempts });
  const errors: string[] = [];
  const exhausted = new Promise<void>((resolve) => {
    bot.on('error', (error: Error & { code?: string }) => {
      errors.push(error.code ?? error.message);
      if (error.code === 'WS_AUTH_FAILURE_EXHAUSTED') resolve();
    });
  });
  bot.connect();
  await exhausted;
  expect(errors[0]).toBe('Authentication failed: invalid bot_id or secret (code: 853000)');
  expect(sandbox.bot.socket.subscribes).toBe(0);
  sandbox.assertClean();
});

test('a second subscribe kicks the first connection, which stays down', async () => {
  const first = await connected();
  const kicked = next(first, 'event.disconnected_event');
  const second = await connected();
  const { event } = (await kicked).body;
  expect(event).toEqual({ eventtype: 'disconnected_event' });
  await sandbox.until(() => !first.isConnected);

  const heard = next(second, 'message.text');
  sandbox.bot.message({ user: 'zhangsan', text: '在吗' });
  await heard;
  expect(sandbox.bot.socket.subscribes).toBe(2);
});

test('a connection that is cut is opened again; what came in between is lost', async () => {
  const bot = await connected();
  const again = next(bot, 'authenticated');
  sandbox.bot.close();
  await sandbox.until(() => !sandbox.bot.socket.connected);
  expect(sandbox.bot.message({ user: 'zhangsan', text: '在吗' }).delivered).toBe(false);
  expect(sandbox.bot.lost).toBe(1);
  await again;
  expect(sandbox.bot.socket.subscribes).toBe(2);
});

test('a half-open connection is noticed by missing pongs', async () => {
  const bot = await connected({ heartbeatInterval: 5 });
  await sandbox.until(() => sandbox.bot.socket.pings > 1);
  const again = next(bot, 'authenticated');
  sandbox.bot.halfOpen();
  await again;
  expect(sandbox.bot.socket.connected).toBe(true);
});

test('feedback comes back under the id of the answer', async () => {
  const bot = await connected();
  const heard = next(bot, 'message.text');
  sandbox.bot.message({ user: 'zhangsan', text: '你好' });
  await bot.replyStream(await heard, 'st-1', '您好。', true, undefined, { id: 'trace-1' });
  const id = sandbox.bot.seen('zhangsan').at(-1)?.feedbackId ?? '';
  const rated = next(bot, 'event.feedback_event');
  sandbox.bot.feedback('zhangsan', { id, type: 2, content: '步骤不对', reasons: [2, 4] });
  expect((await rated).body.event).toMatchObject({
    feedback_event: { id: 'trace-1', type: 2, content: '步骤不对', inaccurate_reason_list: [2, 4] },
  });
  sandbox.assertClean();
});

test('an ack may be lost, late or bad', async () => {
  const bot = await connected();
  const heard = next(bot, 'message.text');
  sandbox.bot.message({ user: 'zhangsan', text: '你好' });
  const frame = await heard;
  sandbox.faults.ack('aibot_respond_msg', { errcode: 6000 });
  await expect(bot.replyStream(frame, 'st-1', '您好。', true)).rejects.toMatchObject({ errcode: 6000 });
  expect(sandbox.bot.seen('zhangsan')).toHaveLength(1);

  sandbox.faults.ack('aibot_respond_msg', { delayMs: 3000 });
  const late = bot.replyStream(frame, 'st-1', '您好。', true);
  await sandbox.until(() => sandbox.bot.seen('zhangsan').length === 2);
  await clock.advance(3000);
  await late;

  sandbox.faults.ack('aibot_respond_msg', { drop: 'after' });
  const gone = bot.replyTemplateCard(frame, CARD).catch((error: Error) => error.message);
  await sandbox.until(() => sandbox.bot.seen('zhangsan').length === 3);
  sandbox.bot.close();
  expect(await gone).toContain('cancelled');
  await next(bot, 'authenticated');
  await expect(bot.replyTemplateCard(frame, CARD)).rejects.toMatchObject({ errcode: 42014 });
  expect(sandbox.bot.seen('zhangsan')).toHaveLength(3);
  sandbox.assertClean();
});
