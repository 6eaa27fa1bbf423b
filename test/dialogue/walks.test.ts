import fc from 'fast-check';
import type { Session } from '../../src/dialogue/session.js';
import { publicState, statusOf } from '../../src/dialogue/state.js';
import { type TurnInput, takeTurn } from '../../src/dialogue/turn.js';
import { realWorld } from '../support/world.js';

const world = realWorld();
const START = Date.UTC(2026, 10, 23, 2);

/** What a user may do next: tap something offered, or say something, sensible or not. */
type Move = { tap: number } | { say: string } | { command: string } | { wake: string };

const phrases = [...world.knowledge.phrases, ...world.knowledge.realUtterances].map(({ text }) => text);
const commands = Object.values(world.flows.get('repair')?.commands ?? {}).flat();
const codes = [...world.knowledge.codes.keys()];

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ tap: fc.nat(6) }) },
  { weight: 3, arbitrary: fc.record({ say: fc.constantFrom(...phrases) }) },
  { weight: 1, arbitrary: fc.record({ say: fc.constantFrom(...codes) }) },
  { weight: 1, arbitrary: fc.record({ say: fc.string({ unit: 'grapheme', maxLength: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ command: fc.constantFrom(...commands) }) },
  { weight: 1, arbitrary: fc.record({ wake: fc.constantFrom('remind', 'close') }) },
);

function inputOf(step: Move, session: Session | null): TurnInput {
  if ('wake' in step) return { kind: 'wake', name: step.wake };
  const options = session?.frames.at(-1)?.prompt?.options ?? [];
  const tapped = 'tap' in step ? options[step.tap % Math.max(1, options.length)] : undefined;
  if (tapped) return { kind: 'option', option: tapped.id };
  const text = 'say' in step ? step.say : 'command' in step ? step.command : (phrases[step.tap * 97] ?? '');
  return { kind: 'message', texts: [world.mask(text).text], hidden: [] };
}

/** What people say of money and of attempts, in the words of the conversations written down. */
const MONEY_WORDS = [
  '没扣',
  '没扣款',
  '扣了',
  '不知道扣没扣',
  '好像没扣',
  '没扣 又扣了',
  '不是没扣',
  '应该是失败了',
  '明确失败',
  '没失败',
  '流水显示失败 顾客收到扣款短信',
  '我后台没有这笔',
  '他手机上写付款成功',
  '能再刷一遍吗',
  '没扣 能再刷吗',
];
/** Each tells of an attempt after all that was said before, whose outcome it leaves open. */
const ATTEMPTS = [
  '我又刷了一次 转圈',
  '换了张卡 一直转圈',
  '没扣，我再刷了一次还是不行',
  '刚才又刷了一遍 还是失败',
  '没扣 但是我刚又刷了一遍没反应',
  '又扫了两次都不行',
  '换了也不行',
  '换了张卡也不行',
];

/** As {@link move}, with a till where people talk of money and try again. */
const moneyMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ tap: fc.nat(6) }) },
  { weight: 3, arbitrary: fc.record({ say: fc.constantFrom(...MONEY_WORDS) }) },
  { weight: 2, arbitrary: fc.record({ say: fc.constantFrom(...ATTEMPTS) }) },
  { weight: 2, arbitrary: fc.record({ say: fc.constantFrom(...phrases) }) },
  { weight: 1, arbitrary: fc.record({ say: fc.constantFrom(...codes) }) },
);

/** After these a question that takes an attempt to answer is asked, or a fix with a step that charges comes. */
const opening: fc.Arbitrary<Move> = fc
  .constantFrom(
    '暂无可用的支付方式，没扣',
    '您的卡不支持此交易，没扣',
    '公司的单位结算卡刷不了，没扣',
    '刷卡不行，没扣款',
    '刷卡报68',
  )
  .map((say) => ({ say }));

const chargingSteps = [...world.knowledge.fixes.values()].flatMap(({ steps }) =>
  steps.filter(({ charges }) => charges).map(({ text }) => text),
);
/** A charging step may read like a harmless one of another fix. */
const harmlessSteps = new Set(
  [...world.knowledge.fixes.values()].flatMap(({ steps }) =>
    steps.filter(({ charges }) => !charges).map(({ text }) => text),
  ),
);
const charging = chargingSteps.filter((text) => !harmlessSteps.has(text));

