/** What holds of every report: order, halves, bounds. */
import fc from 'fast-check';
import { Answers } from '../../src/report/answers.js';
import { Collector } from '../../src/report/collect.js';
import { DOORS, doorOf } from '../../src/report/door.js';
import type { Happened } from '../../src/report/event.js';
import type { Figures } from '../../src/report/figures.js';
import { DAY, dateOf, hourOf, startOf } from '../../src/report/shanghai.js';
import { Spread, shareOf } from '../../src/report/spread.js';
import { Tally } from '../../src/report/tally.js';

const FIRST = startOf('2026-11-20') ?? 0;
const DAYS = 4;
const causes = new Map([
  ['f-net', 'network'],
  ['f-card', 'balance'],
]);

const step = fc.oneof(
  fc.record({
    type: fc.constant('plan'),
    belief: fc.constantFrom([{ id: 'f-net', p: 0.8 }], [{ id: 'f-card', p: 0.3 }]),
  }),
  fc.record({ type: fc.constantFrom('question', 'look-up', 'satisfaction') }),
  fc.record({ type: fc.constant('fix'), fix: fc.constantFrom('a', 'b'), outcome: fc.constant('open') }),
  fc.record({ type: fc.constant('human'), why: fc.constantFrom('asked', 'money') }),
  fc.record({
    type: fc.constant('closed'),
    outcome: fc.constantFrom('resolved', 'silence', 'cancelled', 'resolved-by-human', 'paid'),
    fault: fc.constantFrom('f-net', null),
  }),
  fc.record({ type: fc.constant('accepted') }),
  fc.record({
    type: fc.constantFrom('handover-requested', 'handover-timed-out', 'handover-accepted', 'handover-closed'),
    handover: fc.constantFrom('h1', 'h2'),
    severity: fc.constantFrom('urgent', 'normal', 'dire', 7),
    outcome: fc.constantFrom('resolved', 'handed-back', 'went-on', 'idle', 'nobody', 'strange'),
    waitedMs: fc.constantFrom(60_000, -1, null),
  }),
  fc.record({ type: fc.constant('turn'), text: fc.constantFrom('甲', '乙 乙', '丙') }),
  fc.record({ type: fc.constant('not-understood') }),
  fc.record({ type: fc.constant('feedback'), rating: fc.constantFrom('good', 'bad', 'withdrawn') }),
);

/** A conversation: cases one after the other, each within an hour of its beginning. */
const conversation = fc.record({
  id: fc.constantFrom('web-', 'wecom-kf:k:', 'wecom-app:', 'x'),
  cases: fc.array(
    fc.record({ at: fc.integer({ min: -DAY, max: (DAYS + 1) * DAY - 1 }), steps: fc.array(step, { maxLength: 6 }) }),
    { maxLength: 3 },
  ),
});

function eventsOf({ id, cases }: { id: string; cases: { at: number; steps: object[] }[] }, index: number): Happened[] {
  const name = `${id}${index}`;
  let count = 0;
  return [...cases]
    .sort((a, b) => a.at - b.at)
    .flatMap(({ at, steps }, number) =>
      steps.map((one): Happened => {
        const { type, text, ...data } = one as { type: string; text?: string };
        count += 1;
        const stem = `${name}:${count}`;
        const base = { id: `${stem}:e0`, conversation: name, at: FIRST + at + count * 60_000 };
        if (type === 'accepted') return { ...base, type: 'human', data: { active: true } };
        if (type.startsWith('handover-')) return { ...base, type, data };
        if (type === 'feedback')
          return { ...base, type, data: { ...data, answer: `a${count % 2}`, replies: [`${name}:${count - 1}:0`] } };
        if (type === 'not-understood') return { ...base, id: `${name}:${count - 1}:e1`, type, data: {} };
        if (type === 'turn')
          return {
            ...base,
            type,
            data: { input: { texts: [text] }, replies: [{ text: `答${text ?? ''}`, options: [] }] },
          };
        return { ...base, type, data: { ...data, case: number + 1 } };
      }),
    );
}

