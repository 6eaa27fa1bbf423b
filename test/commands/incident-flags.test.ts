import { closing, opening, updating } from '../../src/commands/incident-flags.js';
import { realWorld } from '../support/world.js';

/** 2026-11-23 10:40 in China. */
const AT = Date.UTC(2026, 10, 23, 2, 40);
const MINUTE = 60_000;
const { knowledge } = realWorld();
const open = (what: string, flags = {}) => opening('open', what, flags, knowledge, AT);

describe('what is out', () => {
  test.each([
    ['微信支付', {}, { channel: 'wechat' }, 'channel-outage'],
    ['建行', {}, { bank: 'ccb' }, 'channel-issuer-down'],
    ['拉卡拉', {}, { acquirer: 'lakala' }, 'channel-outage'],
    ['刷卡', { acquirer: '拉卡拉', channel: '银行卡' }, { channel: 'bank-card', acquirer: 'lakala' }, 'channel-outage'],
    ['收款', { all: true }, {}, 'channel-outage'],
    ['收款', { region: '浦东', means: 'network' }, { region: '浦东' }, 'network'],
  ])('%s %j concerns %j', (what, flags, scope, means) => {
    expect(open(what, flags)).toEqual({ do: 'open', what, scope, means });
  });

  test.each([
    ['收款', {}, /whom it concerns/],
    ['收款', { channel: '火星支付' }, /--channel 火星支付 is not known; one of wechat/],
    ['微信支付', { all: true, channel: 'wechat' }, /leave it out/],
    ['微信支付', { means: 'aliens' }, /no fault and no cause/],
    ['微信支付', { since: 'soon' }, /write 10:40, "2026-11-23 10:40"/],
    ['微信支付'.repeat(10), { channel: 'wechat' }, /what/],
    ['微信支付', { workaround: '刷卡\n或现金' }, /one line/],
  ])('%s %j is refused, and what to write is said', (what, flags, said) => {
    expect(() => open(what, flags)).toThrow(said);
  });
});

test('a clock time is the last one for a beginning and the next one for an end', () => {
  expect(open('微信支付', { since: '10:30', until: '0:30' })).toMatchObject({
    since: AT - 10 * MINUTE,
    expectedEnd: AT + (13 * 60 + 50) * MINUTE,
  });
});

test('maintenance has a beginning and an end', () => {
  expect(opening('plan', '银联', { from: '23:50', to: '0:20' }, knowledge, AT)).toMatchObject({
    do: 'plan',
    scope: { channel: 'unionpay' },
    means: 'channel-maintenance',
    since: AT + (13 * 60 + 10) * MINUTE,
    expectedEnd: AT + (13 * 60 + 40) * MINUTE,
  });
  expect(() => opening('plan', '银联', { from: '23:50' }, knowledge, AT)).toThrow(/--from 23:00 --to 23:30/);
});

test('an update says something new', () => {
  expect(updating('1123-1', { note: '在修', until: 'unknown', confirm: true }, AT)).toEqual({
    do: 'update',
    id: '1123-1',
    note: '在修',
    expectedEnd: null,
    confirm: true,
  });
  expect(() => updating('1123-1', {}, AT)).toThrow(/what is new/);
  expect(() => updating('../x', { note: 'x' }, AT)).toThrow(/id/);
  expect(closing('1123-1', {})).toEqual({ do: 'close', id: '1123-1' });
});
