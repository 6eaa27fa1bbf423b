import fc from 'fast-check';
import { minutesBetween, openStep } from '../../src/dialogue/plan-state.js';
import type { Session } from '../../src/dialogue/session.js';
import { publicState } from '../../src/dialogue/state.js';
import { type TurnInput, type TurnResult, takeTurn } from '../../src/dialogue/turn.js';
import { PLAN_LIMITS } from '../../src/knowledge/schema.js';
import { realWorld } from '../support/world.js';

const world = realWorld();
const START = Date.UTC(2026, 10, 23, 2);
const MINUTE = 60_000;
/** Minutes after which a case is not gone on with. */
const NIGHT = 13 * 60;

const STARTS = [
  '启动应急预案',
  '全店都收不了款怎么办 按预案来',
  '断网了，启动应急，我是店长',
  '顾客扣了两次，走应急预案，我是收银员',
  '被骗了，启动应急预案',
  '启动应急，我是值班的',
];
const WORDS = [
  ...STARTS,
  '继续应急',
  '结束应急',
  '做完了',
  '做不了',
  '下一步',
  '结束',
  '转人工',
  '好了',
  '恢复了',
  '没扣',
];
const phrases = [...world.knowledge.phrases, ...world.knowledge.realUtterances].map(({ text }) => text);
const commands = Object.values(world.flows.get('repair')?.commands ?? {}).flat();

type Move = { tap: number; stale?: boolean } | { say: string } | { wake: string } | { reset: true };
interface Step {
  move: Move;
  /** Minutes since the turn before. */
  after: number;
}

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ tap: fc.nat(6), stale: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ say: fc.constantFrom(...WORDS) }) },
  { weight: 2, arbitrary: fc.record({ say: fc.constantFrom(...phrases) }) },
  { weight: 2, arbitrary: fc.record({ say: fc.constantFrom(...commands) }) },
  { weight: 1, arbitrary: fc.record({ say: fc.string({ unit: 'grapheme', maxLength: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ wake: fc.constantFrom('emergency-plan', 'remind', 'close') }) },
  { weight: 1, arbitrary: fc.constant({ reset: true as const }) },
);
const step = fc.record({
  move,
  after: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0.1) },
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 40 }) },
    { weight: 1, arbitrary: fc.constant(NIGHT) },
  ),
});
const opening = fc.constantFrom(...STARTS);

function inputOf(one: Move, session: Session | null, before: string | undefined): TurnInput {
  if ('wake' in one) return { kind: 'wake', name: one.wake };
  if ('reset' in one) return { kind: 'reset' };
  const prompt = session?.frames.at(-1)?.prompt;
  const options = prompt?.options ?? [];
  const tapped = 'tap' in one ? options[one.tap % Math.max(1, options.length)] : undefined;
  const question = 'tap' in one && one.stale === true ? before : prompt?.question;
  if (tapped) return { kind: 'option', option: tapped.id, ...(question === undefined ? {} : { question }) };
  const text = 'say' in one ? one.say : '做完了';
  return { kind: 'message', texts: [world.mask(text).text], hidden: [] };
}

interface Seen {
  at: number;
  input: TurnInput;
  result: TurnResult;
}

function walk(first: string, steps: readonly Step[], look: (seen: Seen) => void = () => undefined): Seen {
  let at = START;
  let before: string | undefined;
  let result = takeTurn(null, { kind: 'message', texts: [first], hidden: [] }, at, world);
  let seen: Seen = { at, input: { kind: 'message', texts: [first], hidden: [] }, result };
  look(seen);
  for (const { move: next, after } of steps) {
    at += after * MINUTE;
    const input = inputOf(next, result.session, before);
    before = result.session.frames.at(-1)?.prompt?.question;
    result = takeTurn(result.session, input, at, world);
    seen = { at, input, result };
    look(seen);
  }
  return seen;
}

const walks = fc.tuple(opening, fc.array(step, { maxLength: 25 }));

