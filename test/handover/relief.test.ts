/** Who is asked when: the calendar has the say, at each step anew. */
import fc from 'fast-check';
import { CONTACTS_MAX, isOpen, request, step } from '../../src/handover/machine.js';
import { standingOf } from '../../src/handover/standing.js';
import type { Contact, Effect, Handover, Relief, Severity } from '../../src/handover/types.js';
import { contact, duties, MINUTE, REQUEST, said } from './people.js';

const relief = (...names: string[]): Relief => ({ contacts: names.map(contact) });
const asking = (given: Relief, severity: Severity = 'normal', atDoor = false) => ({
  ...REQUEST,
  severity,
  atDoor,
  ...given,
});
const asked = (effects: readonly Effect[]) => effects.flatMap((one) => (one.do === 'ask' ? [one.contact.name] : []));
const due = (handover: Handover, given?: Relief, at = handover.deadline) =>
  step(handover, { kind: 'due', ...(given ? { relief: given } : {}) }, at);

describe('when nobody is on duty', () => {
  const BACK = 60 * MINUTE;
  const late = request(undefined, asking({ contacts: [], backAt: BACK }), 0);

  test('nobody is asked, and nothing is due before somebody is there again', () => {
    expect([late.handover.state, late.handover.deadline, said(late.effects)]).toEqual(['requested', BACK, []]);
    expect(due(late.handover, relief('zhang'), BACK - 1).effects).toEqual([]);
  });

  test('whoever is there then is asked, and the merchant hears that somebody is', () => {
    const { handover, effects } = due(late.handover, relief('zhang'));
    expect([handover.state, asked(effects), said(effects)]).toEqual(['notified', ['zhang'], ['here']]);
    expect(handover.deadline).toBe(BACK + duties.accept);
    expect(handover.backAt).toBeUndefined();
  });

  test('and nobody came to work after all: the numbers once more', () => {
    const { handover, effects } = due(late.handover, relief());
    expect([handover.state, said(effects)]).toEqual(['timed-out', ['alone']]);
  });

  test('is let go of if that is too long ahead, without a word at some odd hour', () => {
    const { handover } = request(undefined, asking({ contacts: [], backAt: duties.open + MINUTE }), 0);
    expect(handover.deadline).toBe(duties.open);
    const gone = due(handover, relief());
    expect([gone.handover.outcome, said(gone.effects)]).toEqual(['nobody', []]);
  });

  test('the door’s own people have their time all the same', () => {
    const { handover } = request(undefined, asking({ contacts: [], backAt: BACK }, 'normal', true), 0);
    expect(handover.deadline).toBe(duties.accept);
  });
});

describe('when the shift changed meanwhile', () => {
  const first = request(undefined, asking(relief('zhang', 'li')), 0).handover;

  test('the next one is somebody who is on duty then', () => {
    const { handover, effects } = due(first, relief('wang', 'zhao'));
    expect(asked(effects)).toEqual(['wang']);
    expect(handover.contacts.map(({ name }) => name)).toEqual(['zhang', 'wang', 'zhao']);
  });

  test('whoever was asked is not asked again', () => {
    expect(asked(due(first, relief('zhang', 'wang')).effects)).toEqual(['wang']);
  });

  test('and nobody is on duty: the numbers, then whoever comes on duty next', () => {
    const left = due(first, { contacts: [], backAt: 90 * MINUTE });
    expect([left.handover.state, said(left.effects), left.handover.deadline]).toEqual([
      'timed-out',
      ['nobody'],
      90 * MINUTE,
    ]);
    const next = due(left.handover, relief('wang'));
    expect([asked(next.effects), said(next.effects)]).toEqual([['wang'], ['here']]);
  });

  test('a record of before, whose deadline comes without a calendar, goes on with its own list', () => {
    expect(asked(due(first).effects)).toEqual(['li']);
  });
});

