import { JOIN_MS } from '../src/mailbox.js';
import { Box, brittleWorld, T0 } from './support/box.js';
import { realWorld } from './support/world.js';

const TROUBLE = '该渠道业务不可用';
const MINUTE = 60_000;
const minutes = realWorld().flows.get('repair')?.minutes ?? {};
const REMIND = (minutes.remind ?? 0) * MINUTE;
const CLOSE = (minutes.close ?? 0) * MINUTE;
const texts = realWorld().flows.get('repair')?.texts ?? {};

const wakes = (box: Box) => box.turns().flatMap(({ input }) => (input.kind === 'wake' ? [input.name] : []));
const lastText = (box: Box) =>
  box
    .turns()
    .at(-1)
    ?.replies.map(({ text }) => text)
    .join('\n');

function asked(): Box {
  const box = new Box();
  box.say(TROUBLE);
  return box;
}

describe('silence', () => {
  test('after a question brings one reminder, then the conversation is closed, then nothing more', () => {
    const box = asked();
    box.pass(REMIND - 1);
    expect(wakes(box)).toEqual([]);
    box.pass(1);
    expect(wakes(box)).toEqual(['remind']);
    expect(lastText(box)).toContain(texts.reminder);
    box.pass(CLOSE);
    expect(wakes(box)).toEqual(['remind', 'close']);
    expect(lastText(box)).toContain(texts.closed);
    box.pass(30 * 24 * 60 * MINUTE);
    expect(wakes(box)).toEqual(['remind', 'close']);
    expect(box.record.wakeUps).toEqual([]);
  });

  test('where nothing is asked brings nothing', () => {
    const box = new Box();
    box.say('谢谢');
    expect(box.record.wakeUps).toEqual([]);
    expect(box.due).toBeNull();
  });

  test('brings nothing where the channel cannot write first', () => {
    const box = new Box();
    box.pushes = false;
    box.say(TROUBLE);
    expect(box.record.wakeUps).toEqual([]);
    box.pass(CLOSE);
    expect(wakes(box)).toEqual([]);
  });

  test('is over as soon as something is said: the reminder counts from the last turn', () => {
    const box = asked();
    box.pass(REMIND - 1000);
    box.say('刷卡的');
    box.pass(REMIND - 1);
    expect(wakes(box)).toEqual([]);
    box.pass(1);
    expect(wakes(box)).toEqual(['remind']);
  });

  test('brings no reminder when a message came meanwhile that nobody has looked at yet', () => {
    const box = asked();
    box.say('刷卡的');
    expect(box.record.inbox).toHaveLength(1);
    // The service was down until the reminder was due.
    box.now = T0 + REMIND + MINUTE;
    box.attend();
    expect(wakes(box)).toEqual([]);
    expect(box.said()).toEqual([[TROUBLE], ['刷卡的']]);
    expect(box.record.wakeUps.every(({ at }) => at > box.now)).toBe(true);
  });

  test('that is shorter than the time to join brings no reminder either while a message waits', () => {
    const box = asked();
    box.say('刷卡的');
    const { wakeUps } = box.record;
    box.record = { ...box.record, wakeUps: [{ name: 'remind', at: box.now + 100 }, ...wakeUps] };
    box.now += 100;
    box.attend();
    expect(wakes(box)).toEqual([]);
    expect(box.said()).toEqual([[TROUBLE], ['刷卡的']]);
  });

  test('after a stop longer than everything brings the reminder first', () => {
    const box = asked();
    box.now = T0 + 2 * CLOSE;
    box.attend();
    expect(wakes(box)).toEqual(['remind']);
    box.pass(CLOSE);
    expect(wakes(box)).toEqual(['remind', 'close']);
  });

  test('attending before anything is due changes nothing', () => {
    const box = asked();
    const stored = box.text;
    box.now += REMIND - 1;
    box.attend();
    expect(box.text).toBe(stored);
    expect(box.due).toBe(T0 + REMIND);
  });
});

describe('a turn that fails', () => {
  test('is answered with an apology, keeps the session, and the next message is answered as ever', () => {
    const box = asked();
    box.pass(JOIN_MS);
    const { session } = box.record;
    box.world = brittleWorld('坏');
    box.say('坏了坏了');
    expect(lastText(box)).toBe(texts.unwell);
    expect(box.record.session).toEqual(session);
    expect(box.errors).toEqual([
      expect.objectContaining({ conversation: 'c', error: expect.stringMatching(/broken/) }),
    ]);
    expect(box.record.unjournaled.at(-1)).toMatchObject({ type: 'turn-failed', data: { code: 'TypeError' } });
    box.pass(JOIN_MS);
    box.say('刷卡的');
    expect(box.said().at(-1)).toEqual(['刷卡的']);
    expect(lastText(box)).not.toBe(texts.unwell);
  });

  test('does not log what was said', () => {
    const box = new Box();
    box.world = brittleWorld('坏');
    box.say('我的店名坏了');
    expect(box.errors).toHaveLength(1);
    expect(box.logged).not.toContain('店名');
  });

  test('as the first of a conversation leaves a fresh session', () => {
    const box = new Box();
    box.world = brittleWorld('坏');
    box.say('坏了');
    box.say(TROUBLE);
    expect(lastText(box)).not.toBe(texts.unwell);
    expect(box.said()).toEqual([['坏了'], [TROUBLE]]);
  });

  test('keeps the reminder that was set, but none that is due already', () => {
    const box = asked();
    const set = box.record.wakeUps;
    box.world = brittleWorld('坏');
    box.pass(MINUTE);
    box.say('坏了');
    expect(box.record.wakeUps).toEqual(set);
    const late = asked();
    late.world = brittleWorld('坏');
    late.now = T0 + REMIND + MINUTE;
    late.say('坏了');
    expect(late.record.wakeUps).toEqual([{ name: 'close', at: T0 + CLOSE }]);
  });

  test('on a held message is found while it is looked at, and answered by the apology', () => {
    const box = asked();
    box.world = brittleWorld('坏');
    box.say('坏了');
    expect(box.said()).toEqual([[TROUBLE], ['坏了']]);
    expect(lastText(box)).toBe(texts.unwell);
  });

  test('on a wake-up happens once, not for ever', () => {
    const box = asked();
    const flows = new Map(realWorld().flows);
    const repair = flows.get('repair');
    if (!repair) throw new Error('no repair flow');
    flows.set('repair', {
      ...repair,
      states: { ...repair.states, remind: { ...repair.states.remind, on: {} } },
    } as never);
    box.world = { ...realWorld(), flows };
    box.pass(REMIND);
    expect(box.errors).toHaveLength(1);
    expect(box.record.wakeUps).toEqual([{ name: 'close', at: T0 + CLOSE }]);
    box.pass(CLOSE);
    expect(wakes(box)).toEqual(['remind', 'close']);
    expect(box.due).toBeNull();
  });
});

describe('a session that this version cannot read', () => {
  test.each([
    ['of a newer schema', { schema: 99, turns: 4 }],
    ['damaged', 'what is this'],
  ])('%s starts anew instead of failing', (_, session) => {
    const box = asked();
    box.record = { ...box.record, session };
    box.pass(MINUTE);
    box.say(TROUBLE);
    expect(box.errors).toEqual([]);
    expect(box.said()).toEqual([[TROUBLE], [TROUBLE]]);
  });
});
