import fc from 'fast-check';
import { type Listed, listed, NO_MERCHANTS } from '../../src/dialogue/merchants.js';
import { numbersIn } from '../../src/dialogue/shop.js';
import { asListed } from '../../src/dialogue/typed-number.js';
import { realWorld } from '../support/world.js';

const shop = (number: string, serial = ''): Listed => ({
  number,
  shop: '样例',
  region: '',
  acquirer: '',
  terminals: serial === '' ? [] : [{ serial, model: '' }],
  userids: [],
});
const LIST = listed([shop('822100001234567', 'SN-2001'), shop('A-100200', 'PB77881234')]);
const world = { ...realWorld(), merchants: LIST };

test.each([
  ['８２２１００００１２３４５６７', '822100001234567'],
  ['8221 0000 1234 567', '822100001234567'],
  ['8221-0000-1234-567', '822100001234567'],
  ['8221　0000　1234　567', '822100001234567'],
  ['店里 3 台 8221 0000 1234 567 都不行', '822100001234567'],
  ['a-100200', 'A-100200'],
  ['Ａ－１００２００', 'A-100200'],
])('%s is a shop’s number', (words, merchant) => {
  expect(numbersIn(words, world)).toMatchObject({ merchant });
});

test('a serial in groups is found too', () => {
  expect(numbersIn('PB77 8812 34', world)).toMatchObject({ terminal: 'PB77881234' });
});

test.each(['8221 0000 1234 568', '商户号 8221 0000 1234', '10 20 30 40', '138 0013 8000'])('%s is not', (words) => {
  expect(numbersIn(words, world).merchant).toBeUndefined();
});

test.each([
  ['商户号822100001234566', '822100001234566'],
  ['商户编号：M12345678，收不了款', 'M12345678'],
  ['商户号03', undefined],
  ['提示商户号无效', undefined],
  ['商户号***********', undefined],
  ['订单号822100001234566', undefined],
  ['商户号822100001234567', undefined],
])('%s announces %s, which no list has', (words, number) => {
  expect(numbersIn(words, world).unlisted?.number).toBe(number);
});

test('however a listed number is grouped and widened, it is found, and never another', () => {
  const digits = '822100001234567';
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: digits.length - 1 }), { maxLength: 7 });
  fc.assert(
    fc.property(cuts, fc.constantFrom(' ', '-', '\u3000'), fc.boolean(), (at, gap, wide) => {
      const edges = [0, ...at.sort((a, b) => a - b), digits.length];
      const groups = edges.slice(1).map((end, index) => digits.slice(edges[index], end));
      const typed = groups.join(gap);
      const widened = typed.replace(/\d/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0));
      expect(numbersIn(wide ? widened : typed, world).merchant).toBe(digits);
    }),
  );
});

test('words without a listed number come back as they were, whatever they are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (words) => {
      const found = numbersIn(words, { ...realWorld(), merchants: NO_MERCHANTS });
      if (found.unlisted === undefined) expect(found.rest).toBe(words);
    }),
  );
});

test('the looks at a message are bounded, however many groups it has', () => {
  let looks = 0;
  const counting = {
    ...NO_MERCHANTS,
    byNumber: () => {
      looks += 1;
      return undefined;
    },
  };
  asListed('1234 5678 9012 3456 7890 1234 5678 9012, '.repeat(90), counting);
  expect(looks).toBeLessThanOrEqual(4 * 29);
});
