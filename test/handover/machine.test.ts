import fc from 'fast-check';
import { CONTACTS_MAX, isOpen, isRelayed, request, SUMMARY_MAX, step } from '../../src/handover/machine.js';
import type { Effect, Handover, Move, Outcome } from '../../src/handover/types.js';
import { contact, duties, MINUTE, REQUEST, said } from './people.js';

const asked = (names: readonly string[], atDoor = false) => ({
  ...REQUEST,
  contacts: names.map(contact),
  atDoor,
});
const by = (name: string) => ({ name, userid: name, channel: 'wecom-app', conversation: `wecom-app:${name}` });
const door = { name: '' };

/** Moves in order, all at the times given. */
function walk(start: Handover, moves: readonly (readonly [Move, number])[]) {
  const effects: Effect[] = [];
  let handover = start;
  for (const [move, at] of moves) {
    const next = step(handover, move, at);
    handover = next.handover;
    effects.push(...next.effects);
  }
  return { handover, effects };
}

describe('a hand-over', () => {
  test('asks the first contact at once and tells the merchant', () => {
    const { handover, effects } = request(undefined, asked(['zhang', 'li']), 1000);
    expect(handover).toMatchObject({ state: 'notified', asked: 1, deadline: 1000 + duties.accept });
    expect(effects).toContainEqual({ do: 'ask', contact: contact('zhang') });
    expect(said(effects)).toEqual(['asked']);
  });

  test('is asked for once while it is open, and the same request never opens it again', () => {
    const first = request(undefined, asked(['zhang']), 0).handover;
    expect(request(first, { ...asked(['li']), id: 'h2' }, 5)).toEqual({ handover: first, effects: [] });
    const closed = step(first, { kind: 'leave', outcome: 'went-on' }, 6).handover;
    expect(request(closed, asked(['zhang']), 7).effects).toEqual([]);
    expect(request(closed, { ...asked(['zhang']), id: 'h2' }, 7).handover).toMatchObject({
      id: 'h2',
      state: 'notified',
    });
  });

  test('goes to the next contact when nobody comes, then gives the numbers, then lets go', () => {
    let { handover } = request(undefined, asked(['zhang', 'li']), 0);
    const words: string[] = [];
    const states: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      const next = step(handover, { kind: 'due' }, handover.deadline);
      handover = next.handover;
      words.push(...said(next.effects));
      states.push(handover.state);
    }
    expect(states).toEqual(['notified', 'timed-out', 'closed', 'closed']);
    expect(words).toEqual(['next', 'nobody']);
    expect(handover.outcome).toBe('nobody');
  });

  test('with nobody to ask says the numbers again', () => {
    const { handover, effects } = request(undefined, asked([]), 0);
    expect([handover.state, said(effects)]).toEqual(['requested', []]);
    expect(said(step(handover, { kind: 'due' }, duties.accept).effects)).toEqual(['alone']);
  });

  test('waits for the door’s own people first where there are some', () => {
    const { handover, effects } = request(undefined, asked(['zhang'], true), 0);
    expect([handover.state, said(effects)]).toEqual(['requested', ['door']]);
    const taken = step(handover, { kind: 'accept', by: door }, 1);
    expect([taken.handover.state, isRelayed(taken.handover), said(taken.effects)]).toEqual(['accepted', false, []]);
    const late = step(handover, { kind: 'due' }, handover.deadline);
    expect(late.effects).toContainEqual({ do: 'ask', contact: contact('zhang') });
  });

  test('can be accepted late, after everybody was asked', () => {
    const { handover } = request(undefined, asked(['zhang']), 0);
    const late = step(handover, { kind: 'due' }, handover.deadline).handover;
    expect(step(late, { kind: 'accept', by: by('zhang') }, 9 * MINUTE).handover.state).toBe('accepted');
  });

  test('tells whoever comes second who has it, and whoever was asked too', () => {
    const { handover } = request(undefined, asked(['zhang', 'li']), 0);
    const both = step(handover, { kind: 'due' }, handover.deadline).handover;
    const first = step(both, { kind: 'accept', by: by('li') }, 5 * MINUTE);
    expect(first.effects).toContainEqual({ do: 'tell', to: contact('zhang'), what: 'taken', name: 'li' });
    const second = step(first.handover, { kind: 'accept', by: by('zhang') }, 5 * MINUTE);
    expect(second.handover.acceptedBy).toEqual(by('li'));
    expect(second.effects).toEqual([{ do: 'tell', to: by('zhang'), what: 'taken', name: 'li' }]);
    expect(step(first.handover, { kind: 'accept', by: by('li') }, 5 * MINUTE).effects).toEqual([]);
  });

  test('is given back only by whoever has it', () => {
    const { handover } = walk(request(undefined, asked(['zhang']), 0).handover, [
      [{ kind: 'accept', by: by('zhang') }, 1],
    ]);
    expect(step(handover, { kind: 'hand-back', by: by('li') }, 2)).toEqual({ handover, effects: [] });
    const back = step(handover, { kind: 'hand-back', by: by('zhang') }, 2);
    expect([back.handover.outcome, said(back.effects)]).toEqual(['handed-back', ['back']]);
    const done = step(handover, { kind: 'finish', by: by('zhang') }, 2);
    expect([done.handover.outcome, said(done.effects)]).toEqual(['resolved', ['ended']]);
  });

  test('ends when the two have said nothing for long; a word puts that off', () => {
    const { handover } = walk(request(undefined, asked(['zhang']), 0).handover, [
      [{ kind: 'accept', by: by('zhang') }, 0],
    ]);
    const talked = step(handover, { kind: 'word' }, 30 * MINUTE).handover;
    expect(step(talked, { kind: 'due' }, duties.idle).handover.state).toBe('accepted');
    const idle = step(talked, { kind: 'due' }, 30 * MINUTE + duties.idle);
    expect([idle.handover.outcome, said(idle.effects)]).toEqual(['idle', ['idle']]);
  });

  test('asks no more contacts than its bound and carries no longer a summary', () => {
    const many = { ...asked(Array.from({ length: 30 }, (_, n) => `c${n}`)), summary: '刷'.repeat(9_000) };
    const { handover } = request(undefined, many, 0);
    expect(handover.contacts).toHaveLength(CONTACTS_MAX);
    expect(handover.summary).toHaveLength(SUMMARY_MAX);
  });
});

