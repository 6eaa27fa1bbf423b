import type { ConversationAccount } from 'botbuilder-core';
import { type Botkit, BotkitConversation, type BotkitMessage } from 'botkit';
import { PosDoctorError } from 'pos-doctor';
import { ACK_MS } from '../../src/wecom/adapter.js';
import { type DoorName, openStage, type Stage } from './stage.js';

let stage: Stage;
afterEach(() => stage.stop());

/** A bot behind one door that keeps what it hears and asks whoever says 订位. */
async function listening(door: DoorName, more?: (controller: Botkit) => void): Promise<BotkitMessage[]> {
  const heard: BotkitMessage[] = [];
  stage = await openStage({
    doors: [door],
    bot: (controller) => {
      more?.(controller);
      controller.on(['message', 'enter_chat', 'human_session', 'message_to_human'], async (bot, message) => {
        heard.push(message);
        const quick_replies = [
          { title: '两位', payload: 'two' },
          { title: '四位', payload: 'four' },
        ];
        if (message.type === 'message' && message.text === '订位')
          await bot.reply(message, { text: '几位？', quick_replies });
        if (message.text === 'four') await bot.reply(message, '好的，四位');
      });
    },
  });
  return heard;
}

const summary = (heard: readonly BotkitMessage[]) =>
  heard.map(({ type, text, user, channel }) => [type, text ?? '', user, channel]);

describe('a Botkit bot behind the door of an app', () => {
  const user = () => stage.sandbox.app.user('zhangsan');
  const shown = () => stage.sandbox.app.seen('zhangsan').filter(({ from }) => from === 'bot');

  test('hears members, asks with a card, takes the tap for the answer', async () => {
    const heard = await listening('app');
    user().enters();
    user().says('订位');
    await stage.quiet();
    user().taps('四位');
    await stage.quiet();
    expect(summary(heard)).toEqual([
      ['enter_chat', '', 'zhangsan', 'zhangsan'],
      ['message', '订位', 'zhangsan', 'zhangsan'],
      ['message', 'four', 'zhangsan', 'zhangsan'],
    ]);
    expect(heard.at(-1)).toMatchObject({ value: 'four', label: '四位' });
    expect(shown().map(({ text }) => text)).toEqual([expect.stringContaining('几位'), '好的，四位']);
    expect(JSON.stringify(shown()[0])).toContain('已选：四位');
    stage.sandbox.assertClean();
  });

  test('answers WeCom in time while a handler takes longer, and takes what is repeated once', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const heard = await listening('app', (controller) => {
      controller.hears('慢', 'message', async (bot) => {
        heard.push({ type: 'slow' } as BotkitMessage);
        await opened;
        await bot.say('好了');
      });
    });
    stage.sandbox.faults.duplicate('app', 1);
    const delivery = user().says('慢慢来');
    while (heard.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await stage.clock.advance(ACK_MS);
    await delivery?.over;
    expect(delivery?.tries).toEqual([200, 200]);
    open();
    await stage.quiet();
    expect(heard).toHaveLength(1);
    expect(shown().map(({ text }) => text)).toEqual(['好了']);
  });

  test('has repeated what could not be kept, and only that', async () => {
    let full = true;
    const heard = await listening('app', (controller) => {
      controller.interrupts('满', 'message', async () => {
        if (full) throw new PosDoctorError('STORE_FULL', { why: 'a test' });
      });
      controller.interrupts('错', 'message', async () => {
        heard.push({ type: 'defect' } as BotkitMessage);
        throw new Error('a defect');
      });
    });
    const kept = user().says('满了');
    await stage.quiet();
    full = false;
    await stage.pass(10_000);
    await kept?.over;
    expect(kept?.tries).toEqual([503, 200]);
    const defect = user().says('错了');
    await stage.pass(10_000);
    await defect?.over;
    expect(defect?.tries).toEqual([200]);
    expect(heard).toHaveLength(1);
    expect(stage.errors.map(({ name }) => name)).toEqual(['PosDoctorError', 'Error']);
  });
});

describe('a Botkit bot behind the door of customer service', () => {
  const customer = () => stage.sandbox.kf.customer('wmCUSTOMER');
  const shown = () => stage.sandbox.kf.seen('wmCUSTOMER').filter(({ from }) => from === 'bot');

  test('hears customers, knows their shop, asks with a menu', async () => {
    const heard = await listening('kf');
    customer().enters({ sceneParam: new URLSearchParams({ m: '898000000000001', t: 'SN12345678' }).toString() });
    await stage.quiet();
    customer().says('订位');
    await stage.quiet();
    customer().taps('四位');
    await stage.quiet();
    expect(summary(heard)).toEqual([
      ['enter_chat', '', 'wmCUSTOMER', 'wkSANDBOX1'],
      ['message', '订位', 'wmCUSTOMER', 'wkSANDBOX1'],
      ['message', 'four', 'wmCUSTOMER', 'wkSANDBOX1'],
    ]);
    expect(heard[0]?.shop).toEqual({ merchant: '898000000000001', terminal: 'SN12345678' });
    expect(shown().at(-1)?.text).toBe('好的，四位');
    stage.sandbox.assertClean();
  });

  test('says what a handler says in many parts within the five messages that are allowed', async () => {
    await listening('kf', (controller) => {
      controller.hears('全部', 'message', async (bot) => {
        for (let part = 1; part <= 8; part += 1) await bot.say(`第${part}点`);
      });
    });
    customer().says('全部说一遍');
    await stage.quiet();
    expect(shown()).toHaveLength(1);
    expect(shown()[0]?.text).toContain('第8点');
    stage.sandbox.assertClean();
  });

  test('is told when a human takes over, and does not answer what is said to them', async () => {
    const heard = await listening('kf');
    customer().says('在吗');
    await stage.quiet();
    stage.sandbox.kf.servicer('servicer1').takes('wmCUSTOMER');
    await stage.quiet();
    customer().says('订位');
    await stage.quiet();
    stage.sandbox.kf.servicer('servicer1').ends('wmCUSTOMER');
    await stage.quiet();
    customer().says('订位');
    await stage.quiet();
    expect(heard.map(({ type, text, active }) => [type, active ?? text])).toEqual([
      ['message', '在吗'],
      ['human_session', true],
      ['message_to_human', '订位'],
      ['human_session', false],
      ['message', '订位'],
    ]);
    stage.sandbox.assertClean();
  });
});

