import { DrillRuns, findingsOf, MOST_DRILLS, practisedIn } from '../../src/report/drill-runs.js';
import type { Happened } from '../../src/report/event.js';
import { playDrill } from '../support/drill.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

const AT = Date.UTC(2026, 10, 24, 2);
const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER };
const NAMES = { id: (conversation: string, run: number) => `${conversation}/${run}`, person: (one: string) => one };
const ITEMS = [
  { id: 'record', points: 4, of: 10, why: 'a' },
  { id: 'money', points: 0, of: 20, why: 'b' },
  { id: 'isolate', points: 0, of: 25, why: 'c' },
  { id: 'review', points: 5, of: 5, why: 'd' },
];

let count = 0;
function event(type: string, data: object, conversation = 'a', at = AT): Happened {
  count += 1;
  return { id: `e-${count}`, conversation, at, type, data: data as Happened['data'] };
}
function read(events: readonly Happened[], span = ALL) {
  const collector = new DrillRuns(span, NAMES);
  for (const one of events) collector.take(one);
  return collector.finish();
}
const started = (run: number, conversation = 'a') =>
  event('drill-started', { run, drill: 'sim-unpaid', seed: 3, timed: true }, conversation, run);
const ended = (run: number, more: object = {}, conversation = 'a') =>
  event(
    'drill-ended',
    { run, drill: 'sim-unpaid', fault: 'network-sim-unpaid', outcome: 'finished', score: 40, items: ITEMS, ...more },
    conversation,
    run + 60_000,
  );

test('a drill as the dialogue writes it is read back whole', () => {
  const { happenings } = playDrill(realWorld(), 'sim-unpaid', ['记下提示：该渠道业务不可用', '查这一笔']);
  const { drills } = read(happenings.map(({ type, data }) => event(type, data as object, 'wecom-bot:s:lihua')));
  expect(drills).toHaveLength(1);
  expect(drills[0]).toMatchObject({
    door: 'wecom-bot',
    drill: 'sim-unpaid',
    fault: 'network-sim-unpaid',
    seed: 1,
    timed: false,
    outcome: 'stopped',
    to: AT,
  });
  expect(drills[0]?.items.reduce((sum, { points }) => sum + points, 0)).toBe(drills[0]?.score);
  expect(drills[0]?.moments.map(({ acts }) => acts)).toEqual([['record'], ['look-up']]);
  expect(drills[0]?.moments[0]).toMatchObject({ words: '记下提示：该渠道业务不可用', role: 'cashier' });
});

test('one without an end is running, one whose beginning is gone is known by its end, the latest comes first', () => {
  const { drills } = read([started(AT), ended(AT + 5, {}, 'b'), event('drill-interrupted', { run: AT }, 'a')]);
  expect(drills.map(({ id, outcome, interrupted, score }) => [id, outcome, interrupted, score])).toEqual([
    [`b/${AT + 5}`, 'finished', 0, 40],
    [`a/${AT}`, 'running', 1, null],
  ]);
  expect(practisedIn(drills, () => 'network')).toEqual([]);
});

test('an event that came twice counts once; what is outside the span does not count', () => {
  const events = [started(AT), started(AT), ended(AT), ended(AT), started(AT + 10)];
  expect(read(events, { from: AT, to: AT + 10 }).drills).toHaveLength(1);
});

test('what no version wrote is left out rather than shown', () => {
  const events = [
    event('drill-ended', { run: 'now', score: 100 }),
    event('drill-ended', { run: AT, score: '100', items: [null, { id: 1 }, ITEMS[0]], entries: [7, { done: [{}] }] }),
    event('turn', { run: AT }),
  ];
  const { drills } = read(events);
  expect(drills).toHaveLength(1);
  expect(drills[0]).toMatchObject({ score: null, items: [expect.objectContaining(ITEMS[0])], drill: '', events: [] });
  expect(drills[0]?.moments).toEqual([
    { at: 0, role: '', words: '', acts: [], found: [] },
    { at: 0, role: '', words: '', acts: [], found: [] },
  ]);
});

test('of more drills than it keeps, the first ones are left out and that is said', () => {
  const events = Array.from({ length: MOST_DRILLS + 3 }, (_, index) => started(AT + index));
  const { drills, dropped } = read(events);
  expect([drills.length, dropped]).toEqual([MOST_DRILLS, 3]);
  expect(drills.at(-1)?.from).toBe(AT + 3);
});

test('invitations are kept with what they invite to', () => {
  const data = { team: '一店', wanted: AT, at: AT + 60, drill: 'sim-unpaid' };
  expect(read([event('drill-invited', data), event('drill-invited', { team: '二店' })]).invitations).toEqual([data]);
});

test('practice is what ended with something done; who stops at once has not practised', () => {
  const done = { entries: [{ at: 0, role: 'cashier', words: '', done: [{ act: 'look-up', at: 0 }], told: [] }] };
  const { drills } = read([ended(AT), ended(AT + 1, done)]);
  expect(practisedIn(drills, (fault) => `cause of ${fault}`)).toEqual([
    {
      drill: 'sim-unpaid',
      cause: 'cause of network-sim-unpaid',
      at: AT + 1 + 60_000,
      score: 40,
      items: ITEMS.map((one) => expect.objectContaining(one)),
    },
  ]);
});

test('findings begin with the money that was not safe, then with what lost most', () => {
  expect(findingsOf({ items: ITEMS.map((one) => ({ ...one, missed: [], fell: [] })) }).map(({ id }) => id)).toEqual([
    'money',
    'isolate',
    'record',
  ]);
});

const seat = (run: number, conversation: string, more: object = {}) =>
  event(
    'drill-seat',
    { host: 'a', run, role: 'manager', drill: 'sim-unpaid', outcome: 'finished', ...more },
    conversation,
  );

test('seats belong to the drill they were in, whichever comes first; who left and came back counts once', () => {
  const { drills } = read([
    seat(AT, 'b', { outcome: 'left' }),
    started(AT),
    seat(AT, 'b'),
    seat(AT, 'c', { role: 'agent', outcome: 'left' }),
    seat(AT + 9, 'd'),
    ended(AT, { role: 'cashier' }),
  ]);
  expect(drills).toHaveLength(1);
  expect(drills[0]).toMatchObject({
    role: 'cashier',
    seats: [
      { person: 'b', role: 'manager', left: false },
      { person: 'c', role: 'agent', left: true },
    ],
  });
});

test('of seats no more are kept than a drill can have', () => {
  const seats = Array.from({ length: 50 }, (_, index) => seat(AT, `s${index}`));
  expect(read([started(AT), ...seats]).drills[0]?.seats.length).toBe(20);
});