const OUTCOMES: readonly Outcome[] = ['resolved', 'went-on', 'restarted', 'ended'];
const names = ['zhang', 'li', 'wang'];
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Move>({ kind: 'due' }) },
  fc.constantFrom<Move>(...names.map((name): Move => ({ kind: 'accept', by: by(name) })), { kind: 'accept', by: door }),
  fc.constant<Move>({ kind: 'word' }),
  fc.constantFrom<Move>(...names.map((name): Move => ({ kind: 'hand-back', by: by(name) }))),
  fc.constantFrom<Move>(...names.map((name): Move => ({ kind: 'finish', by: by(name) }))),
  fc.constantFrom(...OUTCOMES).map((outcome): Move => ({ kind: 'leave', outcome })),
);
const story = fc.record({
  contacts: fc.subarray(names),
  atDoor: fc.boolean(),
  moves: fc.array(fc.tuple(move, fc.integer({ min: 0, max: 200 * MINUTE })), { maxLength: 30 }),
});
type Story = { contacts: string[]; atDoor: boolean; moves: [Move, number][] };

function* states({ contacts, atDoor, moves }: Story) {
  let at = 0;
  let { handover } = request(undefined, asked(contacts, atDoor), at);
  yield { handover, at, move: null as Move | null, effects: [] as Effect[] };
  for (const [made, wait] of moves) {
    at += wait;
    const next = step(handover, made, at);
    handover = next.handover;
    yield { handover, at, move: made, effects: next.effects };
  }
}

describe('whatever happens', () => {
  test('nobody waits without a deadline, and each one is within a day', () => {
    fc.assert(
      fc.property(story, (one) => {
        for (const { handover, at, move: made } of states(one)) {
          if (!isOpen(handover)) continue;
          expect(handover.deadline - at).toBeLessThanOrEqual(duties.open);
          if (made?.kind === 'due') expect(handover.deadline).toBeGreaterThan(at);
        }
      }),
    );
  });

  test('at most one has it, and it stays theirs', () => {
    fc.assert(
      fc.property(story, (one) => {
        const holders = [...states(one)].flatMap(({ handover }) => (handover.acceptedBy ? [handover.acceptedBy] : []));
        expect(new Set(holders.map((holder) => JSON.stringify(holder))).size).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('the same move again changes nothing, but for a deadline that is due once more', () => {
    fc.assert(
      fc.property(story, (one) => {
        for (const { handover, at, move: made } of states(one)) {
          if (made === null) continue;
          const again = step(handover, made, at);
          expect(again.handover).toEqual(handover);
          expect(again.effects.filter((effect) => effect.do !== 'tell')).toEqual([]);
        }
      }),
    );
  });

  test('each one ends if time goes on, and is closed once', () => {
    fc.assert(
      fc.property(story, (one) => {
        const all = [...states(one)];
        let { handover } = all[all.length - 1] ?? request(undefined, asked([]), 0);
        const closings = all.flatMap(({ effects }) => effects).filter(isClosing).length;
        let more = 0;
        for (let n = 0; n <= CONTACTS_MAX + 2 && isOpen(handover); n += 1) {
          const next = step(handover, { kind: 'due' }, handover.deadline);
          handover = next.handover;
          more += next.effects.filter(isClosing).length;
        }
        expect([handover.state, closings + more]).toEqual(['closed', 1]);
      }),
    );
  });

  test('each step that leaves the merchant waiting longer is told', () => {
    fc.assert(
      fc.property(story, (one) => {
        for (const { move: made, effects } of states(one))
          if (
            made?.kind === 'due' &&
            effects.some((effect) => effect.do === 'note' && effect.type === 'handover-timed-out')
          )
            expect(said(effects)).toHaveLength(1);
      }),
    );
  });
});

function isClosing(effect: Effect): boolean {
  return effect.do === 'note' && effect.type === 'handover-closed';
}
