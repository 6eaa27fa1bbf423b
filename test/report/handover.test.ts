/** What a report says of hand-overs: by the events that the state machine itself leaves, and by journals of before it. */
import { request, step } from '../../src/handover/machine.js';
import type { Effect, Handover, Move, Person } from '../../src/handover/types.js';
import { Collector } from '../../src/report/collect.js';
import type { Happened } from '../../src/report/event.js';
import type { Figures } from '../../src/report/figures.js';
import { DAY, startOf } from '../../src/report/shanghai.js';

const FIRST = startOf('2026-11-23') ?? 0;
const MINUTE = 60_000;
const WANG: Person = { name: '王工', userid: 'wang', channel: 'wecom-app', conversation: 'wecom-app:wang' };
const AT_DOOR: Person = { name: '' };

type Severity = 'urgent' | 'normal';

/** A case in which a human is asked for after a minute, and what then happens, each after so many minutes. */
class Case {
  readonly events: Happened[] = [];
  #handover: Handover | undefined;
  #now = FIRST + 10 * 60 * MINUTE;

  constructor(
    readonly conversation: string,
    severity: Severity = 'normal',
    contacts = 1,
  ) {
    this.turn('question');
    this.#now += MINUTE;
    this.turn('human', { why: 'asked' });
    const people = Array.from({ length: contacts }, (_, n) => ({ ...WANG, userid: `w${n}`, conversation: `c${n}` }));
    const asked = request(
      undefined,
      {
        id: `${conversation}:1`,
        severity,
        why: 'asked',
        summary: '',
        contacts: people as never,
        atDoor: false,
        duties: { accept: 3 * MINUTE, idle: 60 * MINUTE, open: 720 * MINUTE },
      },
      this.#now,
    );
    this.#handover = asked.handover;
    this.#note(asked.effects);
  }

