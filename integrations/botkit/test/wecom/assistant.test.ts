import type { CaseEvent } from 'pos-doctor';
import { realWorld, TROUBLE } from '../stand.js';
import { type DoorName, openStage, type Stage } from './stage.js';

let stage: Stage;
afterEach(() => stage.stop());

const REMIND = (realWorld().flows.get('repair')?.minutes.remind ?? 0) * 60_000;

/** What a user of each door does and sees; and what the plug-in calls their conversation. */
interface Person {
  conversation: string;
  says(text: string): void;
  taps(label: string): void;
  shown(): string;
}

const textOf = (bubbles: readonly { from: string }[]) =>
  bubbles
    .filter(({ from }) => from === 'bot')
    .map((bubble) => JSON.stringify(bubble))
    .join('\n');

const PEOPLE: Readonly<Record<Exclude<DoorName, 'groupRobot'>, (at: Stage['sandbox']) => Person>> = {
  bot: ({ bot }) => ({
    conversation: 'botkit:wecom-bot:zhangsan:zhangsan',
    says: (text) => void bot.message({ user: 'zhangsan', text }),
    taps: (label) => void bot.tap('zhangsan', label),
    shown: () => textOf(bot.seen('zhangsan')),
  }),
  botCallback: ({ botHttp }) => ({
    conversation: 'botkit:wecom-bot:zhangsan:zhangsan',
    says: (text) => void botHttp.message({ user: 'zhangsan', text }),
    taps: (label) => void botHttp.tap('zhangsan', label),
    shown: () => textOf(botHttp.seen('zhangsan')),
  }),
  app: ({ app }) => ({
    conversation: 'botkit:wecom-app:zhangsan:zhangsan',
    says: (text) => void app.user('zhangsan').says(text),
    taps: (label) => void app.user('zhangsan').taps(label),
    shown: () => textOf(app.seen('zhangsan')),
  }),
  kf: ({ kf }) => ({
    conversation: 'botkit:wecom-kf:wkSANDBOX1:wmCUSTOMER',
    says: (text) => void kf.customer('wmCUSTOMER').says(text),
    taps: (label) => void kf.customer('wmCUSTOMER').taps(label),
    shown: () => textOf(kf.seen('wmCUSTOMER')),
  }),
};

async function open(door: keyof typeof PEOPLE, ...more: DoorName[]): Promise<Person> {
  stage = await openStage({ doors: [door, ...more], assistant: true });
  return PEOPLE[door](stage.sandbox);
}
const state = (person: Person) => stage.assistant?.state(person.conversation);
const lines = async (person: Person) => (await stage.assistant?.transcript(person.conversation)) ?? [];

describe.each(Object.keys(PEOPLE) as (keyof typeof PEOPLE)[])('the assistant in a Botkit bot behind %s', (door) => {
  test('asks, takes taps and words, and breaks none of WeCom’s rules', async () => {
    const person = await open(door);
    person.says(TROUBLE);
    await stage.pass(3_000);
    const asked = await state(person);
    expect(asked?.status).toBe('asking');
    person.taps('不清楚');
    await stage.pass(3_000);
    expect((await state(person))?.question).not.toBe(asked?.question);
    if (door !== 'kf') expect(person.shown()).toContain('已选：不清楚');
    person.says('没扣款');
    await stage.pass(3_000);
    const said = (await lines(person)).filter(({ from }) => from === 'user').map(({ text }) => text);
    expect(said).toEqual([TROUBLE, '不清楚', '没扣款']);
    expect(stage.errors).toEqual([]);
    stage.sandbox.assertClean();
  });

  test('takes a second tap on the same button for the first', async () => {
    const person = await open(door);
    person.says(TROUBLE);
    await stage.pass(3_000);
    if (door === 'kf') for (let tap = 0; tap < 2; tap += 1) person.taps('不清楚');
    else {
      const rooms = { bot: 'bot', botCallback: 'bot-http', app: 'app' } as const;
      const card = stage.sandbox.rooms.seen(rooms[door], 'zhangsan').findLast(({ kind }) => kind === 'card')?.card;
      person.taps('不清楚');
      await stage.pass(3_000);
      const key = card?.buttons.find(({ text }) => text === '不清楚')?.key ?? '';
      if (door === 'bot') stage.sandbox.bot.click('zhangsan', card?.taskId ?? '', key);
    }
    await stage.pass(3_000);
    expect((await lines(person)).filter(({ from }) => from === 'user')).toHaveLength(2);
  });
});