describe('a question of a Botkit bot', () => {
  test('waits while a human has the customer, and goes on afterwards', async () => {
    stage = await openStage({
      doors: ['kf'],
      bot: (controller) => {
        const asks = new BotkitConversation('ask', controller);
        asks.ask('几位？', async () => undefined, 'count');
        asks.say('好的，{{vars.count}}');
        controller.addDialog(asks);
        controller.on('message', async (bot) => bot.beginDialog('ask'));
      },
    });
    const customer = stage.sandbox.kf.customer('wmCUSTOMER');
    const servicer = stage.sandbox.kf.servicer('servicer1');
    const steps = [
      () => customer.says('订位'),
      () => servicer.takes('wmCUSTOMER'),
      () => customer.says('你是真人吗'),
      () => servicer.ends('wmCUSTOMER'),
      () => customer.says('四位'),
    ];
    for (const step of steps) {
      step();
      await stage.quiet();
    }
    expect(stage.sandbox.kf.seen('wmCUSTOMER').at(-1)?.text).toBe('好的，四位');
    expect(stage.errors).toEqual([]);
  });
});

describe('a Botkit bot behind the smaller doors', () => {
  test('answers the bot’s callback in its response', async () => {
    await listening('botCallback');
    stage.sandbox.botHttp.message({ user: 'zhangsan', text: '订位' });
    await stage.pass(3_000);
    const shown = stage.sandbox.botHttp.seen('zhangsan').filter(({ from }) => from === 'bot');
    expect(shown.some(({ card }) => card?.buttons.length === 2)).toBe(true);
    stage.sandbox.botHttp.tap('zhangsan', '四位');
    await stage.pass(3_000);
    expect(stage.sandbox.botHttp.seen('zhangsan').at(-1)?.text).toBe('好的，四位');
    stage.sandbox.assertClean();
  });

  test('speaks in the group of the robot, and through no door that is not there', async () => {
    stage = await openStage({ doors: ['groupRobot'] });
    const say = (channelId: string) =>
      stage.adapter.continueConversation(
        { channelId, conversation: { id: 'group' } as ConversationAccount, user: { id: 'group', name: '' } },
        async (context) => void (await context.sendActivity('有人要找人工')),
      );
    await say('wecom-group-robot');
    expect(stage.sandbox.webhook.seen(stage.sandbox.options.webhookKeys[0] ?? '').at(-1)?.text).toBe('有人要找人工');
    await say('wecom-app');
    expect(stage.errors.map(({ message }) => message)).toEqual([expect.stringContaining('there is no such door')]);
  });

  test('is called through Botkit’s own server, which has read bodies before', async () => {
    const heard: string[] = [];
    stage = await openStage({
      doors: ['app', 'botCallback'],
      botkitServer: true,
      bot: (controller) => {
        controller.on('message', async (bot, message) => {
          heard.push(`${message.incoming_message.channelId} ${message.text}`);
          await bot.reply(message, '好');
        });
      },
    });
    expect(await stage.sandbox.app.callbacks.check()).toMatchObject({ ok: true });
    stage.sandbox.app.user('zhangsan').says('你好');
    stage.sandbox.botHttp.message({ user: 'lisi', text: '在吗' });
    await stage.pass(3_000);
    expect(heard.sort()).toEqual(['wecom-app 你好', 'wecom-bot 在吗']);
    expect(stage.sandbox.app.seen('zhangsan').at(-1)?.text).toBe('好');
    expect(stage.sandbox.botHttp.seen('lisi').at(-1)?.text).toBe('好');
    const { url } = stage.sandbox.app.callbacks.config ?? { url: '' };
    const webhook = await fetch(url.replace('/wecom/app', '/api/messages'), { method: 'POST' });
    expect(webhook.status).toBe(404);
    stage.sandbox.assertClean();
  });

  test('refuses what is not signed, and knows no other path', async () => {
    await listening('app');
    const { url } = stage.sandbox.app.callbacks.config ?? { url: '' };
    expect((await fetch(`${url}?msg_signature=x`, { method: 'POST', body: '<xml/>' })).status).toBe(400);
    expect((await fetch(url.replace('app', 'none'))).status).toBe(404);
  });
});
