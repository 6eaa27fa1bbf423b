import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConversationAccount, TurnContext } from 'botbuilder-core';
import { Botkit } from 'botkit';
import { type Log, silentLog } from 'pos-doctor';
import { guard } from '../src/guard.js';
import { type Bot, createBot, LoopAdapter } from './loop.js';

let bot: Bot;
beforeEach(() => {
  bot = createBot();
  guard(bot.controller, silentLog);
});

const boom = async () => {
  throw new TypeError('a defect');
};

describe('a guarded bot', () => {
  test('tells onTurnError the error itself, not a copy of its text', async () => {
    bot.controller.on('message', boom);
    await bot.says('hi');
    expect(bot.adapter.errors).toEqual([expect.any(TypeError)]);
  });

  test('tells that a reply was not taken, which Botkit lets end the process', async () => {
    bot.adapter.before = boom;
    bot.controller.on('message', async (own, message) => void (await own.reply(message, 'hello')));
    await bot.says('hi');
    expect(bot.adapter.errors.map(({ message }) => message)).toEqual(['a defect']);
  });

  test.each(['ingest', 'receive', 'interpret', 'spawn', 'send'] as const)(
    'tells what an asynchronous %s middleware throws, with and without `next`',
    async (name) => {
      bot.controller.on('message', async (own, message) => void (await own.reply(message, 'hello')));
      const steps: ((...args: unknown[]) => unknown)[] =
        name === 'spawn'
          ? [async (_bot: unknown, _next: unknown) => boom(), boom]
          : [async (_bot: unknown, _message: unknown, _next: unknown) => boom(), boom];
      for (const step of steps) {
        bot.controller.middleware[name].fns = [step];
        await bot.says('hi');
      }
      expect(bot.adapter.errors.map(({ message }) => message)).toEqual(['a defect', 'a defect']);
      expect(bot.adapter.said).toEqual([]);
    },
  );

  test('runs middleware of every kind in order, and handlers until one says false', async () => {
    const log: string[] = [];
    const { receive } = bot.controller.middleware;
    receive.use((_bot: unknown, _message: unknown, next: () => void) => {
      log.push('with next');
      setImmediate(next);
    });
    receive.use(async () => void log.push('async'));
    receive.use(() => void log.push('sync'));
    bot.controller.on('message', async () => void log.push('first'));
    bot.controller.on('message', async () => {
      log.push('second');
      return false;
    });
    bot.controller.on('message', async () => void log.push('third'));
    await bot.says('hi');
    expect(log).toEqual(['with next', 'async', 'sync', 'first', 'second']);
  });

  test('queues turns of an adapter that has taken hold of handleTurn before', async () => {
    const adapter = new LoopAdapter();
    const late = createBot(adapter);
    const early = late.controller.handleTurn.bind(late.controller);
    guard(late.controller, silentLog);
    const log: string[] = [];
    late.controller.on('message', async (_bot, { text }) => {
      log.push(`${text} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${text} ends`);
    });
    await Promise.all(['one', 'two'].map((text) => adapter.turn({ type: 'message', text }, early)));
    expect(log).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });

  test('may speak of its own accord in the middle of a turn', async () => {
    bot.controller.on('message', async (_bot, message) => {
      await bot.adapter.continueConversation(message.reference, async (context) => {
        await context.sendActivity('by the way');
      });
    });
    await bot.says('hi');
    expect(bot.adapter.said).toEqual(['by the way']);
  });

  test('may speak of its own accord while a turn takes its time', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    bot.controller.on('message', () => opened);
    const turn = bot.says('hi');
    const [user, conversation] = [{ id: 'user', name: '' }, { id: 'chat' } as ConversationAccount];
    await bot.adapter.continueConversation({ channelId: 'loop', user, conversation }, async (context) => {
      await context.sendActivity('meanwhile');
    });
    expect(bot.adapter.said).toEqual(['meanwhile']);
    open();
    await turn;
  });

  test('is guarded once', async () => {
    const { handleTurn } = bot.controller;
    guard(bot.controller, silentLog);
    expect(bot.controller.handleTurn).toBe(handleTurn);
  });

  test('escapes what only looks like a link', async () => {
    const { BotkitConversation } = await import('botkit');
    const dialogue = new BotkitConversation('link', bot.controller);
    const links = ['https://a.cn/?a=1&b=2', 'https://a.cn/"><script>', 'javascript:alert(1)', "https://a.cn/'x'"];
    dialogue.before('default', async (convo) => {
      for (const [at, link] of links.entries()) convo.setVar(`link${at}`, link);
    });
    for (const at of links.keys()) dialogue.say({ text: [`{{vars.link${at}}}`] });
    bot.controller.addDialog(dialogue);
    bot.controller.on('message', async (own) => void (await own.beginDialog('link')));
    await bot.says('hi');
    expect(bot.adapter.said[0]).toBe(links[0]);
    for (const shown of bot.adapter.said.slice(1)) expect(shown).not.toMatch(/["'<>]|t\/x/);
  });
});

describe('a webhook', () => {
  let server: Server;
  afterEach(() => server.close());

  test('whose turn fails is answered with 500, and the process lives', async () => {
    const errors: object[] = [];
    const log: Log = { ...silentLog, error: (data) => void errors.push(data) };
    const hooks: Record<string, (request: unknown, response: unknown) => void> = {};
    const adapter = Object.assign(new LoopAdapter(), {
      processActivity: (_request: unknown, _response: unknown, logic: (context: TurnContext) => Promise<void>) =>
        adapter.turn({ type: 'message', text: 'hi' }, logic),
    });
    const webserver = { post: (path: string, hook: () => void) => Object.assign(hooks, { [path]: hook }) };
    const controller = new Botkit({ adapter, webserver, disable_console: true });
    adapter.onTurnError = boom;
    guard(controller, log);
    controller.on('message', boom);
    server = createServer((request, response) => hooks['/api/messages']?.(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST' });
    expect(answer.status).toBe(500);
    expect(errors).toEqual([{ error: 'TypeError: a defect' }]);
  });

  test('of a bot without onTurnError writes its errors to the log', async () => {
    server = createServer();
    const errors: object[] = [];
    const adapter = new LoopAdapter();
    adapter.onTurnError = undefined as never;
    const plain = createBot(adapter);
    guard(plain.controller, { ...silentLog, error: (data) => void errors.push(data) });
    plain.controller.on('message', boom);
    await plain.says('hi');
    expect(errors).toEqual([{ error: 'TypeError: a defect' }]);
  });
});
