import type { ConversationAccount } from 'botbuilder-core';
import { type Botkit, BotkitConversation, type BotkitMessage } from 'botkit';
import { isPosDoctorError } from 'pos-doctor';
import { TURNS_MAX } from '../../src/turns.js';
import type { WeComAdapter } from '../../src/wecom/adapter.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage;
afterEach(() => stage.stop());

const seen = (chat = 'zhangsan') => stage.sandbox.bot.seen(chat);
const lastCard = (chat?: string) => seen(chat).findLast(({ kind }) => kind === 'card')?.card;
const fromBot = (chat?: string) => seen(chat).filter(({ from }) => from === 'bot');

async function says(text: string): Promise<void> {
  stage.sandbox.bot.message({ user: 'zhangsan', text });
  await stage.pass(3_000);
}

/** Opens a stage whose bot keeps every message of those types. */
async function listening(types: string[], more?: (controller: Botkit, adapter: WeComAdapter) => void) {
  const heard: BotkitMessage[] = [];
  stage = await openStage({
    doors: ['bot'],
    bot: (controller, adapter) => {
      controller.on(types, async (_bot, message) => void heard.push(message));
      more?.(controller, adapter);
    },
  });
  return heard;
}

describe('a Botkit bot behind the door of the WeCom bot', () => {
  test('gets a message as a turn: who, where, what', async () => {
    const heard = await listening(['message']);
    const { msgid } = stage.sandbox.bot.message({ user: 'zhangsan', text: '你好' });
    stage.sandbox.bot.message({ user: 'lisi', chat: 'wrGroup', text: '在吗' });
    stage.sandbox.bot.message({ user: 'zhangsan', kind: 'image' });
    await stage.quiet();
    expect(heard.map(({ type, text, user, channel }) => ({ type, text, user, channel }))).toEqual([
      { type: 'message', text: '你好', user: 'zhangsan', channel: 'zhangsan' },
      { type: 'message', text: '在吗', user: 'lisi', channel: 'wrGroup' },
      { type: 'message', text: '', user: 'zhangsan', channel: 'zhangsan' },
    ]);
    expect(heard[0]?.incoming_message).toMatchObject({ id: msgid, channelId: 'wecom-bot' });
    expect(heard[2]?.attachments).toEqual(['image']);
    // The state's key is made of them: nothing in them may change from one message to the next.
    expect(heard[2]?.reference.conversation).toEqual(heard[0]?.reference.conversation);
  });

  test('answers in one bubble, however often it speaks in a turn', async () => {
    await listening([], (controller) => {
      controller.on('message', async (bot, message) => {
        await bot.reply(message, '第一句');
        await bot.say('第二句');
      });
    });
    await says('你好');
    expect(fromBot().map(({ kind, text, finished }) => ({ kind, text, finished }))).toEqual([
      { kind: 'stream', text: '第一句\n\n第二句', finished: true },
    ]);
    stage.sandbox.assertClean();
  });

  test('asks with buttons; a tap is the answer, and the card says what was chosen', async () => {
    const ends: unknown[] = [];
    await listening([], (controller) => {
      const order = new BotkitConversation('order', controller);
      const quick_replies = [
        { title: '两位', payload: 'two' },
        { title: '四位', payload: 'four' },
      ];
      order.ask({ text: ['几位用餐？'], quick_replies }, async () => undefined, 'count');
      order.say('好的，{{vars.count}}');
      order.after(async (results) => void ends.push(results.count));
      controller.addDialog(order);
      controller.on('message', async (bot) => bot.beginDialog('order'));
    });
    await says('订位');
    expect(lastCard()?.buttons.map(({ text }) => text)).toEqual(['两位', '四位']);
    stage.sandbox.bot.tap('zhangsan', '四位');
    await stage.pass(3_000);
    expect(ends).toEqual(['four']);
    expect(fromBot().at(-1)?.text).toBe('好的，four');
    expect(lastCard()?.text).toContain('已选：四位');
    stage.sandbox.assertClean();
  });

  test('changes the tapped card itself while the turn of the tap runs, and no other and not later', async () => {
    const refused: unknown[] = [];
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    await listening([], (controller, adapter) => {
      const cards: string[] = [];
      controller.hears('订位', 'message', async (bot, message) => {
        const sent = await bot.reply(message, { text: '几位？', quick_replies: [{ title: '两位', payload: 'two' }] });
        cards.push(sent.id);
      });
      controller.on('message', async (_bot, { context, incoming_message: { replyToId = '' } }) => {
        const update = (id = '') =>
          context.updateActivity({ type: 'message', id, text: '订好了', channelId: 'wecom-bot' });
        const failed = (error: unknown) => refused.push(error);
        await update(cards.find((id) => id !== replyToId)).catch(failed);
        await adapter.deleteActivity(context, { channelId: 'wecom-bot' }).catch(failed);
        await update(replyToId);
        await opened;
        await update(replyToId).catch(failed);
      });
    });
    await says('订位');
    await says('再订位');
    stage.sandbox.bot.tap('zhangsan', '两位');
    await stage.pass(3_000);
    expect(lastCard()?.title).toBe('订好了');
    expect(refused).toHaveLength(2);
    open();
    await stage.quiet();
    expect(refused.map((error) => isPosDoctorError(error, 'SEND_REFUSED'))).toEqual([true, true, true]);
    expect(seen().filter(({ card }) => card?.title === '订好了')).toHaveLength(1);
    stage.sandbox.assertClean();
  });

  test('gets events as events, in the middle of a dialogue too', async () => {
    const heard = await listening(['enter_chat', 'feedback_event', 'disconnected_event'], (controller) => {
      const asks = new BotkitConversation('ask', controller);
      asks.ask('叫什么？', async () => undefined, 'name');
      asks.say('你好，{{vars.name}}');
      controller.addDialog(asks);
      controller.on('message', async (bot) => bot.beginDialog('ask'));
    });
    await says('在吗');
    stage.sandbox.bot.enter('zhangsan');
    const { feedbackId = '' } = fromBot()[0] ?? {};
    stage.sandbox.bot.feedback('zhangsan', { id: feedbackId, type: 2, content: '不对', reasons: [3] });
    await says('李雷');
    expect(fromBot().at(-1)?.text).toBe('你好，李雷');
    stage.sandbox.bot.kick();
    await stage.quiet();
    expect(heard.map(({ type, user }) => [type, user])).toEqual([
      ['enter_chat', 'zhangsan'],
      ['feedback_event', 'zhangsan'],
      ['disconnected_event', 'wecom-bot'],
    ]);
    expect(heard[1]).toMatchObject({ rating: 'bad', text: '不对', reasons: [3] });
    expect(stage.adapter.ready()).toMatchObject({ ok: false });
  });

  test('pushes through continueConversation', async () => {
    const heard = await listening(['message']);
    await says('你好');
    const reference = heard[0]?.reference ?? {};
    await stage.adapter.continueConversation(reference, async (context) => {
      const bot = await stage.controller.spawn(context);
      await bot.say('您的预约快到了');
    });
    await stage.quiet();
    expect(fromBot().at(-1)).toMatchObject({ kind: 'markdown', text: '您的预约快到了' });
    stage.sandbox.assertClean();
  });

  test('takes a message once that WeCom delivers twice', async () => {
    const heard = await listening(['message']);
    stage.sandbox.faults.duplicate('bot', 1);
    await says('你好');
    expect(heard).toHaveLength(1);
  });

  test('an error of a handler reaches onTurnError, which can still answer', async () => {
    await listening([], (controller, adapter) => {
      controller.on('message', async (bot) => {
        await bot.say('我看看');
        throw new TypeError('a defect');
      });
      adapter.onTurnError = async (context, error) => {
        stage.errors.push(error);
        await context.sendActivity('出了点问题');
      };
    });
    await says('你好');
    expect(stage.errors).toEqual([expect.any(TypeError)]);
    expect(fromBot().map(({ text }) => text)).toEqual(['我看看', '出了点问题']);
    stage.sandbox.assertClean();
  });

  test('tries again what WeCom does not take, and tells onTurnError when it never will', async () => {
    await listening([], (controller) => {
      controller.on('message', async (bot) => void (await bot.say('好')));
    });
    stage.sandbox.faults.ack('aibot_respond_msg', { errcode: 6000 }, 1);
    await says('你好');
    expect(fromBot().at(-1)).toMatchObject({ text: '好', finished: true });
    expect(stage.errors).toEqual([]);
    stage.sandbox.faults.ack('aibot_send_msg', { errcode: 93006 }, 1);
    const lisi = { id: 'lisi', name: '' };
    const reference = { channelId: 'wecom-bot', conversation: lisi as ConversationAccount, user: lisi };
    await stage.adapter.continueConversation(reference, async (context) => {
      await context.sendActivity('在吗');
    });
    expect(stage.errors.map((error) => isPosDoctorError(error, 'SEND_REFUSED'))).toEqual([true]);
  });

  test('turns messages away when too many of one conversation wait, and takes them when they come again', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const heard = await listening([], (controller) => {
      controller.on('message', async (_bot, message) => {
        await opened;
        heard.push(message);
      });
    });
    const accept = (at: number) =>
      stage.adapter.accept('wecom-bot', {
        kind: 'message',
        id: `m${at}`,
        conversation: 'wecom-bot:u:zhangsan',
        at: stage.clock.now(),
        text: `${at}`,
      });
    const waiting = Array.from({ length: TURNS_MAX }, (_, at) => accept(at));
    const refused = await accept(TURNS_MAX).catch((error: unknown) => error);
    expect(isPosDoctorError(refused, 'QUEUE_FULL')).toBe(true);
    open();
    await Promise.all(waiting);
    await accept(TURNS_MAX);
    expect(heard.map(({ text }) => text)).toEqual(Array.from({ length: TURNS_MAX + 1 }, (_, at) => `${at}`));
  });

  test('lists what is too much for a card by number', async () => {
    await listening([], (controller) => {
      const quick_replies = Array.from({ length: 8 }, (_, at) => ({ title: `第${at + 1}桌`, payload: `t${at + 1}` }));
      controller.on(
        'message',
        async (bot, message) => void (await bot.reply(message, { text: '哪桌？', quick_replies })),
      );
    });
    await says('你好');
    expect(fromBot().at(-1)?.text).toContain('8. 第8桌');
    stage.sandbox.assertClean();
  });
});