  after(minutes: number, move: Move): this {
    this.#now += minutes * MINUTE;
    if (!this.#handover) return this;
    const { handover, effects } = step(this.#handover, move, this.#now);
    this.#handover = handover;
    this.#note(effects);
    return this;
  }

  turn(type: string, data: Record<string, unknown> = {}): this {
    return this.#add(type, { case: 1, ...data });
  }

  #note(effects: readonly Effect[]): void {
    for (const effect of effects)
      if (effect.do === 'note') this.#add(effect.type, { handover: this.#handover?.id, ...effect.data });
  }

  #add(type: string, data: Record<string, unknown>): this {
    const id = `${this.conversation}:t:${this.events.length}`;
    this.events.push({ id, conversation: this.conversation, at: this.#now, type, data });
    return this;
  }
}

function report(cases: readonly { events: readonly Happened[] }[]): Figures {
  const span = { from: FIRST, to: FIRST + DAY, now: FIRST + 3 * DAY, door: null };
  const collector = new Collector(span, new Map());
  for (const { events } of cases) for (const event of events) collector.take(event);
  return collector.finish();
}

const accept: Move = { kind: 'accept', by: WANG };
const resolved = () => new Case('web-1', 'urgent').after(2, accept).after(10, { kind: 'finish', by: WANG });
const givenBack = () => new Case('web-2').after(4, accept).after(5, { kind: 'hand-back', by: WANG });
const nobody = () =>
  new Case('web-3', 'urgent', 2).after(3, { kind: 'due' }).after(3, { kind: 'due' }).after(720, { kind: 'due' });
const wentOn = () => new Case('web-4').turn('plan').after(1, { kind: 'leave', outcome: 'went-on' });
const saidSolved = () => new Case('web-5').after(30, { kind: 'leave', outcome: 'resolved' });
const kf = () =>
  new Case('wecom-kf:a:b').after(1, { kind: 'accept', by: AT_DOOR }).after(9, { kind: 'leave', outcome: 'ended' });

test('how each ended, and so who ended it, is told apart; the waits are from the request until somebody took over', () => {
  const { handovers, cases } = report([resolved(), givenBack(), nobody(), wentOn(), saidSolved(), kf()]);
  expect(handovers.byOutcome).toEqual({
    'resolved-by-human': 1,
    'handed-back': 1,
    resolved: 1,
    'went-on': 1,
    restarted: 0,
    ended: 1,
    idle: 0,
    nobody: 1,
    unknown: 0,
  });
  expect(handovers.byEnd).toEqual({ accepted: 3, solved: 1, 'went-on': 1, restarted: 0, nobody: 1, unknown: 0 });
  expect(handovers.accepted).toMatchObject({ n: 3, median: 2, mean: 2.3 });
  expect(handovers).toMatchObject({ n: 6, timedOut: 1, byWhy: { asked: 6 } });
  expect(cases.byOutcome).toMatchObject({ 'solved-by-human': 1, 'handed-over': 5 });
});

test('by severity: how many, how many of whom nobody or not the first one came, how long the others waited', () => {
  const { handovers } = report([resolved(), givenBack(), nobody()]);
  expect(handovers.bySeverity).toEqual([
    { severity: 'urgent', n: 2, timedOut: 1, nobody: 1, accepted: { n: 1, mean: 2, median: 2, p90: null } },
    { severity: 'normal', n: 1, timedOut: 0, nobody: 0, accepted: { n: 1, mean: 4, median: 4, p90: null } },
  ]);
});

test('one that is still open has no end; asked for again meanwhile it is the same one', () => {
  const open = new Case('web-1').after(3, accept).turn('human', { why: 'money' }).turn('question');
  const { handovers } = report([open]);
  expect(handovers).toMatchObject({ n: 1, byOutcome: { unknown: 1 }, byEnd: { accepted: 1 }, byWhy: { asked: 1 } });
});

test('a failure of the assistant’s own asks for a human without a turn that says so', () => {
  const failed = new Case('web-1');
  failed.events.splice(1, 1);
  failed.events[1] = {
    ...(failed.events[1] as Happened),
    data: { handover: 'web-1:1', why: 'turn-failed', severity: 'normal' },
  };
  expect(report([failed]).handovers).toMatchObject({ n: 1, byWhy: { 'turn-failed': 1 } });
});

test('journals of before the hand-over had events of its own are read as ever', () => {
  const before = (one: Case) => ({ events: one.events.filter(({ type }) => !type.startsWith('handover-')) });
  const called = before(new Case('web-1'));
  const goesOn = before(new Case('web-2').after(5, accept).turn('question'));
  const { handovers } = report([called, goesOn]);
  expect(handovers).toMatchObject({
    n: 2,
    byEnd: { 'went-on': 1, unknown: 1 },
    byOutcome: { unknown: 2 },
    timedOut: 0,
    bySeverity: [{ severity: 'unknown', n: 2 }],
  });
});

test('a journal that was not written by us is read without harm', () => {
  const data = [
    {},
    { handover: 7 },
    { handover: '' },
    { handover: 'x', severity: {}, why: [], waitedMs: 'x', outcome: 1 },
  ];
  const types = ['requested', 'notified', 'timed-out', 'accepted', 'closed', 'other'];
  const first = new Case('web-1').events;
  const odd = types.flatMap((type) =>
    data.map(
      (one, n): Happened => ({
        id: `o:${type}${n}`,
        conversation: 'web-1',
        at: FIRST,
        type: `handover-${type}`,
        data: one,
      }),
    ),
  );
  const { handovers } = report([{ events: [...first, ...odd, ...odd] }]);
  expect(handovers.n).toBeLessThanOrEqual(20);
  const many = Array.from(
    { length: 100 },
    (_, n): Happened => ({ ...(odd[3] as Happened), data: { handover: `h${n}` } }),
  );
  expect(report([{ events: [...first, ...many] }]).handovers.n).toBe(20);
});
