import { closing, mustBeNew, opening, updating } from '../../src/commands/incident-flags.js';
import { changed, emptyBoard } from '../../src/incidents/board.js';
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
    ['银联', { workaround: '扫码' }, /--workaround 扫码: scan is, or holds, what is out/],
    ['银联', { workaround: '先刷卡' }, /bank-card is, or holds/],
    ['银联二维码', { workaround: '云闪付' }, /cloud-quickpass is, or holds/],
    ['微信支付', { workaround: '换微信付款码' }, /wechat is, or holds/],
    ['微信支付', { since: '23:59' }, /would be 2026-11-22 23:59; if that is meant write --since "2026-11-22 23:59"/],
    ['微信支付', { until: '10:00' }, /would be 2026-11-24 10:00/],
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

test('a workaround that works is taken as it is', () => {
  expect(open('银联', { workaround: '微信、支付宝或现金' })).toMatchObject({ workaround: '微信、支付宝或现金' });
  expect(open('微信支付', { workaround: '支付宝扫码' })).toMatchObject({ workaround: '支付宝扫码' });
  expect(open('银联二维码', { workaround: '刷卡' })).toMatchObject({
    scope: { channel: 'unionpay-qr' },
    workaround: '刷卡',
  });
});

test('a day that is said is taken as it is said, and shortly after midnight yesterday needs none', () => {
  expect(open('微信支付', { since: '2026-11-22 23:59' })).toMatchObject({ since: AT - 641 * MINUTE });
  const midnight = Date.UTC(2026, 10, 22, 16, 10);
  expect(opening('open', '微信支付', { since: '23:50' }, knowledge, midnight)).toMatchObject({
    since: midnight - 20 * MINUTE,
  });
});

test('the same thing twice is refused, and the one to update is named; another scope or another night is not the same', () => {
  const { board } = changed(emptyBoard(), open('微信支付'), AT);
  expect(() => mustBeNew(open('微信'), board, AT)).toThrow(
    /1123-1 \(微信支付\) is on the board.*incident update 1123-1/,
  );
  expect(() => mustBeNew(open('微信支付', { channel: 'wechat', region: '浦东' }), board, AT)).not.toThrow();
  expect(() => mustBeNew(open('支付宝'), board, AT)).not.toThrow();
  const over = changed(board, closing('1123-1', {}), AT + 1).board;
  expect(() => mustBeNew(open('微信支付'), over, AT + 2)).not.toThrow();
  const night = (from: string, to: string) => opening('plan', '银联', { from, to }, knowledge, AT);
  const planned = changed(board, night('2026-11-24 23:00', '2026-11-24 23:30'), AT).board;
  expect(() => mustBeNew(night('2026-11-24 23:10', '2026-11-24 23:50'), planned, AT)).toThrow(/1123-2/);
  expect(() => mustBeNew(night('2026-11-25 23:00', '2026-11-25 23:30'), planned, AT)).not.toThrow();
});
