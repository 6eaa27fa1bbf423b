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

/** Walks through a conversation, showing each turn to `look`. */
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
    look(result.session, result, input);
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
