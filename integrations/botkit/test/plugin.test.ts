import { BotkitConversation } from 'botkit';
import { isPosDoctorError } from 'pos-doctor';
import { LoopAdapter } from './loop.js';
import { openStand, realWorld, type Stand, TROUBLE } from './stand.js';

/** As the plug-in names it. */
const CONVERSATION = 'botkit:loop:chat:user';
const REMIND = (realWorld().flows.get('repair')?.minutes.remind ?? 0) * 60_000;

let stand: Stand;
afterEach(() => stand.assistant.stop());

describe('the assistant in a Botkit bot', () => {
  test('answers in the turn of the question, with quick replies', async () => {
    stand = await openStand();
    await stand.says(TROUBLE);
    expect(stand.adapter.said.length).toBeGreaterThan(0);
    expect(stand.replies().map(({ title }) => title)).toContain('不清楚');
    expect(stand.adapter.continued).toEqual([]);
    expect((await stand.assistant.state(CONVERSATION)).status).toBe('asking');
  });

  test.each([
    ['as the text', (payload: string) => ({ text: payload })],
    ['as the value', (payload: string) => ({ text: '没扣', value: payload })],
    ['as a quick reply', (payload: string) => ({ text: '没扣', channelData: { quick_reply: { payload } } })],
    ['as a postback', (payload: string) => ({ text: '没扣', channelData: { postback: { payload } } })],
  ])('takes a tap for the option when its payload comes back %s', async (_, tapped) => {
    stand = await openStand();
    await stand.says(TROUBLE);
    const { question } = await stand.assistant.state(CONVERSATION);
    const [first] = stand.replies();
    const { text, ...more } = tapped(first?.payload ?? '');
    await stand.says(text, more);
    const lines = await stand.assistant.transcript(CONVERSATION);
    expect(lines.filter(({ from }) => from === 'user').map((line) => line.text)).toEqual([TROUBLE, first?.title]);
    expect((await stand.assistant.state(CONVERSATION)).question).not.toBe(question);
  });

  test('lists options by number where the adapter draws no quick replies, and understands the number', async () => {
    stand = await openStand({ adapter: new LoopAdapter() });
    await stand.says(TROUBLE);
    expect(stand.adapter.said.at(-1)).toMatch(/\n1\. .+\n2\. .+/);
    expect(stand.replies()).toEqual([]);
    const { question } = await stand.assistant.state(CONVERSATION);
    await stand.says('2');
    expect((await stand.assistant.state(CONVERSATION)).question).not.toBe(question);
  });

  test('greets who opens the chat, and says nothing on other events', async () => {
    stand = await openStand();
    await stand.happens('typing');
    expect(stand.adapter.said).toEqual([]);
    await stand.happens('hello');
    expect(stand.adapter.said.join('')).toContain(realWorld().knowledge.organization.assistantName);
  });

  test('keeps the conversations of two users in one place apart', async () => {
    stand = await openStand();
    const from = (id: string) => ({ from: { id, name: '' } });
    await stand.says(TROUBLE, from('a'));
    await stand.says('谢谢', from('b'));
    expect((await stand.assistant.state('botkit:loop:chat:a')).status).toBe('asking');
    expect((await stand.assistant.state('botkit:loop:chat:b')).status).toBe('idle');
  });

  test('takes a message once that the platform delivers twice', async () => {
    stand = await openStand();
    await stand.says(TROUBLE, { id: 'm1' });
    const { length } = stand.adapter.said;
    await stand.says(TROUBLE, { id: 'm1' });
    expect(stand.adapter.said).toHaveLength(length);
  });

  test('joins what comes within two seconds; an adapter that cannot push answers each message at once', async () => {
    stand = await openStand();
    await stand.says(TROUBLE);
    const { length } = stand.adapter.said;
    await stand.says('刷卡的');
    expect(stand.adapter.said).toHaveLength(length);
    await stand.pass(2_000);
    expect(stand.adapter.said.length).toBeGreaterThan(length);
    expect(stand.adapter.continued).toHaveLength(1);
    await stand.assistant.stop();

    stand = await openStand({ canPush: false });
    await stand.says(TROUBLE);
    await stand.says('刷卡的');
    await stand.pass(REMIND);
    expect(stand.adapter.said.length).toBeGreaterThan(length);
    expect(stand.adapter.continued).toEqual([]);
  });

  test('lets the bot’s send middleware see and change what it says', async () => {
    stand = await openStand();
    stand.controller.middleware.send.use((_bot: unknown, message: { text: string }, next: () => void) => {
      message.text = `【${message.text}】`;
      next();
    });
    await stand.says(TROUBLE);
    expect(stand.adapter.said.every((text) => text.startsWith('【'))).toBe(true);
  });
});

