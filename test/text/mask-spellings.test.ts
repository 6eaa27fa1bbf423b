import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { lexiconSchema } from '../../src/knowledge/schema-language.js';
import { createMask } from '../../src/text/mask.js';

const lexicon = lexiconSchema.parse(
  parse(readFileSync(new URL('../../knowledge/lexicon.yaml', import.meta.url), 'utf8')),
);
const mask = createMask(lexicon.privateWords);
/** Whatever could still be part of a number. */
const READABLE = /[\d〇零洞一幺二三四五六七八九]/g;
const left = (raw: string): string => (mask(raw).text.match(READABLE) ?? []).join('');

function withLuhn(digits: string): string {
  let sum = 0;
  [...digits].reverse().forEach((unit, i) => {
    const digit = Number(unit);
    sum += i % 2 === 1 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
  });
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

describe('other spellings of private numbers', () => {
  test.each([
    '6222.0212.3456.7890.128',
    '6222，0212，3456，7890，128',
    '6222/0212/3456/7890/128',
    '6222_0212_3456_7890_128',
    '6222\n0212\n3456\n7890\n128',
    '6222 0212.3456-7890 / 128',
    '6222、0212、3456、7890、128',
    '4111.1111.1111.1111',
    '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1',
    '六二二二零二一二三四五六七八九零一二八',
    '六二二二〇二一二三四五六七八九〇幺二八刷不了',
    '卡号六二二二 零二一二 三四五六 七八九零 幺二八',
    '6222零二幺二3456七八九零128',
    '银行卡622202123456789',
    '卡号是：6222021234567',
    '储蓄卡 4111111111111112',
    '信用卡（4111.1111.1111.1112）',
  ])('the card %j is hidden', (raw) => {
    expect(left(raw)).toBe('');
    expect(mask(raw).text).toHaveLength(raw.length);
    expect(mask(raw).found).toEqual(['card']);
  });

  test('a card is hidden though a numeral begins the next word', () => {
    expect(mask('6222021234567890128一直刷不了').text).toBe(`${'*'.repeat(19)}一直刷不了`);
    expect(mask('6222021234567890128三四次了').text).toMatch(/^\*{19}/);
    expect(mask('6222021234567890128，500元').text).toBe(`${'*'.repeat(19)}，500元`);
  });

  test.each([
    ['一三八一二三四五六七八', '一三八****五六七八'],
    ['电话幺三八幺二三四五六七八', '电话幺三八****五六七八'],
    ['138.1234.5678', '138.****.5678'],
    ['1 3 8 1 2 3 4 5 6 7 8', '1 3 8 * * * * 5 6 7 8'],
  ])('the phone %s keeps its ends only', (raw, expected) => {
    expect(mask(raw)).toEqual({ text: expected, found: ['phone'] });
  });

  test.each([
    '密码 1 2 3 4 5 6',
    '密码 123 456',
    '密码 一二三四五六',
    '支付密码：一二三四五六',
    'pin 码 4321',
    'mima 123456',
    'mima是123456',
    'pw:123456',
    'password is hunter22',
    '密马123456',
  ])('the password of %j is hidden', (raw) => {
    expect(left(raw)).toBe('');
    expect(mask(raw).text).not.toContain('hunter');
    expect(mask(raw).found).toContain('password');
  });

  test('a password of letters is hidden after the word and its link', () => {
    expect(mask('密码是abcdef').text).toBe('密码是******');
    expect(mask('口令就是abcdef，快').text).toBe('口令就是******，快');
    expect(mask('password is wrong').found).toEqual([]);
  });

  test.each([
    '验证码：8 3 9 2 0 1',
    '验证码 839-201',
    '验证码八三九二零幺',
    'yzm 839201',
    'OTP 445566',
    '我的code是445566',
    'code: 445566',
    '短信里的数字是839201',
    '六位码是839201',
  ])('the one-time code of %j is hidden', (raw) => {
    expect(left(raw).replace('六', '')).toBe('');
    expect(mask(raw).found).toEqual(['otp']);
  });

  test.each([
    ['收到的六位数445566', '收到的六位数******'],
    ['六位数字 839201', '六位数字 ******'],
  ])('%s is hidden', (raw, expected) => {
    expect(mask(raw)).toEqual({ text: expected, found: ['otp'] });
  });

  const STAYS = [
    '商户号898110154110001',
    '商户号 3 0 3 1 0 0 1 5 4 1 1 0 0 0 1',
    '商户号898110154110001一直不行',
    '898110154110001，12345678',
    '终端号12345678',
    '终端 12345678 报错96',
    '报51，54，55，57，58，61，62，65，68，75',
    '62，65，68，75，91，92，94，96，98',
    '96、91、Z3',
    'code 96',
    'return code 10001',
    '打95516或400-820-2819、400-820-2819、95533',
    '400-820-2819 400-820-2819',
    '订单号4200-0012-3420-2311-2026-1123',
    '参考号123456789012',
    '刷信用卡订单号4200001234202311',
    '2026-11-23 23:30:15，2026.11.24 08:00',
    '2026/11/23 12:30 金额 6200.00',
    '3000，4000，5000，6000',
    '6200，3000，5000，2000',
    '62.50、1200.00、35.00、1688.00',
    '二零二六年十一月二十三日',
    '收了三千五百六十二块',
    '一二三四步都做了',
    '密码一直错误',
    '刷信用卡5000元',
    '信用卡3000，4000，5000，6000',
    'qrcode扫不了',
    'barcode 690123',
  ];
  test.each(STAYS)('%s stays as it is', (raw) => {
    expect(mask(raw)).toEqual({ text: raw, found: [] });
  });

  const card = fc
    .tuple(
      fc.constantFrom('62', '62', '51', '55', '41', '37'),
      fc.array(fc.constantFrom(...'0123456789'), { minLength: 13, maxLength: 16 }),
    )
    .map(([head, tail]) => withLuhn(head + tail.join('')));
  const NUMERALS: readonly string[] = ['零〇洞', '一幺', '二', '三', '四', '五', '六', '七', '八', '九'];
  const spelt = (digits: string, flips: readonly number[]): string =>
    [...digits]
      .map((digit, i) => {
        const forms = NUMERALS[Number(digit)] ?? '';
        const flip = flips[i % flips.length] ?? 0;
        return flip === 0 ? digit : forms[flip % forms.length];
      })
      .join('');
  const flips = fc.array(fc.nat({ max: 3 }), { minLength: 19, maxLength: 19 });
  const gap = fc.constantFrom(' ', '.', '．', ',', '，', '/', '_', '-', '—', '\n', '、', '·', ' / ', '. ');
  const frame = fc.constantFrom('', '您好 ', '我的卡：', '报96，');

  test('a valid card in any digits and numerals is hidden', () => {
    fc.assert(
      fc.property(card, flips, fc.constantFrom('', '卡：', '号码 '), (digits, how, before) => {
        const raw = `${before}${spelt(digits, how)}`;
        expect(mask(raw).text).toBe(before + '*'.repeat(digits.length));
      }),
      { numRuns: 500 },
    );
  });

  test('a valid card in groups of four or digit by digit is hidden, whatever separates them', () => {
    fc.assert(
      fc.property(
        card,
        gap,
        fc.constantFrom(/.{4}(?=.)/g, /.(?=.)/g),
        flips,
        frame,
        (digits, between, cut, how, before) => {
          fc.pre(!/^(?:.{3}0)+.{0,3}$/.test(digits));
          const raw = spelt(digits, how).replace(cut, `$&${between}`);
          const masked = mask(before + raw).text;
          expect(masked).toHaveLength(before.length + raw.length);
          expect(masked.slice(before.length)).not.toMatch(READABLE);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a valid card cut anywhere is hidden right after a word for it', () => {
    fc.assert(
      fc.property(card, gap, fc.array(fc.boolean(), { minLength: 19, maxLength: 19 }), (digits, between, cuts) => {
        const raw = [...digits].map((digit, i) => digit + (cuts[i] === true ? between : '')).join('');
        const parts = raw.split(between).filter((part) => part !== '');
        fc.pre(parts.some((part) => !part.endsWith('0')));
        expect(left(`卡号${raw}`)).toBe('');
      }),
      { numRuns: 500 },
    );
  });

  test('merchant, terminal and order numbers stay beside words and amounts, and masking twice changes nothing', () => {
    const digits = (length: number) =>
      fc.array(fc.constantFrom(...'0123456789'), { minLength: length, maxLength: length }).map((list) => list.join(''));
    const part = fc.oneof(
      // One that reads as a phone number with its country's code is hidden: rather a number too many than a person's.
      digits(15)
        .filter((number) => !/^00861[3-9]/.test(number))
        .map((number) => `商户号${number}`),
      digits(8).map((number) => `终端号：${number}`),
      digits(12).map((number) => `参考号 ${number}`),
      fc
        .tuple(fc.nat({ max: 99999 }), fc.constantFrom('元', '.50元', '块'))
        .map(([amount, unit]) => `收${amount}${unit}`),
      fc.constantFrom('报96', '打95516', '打400-820-2819', '2026-11-23 23:30:15', '一直不行', '密码错误55', '二维码'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.constantFrom('，', '。', ' ', '\n'), (parts, between) => {
        const raw = parts.join(between);
        expect(mask(raw)).toEqual({ text: raw, found: [] });
      }),
      { numRuns: 500 },
    );
    const any = fc
      .array(fc.oneof(part, card, gap, fc.constantFrom('六二二二', '密码', '验证码', '卡号', '是', '*'), digits(4)), {
        maxLength: 10,
      })
      .map((list) => list.join(''));
    fc.assert(
      fc.property(any, (raw) => {
        const once = mask(raw);
        expect(once.text).toHaveLength(raw.length);
        expect(mask(once.text)).toEqual({ text: once.text, found: [] });
      }),
      { numRuns: 500 },
    );
  });
});