const journal = fc.array(conversation, { maxLength: 8 }).map((all) => all.map(eventsOf));

function collect(events: readonly Happened[], from = FIRST, to = FIRST + DAYS * DAY): Figures {
  const collector = new Collector({ from, to, now: FIRST + 10 * DAY, door: null }, causes);
  for (const event of events) collector.take(event);
  return collector.finish();
}

/** All conversations in one list, as the numbers say whose event is next. */
function woven(lists: readonly (readonly Happened[])[], order: readonly number[]): Happened[] {
  const left = lists.map((list) => [...list]);
  const out: Happened[] = [];
  for (let turn = 0; left.some((list) => list.length > 0); turn += 1) {
    const some = left.filter((list) => list.length > 0);
    const next = some[(order[turn % order.length] ?? 0) % some.length]?.shift();
    if (next) out.push(next);
  }
  return out;
}

test('it does not matter how the events of different conversations are interleaved', () => {
  fc.assert(
    fc.property(journal, fc.array(fc.nat(20), { minLength: 1 }), (lists, order) => {
      expect(collect(woven(lists, order))).toEqual(collect(lists.flat()));
    }),
  );
});

/** Everything that is a plain count. */
function counts({
  cases,
  withoutHuman,
  handovers,
  satisfaction,
  answers,
  notUnderstood,
  questions,
}: Figures): number[] {
  return [
    cases.n,
    ...Object.values(cases.byOutcome),
    ...cases.byHour,
    ...DOORS.map((door) => cases.byDoor[door] ?? 0),
    ...['network', 'balance', null].map((id) => cases.byCause.find(({ cause }) => cause === id)?.cases ?? 0),
    withoutHuman.n,
    withoutHuman.of,
    handovers.n,
    ...Object.values(handovers.byEnd),
    ...Object.values(handovers.byOutcome),
    handovers.timedOut,
    handovers.wait.n,
    questions.n,
    satisfaction.good.n,
    satisfaction.good.of,
    answers.rated,
    notUnderstood.n,
    ...['甲', '乙 乙', '丙'].map((said) => notUnderstood.top.find(({ text }) => text === said)?.n ?? 0),
  ];
}

const sum = (a: readonly number[], b: readonly number[]): number[] => a.map((value, at) => value + (b[at] ?? 0));

test('the conversations of two halves add up to the whole', () => {
  fc.assert(
    fc.property(journal, fc.nat(8), (lists, at) => {
      const [left, right] = [collect(lists.slice(0, at).flat()), collect(lists.slice(at).flat())];
      expect(sum(counts(left), counts(right))).toEqual(counts(collect(lists.flat())));
    }),
  );
});

test('the cases of two spans add up to those of both', () => {
  fc.assert(
    fc.property(journal, fc.nat(DAYS), (lists, days) => {
      const middle = FIRST + days * DAY;
      const [left, right] = [collect(lists.flat(), FIRST, middle), collect(lists.flat(), middle)];
      const whole = collect(lists.flat());
      expect(left.cases.n + right.cases.n).toBe(whole.cases.n);
      expect(sum(left.cases.byHour, right.cases.byHour)).toEqual(whole.cases.byHour);
      expect(left.notUnderstood.n + right.notUnderstood.n).toBe(whole.notUnderstood.n);
    }),
  );
});

test('what is counted one way and another comes to the same', () => {
  fc.assert(
    fc.property(journal, (lists) => {
      const { cases, withoutHuman, handovers } = collect(lists.flat());
      const total = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
      expect(total(Object.values(cases.byOutcome))).toBe(cases.n);
      expect(total(cases.byHour)).toBe(cases.n);
      expect(total(cases.byDay.map(({ n }) => n))).toBe(cases.n);
      expect(total(cases.byCause.map((one) => one.cases))).toBe(cases.n);
      for (const one of cases.byCause) expect(total(one.byHour)).toBe(one.cases);
      expect(total(Object.values(handovers.byEnd))).toBe(handovers.n);
      expect(total(Object.values(handovers.byOutcome))).toBe(handovers.n);
      expect(total(Object.values(handovers.byWhy))).toBe(handovers.n);
      expect(total(handovers.bySeverity.map(({ n }) => n))).toBe(handovers.n);
      expect(total(handovers.bySeverity.map(({ timedOut }) => timedOut))).toBe(handovers.timedOut);
      expect(total(handovers.bySeverity.map(({ accepted }) => accepted.n))).toBe(handovers.accepted.n);
      expect(handovers.byOutcome['resolved-by-human']).toBeLessThanOrEqual(handovers.byEnd.accepted);
      expect(withoutHuman.n).toBeLessThanOrEqual(withoutHuman.of);
    }),
  );
});

