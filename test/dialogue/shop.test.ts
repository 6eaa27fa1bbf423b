/** Who is asking: sticker, platform and words, joined with the operator's list. */
import fc from 'fast-check';
import { type Listed, listed } from '../../src/dialogue/merchants.js';
import type { Session } from '../../src/dialogue/session.js';
import { numbersIn } from '../../src/dialogue/shop.js';
import { type TurnInput, takeTurn } from '../../src/dialogue/turn.js';
import type { World } from '../../src/dialogue/world.js';
import { realWorld } from '../support/world.js';

const T0 = Date.UTC(2026, 10, 23, 2, 0, 0);
const shop = (over: Partial<Listed>): Listed => ({
  number: 'M822100001',
  shop: '样例甲店',
  region: '样例市',
  acquirer: '拉卡拉',
  terminals: [{ serial: 'SN1001', model: 'A920' }],
  userids: ['zhangsan'],
  ...over,
});
const ONE = shop({});
const TWO = shop({
  number: 'M822100002',
  shop: '样例乙店',
  acquirer: 'yeepay',
  terminals: [
    { serial: 'SN2001', model: 'P90' },
    { serial: 'SN2002', model: '' },
  ],
  userids: ['lisi'],
});
const world = (...shops: Listed[]): World => ({ ...realWorld(), merchants: listed(shops) });
const BOTH = world(ONE, TWO);

function play(inputs: readonly TurnInput[], { user, content = BOTH }: { user?: string; content?: World } = {}) {
  let session: Session | null = null;
  const happenings: unknown[] = [];
  inputs.forEach((input, index) => {
    const result = takeTurn(session, input, T0 + index * 60_000, content, user);
    ({ session } = result);
    happenings.push(...result.happenings.filter(({ type }) => type === 'shop').map(({ data }) => data));
  });
  return { session: session as unknown as Session, happenings };
}
const says = (...texts: string[]): TurnInput => ({ kind: 'message', texts, hidden: [] });
const sticker = (merchant?: string, terminal?: string): TurnInput => ({
  kind: 'enter',
  quiet: true,
  shop: { ...(merchant === undefined ? {} : { merchant }), ...(terminal === undefined ? {} : { terminal }) },
});

test('a userid leads to its shop, whose only terminal and acquirer are known then; the journal has what is counted by', () => {
  const { session, happenings } = play([says('你好'), says('在吗')], { user: 'ZhangSan' });
  expect(session.shop).toEqual({
    merchant: 'M822100001',
    terminal: 'SN1001',
    own: true,
    name: '样例甲店',
    region: '样例市',
    acquirer: 'lakala',
    model: 'A920',
  });
  expect(session.facts.acquirer).toBe('lakala');
  expect(happenings).toEqual([
    { merchant: 'M822100001', terminal: 'SN1001', region: '样例市', acquirer: 'lakala', model: 'A920' },
  ]);
});

test('a sticker leads to its shop by either number, and to the one that it names if the list does not have it', () => {
  expect(play([sticker('m822100002')]).session.shop).toMatchObject({ merchant: 'M822100002', name: '样例乙店' });
  expect(play([sticker('m822100002')]).session.shop?.terminal).toBeUndefined();
  expect(play([sticker(undefined, 'SN2002')]).session.shop).toMatchObject({
    merchant: 'M822100002',
    terminal: 'SN2002',
  });
  const told = { merchant: 'M9', terminal: 'SN9' };
  expect(play([sticker('M9', 'SN9')]).session.shop).toEqual({ ...told, told, sticker: true });
});

test('a sticker in a shop of which the list knows the member, on a terminal that it does not know, is that shop’s', () => {
  expect(play([sticker(undefined, 'SN-new')], { user: 'lisi' }).session.shop).toMatchObject({
    merchant: 'M822100002',
    terminal: 'SN-new',
    own: true,
  });
});