describe('an emergency', () => {
  test('is asked for at once, also where the door has people of its own', () => {
    const { handover, effects } = request(undefined, asking(relief('lead'), 'emergency', true), 0);
    expect([handover.state, asked(effects), said(effects)]).toEqual(['notified', ['lead'], ['asked']]);
  });

  test('that a request becomes is told to whoever was asked, and goes to the next who takes it without waiting', () => {
    const open = request(undefined, asking(relief('zhang')), 0).handover;
    const risen = step(open, { kind: 'rise', summary: '被骗了', relief: relief('lead', 'zhang') }, MINUTE);
    expect(risen.handover).toMatchObject({ severity: 'emergency', summary: '被骗了', asked: 2, deadline: 4 * MINUTE });
    expect([asked(risen.effects), said(risen.effects)]).toEqual([['zhang', 'lead'], ['asked']]);
    const again = step(risen.handover, { kind: 'rise', summary: '被骗了', relief: relief('lead') }, 2 * MINUTE);
    expect(again).toEqual({ handover: risen.handover, effects: [] });
  });

  test('calls nobody else once a colleague has it', () => {
    const open = request(undefined, asking(relief('zhang')), 0).handover;
    const taken = step(open, { kind: 'accept', by: contact('zhang') }, 1).handover;
    const risen = step(taken, { kind: 'rise', summary: '被骗了', relief: relief('lead') }, 2);
    expect([risen.handover.state, risen.handover.severity, asked(risen.effects)]).toEqual([
      'accepted',
      'emergency',
      [],
    ]);
  });
});

test('what becomes known of the case reaches whoever is asked now and next', () => {
  const open = request(undefined, asking(relief('zhang', 'li')), 0).handover;
  const more = step(open, { kind: 'more', summary: '终端 12345' }, 1);
  expect([more.handover.summary, asked(more.effects), said(more.effects)]).toEqual(['终端 12345', ['zhang'], []]);
  expect(step(more.handover, { kind: 'more', summary: '终端 12345' }, 2).effects).toEqual([]);
});

describe('how it stands', () => {
  const open = request(undefined, asking(relief('zhang')), 0).handover;

  test('whom we called, and since when', () => {
    expect(standingOf(open, 2 * MINUTE + 1)).toEqual({ how: 'called', name: 'zhang', minutes: 2 });
    expect(standingOf(open, -5)).toMatchObject({ minutes: 0 });
  });

  test('nobody could be asked, everybody was', () => {
    const none = request(undefined, asking(relief()), 0).handover;
    expect(standingOf(none, MINUTE)).toEqual({ how: 'alone', name: '', minutes: 1 });
    expect(standingOf(due(open, relief()).handover, 5 * MINUTE)).toMatchObject({ how: 'missed', name: 'zhang' });
  });

  test('there is none, it is over, or a colleague has it', () => {
    expect(standingOf(undefined, 0)).toBeUndefined();
    expect(standingOf(step(open, { kind: 'leave', outcome: 'went-on' }, 1).handover, 2)).toBeUndefined();
    expect(standingOf(step(open, { kind: 'accept', by: contact('zhang') }, 1).handover, 2)).toBeUndefined();
  });
});

test('whatever the calendar says, nobody is asked twice, no more than the bound, and it ends', () => {
  const names = Array.from({ length: 12 }, (_, n) => `c${n}`);
  const given = fc.record({
    contacts: fc.subarray(names, { maxLength: 8 }).map((some) => some.map(contact)),
    back: fc.option(fc.integer({ min: 1, max: 100 * 24 * 60 }), { nil: undefined }),
  });
  const at = ({ contacts, back }: { contacts: Contact[]; back: number | undefined }, now: number): Relief =>
    contacts.length === 0 && back !== undefined ? { contacts, backAt: now + back * MINUTE } : { contacts };
  fc.assert(
    fc.property(given, fc.infiniteStream(given), fc.boolean(), (first, then, atDoor) => {
      let { handover, effects } = request(undefined, asking(at(first, 0), 'normal', atDoor), 0);
      const called = [...asked(effects)];
      let steps = 0;
      for (; isOpen(handover) && steps < 3 * CONTACTS_MAX; steps += 1) {
        const now = handover.deadline;
        const before = called.length;
        ({ handover, effects } = due(handover, at(then.next().value, now)));
        called.push(...asked(effects));
        if (isOpen(handover)) expect(handover.deadline).toBeGreaterThan(now);
        // Each call is told, and so is that there is nobody to call.
        if (called.length > before || handover.state === 'timed-out') expect(said(effects)).toHaveLength(1);
      }
      expect(handover.state).toBe('closed');
      expect(new Set(called).size).toBe(called.length);
      expect(called.length).toBeLessThanOrEqual(CONTACTS_MAX);
    }),
  );
});
