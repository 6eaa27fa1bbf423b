import { listed } from '../../src/dialogue/merchants.js';
import { REPORT } from '../../src/dialogue/reports.js';
import { takeTurn } from '../../src/dialogue/turn.js';
import type { World } from '../../src/dialogue/world.js';
import type { BoardIncident } from '../../src/incidents/board.js';
import { realWorld } from '../support/world.js';

const T0 = Date.UTC(2026, 10, 23, 2);
const HOUR = 3_600_000;
const SHOPS = listed(
  ['M822100001', 'M822100002'].map((number) => ({
    number,
    shop: '样例店',
    region: '上海市',
    acquirer: '拉卡拉',
    terminals: [],
    userids: [],
  })),
);

beforeAll(() => void realWorld(), 60_000);

/** Says things in one conversation; what was reported each time. */
function talk(world: World = realWorld()) {
  let session: unknown = null;
  return (text: string, at = T0, shop?: { merchant: string }) => {
    if (shop) session = takeTurn(session, { kind: 'enter', shop, quiet: true }, at, world).session;
    const result = takeTurn(session, { kind: 'message', texts: [text], hidden: [] }, at, world);
    session = JSON.parse(JSON.stringify(result.session));
    return result.happenings.filter(({ type }) => type === REPORT).map(({ data }) => data);
  };
}

/** The same without what is believed. */
function known(world?: World) {
  const say = talk(world);
  return (...said: Parameters<typeof say>) => say(...said).map(({ faults: _, ...rest }) => rest);
}

test('a failure is reported when it is first looked into, and again only when more is known of it', () => {
  const say = known();
  expect(say('付不了款')).toEqual([{ case: 1 }]);
  expect(say('不清楚')).toEqual([]);
  expect(say('微信付不了')).toEqual([{ case: 1, channel: 'wechat' }]);
  // Who says it again has it from another sentence: what is believed may differ, what is known does not.
  expect(say('好的')).toEqual([]);
});

test('what is believed of the case goes along, without what an incident on the board makes of it', () => {
  const [told] = talk()('提示该渠道业务不可用，别的店也不行');
  const believed = told?.faults as Record<string, number>;
  expect(Object.keys(believed)[0]).toBe('channel-outage');
  expect(Object.values(believed).every((p) => p > 0 && p <= 1)).toBe(true);
  const outage: BoardIncident = {
    id: 'one',
    kind: 'outage',
    what: '微信支付',
    scope: { channel: 'wechat' },
    means: 'channel-outage',
    since: T0 - HOUR,
    state: 'suspected',
    by: 'detection',
    ratio: 20,
    updates: [],
  };
  const [there] = talk({ ...realWorld(), incidents: [outage] })('微信付不了');
  const [not] = talk()('微信付不了');
  expect(there?.faults).toEqual(not?.faults);
});

test('a code alone is a report', () => {
  expect(talk()('显示96')).toHaveLength(1);
});

test.each(['你好', '银联客服电话多少', '手续费多少', '谢谢'])('%s is no report', (text) => {
  expect(talk()(text)).toEqual([]);
});

test('the shop, its region and its acquirer go along where the list knows them', () => {
  const say = known({ ...realWorld(), merchants: SHOPS });
  expect(say('付不了款', T0, { merchant: 'M822100001' })).toEqual([
    { case: 1, shop: 'M822100001', acquirer: 'lakala', region: '上海市' },
  ]);
});

test('whoever types one number after another stays one shop for six hours', () => {
  const say = talk({ ...realWorld(), merchants: SHOPS });
  const shops = (text: string, at: number) => say(text, at).map(({ shop }) => shop);
  expect(shops('付不了款，商户号M822100001', T0)).toEqual(['M822100001']);
  expect(shops('重新开始', T0 + 1)).toEqual([]);
  expect(shops('付不了款，商户号M822100002', T0 + HOUR)).toEqual(['M822100001']);
  expect(shops('重新开始', T0 + 6 * HOUR)).toEqual([]);
  expect(shops('付不了款', T0 + 6 * HOUR + 1)).toEqual(['M822100002']);
});
