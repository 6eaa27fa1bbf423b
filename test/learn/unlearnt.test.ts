/** Cases that teach nothing: an incident's are not the shop's, and what was not fixed is no success. */
import { modelFrom } from '../../src/diagnosis/model.js';
import type { ModelSpec } from '../../src/diagnosis/spec.js';
import { Learner } from '../../src/learn/closed.js';
import { COSTS, caseOf } from '../diagnosis/fixtures.js';
import { Talk } from '../report/talk.js';
import { realWorld } from '../support/world.js';

const SPEC: ModelSpec = {
  faults: [
    { id: 'outage', cause: 'channel', prior: 0.5 },
    { id: 'closed-product', cause: 'channel', prior: 0.2 },
    { id: 'paper', cause: 'device', prior: 0.3 },
  ],
  questions: [],
  fixes: [
    { id: 'wait', cost: 4, success: { outage: 0.8 } },
    { id: 'open', cost: 4, success: { 'closed-product': 0.8 } },
    { id: 'roll', cost: 4, success: { paper: 0.8 } },
  ],
  costs: COSTS,
  scenarios: {},
};

type Event = readonly [type: string, data: Record<string, unknown>];

const closed = (more: Record<string, unknown> = {}): Event => [
  'closed',
  { case: 1, outcome: 'resolved', fix: 'wait', fault: 'outage', known: caseOf({}), ...more },
];
const within = (incidents: Record<string, number>) => ({ known: { ...caseOf({}), incidents } });
const told: Event = ['incident', { case: 1, incident: '1123-1', step: 'told', fit: 'sure' }];
const denied: Event = ['incident', { case: 1, incident: '1123-1', step: 'denied' }];
const notFixed: Event = ['satisfaction-why', { case: 1, why: 'not-fixed' }];
const slow: Event = ['satisfaction-why', { case: 1, why: 'slow' }];

function learnt(...events: Event[]): Learner {
  const learner = new Learner(modelFrom(SPEC));
  for (const [type, data] of events) learner.take({ conversation: 'c', type, data });
  learner.finish();
  return learner;
}

const HUMAN = { outcome: 'resolved-by-human', fix: null, fault: null };
const PAPER = { fix: 'roll', fault: 'paper' };

test.each<[string, Event[], string | null]>([
  ['nothing to do with one', [closed()], null],
  ['told of one and left with it', [told, closed({ outcome: 'incident' })], 'incident'],
  ['told of one, then a fix seemed to work', [told, closed()], 'incident'],
  ['told of one, then a human solved it', [told, closed(HUMAN)], 'incident'],
  ['told of one, which it was not', [told, denied, closed()], null],
  ['told of one in the case before', [told, closed({ case: 2 })], null],
  ['within one, mended by a fix of just that', [closed(within({ outage: 10 }))], 'incident'],
  ['within one of a whole cause, mended by a fix of that cause', [closed(within({ channel: 10 }))], 'incident'],
  ['within one, mended by a fix of something else', [closed({ ...within({ channel: 10 }), ...PAPER })], null],
  ['within one, solved by a human', [closed({ ...HUMAN, ...within({ outage: 10 }) })], 'incident'],
  ['within one that had ended by then', [closed(within({ outage: 1 }))], null],
  ['with odd factors', [closed({ known: { ...caseOf({}), incidents: ['x'] } })], null],
  ['said not to be fixed', [closed(), notFixed], 'not-fixed'],
  ['said not to be fixed of what a human did', [closed(HUMAN), notFixed], 'not-fixed'],
  ['said to have been slow', [closed(), slow], null],
  ['said not to be fixed, then mended after all', [closed(), notFixed, closed()], null],
  ['said not to be fixed in another case', [closed({ case: 2 }), notFixed], null],
])('a case %s', (_, events, why) => {
  const { tally, counts } = learnt(...events);
  expect([...tally.unused]).toEqual(why === null ? [] : [[why, 1]]);
  expect([tally.cases, counts.cases]).toEqual(why === null ? [1, 1] : [0, 0]);
  const { worked } = counts.fixes.get('wait') ?? { worked: [1] };
  if (why !== null) expect([...worked]).toEqual([0]);
});

test('the incident’s weight on the belief is no part of what is learnt of another fault', () => {
  const plain = learnt(closed(PAPER)).counts;
  const inOne = learnt(closed({ ...PAPER, ...within({ channel: 50 }) })).counts;
  expect([...inOne.faults]).toEqual([...plain.faults]);
});

test('odd events teach nothing and harm nothing', () => {
  const odd: Event[] = [
    ['incident', {}],
    ['incident', { case: 'x', step: 'told' }],
    ['incident', { incident: '1', step: 'over' }],
    ['satisfaction-why', { case: 1, why: 7 }],
  ];
  expect(learnt(...odd, closed(), ...odd).tally.cases).toBe(1);
});

test('conversations told of an incident are bounded: the oldest is forgotten', () => {
  const learner = new Learner(modelFrom(SPEC));
  const tell = (conversation: string) => learner.take({ conversation, type: told[0], data: told[1] });
  for (let n = 0; n <= 20_000; n += 1) tell(`c${n}`);
  for (const conversation of ['c0', 'c1']) learner.take({ conversation, type: 'closed', data: closed()[1] });
  learner.finish();
  expect([learner.tally.cases, [...learner.tally.unused]]).toEqual([1, [['incident', 1]]]);
});

test('a case as it is really held, said not to be fixed, is no success of its fix', () => {
  const talk = new Talk('web-1', Date.UTC(2026, 10, 23, 2)).say('余额不足，别人的卡都能刷，没扣款').pass(3);
  talk.tap('solved').tap('bad').tap('not-fixed');
  const learner = new Learner(realWorld().model);
  for (const event of talk.events) learner.take(event);
  learner.finish();
  expect([learner.tally.cases, [...learner.tally.unused]]).toEqual([0, [['not-fixed', 1]]]);
});
