import { factsOf, TURN_OUTCOMES } from '../../src/metrics/facts.js';
import type { CaseEvent } from '../../src/store/store.js';
import { Box } from '../support/box.js';

const event = (type: string, data: CaseEvent['data'] = {}): CaseEvent => ({
  id: type,
  conversation: 'c',
  at: 0,
  type,
  data,
});
const turn = (replies = 1, texts = ['x']) =>
  event('turn', { input: { kind: 'message', texts }, replies: Array.from({ length: replies }, () => ({})) });

describe('a turn ends as', () => {
  test.each([
    ['silent', [turn(0)]],
    ['answered', [turn()]],
    ['asked', [turn(), event('question', { case: 1 })]],
    ['asked', [turn(), event('look-up', { case: 1 })]],
    ['fix', [turn(), event('fix', { fix: 'f', outcome: 'open' })]],
    ['not-understood', [turn(), event('not-understood', { times: 1 })]],
    ['out-of-scope', [turn(), event('out-of-scope')]],
    ['solved', [turn(), event('fix', { fix: 'f', outcome: 'solved' }), event('closed', { outcome: 'resolved' })]],
    ['solved', [turn(), event('closed', { outcome: 'paid' })]],
    ['closed', [turn(), event('closed', { outcome: 'silence' })]],
    ['handed-over', [turn(), event('not-understood'), event('human', { case: 1, why: 'asked' })]],
    ['failed', [turn(), event('turn-failed', { code: 'FLOW_STUCK' })]],
  ])('%s', (outcome, events) => {
    expect(factsOf(events).turns).toEqual([outcome]);
  });

  test('each of its own, of several in one commit', () => {
    expect(factsOf([turn(), event('question'), turn(), turn(0)]).turns).toEqual(['asked', 'answered', 'silent']);
  });
});

test('a case that closes tells how, and after how many questions', () => {
  const known = { asked: ['charged', 'scope'] };
  expect(factsOf([turn(), event('closed', { outcome: 'resolved', known })]).closed).toEqual([
    { closing: 'resolved', questions: 2 },
  ]);
  expect(factsOf([event('closed', { outcome: 'something new' })]).closed).toEqual([{ closing: 'other', questions: 0 }]);
});

test('a human at the desk is no hand-over of ours', () => {
  const facts = factsOf([event('human', { active: true })]);
  expect([facts.escalations, facts.turns]).toEqual([[], []]);
});

test('what is not known becomes `other`, so that labels stay few', () => {
  expect(factsOf([turn(), event('human', { case: 1, why: '张三 13800138000' })]).escalations).toEqual(['other']);
  expect(factsOf([event('feedback', { rating: '张三' })]).ratings).toEqual([]);
});

test('messages that were answered together are counted beyond the first', () => {
  expect(factsOf([turn(1, ['a', 'b', 'c']), turn(1, ['d'])]).joined).toBe(2);
});

test('a real conversation is told in these terms', () => {
  const box = new Box();
  for (const text of ['该渠道业务不可用', '转人工']) {
    box.say(text);
    box.pass(5_000);
  }
  const facts = factsOf(box.record.unjournaled);
  expect(facts.turns).toEqual(['asked', 'handed-over']);
  expect(facts.escalations).toEqual(['asked']);
  expect(TURN_OUTCOMES).toEqual(expect.arrayContaining(facts.turns));
});
