import { factorOf, fitOf, narrowest, OPERATOR_RATIO, ratioFor } from '../../src/incidents/scope.js';

describe('a case and an incident', () => {
  test.each([
    ['the same', { channel: 'wechat' }, { channel: 'wechat' }, 'whole'],
    ['more known', { channel: 'wechat' }, { channel: 'wechat', acquirer: 'lakala' }, 'whole'],
    ['concerns everybody', {}, { channel: 'alipay' }, 'whole'],
    ['a part of it', { channel: 'scan' }, { channel: 'wechat' }, 'whole'],
    ['another', { channel: 'wechat' }, { channel: 'alipay' }, 'apart'],
    ['cards', { channel: 'wechat' }, { channel: 'bank-card' }, 'apart'],
    ['nothing known', { channel: 'wechat' }, {}, 'part'],
    ['a wider word', { channel: 'wechat' }, { channel: 'scan' }, 'part'],
    ['one of two known', { channel: 'wechat', acquirer: 'lakala' }, { acquirer: 'lakala' }, 'part'],
    ['one of two another', { channel: 'wechat', acquirer: 'lakala' }, { acquirer: 'leshua' }, 'apart'],
  ])('%s', (_, scope, known, kind) => {
    expect(fitOf(scope, known).kind).toBe(kind);
  });

  test('says what is missing', () => {
    expect(fitOf({ channel: 'wechat', bank: 'icbc' }, { channel: 'scan' }).missing).toEqual(['channel', 'bank']);
  });
});

test('nine of ten cases within the scope are the incident’s', () => {
  const prior = 0.028;
  const factor = factorOf(ratioFor(OPERATOR_RATIO, { kind: 'whole', missing: [] }), prior);
  const share = (factor * prior) / (factor * prior + 1 - prior);
  expect(share).toBeCloseTo(0.9, 1);
});

test('less where something is missing, nothing where it is another case', () => {
  const whole = ratioFor(10, { kind: 'whole', missing: [] });
  const part = ratioFor(10, { kind: 'part', missing: ['channel'] });
  expect([whole, part, ratioFor(10, { kind: 'apart', missing: [] })]).toEqual([10, 3.25, 1]);
  expect(factorOf(1, 0.1)).toBe(1);
  expect(factorOf(0.2, 0.1)).toBe(1);
  expect(factorOf(10, 0)).toBe(1);
});

test.each([
  [['wechat', 'scan'], ['wechat']],
  [
    ['wechat', 'alipay', 'scan'],
    ['wechat', 'alipay'],
  ],
  [['bank-card', 'credit-card'], ['credit-card']],
  [['scan'], ['scan']],
  [[], []],
])('of %j the words that say most are %j', (named, wanted) => {
  expect(narrowest(named)).toEqual(wanted);
});