test('conversations that are held are bounded: the one silent for longest is counted and let go', () => {
  const span = { from: FIRST, to: FIRST + DAY, now: FIRST + 10 * DAY, door: null };
  const collector = new Collector(span, causes, undefined, 3);
  for (let n = 0; n < 50; n += 1)
    collector.take({ id: `${n}:e0`, conversation: `web-${n}`, at: FIRST + n, type: 'question', data: { case: 1 } });
  // It was let go: what comes of it now is a case of its own.
  collector.take({ id: '0:e1', conversation: 'web-0', at: FIRST + 99, type: 'question', data: { case: 1 } });
  expect(collector.finish().cases.n).toBe(51);
});

test('texts that are counted are bounded, the frequent ones stay, and it says that some went', () => {
  const tally = new Tally(10);
  for (let n = 0; n < 200; n += 1) {
    tally.add('常见的话');
    tally.add(`只说一次${String.fromCodePoint(0x4e00 + n)}`);
    expect(tally.size).toBeLessThanOrEqual(20);
  }
  expect(tally.complete).toBe(false);
  expect(tally.all().find(({ text }) => text === '常见的话')?.n).toBe(200);
});

test('answers are forgotten in the end: a rating of one long gone counts, but for no answer', () => {
  const answers = new Answers();
  const rate = (n: number) =>
    answers.rate({
      id: 'r',
      conversation: 'c',
      at: 0,
      type: 'feedback',
      data: { answer: `${n}`, rating: 'bad', replies: [`t${n}:0`] },
    });
  for (let n = 0; n < 20_001; n += 1)
    answers.remember({ id: `t${n}:e0`, conversation: 'c', at: 0, type: 'turn', data: { replies: [{ text: '答' }] } });
  rate(0);
  rate(1);
  expect([answers.bad, answers.unknown, answers.worst(5)]).toEqual([2, 1, [{ text: '答', n: 1, bad: 1 }]]);
});

test('a share or a slowest tenth is given from ten on', () => {
  expect([shareOf(9, 9).share, shareOf(5, 10).share]).toEqual([null, 0.5]);
  const spread = new Spread();
  for (let n = 1; n <= 9; n += 1) spread.add(n);
  expect(spread.summary()).toEqual({ n: 9, mean: 5, median: 5, p90: null });
  spread.add(10);
  expect(spread.summary()).toEqual({ n: 10, mean: 5.5, median: 5, p90: 9 });
  expect(new Spread().summary()).toEqual({ n: 0, mean: null, median: null, p90: null });
});

test('days are those of China, and only days that exist', () => {
  expect(startOf('2026-11-23')).toBe(Date.UTC(2026, 10, 22, 16));
  expect(['2026-02-29', '2026-13-01', '23.11.2026', '2026-1-1', ''].map(startOf)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  expect([dateOf(Date.UTC(2026, 10, 22, 16)), hourOf(Date.UTC(2026, 10, 22, 16))]).toEqual(['2026-11-23', 0]);
});

test('doors are told by the conversation', () => {
  const ids = ['wecom-kf:a:b', 'wecom-bot:u:1', 'wecom-bot:g:x:1', 'wecom-app:zhang', 'web-0a', 'console', 'slack:1'];
  expect(ids.map(doorOf)).toEqual(['wecom-kf', 'wecom-bot', 'wecom-bot', 'wecom-app', 'web', 'console', 'other']);
});
