import fc from 'fast-check';
import { isPosDoctorError } from '../src/errors.js';
import { JOIN_MS, MAX_TEXT } from '../src/mailbox.js';
import { LIMITS } from '../src/store/store.js';
import { Box, brittleWorld, T0 } from './support/box.js';
import { realWorld } from './support/world.js';

const TROUBLE = '该渠道业务不可用';
/** The usual number of card tests: valid check digit, no account. */
const CARD = '4111111111111111';

function refusal(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it was taken');
}

describe('an event', () => {
  test('that comes twice counts once, whatever happened in between', () => {
    const box = new Box();
    const first = box.say(TROUBLE);
    const stored = box.text;
    box.take(first);
    expect(box.text).toBe(stored);
    box.pass(60_000);
    const tap = box.tap(box.record.outbox.at(-1)?.reply.options[0]?.id ?? '');
    box.pass(60_000);
    for (const event of [first, tap, tap]) box.take(event);
    expect(box.turns()).toHaveLength(2);
    expect(box.record.transcript.filter(({ from }) => from === 'user')).toHaveLength(2);
  });

  test('is told apart by its id, not by its words', () => {
    const box = new Box();
    for (let times = 0; times < 3; times += 1) {
      box.say(TROUBLE);
      box.pass(JOIN_MS);
    }
    expect(box.turns()).toHaveLength(3);
  });

  test('keeps the reply address of the message that was answered', () => {
    const box = new Box();
    const replyTo = { channel: 'web', token: 'req-7', expiresAt: T0 + 5_000 };
    const event = box.say(TROUBLE, { replyTo });
    for (const item of box.record.outbox)
      expect(item).toMatchObject({ replyTo, inReplyTo: event.id, channel: 'web', state: 'waiting', attempts: 0 });
  });

  test('is remembered by its id for the last 200 only', () => {
    const box = new Box();
    for (let count = 0; count < LIMITS.seen + 5; count += 1) {
      box.say('你好');
      box.pass(JOIN_MS);
    }
    expect(box.record.seen).toHaveLength(LIMITS.seen);
    expect(box.record.seen.at(-1)).toBe(`m${LIMITS.seen + 5}`);
  });

  test('beyond the 50 that may wait is refused, loses nothing, and is taken when it comes again later', () => {
    const box = new Box();
    box.say('你好');
    for (let count = 0; count < LIMITS.inbox; count += 1) box.say('还有');
    const stored = box.text;
    const late = { id: 'late', conversation: 'c', at: box.now, kind: 'message' as const, text: '迟到的' };
    const error = refusal(() => box.take(late));
    expect(isPosDoctorError(error, 'QUEUE_FULL')).toBe(true);
    expect(box.text).toBe(stored);
    box.pass(JOIN_MS);
    box.take(late);
    box.pass(JOIN_MS);
    expect(box.said().flat()).toEqual(['你好', ...Array.from({ length: LIMITS.inbox }, () => '还有'), '迟到的']);
  });
});

describe('what is private', () => {
  test.each([
    ['a card number', `卡号${CARD}刷不了`, CARD],
    ['one written in groups', '卡号4111 1111 1111 1111刷不了', '4111 1111 1111 1111'],
    ['a mobile number', '刷不了卡，打我13912345678', '13912345678'],
    ['a one-time code', '刷不了，验证码是482913', '482913'],
  ])('%s is masked before anything is stored', (_, text, secret) => {
    const box = new Box();
    box.say(text);
    expect(box.text).not.toContain(secret);
    expect(box.logged).not.toContain(secret);
    // The user is told.
    expect(box.record.outbox.length).toBeGreaterThan(1);
    expect(box.turns()[0]?.input).toMatchObject({ hidden: [expect.any(String)] });
  });

  test('is masked while a message is held, too', () => {
    const box = new Box();
    box.say(TROUBLE);
    box.say(`卡号是${CARD}`);
    expect(box.record.inbox).toHaveLength(1);
    expect(box.text).not.toContain(CARD);
    box.pass(JOIN_MS);
    expect(box.text).not.toContain(CARD);
  });

  test('is masked where it poses as an option', () => {
    const box = new Box();
    box.say(TROUBLE);
    box.tap(CARD, `密码${CARD}`);
    expect(box.turns()).toHaveLength(2);
    expect(box.text).not.toContain(CARD);
  });

  test('is masked whole where the text is cut in the middle of it', () => {
    for (let inside = 1; inside < CARD.length; inside += 1) {
      const box = new Box();
      box.say('不'.repeat(MAX_TEXT - inside) + CARD);
      expect(box.record.transcript[0]?.text.slice(-inside)).toBe('*'.repeat(inside));
    }
  });
});

