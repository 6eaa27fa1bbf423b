import fc from 'fast-check';
import { withMerchants } from '../../src/dialogue/listed-world.js';
import { listed } from '../../src/dialogue/merchants.js';
import { realWorld } from '../support/world.js';

/** Fifteen digits that pass the check of card numbers. */
const LIKE_CARD = '822100000000004';
const shop = { shop: '样例店', region: '', acquirer: '', terminals: [], userids: [] };
const world = withMerchants(realWorld(), listed([LIKE_CARD, '13800138000'].map((number) => ({ ...shop, number }))));

test('a merchant number that looks like a card number is hidden unless it is in the list', () => {
  expect(realWorld().mask(LIKE_CARD).text).not.toBe(LIKE_CARD);
  expect(world.mask(LIKE_CARD)).toEqual({ text: LIKE_CARD, found: [] });
});

test('beside it everything else stays hidden, and it as well where a secret is announced', () => {
  expect(world.mask(`${LIKE_CARD}，卡号6222020200112233442`).text).toBe(`${LIKE_CARD}，卡号*******************`);
  expect(world.mask(`密码：${LIKE_CARD}`).text).not.toContain(LIKE_CARD);
  expect(world.mask('13800138000').text).toBe('138****8000');
  expect(world.mask(`1${LIKE_CARD}`).text).toBe(realWorld().mask(`1${LIKE_CARD}`).text);
});

test('words without a listed number are hidden as ever, and the length stays', () => {
  const unit = fc.constantFrom(
    '6222020200112233442',
    LIKE_CARD,
    '13812345678',
    '密码',
    '是',
    '卡号',
    ' ',
    'a',
    '1',
    '。',
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      expect(world.mask(text).text).toHaveLength(text.length);
      if (!text.includes(LIKE_CARD)) expect(world.mask(text)).toEqual(realWorld().mask(text));
    }),
  );
});