/** Walks through a conversation, showing each turn to `look` but those of drills: nothing in them is real. */
function walk(
  steps: readonly Move[],
  look: (session: Session, result: ReturnType<typeof takeTurn>, input: TurnInput) => void,
): void {
  let session: Session | null = null;
  let at = START;
  for (const step of steps) {
    at += 5_000;
    const input = inputOf(step, session);
    const result = takeTurn(session, input, at, world);
    if (!result.drill) look(result.session, result, input);
    session = result.session;
  }
}

const walks = fc.array(move, { minLength: 1, maxLength: 18 });

describe('whatever a user does', () => {
  test('no step that charges is put to them before the last attempt is known to have failed', () => {
    fc.assert(
      fc.property(walks, (steps) => {
        walk(steps, (session, { replies }) => {
          if (session.case.money === 'failed') return;
          const { question } = publicState(session, world);
          expect(world.knowledge.questions.get(question ?? '')?.charges ?? false).toBe(false);
          for (const { type, text } of replies)
            if (type === 'fix') expect(charging.filter((step) => text.includes(step))).toEqual([]);
        });
      }),
      { numRuns: 400 },
    );
  });

  test('no step that charges is put to who has just tried again, or whose answer took an attempt to find', () => {
    let told = 0;
    let answered = 0;
    fc.assert(
      fc.property(opening, fc.array(moneyMove, { minLength: 2, maxLength: 12 }), (first, steps) => {
        let asked = '';
        walk([first, ...steps], (session, { replies }, input) => {
          const charged = world.knowledge.questions.get(asked)?.charges === true;
          const tells = input.kind === 'message' && ATTEMPTS.includes(input.texts[0] ?? '');
          const answers = charged && input.kind === 'option' && ['works', 'fails-too'].includes(input.option);
          const own = asked === 'small-amount' && input.kind === 'option' && input.option === 'works';
          const { question } = publicState(session, world);
          asked = question ?? '';
          if (!(tells || answers) || own) return;
          if (tells) told += 1;
          else answered += 1;
          expect(session.case.money).not.toBe('failed');
          expect(world.knowledge.questions.get(asked)?.charges ?? false).toBe(false);
          for (const { type, text } of replies)
            if (type === 'fix') expect(charging.filter((step) => text.includes(step))).toEqual([]);
        });
      }),
      { numRuns: 400 },
    );
    // It would hold of walks in which nobody tries again.
    expect(told).toBeGreaterThan(300);
    expect(answered).toBeGreaterThan(10);
  });

  test('a message is answered, and what is shown adds up', () => {
    fc.assert(
      fc.property(walks, (steps) => {
        walk(steps, (session, { replies }, input) => {
          if (input.kind !== 'wake') expect(replies.length).toBeGreaterThan(0);
          for (const { text } of replies) expect(text).not.toBe('');
          const { causes, faults, status, question, fix } = publicState(session, world);
          for (const ranked of [causes, faults])
            expect(Math.abs(ranked.reduce((sum, { p }) => sum + p, 0) - 1)).toBeLessThan(1e-9);
          expect(question !== null).toBe(status === 'asking');
          expect(fix !== null).toBe(status === 'fixing');
          if (status === 'asking' || status === 'fixing')
            expect(session.frames.at(-1)?.prompt?.options.length).toBeGreaterThan(1);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('the session given is left alone and survives being stored, and the same events give the same replies', () => {
    fc.assert(
      fc.property(walks, (steps) => {
        let stored: string | null = null;
        let session: Session | null = null;
        let at = START;
        for (const step of steps) {
          at += 5_000;
          const input = inputOf(step, session);
          const before = JSON.stringify(session);
          const kept = takeTurn(session, input, at, world);
          expect(JSON.stringify(session)).toBe(before);
          const revived = takeTurn(stored === null ? null : JSON.parse(stored), input, at, world);
          expect(revived.replies).toEqual(kept.replies);
          session = kept.session;
          stored = JSON.stringify(revived.session);
          expect(stored).toBe(JSON.stringify(session));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('what is remembered stays bounded', () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 60, maxLength: 80 }), (steps) => {
        walk(steps, (session) => {
          expect(session.frames.length).toBeLessThanOrEqual(4);
          expect(session.trail.length).toBeLessThanOrEqual(3);
          expect(session.heard.length).toBeLessThanOrEqual(12);
          expect(session.case.texts.length).toBeLessThanOrEqual(3);
          expect(session.case.codes.length).toBeLessThanOrEqual(5);
          expect(statusOf(session, world)).toBeDefined();
        });
      }),
      { numRuns: 20 },
    );
  });
});