describe('a text', () => {
  test('is cut at 4,000 units, and the user is told', () => {
    const box = new Box();
    box.say(`${TROUBLE}${'啊'.repeat(100_000)}`);
    expect(box.turns()[0]?.input).toMatchObject({ cut: true });
    expect(box.record.transcript[0]?.text).toHaveLength(MAX_TEXT);
    expect(box.text.length).toBeLessThan(40_000);
    const short = new Box();
    short.say('不'.repeat(MAX_TEXT));
    expect(short.turns()[0]?.input).toMatchObject({ cut: false });
  });

  test('that is cut inside a surrogate pair stays writable', () => {
    const box = new Box();
    box.say(`${'不'.repeat(MAX_TEXT - 1)}😀`);
    expect(box.text.isWellFormed()).toBe(true);
    expect(box.record.transcript[0]?.text).toHaveLength(MAX_TEXT);
  });

  test.each([
    ['nothing', ''],
    ['spaces', ' \u3000\n\t'],
    ['emoji only', '😀👨‍👩‍👧🏽'],
    ['control characters', '\u0000\u0007\u001b[2J\u0085'],
    ['half a surrogate pair', '\ud83d'],
    ['the other half', '\ude00\ude00'],
    ['zero-width characters', '\u200b\u200d\ufeff'],
  ])('of %s is answered', (_, text) => {
    const box = new Box();
    box.say(text);
    expect(box.errors).toEqual([]);
    expect(box.turns()[0]?.replies.length).toBeGreaterThan(0);
    expect(box.record.transcript[0]?.text.isWellFormed()).toBe(true);
  });

  test('of any kind is answered and can be written as UTF-8', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { minLength: 1, maxLength: 4 }), (texts) => {
        const box = new Box();
        for (const text of texts) {
          box.say(text);
          box.pass(JOIN_MS);
        }
        expect(box.errors).toEqual([]);
        expect(box.turns()).toHaveLength(texts.length);
        for (const { replies } of box.turns()) expect(replies.length).toBeGreaterThan(0);
        for (const { text } of box.record.transcript) expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is kept', () => {
  test('the transcript holds the last 200 lines, in order, each with an id of its own', () => {
    const box = new Box();
    for (let count = 0; count < 130; count += 1) {
      box.say('你好');
      box.pass(JOIN_MS);
    }
    const { transcript } = box.record;
    expect(transcript).toHaveLength(LIMITS.transcript);
    expect(new Set(transcript.map(({ id }) => id)).size).toBe(LIMITS.transcript);
    expect(transcript.at(-1)?.from).toBe('assistant');
    expect(transcript.map(({ at }) => at)).toEqual(transcript.map(({ at }) => at).sort((a, b) => a - b));
  });

  test('a tap is written down by the label that was on the button', () => {
    const box = new Box();
    box.say(TROUBLE);
    const shown = box.record.outbox.findLast(({ reply }) => reply.options.length > 0)?.reply;
    const option = shown?.options[0];
    box.pass(60_000);
    box.tap(option?.id ?? '', shown?.question);
    expect(box.record.transcript.filter(({ from }) => from === 'user').at(-1)?.text).toBe(option?.label);
    box.tap('no-such-option');
    expect(box.record.transcript.filter(({ from }) => from === 'user').at(-1)?.text).toBe('no-such-option');
  });

  test('replies that nobody takes are given up beyond 100, the oldest first, and forgotten beyond 100 more', () => {
    const box = new Box();
    const made: string[] = [];
    for (let count = 0; count < 230; count += 1) {
      box.say('你好');
      box.pass(JOIN_MS);
      for (const { id } of box.record.outbox) if (!made.includes(id)) made.push(id);
    }
    const { outbox } = box.record;
    const waiting = outbox.filter(({ state }) => state === 'waiting').map(({ id }) => id);
    const dead = outbox.filter(({ state }) => state === 'dead').map(({ id }) => id);
    expect(waiting).toEqual(made.slice(-LIMITS.outbox));
    expect(dead).toEqual(made.slice(-2 * LIMITS.outbox, -LIMITS.outbox));
  });

  test('events that the journal does not take are kept up to 400, the latest ones, and the log says what is dropped', () => {
    const box = new Box();
    const made = new Set<string>();
    while (made.size < LIMITS.unjournaled + 20) {
      expect(box.errors).toHaveLength(Math.max(0, made.size - LIMITS.unjournaled));
      box.say('你好');
      box.pass(JOIN_MS);
      for (const { id } of box.record.unjournaled) made.add(id);
    }
    expect(box.record.unjournaled.map(({ id }) => id)).toEqual([...made].slice(-LIMITS.unjournaled));
  });

  test('ids of replies and events never repeat, not even for turns of one commit that fail', () => {
    const box = new Box();
    for (let round = 0; round < 4; round += 1) {
      box.world = realWorld();
      box.say(TROUBLE);
      box.say('坏了');
      box.world = brittleWorld('坏');
      box.say('又坏了', { mayJoin: false });
      box.tap('no-such-option');
    }
    expect(box.errors.length).toBeGreaterThanOrEqual(8);
    const { outbox, unjournaled, transcript } = box.record;
    for (const items of [outbox, unjournaled, transcript])
      expect(new Set<string>(items.map(({ id }) => id)).size).toBe(items.length);
  });
});