describe('what a Botkit bot alone cannot do', () => {
  test.each(['bot', 'app', 'kf'] as const)('reminds of its own accord through %s', async (door) => {
    const person = await open(door);
    person.says(TROUBLE);
    await stage.pass(3_000);
    expect(person.shown()).not.toContain('还在吗');
    await stage.pass(REMIND);
    expect(person.shown()).toContain('还在吗');
    stage.sandbox.assertClean();
  });

  test('sends what WeCom did not take when it does again, nothing twice', async () => {
    const person = await open('bot');
    stage.sandbox.faults.ack('aibot_respond_msg', { errcode: 6000 }, 2);
    person.says('银联客服电话多少');
    await stage.pass(10_000);
    const [answer] = (await lines(person)).filter(({ from }) => from === 'assistant');
    expect(person.shown().split(answer?.text.split('\n')[0] ?? '').length).toBeGreaterThan(1);
    const bubbles = stage.sandbox.bot.seen('zhangsan').filter(({ kind }) => kind === 'stream');
    expect(bubbles).toHaveLength(1);
    expect(bubbles[0]?.finished).toBe(true);
    expect(stage.errors).toEqual([]);
  });

  test('answers what was said before a restart', async () => {
    const person = await open('bot');
    stage.sandbox.faults.ack('aibot_respond_msg', { errcode: 6000 }, 1);
    person.says('银联客服电话多少');
    await stage.quiet();
    expect(person.shown()).not.toContain('95516');
    await stage.restart();
    await stage.pass(3_000);
    expect(person.shown()).toContain('95516');
    expect((await stage.store.read(person.conversation))?.outbox).toEqual([]);
  });

  test('knows what stood on a button of before a restart', async () => {
    const person = await open('bot');
    person.says(TROUBLE);
    await stage.pass(3_000);
    await stage.restart();
    person.taps('不清楚');
    await stage.pass(3_000);
    expect(person.shown()).toContain('已选：不清楚');
    stage.sandbox.assertClean();
  });

  test('speaks again when a servicer has left, after a restart too', async () => {
    const person = await open('kf');
    const servicer = stage.sandbox.kf.servicer('servicer1');
    servicer.receives(true);
    person.says('转人工');
    await stage.pass(3_000);
    await stage.restart();
    const before = person.shown();
    person.says('你好');
    await stage.pass(3_000);
    expect(person.shown()).toBe(before);
    servicer.ends('wmCUSTOMER');
    await stage.pass(3_000);
    expect(await stage.assistant?.silent(person.conversation)).toBe(false);
    person.says('银联客服电话多少');
    await stage.pass(3_000);
    expect(person.shown()).toContain('95516');
    stage.sandbox.assertClean();
  });

  test('keeps a rating with the very answer', async () => {
    const person = await open('bot');
    person.says('银联客服电话多少');
    await stage.pass(3_000);
    const rated = stage.sandbox.bot.seen('zhangsan').findLast(({ feedbackId }) => feedbackId !== undefined);
    stage.sandbox.bot.feedback('zhangsan', { id: rated?.feedbackId ?? '', type: 2, content: '号码不对', reasons: [3] });
    await stage.quiet();
    const said = (await lines(person)).filter(({ from }) => from === 'assistant').map(({ id }) => id);
    const events: CaseEvent[] = [];
    for await (const event of stage.store.readJournal()) if (event.type === 'feedback') events.push(event);
    expect(events.map(({ data }) => data)).toEqual([
      expect.objectContaining({ rating: 'bad', text: '号码不对', reasons: [3], replies: said }),
    ]);
  });

  test('hands over to a servicer and is silent while they talk; the group gets the note', async () => {
    const person = await open('kf', 'groupRobot');
    stage.sandbox.kf.servicer('servicer1').receives(true);
    person.says('转人工');
    await stage.pass(3_000);
    expect(await stage.assistant?.silent(person.conversation)).toBe(true);
    const key = stage.sandbox.options.webhookKeys[0] ?? '';
    expect(stage.sandbox.webhook.seen(key).map(({ text }) => text)).toEqual([
      expect.stringContaining(person.conversation),
    ]);
    const before = person.shown();
    person.says('你好');
    await stage.pass(3_000);
    expect(person.shown()).toBe(before);
    expect((await lines(person)).at(-1)).toMatchObject({ from: 'user', text: '你好' });
    expect(stage.errors).toEqual([]);
    stage.sandbox.assertClean();
  });

  test('says so when it cannot keep a message', async () => {
    const person = await open('bot');
    await stage.assistant?.stop();
    person.says(TROUBLE);
    await stage.quiet();
    expect(person.shown()).toContain(realWorld().knowledge.ui['wecom.notTaken']);
  });
});