describe('whatever is said or tapped in a run', () => {
  test('it is answered, its times never run backwards, and what is kept is bounded', () => {
    let stepsSeen = 0;
    fc.assert(
      fc.property(walks, ([first, steps]) => {
        walk(first, steps, ({ at, input, result: { session, replies, wakeUps } }) => {
          if (input.kind !== 'wake') expect(replies.length).toBeGreaterThan(0);
          for (const { text } of replies) expect(text).not.toBe('');
          const { status } = publicState(session, world);
          if (status === 'asking') expect(session.frames.at(-1)?.prompt?.options.length).toBeGreaterThan(1);
          expect(session.frames.length).toBeLessThanOrEqual(4);
          expect(wakeUps.filter(({ name }) => name === 'emergency-plan').length).toBeLessThanOrEqual(1);
          const { plan } = session;
          if (!plan) return;
          expect(plan.steps.length).toBeLessThanOrEqual(PLAN_LIMITS.steps);
          expect(new Set(plan.steps.map((one) => one.step)).size).toBe(plan.steps.length);
          let clock = plan.run;
          for (const { given, done = given, outcome } of plan.steps) {
            stepsSeen += 1;
            expect(given).toBeGreaterThanOrEqual(clock);
            expect(done).toBeGreaterThanOrEqual(given);
            clock = done;
            if (outcome === undefined) expect(given).toBe(plan.steps.at(-1)?.given);
          }
          expect(clock).toBeLessThanOrEqual(at);
        });
      }),
      { numRuns: 300 },
    );
    expect(stepsSeen).toBeGreaterThan(500);
  });

  test('each run is written down from its beginning to one end, and no minutes are negative', () => {
    fc.assert(
      fc.property(walks, ([first, steps]) => {
        const open = new Set<unknown>();
        const over = new Set<unknown>();
        walk(first, steps, ({ result: { happenings, session } }) => {
          for (const { type, data } of happenings) {
            if (type === 'plan-started') {
              expect(over.has(data.run)).toBe(false);
              open.add(data.run);
            }
            if (type === 'plan-step' || type === 'plan-ended') {
              expect(open.has(data.run)).toBe(true);
              expect(data.minutes).toBeGreaterThanOrEqual(0);
            }
            if (type === 'plan-ended') {
              open.delete(data.run);
              over.add(data.run);
            }
          }
          const running = openStep(session.plan) === undefined ? [] : [session.plan?.run];
          expect([...open]).toEqual(running);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('it can be gone on with from anywhere, and comes to its end', () => {
    fc.assert(
      fc.property(walks, ([first, steps]) => {
        let { result, at } = walk(first, steps);
        if (!openStep(result.session.plan)) return;
        const say = (text: string) => {
          at += MINUTE;
          result = takeTurn(result.session, { kind: 'message', texts: [text], hidden: [] }, at, world);
        };
        say('继续应急');
        expect(result.session.frames.at(-1)?.skill).toBe('emergency-plan');
        for (let n = 0; n < PLAN_LIMITS.steps && result.session.plan; n += 1) say('做完了');
        expect(result.session.plan).toBeUndefined();
        expect(result.replies.at(-1)?.type).toBe('summary');
      }),
      { numRuns: 200 },
    );
  });

  test('it survives being stored, and the same events give the same replies', () => {
    fc.assert(
      fc.property(walks, ([first, steps]) => {
        let stored: Session | null = null;
        walk(first, steps, ({ at, input, result }) => {
          const again = takeTurn(stored === null ? null : JSON.parse(JSON.stringify(stored)), input, at, world);
          expect(again.replies).toEqual(result.replies);
          expect(JSON.stringify(again.session)).toBe(JSON.stringify(result.session));
          stored = again.session;
        });
      }),
      { numRuns: 100 },
    );
  });
});

test('minutes are to a tenth, and none where the clock was set back', () => {
  expect(minutesBetween(START, START + 90_000)).toBe(1.5);
  expect(minutesBetween(START, START - MINUTE)).toBe(0);
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (from, ms) => {
      expect(Math.abs(minutesBetween(from, from + ms) - ms / MINUTE)).toBeLessThanOrEqual(0.05 + 1e-9);
    }),
  );
});

test('nothing that people say of failures, drills, fees or anything else starts it', () => {
  const started = phrases.filter((text) => {
    const { session } = takeTurn(null, { kind: 'message', texts: [text], hidden: [] }, START, world);
    return session.plan !== undefined;
  });
  expect(started).toEqual([]);
});

test('a run that nobody went on with until the next day is written down as ended in silence', () => {
  const begun = walk('断网了，启动应急，我是店长', [{ move: { tap: 0 }, after: 2 }]);
  const run = begun.result.session.plan?.run;
  const waiting = openStep(begun.result.session.plan)?.step;
  expect(waiting).toBeDefined();
  const next = takeTurn(
    begun.result.session,
    { kind: 'message', texts: ['早上好'], hidden: [] },
    begun.at + NIGHT * MINUTE,
    world,
  );
  expect(next.session.plan).toBeUndefined();
  expect(next.happenings.filter(({ type }) => type.startsWith('plan-'))).toEqual([
    { type: 'plan-step', data: expect.objectContaining({ run, step: waiting, outcome: 'open', minutes: 0 }) },
    { type: 'plan-ended', data: expect.objectContaining({ run, outcome: 'silence', minutes: 2 }) },
  ]);
  // One that has no step yet was never written down as begun.
  const asked = takeTurn(null, { kind: 'message', texts: ['启动应急预案'], hidden: [] }, START, world);
  expect(asked.session.plan?.steps).toEqual([]);
  const later = takeTurn(
    asked.session,
    { kind: 'message', texts: ['早上好'], hidden: [] },
    START + NIGHT * MINUTE,
    world,
  );
  expect(later.happenings.filter(({ type }) => type.startsWith('plan-'))).toEqual([]);
});
