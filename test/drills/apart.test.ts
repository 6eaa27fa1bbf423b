/** What happens in a drill is in no figure, no metric of cases, nothing that is learnt or that looks out for outages. */
import * as fc from 'fast-check';
import { careOf } from '../../src/care/care.js';
import { REPORT } from '../../src/dialogue/reports.js';
import { Learner } from '../../src/learn/closed.js';
import { factsOf } from '../../src/metrics/facts.js';
import { Collector } from '../../src/report/collect.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { CaseEvent } from '../../src/store/store.js';
import { Talk } from '../report/talk.js';
import { testClock } from '../support/clock.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

const START = Date.UTC(2026, 10, 24, 2);
const DAY = 24 * 3_600_000;
const DRILL = [
  '演练 sim-unpaid #1',
  '我要记下提示：无效商户',
  '查这一笔',
  '看网络图标',
  '换卡也不行，没扣款',
  '连手机热点',
  '不对',
];
const END = '结束演练';

/** A case as merchants have it, with a drill before, in the middle of or after it, or none. */
function shop(conversation: string, drillAt: 'before' | 'within' | 'after' | 'never'): Talk {
  const talk = new Talk(conversation, START, true);
  const drill = (place: string) => {
    // Nobody hurries: what is said in the case is said at the same times.
    if (place !== drillAt) talk.pass(((DRILL.length + 1) * 10) / 60);
    else for (const words of [...DRILL, END]) talk.say(words);
  };
  drill('before');
  talk.say('余额不足，别人的卡都能刷，没扣款');
  drill('within');
  talk.tap('solved');
  drill('after');
  return talk.pass(60 * 24);
}

function figures(events: readonly CaseEvent[]) {
  const causes = new Map([...realWorld().knowledge.faults].map(([id, { cause }]) => [id, cause]));
  const span = { from: START - DAY, to: START + 3 * DAY, now: START + 3 * DAY, door: null };
  const records: unknown[] = [];
  const collector = new Collector(span, causes, (record) => records.push(record));
  for (const event of events) collector.take(event);
  return { figures: collector.finish(), records };
}

const isDrill = ({ type }: CaseEvent) => type === 'drill-started' || type === 'drill-ended';

describe.each(['before', 'within', 'after'] as const)('a drill %s a case', (place) => {
  const real = () => shop('wecom-bot:s:lihua', 'never').events;
  const mixed = () => shop('wecom-bot:s:lihua', place).events;

  test('is there, and changes no figure of the report and no row of its cases', () => {
    expect(
      mixed()
        .filter(isDrill)
        .map(({ type }) => type),
    ).toEqual(['drill-started', 'drill-ended']);
    expect(figures(real()).figures.cases.n).toBe(1);
    expect(figures(mixed())).toEqual(figures(real()));
  });

  test('teaches nothing', () => {
    const counts = (events: readonly CaseEvent[]) => {
      const learner = new Learner(realWorld().model);
      for (const event of events) learner.take(event);
      learner.finish();
      return { counts: learner.counts, tally: { ...learner.tally, events: 0 } };
    };
    expect(counts(mixed())).toEqual(counts(real()));
  });

  test('reports nothing to whoever looks out for outages', () => {
    const reports = (events: readonly CaseEvent[]) => events.filter(({ type }) => type === REPORT);
    expect(reports(mixed())).toHaveLength(reports(real()).length);
  });

  test('closes, offers and hands over no case', () => {
    const { turns: _, ...facts } = factsOf(mixed());
    const { turns: __, ...without } = factsOf(real());
    expect(facts).toEqual(without);
  });
});

test('in a conversation of its own it is no case at all', () => {
  const talk = new Talk('wecom-bot:s:wang', START);
  for (const words of [...DRILL, END]) talk.say(words);
  talk.pass(60 * 24);
  expect(figures(talk.events)).toEqual(figures([]));
});

test('a rating of what was said in a drill is no rating of an answer', () => {
  const talk = new Talk('wecom-bot:s:wang', START, true);
  talk
    .say(DRILL[0] ?? '')
    .say('查这一笔')
    .rate('bad')
    .say(END)
    .rate('bad');
  expect(talk.events.filter(({ type }) => type === 'feedback')).toHaveLength(2);
  const { answers } = figures(talk.events).figures;
  expect([answers.rated, answers.worst]).toEqual([0, []]);
});

test('whatever is said in it, a drill leaves its own events and no others', () => {
  const labels = [...realWorld().knowledge.drillActs.values()].map(({ label }) => label);
  const words = fc.oneof(
    fc.constantFrom(...labels, '换卡也不行', '提示无效商户 03', '微信能收支付宝不行', '没扣款', '提示', '1', '不知道'),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 8 }), (said) => {
      const talk = new Talk('wecom-bot:s:wang', START);
      talk.say('演练 sim-unpaid #1');
      for (const one of said) {
        // What ends it, or breaks out of it, is another test's.
        if (talk.events.some(({ type }) => type === 'drill-ended' || type === 'drill-interrupted')) break;
        talk.say(one);
      }
      if (talk.events.some(({ type }) => type === 'drill-interrupted')) return;
      const types = new Set(talk.events.map(({ type }) => type));
      expect([...types].filter((type) => !type.startsWith('drill-'))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test('a real emergency that breaks out of it is a real case', () => {
  const talk = new Talk('wecom-bot:s:wang', START);
  talk
    .say(DRILL[0] ?? '')
    .say('这是真的，顾客被重复扣款了，扣了两次')
    .pass(60 * 24);
  expect(talk.events.map(({ type }) => type)).toContain('drill-interrupted');
  expect(figures(talk.events).figures.cases.n).toBe(1);
});

test('its events are the person’s own: they are forgotten with the rest', async () => {
  const clock = testClock(START);
  const store = createMemoryStore(clock);
  await store.open();
  const talk = new Talk('wecom-app:lihua', START);
  for (const words of [...DRILL, END]) talk.say(words);
  await store.journal(talk.events);
  const other = new Talk('wecom-app:wang', START);
  for (const words of [...DRILL, END]) other.say(words);
  await store.journal(other.events);
  const receipt = await careOf(store, clock, undefined).forget({ user: 'lihua' });
  expect(receipt).toMatchObject({ complete: true, events: talk.events.length });
  const left: CaseEvent[] = [];
  for await (const event of store.readJournal()) left.push(event);
  expect(left.filter(isDrill).map(({ conversation }) => conversation)).toEqual(['wecom-app:wang', 'wecom-app:wang']);
});