describe('delivery', () => {
  test('reminds through continueConversation with the stored reference, after a restart too', async () => {
    stand = await openStand();
    await stand.says(TROUBLE);
    const { store, clock } = stand;
    await stand.assistant.stop();
    stand = await openStand({ store, clock });
    await stand.pass(REMIND);
    expect(stand.adapter.said.join('')).toContain('还在吗');
    expect(stand.adapter.continued).toEqual([
      expect.objectContaining({ channelId: 'loop', user: { id: 'user', name: '' }, conversation: { id: 'chat' } }),
    ]);
  });

  test('tries again what the platform did not take, what was taken is not sent twice', async () => {
    stand = await openStand();
    await stand.happens('hello');
    stand.adapter.sent.length = 0;
    let attempts = 0;
    stand.adapter.before = () => {
      attempts += 1;
      if (attempts === 2 || attempts === 3) throw new Error('away');
    };
    await stand.says(TROUBLE);
    expect(stand.adapter.said).toHaveLength(1);
    expect(stand.adapter.errors).toEqual([]);
    await stand.pass(10_000);
    const lines = await stand.assistant.transcript(CONVERSATION);
    const answers = lines.slice(lines.findIndex(({ text }) => text === TROUBLE) + 1).map(({ text }) => text);
    expect(stand.adapter.said).toEqual(answers);
  });

  test('what cannot be kept reaches onTurnError and is not lost sight of', async () => {
    stand = await openStand();
    await stand.assistant.stop();
    await stand.says(TROUBLE);
    expect(stand.adapter.errors.map((error) => isPosDoctorError(error, 'STOPPING'))).toEqual([true]);
  });
});

describe('precedence', () => {
  const dialogue = ({ controller }: Pick<Stand, 'controller'>) => {
    const asks = new BotkitConversation('ask', controller);
    asks.ask('table for how many?', async () => undefined, 'count');
    asks.say('for {{vars.count}}, fine');
    controller.addDialog(asks);
    controller.hears('table', 'message', async (bot) => bot.beginDialog('ask'));
    controller.interrupts('stop', 'message', async (bot) => void (await bot.say('stopped')));
  };

  test('by default the bot’s interrupts, dialogues and keywords come first, and the assistant gets the rest', async () => {
    stand = await openStand({ before: dialogue });
    await stand.says('a table please');
    await stand.says(TROUBLE);
    await stand.says('stop it');
    expect(stand.adapter.said).toEqual(['table for how many?', `for ${TROUBLE}, fine`, 'stopped']);
    await stand.says(TROUBLE);
    expect((await stand.assistant.state(CONVERSATION)).status).toBe('asking');
  });

  test('a tap on the assistant’s button is the assistant’s even while a dialogue of the bot is open', async () => {
    stand = await openStand({ before: dialogue });
    await stand.says(TROUBLE);
    const [first] = stand.replies();
    await stand.says('a table please');
    await stand.says(first?.payload ?? '');
    await stand.says('four');
    expect(stand.adapter.said.at(-1)).toBe('for four, fine');
    const lines = await stand.assistant.transcript(CONVERSATION);
    expect(lines.filter(({ from }) => from === 'user').map(({ text }) => text)).toEqual([TROUBLE, first?.title]);
  });

  test('with `when`, its messages go first to the assistant, and answers follow while it waits for one', async () => {
    stand = await openStand({ before: dialogue, when: ({ text }) => text?.includes('不可用') ?? false });
    await stand.says('刷卡的');
    expect(stand.adapter.said).toEqual([]);
    await stand.says('a table please');
    await stand.says(TROUBLE);
    expect(stand.adapter.said).not.toContain(`for ${TROUBLE}, fine`);
    const { question } = await stand.assistant.state(CONVERSATION);
    await stand.pass(2_000);
    await stand.says('不清楚');
    expect((await stand.assistant.state(CONVERSATION)).question).not.toBe(question);
    // The bot's own interrupts were there before.
    await stand.says('stop');
    expect(stand.adapter.said.at(-1)).toBe('stopped');
  });
});
