import fc from 'fast-check';
import type { InboundEvent } from '../src/dialogue/event.js';
import { isPosDoctorError } from '../src/errors.js';
import { Box } from './support/box.js';

/** What can reach a conversation, in any order and at any time. */
type Step =
  | { do: 'say'; words: string; mayJoin: boolean }
  | { do: 'tap'; which: number; stale: boolean }
  | { do: 'enter' }
  | { do: 'reset' }
  | { do: 'again'; back: number }
  | { do: 'pass'; ms: number }
  /** A stop: time goes by and nobody looks; then a start. */
  | { do: 'down'; ms: number }
  /** A timer that fires although nothing is due. */
  | { do: 'look' };

const words = fc.constantFrom(
  '该渠道业务不可用',
  '刷卡的',
  '提示 A0',
  '没扣款',
  '人工',
  '谢谢',
  '1',
  '不知道',
  '手续费多少',
  '',
  '😀',
  '算了',
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), words, mayJoin: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tap' as const), which: fc.nat(6), stale: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('enter' as const, 'reset' as const, 'look' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const), back: fc.nat(5) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(0, 1, 500, 1999, 2000, 60_000, 700_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('down' as const), ms: fc.constantFrom(100, 5_000, 50_000_000) }),
  },
);

/** Plays the steps. @returns the box and the accepted events in the order of acceptance */
function play(steps: readonly Step[]): { box: Box; accepted: InboundEvent[] } {
  const box = new Box();
  const accepted: InboundEvent[] = [];
  const take = (event: InboundEvent): void => {
    try {
      box.take(event);
      accepted.push(event);
    } catch (error) {
      if (!isPosDoctorError(error, 'QUEUE_FULL')) throw error;
    }
  };
  steps.forEach((one, index) => {
    const base = { id: `e${index}`, conversation: box.id, at: box.now };
    if (one.do === 'say')
      // The mark makes each message's words its own; it is no code and no option.
      take({
        ...base,
        kind: 'message',
        text: one.words === '' ? '' : `${one.words}~e${index}~`,
        ...(one.mayJoin ? {} : { mayJoin: false }),
      });
    else if (one.do === 'tap') {
      const shown =
        box.text === '' ? undefined : box.record.outbox.findLast(({ reply }) => reply.options.length > 0)?.reply;
      const option = shown?.options[one.which]?.id ?? 'none';
      take({ ...base, kind: 'option', option, question: one.stale ? 'another' : (shown?.question ?? 'none') });
    } else if (one.do === 'enter' || one.do === 'reset') take({ ...base, kind: one.do });
    else if (one.do === 'again') {
      const old = accepted.at(-1 - one.back);
      if (old) box.take(old);
    } else if (one.do === 'pass') box.pass(one.ms);
    else if (box.text !== '') {
      if (one.do === 'down') box.now += one.ms;
      box.attend();
    }
  });
  box.pass(2_000);
  return { box, accepted };
}

test('whatever comes in whatever order and at whatever time, every accepted event is answered once, none twice', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
      const { box, accepted } = play(steps);
      const turns = box.text === '' ? [] : box.turns();
      expect(box.errors).toEqual([]);
      // All messages, in the order of arrival, each in one turn.
      const messages = accepted.flatMap((event) => (event.kind === 'message' ? [event.text] : []));
      expect(turns.flatMap(({ input }) => (input.kind === 'message' ? [...input.texts] : []))).toEqual(messages);
      // Everything else, in the order of arrival, each a turn of its own.
      const others = accepted.filter(({ kind }) => kind !== 'message').map(({ kind }) => kind);
      expect(turns.map(({ input }) => input.kind).filter((kind) => kind !== 'message' && kind !== 'wake')).toEqual(
        others,
      );
      // Nothing is left, and nobody who said something got silence.
      if (box.text !== '') expect(box.record.inbox).toEqual([]);
      for (const { input, replies } of turns)
        if (input.kind !== 'enter' && input.kind !== 'wake') expect(replies.length).toBeGreaterThan(0);
      // No reply and no event has the name of another.
      if (box.text === '') return;
      const ids = [...box.record.outbox, ...box.record.unjournaled].map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 300 },
  );
});

test('the same events at the same times give the same record', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      expect(play(steps).box.text).toBe(play(steps).box.text);
    }),
    { numRuns: 50 },
  );
});