test('a number that is typed comes before what was known; the shop of another number is not the user’s own', () => {
  const { session } = play([says('你好'), says('M822100002')], { user: 'zhangsan' });
  expect(session.shop).toMatchObject({ merchant: 'M822100002', name: '样例乙店', told: { merchant: 'M822100002' } });
  expect(session.shop?.own).toBeUndefined();
  expect(session.facts.acquirer).toBe('yeepay');
  const other = play([sticker('M822100001', 'SN1001'), says('商户号 M822100002')]).session.shop;
  expect(other?.terminal).toBeUndefined();
});

test('a terminal of the same shop that is typed is added to what was said', () => {
  const { session } = play([sticker('M822100002'), says('sn2001')]);
  expect(session.shop).toMatchObject({ merchant: 'M822100002', terminal: 'SN2001', model: 'P90' });
});

test('who names another acquirer knows better than the list', () => {
  const { session } = play([says('该渠道业务不可用'), says('我们是易宝支付的机器，刷卡不行')], { user: 'zhangsan' });
  expect(session.facts.acquirer).toBe('yeepay');
});

test('a list that changed counts from the next turn on; a shop that is gone leaves what was said', () => {
  const first = takeTurn(null, sticker('M822100001'), T0, BOTH).session;
  const renamed = takeTurn(first, says('在吗'), T0 + 1, world(shop({ shop: '新店名', acquirer: '' })));
  expect(renamed.session.shop).toMatchObject({ name: '新店名' });
  expect(renamed.session.facts.acquirer).toBeUndefined();
  const told = { merchant: 'M822100001' };
  expect(takeTurn(renamed.session, says('在吗'), T0 + 2, world()).session.shop).toEqual({
    ...told,
    told,
    sticker: true,
  });
});

test('a session of before there was a list is joined by what its sticker said', () => {
  const old = {
    ...takeTurn(null, says('你好'), T0, world()).session,
    shop: { merchant: 'M822100002', terminal: 'SN2001' },
  };
  expect(takeTurn(old, says('在吗'), T0 + 1, BOTH).session.shop).toMatchObject({
    name: '样例乙店',
    told: { merchant: 'M822100002', terminal: 'SN2001' },
  });
});

describe('numbers in words', () => {
  const numeric = world(shop({ number: '100000' }), shop({ number: '822100001234567', userids: [] }), ONE);

  test.each([
    ['M822100001', 'M822100001', ''],
    ['我们店的商户号是 m822100001，收不了款', 'M822100001', '，收不了款'],
    ['商户编号：100000', '100000', ''],
    ['822100001234567', '822100001234567', ''],
  ])('%s names a shop', (words, merchant, rest) => {
    const found = numbersIn(words, numeric);
    expect([found.merchant, found.rest.trim()]).toEqual([merchant, rest]);
  });

  test.each(['收了100000', 'xM822100001', 'M822100001-2', 'M8221', '99991234', '商户号 M000'])(
    '%s names none',
    (words) => {
      expect(numbersIn(words, numeric)).toEqual({ rest: words });
    },
  );

  test('a message of nothing but words that announce a number is read at once', () => {
    const words = `${'我们店里的'.repeat(700)}${'商户号 '.repeat(100)}`;
    expect(numbersIn(words, numeric)).toEqual({ rest: words });
  });

  test('words stay as they are, and nothing but numbers of the list, or announced as one, is ever taken out', () => {
    const unit = fc.constantFrom('商户号', '是', 'M822100001', 'SN1001', '1', 'a', ' ', '，', '-');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (parts) => {
        const words = parts.join('');
        const plain = numbersIn(words, world());
        if (plain.unlisted === undefined) expect(plain.rest).toBe(words);
        const { merchant, terminal, unlisted, rest } = numbersIn(words, BOTH);
        const found = merchant ?? terminal ?? unlisted?.number;
        if (found === undefined) expect(rest).toBe(words);
        else expect(words.toUpperCase().replace(/[ -]/g, '')).toContain(found.toUpperCase().replace(/-/g, ''));
      }),
    );
  });
});
