import { reviveSession } from '../src/dialogue/session.js';
import { publicState } from '../src/dialogue/state.js';
import { isPosDoctorError } from '../src/errors.js';
import { JOIN_MS } from '../src/mailbox.js';
import { LIMITS } from '../src/store/store.js';
import { GROUNDS, type House, houseForEach, REMIND, TROUBLE } from './support/house.js';
import { realWorld } from './support/world.js';

describe.each(GROUNDS)('the assistant over %s', (_, makeGround) => {
  let house: House;
  houseForEach(makeGround, (made) => {
    house = made;
  });

  test('answers what it accepts, once, and leaves nothing undone', async () => {
    const event = await house.say(TROUBLE);
    const sent = house.channel.sent.length;
    expect(sent).toBeGreaterThan(0);
    await house.assistant.accept('web', event);
    await house.assistant.settled();
    expect(house.channel.sent).toHaveLength(sent);
    const record = await house.record();
    expect(record).toMatchObject({ inbox: [], outbox: [], unjournaled: [], channel: 'web' });
    expect(await house.turns()).toEqual([[TROUBLE]]);
  });

  test('takes an event once that is delivered several times at once', async () => {
    const event = { kind: 'message', id: 'm', conversation: 'c', at: house.clock.now(), text: TROUBLE } as const;
    await Promise.all(Array.from({ length: 5 }, () => house.assistant.accept('web', event)));
    await house.assistant.settled();
    expect(await house.turns()).toEqual([[TROUBLE]]);
    expect(house.channel.texts()).toHaveLength(new Set(house.channel.texts()).size);
  });

  test('tells the state, the reasons and the transcript of a conversation', async () => {
    await house.say(TROUBLE);
    const { session } = await house.record();
    const state = await house.assistant.state('c');
    expect(state).toEqual(publicState(reviveSession(session), realWorld()));
    expect(state.status).toBe('asking');
    expect(state.causes.reduce((sum, { p }) => sum + p, 0)).toBeCloseTo(1, 9);
    expect((await house.assistant.reasoning('c')).plan.step).toBeDefined();
    const lines = await house.assistant.transcript('c');
    expect(lines[0]).toMatchObject({ from: 'user', text: TROUBLE });
    expect(lines.slice(1).map(({ text }) => text)).toEqual(house.channel.texts());
    expect(lines.slice(1).map(({ id }) => id)).toEqual(house.channel.sent.map(({ item }) => item.id));
  });

  test('knows nothing of a conversation that never was', async () => {
    expect(await house.assistant.state('nobody')).toMatchObject({ status: 'idle', question: null, handoff: false });
    expect(await house.assistant.transcript('nobody')).toEqual([]);
    expect((await house.assistant.reasoning('nobody')).evidence).toEqual([]);
    expect(await house.assistant.held('nobody')).toBe(0);
    await house.assistant.flush('nobody');
    expect(await house.store.read('nobody')).toBeNull();
  });

  test('joins what comes within 2 s and answers it when the wait is over, or when told to', async () => {
    await house.say(TROUBLE);
    await house.say('刷卡的');
    await house.say('换卡也不行');
    expect(await house.assistant.held('c')).toBe(2);
    await house.pass(JOIN_MS - 1);
    expect(await house.turns()).toEqual([[TROUBLE]]);
    await house.pass(1);
    expect(await house.turns()).toEqual([[TROUBLE], ['刷卡的', '换卡也不行']]);
    await house.say('芯片卡');
    await house.assistant.flush('c');
    expect(await house.turns()).toHaveLength(3);
    expect(await house.assistant.held('c')).toBe(0);
  });

  test('reminds after ten minutes of silence, in the conversation that is silent', async () => {
    await house.say(TROUBLE);
    await house.say('谢谢', 'other');
    const before = house.channel.sent.length;
    await house.pass(REMIND);
    expect(house.channel.sent.slice(before).map(({ conversation }) => conversation)).toEqual(['c']);
    expect(await house.turns()).toEqual([[TROUBLE], 'remind']);
    expect(await house.turns('other')).toEqual([['谢谢']]);
  });

  test('tries a reply again that the door did not take, without turning in circles', async () => {
    house.channel.before = () => {
      throw new Error('away');
    };
    await house.say(TROUBLE);
    await house.pass(6_999);
    expect(house.channel.attempts).toBe(3);
    const waiting = (await house.record()).outbox.map(({ id }) => id);
    house.channel.before = () => undefined;
    await house.pass(1);
    expect(house.channel.sent.map(({ item }) => item.id)).toEqual(waiting);
    expect((await house.record()).outbox).toEqual([]);
  });

  test('answers a hundred conversations at once, each in its own order', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `c${index}`);
    const script = [TROUBLE, '刷卡的', '换卡也不行'];
    await Promise.all(
      ids.map(async (conversation) => {
        for (const [index, text] of script.entries())
          await house.assistant.accept('web', {
            kind: 'message',
            id: `m${index}`,
            conversation,
            at: house.clock.now(),
            text: `${text}（${conversation}号）`,
          });
      }),
    );
    await house.pass(JOIN_MS);
    await house.assistant.settled();
    for (const id of ids) {
      const record = await house.record(id);
      expect(record).toMatchObject({ inbox: [], outbox: [], unjournaled: [] });
      expect(record.transcript.filter(({ from }) => from === 'user').map(({ text }) => text)).toEqual(
        script.map((text) => `${text}（${id}号）`),
      );
      expect(record.transcript.filter(({ from }) => from === 'assistant').map(({ text }) => text)).toEqual(
        house.channel.texts(id),
      );
    }
  });

  test('refuses what exceeds the queue of one conversation, and nobody else notices', async () => {
    await house.say(TROUBLE);
    for (let count = 0; count < LIMITS.inbox; count += 1) await house.say('还有');
    const error = await house.say('太多了').catch((refused: unknown) => refused);
    expect(isPosDoctorError(error, 'QUEUE_FULL')).toBe(true);
    await house.say(TROUBLE, 'other');
    expect(await house.turns('other')).toEqual([[TROUBLE]]);
  });

  test('uses the content of the moment for each turn', async () => {
    await house.say('你好');
    const world = realWorld();
    const flows = new Map(world.flows);
    const repair = flows.get('repair');
    if (!repair) throw new Error('no repair flow');
    flows.set('repair', { ...repair, texts: { ...repair.texts, empty: '换了内容' } });
    house.world = { ...world, flows };
    await house.pass(JOIN_MS);
    await house.say('');
    expect(house.channel.texts().at(-1)).toBe('换了内容');
  });

  test('after a defect in a turn still runs', async () => {
    house.world = {
      ...realWorld(),
      nlu: {
        ...realWorld().nlu,
        understand: () => {
          throw new Error('a defect');
        },
      },
    };
    await house.say(TROUBLE);
    expect(house.channel.texts()).toEqual([realWorld().flows.get('repair')?.texts.unwell]);
    house.world = realWorld();
    await house.say(TROUBLE, 'other');
    expect((await house.assistant.state('other')).status).toBe('asking');
  });
});
