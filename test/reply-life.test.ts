/** How long replies wait for a door that is shut, by what they are; and what is said of those that died. */
import { PosDoctorError } from '../src/errors.js';
import { REPLY_LIFE_MS } from '../src/record.js';
import { LIMITS, type OutboxItem } from '../src/store/store.js';
import { put, reply } from './store/records.js';
import { Box, T0 } from './support/box.js';
import { GROUNDS, type House, houseForEach, REMIND, TROUBLE } from './support/house.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const lives = (outbox: readonly OutboxItem[]) => outbox.map(({ createdAt, expiresAt }) => expiresAt - createdAt);

describe('a reply is worth having', () => {
  test.each([
    ['谢谢', 'text', 20 * MINUTE],
    [TROUBLE, 'question', 2 * HOUR],
    ['提示 A0', 'code', 24 * HOUR],
    ['有人打电话来说解冻要先转账', 'contact', 24 * HOUR],
    ['转人工', 'summary', 72 * HOUR],
  ])('after 「%s」 as long as its kind: %s', (words, type, life) => {
    const box = new Box();
    box.say(words);
    const { outbox } = box.record;
    expect(outbox.map((item) => item.reply.type)).toContain(type);
    expect(new Set(lives(outbox))).toEqual(new Set([life]));
  });

  test('ten minutes if nobody asked for it', () => {
    const box = new Box();
    box.say(TROUBLE);
    box.pass(REMIND);
    const reminders = box.record.outbox.filter(({ inReplyTo }) => inReplyTo === '');
    expect(reminders.length).toBeGreaterThan(0);
    expect(new Set(lives(reminders))).toEqual(new Set([REPLY_LIFE_MS.reminder]));
  });

  test('an hour if it is an apology', () => {
    const box = new Box();
    box.world = {
      ...box.world,
      nlu: {
        ...box.world.nlu,
        understand: () => {
          throw new TypeError('broken');
        },
      },
    };
    box.say('刷不了');
    expect(lives(box.record.outbox)).toEqual([HOUR]);
  });

  test('as long as the longest-living one that answers the same words', () => {
    // A card number brings a word of caution before the question.
    const box = new Box();
    box.say(`${TROUBLE}，卡号 6222 0202 0000 0000 000`);
    const kinds = new Set(box.record.outbox.map((item) => item.reply.type));
    expect(kinds).toContain('question');
    expect(new Set(lives(box.record.outbox)).size).toBe(1);
    expect(lives(box.record.outbox)[0]).toBeGreaterThanOrEqual(2 * HOUR);
  });
});

describe('a dead letter', () => {
  test('that had to make room says so, and takes along what answers the same event', () => {
    const box = new Box();
    box.say('谢谢');
    const old = Array.from({ length: LIMITS.outbox / 2 }, (_, i) =>
      ['a', 'b'].map((part) => reply(`r${i}${part}`, { inReplyTo: `m-old-${i}`, expiresAt: T0 + 72 * HOUR })),
    ).flat();
    box.record = { ...box.record, outbox: old };
    box.now += MINUTE;
    box.say('谢谢');
    const dead = box.record.outbox.filter(({ state }) => state === 'dead');
    expect(dead.map(({ id }) => id)).toEqual(['r0a', 'r0b']);
    for (const item of dead) expect(item).toMatchObject({ deadBecause: 'given-up', deadAt: box.now });
  });

  describe.each(GROUNDS)('over %s', (_, makeGround) => {
    let house: House;
    houseForEach(makeGround, (made) => {
      house = made;
    });

    test('that came too late, or that the platform will never take, says why and since when', async () => {
      const now = house.clock.now();
      house.channel.before = ({ item }) => {
        if (item.id === 'never') throw new PosDoctorError('SEND_REFUSED', { channel: 'web', why: 'gone' });
      };
      await put(house.store, 'c', {
        outbox: [
          reply('late', { expiresAt: now, inReplyTo: 'm1' }),
          reply('never', { expiresAt: now + HOUR, inReplyTo: 'm2' }),
          reply('fine', { expiresAt: now + HOUR, inReplyTo: 'm3' }),
        ],
      });
      await house.assistant.flush('c');
      expect(house.channel.sent.map(({ item }) => item.id)).toEqual(['fine']);
      expect((await house.record()).outbox).toMatchObject([
        { id: 'late', state: 'dead', deadBecause: 'expired', deadAt: now },
        { id: 'never', state: 'dead', deadBecause: 'refused', deadAt: now },
      ]);
    });
  });
});
