import fc from 'fast-check';
import { createMask } from '../../src/text/mask.js';

const mask = createMask({
  password: ['密码', '密码是', '密码为', 'pin'],
  otp: ['验证码', '验证码是', '动态码'],
  otpHint: [],
  link: [],
  card: [],
  digits: {},
  cvv: ['cvv', '安全码', '有效期'],
  merchantNumber: ['商户号', '商户编号', '终端号', '订单号'],
});
const text = (raw: string): string => mask(raw).text;

/** Appends the digit that makes a number pass the Luhn check. */
function withLuhn(digits: string): string {
  for (let check = 0; check < 10; check++) {
    const all = `${digits}${check}`;
    let sum = 0;
    for (let i = 0; i < all.length; i++) {
      const digit = Number(all[all.length - 1 - i]);
      sum += i % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
    }
    if (sum % 10 === 0) return all;
  }
  return digits;
}
const luhn = (digits: string): boolean => withLuhn(digits.slice(0, -1)) === digits;

describe('mask', () => {
  test('a bank card number is hidden however it is written', () => {
    const card = withLuhn('622202100012345678');
    expect(mask(`卡号${card}刷不了`)).toEqual({ text: `卡号${'*'.repeat(19)}刷不了`, found: ['card'] });
    expect(text('4111 1111 1111 1111')).toBe('**** **** **** ****');
    expect(text('4111-1111-1111-1111')).toBe('****-****-****-****');
    expect(text('6222 0210 0012 3456 789')).toBe('**** **** **** **** ***');
    expect(text('1234 4111 1111 1111 1111 4111 1111 1111 1111')).toBe('1234 **** **** **** **** **** **** **** ****');
    expect(text('４１１１１１１１１１１１１１１１')).toBe('*'.repeat(16));
    expect(text('4111\u200b111111111111')).toBe('****\u200b************');
  });

  test('a UnionPay number with a digit mistyped is hidden all the same', () => {
    expect(mask('6222021000123456789').found).toEqual(['card']);
    expect(mask('6222021000123456780').found).toEqual(['card']);
  });

  test('identity numbers are hidden: 18 with a check character, 15 with a birthday', () => {
    expect(mask('身份证11010519491231002X')).toEqual({ text: `身份证${'*'.repeat(18)}`, found: ['id'] });
    expect(mask('身份证130503670401001').found).toEqual(['id']);
  });

  test('a mobile number keeps its first three and last four digits', () => {
    expect(mask('电话13800138000')).toEqual({ text: '电话138****8000', found: ['phone'] });
    expect(text('+86 138-0013-8000')).toBe('+86 138-****-8000');
  });

  test.each([
    ['密码是123456', '密码是******'],
    ['密码:abc', '密码:***'],
    ['密码：Abc@123，快点', '密码：*******，快点'],
    ['PIN 0000 不对', 'PIN **** 不对'],
    ['验证码 123456', '验证码 ******'],
    ['您的验证码是8392', '您的验证码是****'],
    ['验证码已经收到了,839201', '验证码已经收到了,******'],
    ['839201(您的验证码)', '******(您的验证码)'],
    ['cvv 123 有效期 05/27', 'cvv *** 有效期 *****'],
    ['有效期0527', '有效期****'],
  ])('%s is hidden', (raw, expected) => {
    expect(text(raw)).toBe(expected);
  });

  test.each([
    '商户号898110154110001提示无效商户',
    '商户编号:103110154119999',
    '订单号4200001234202311234567890123',
    '终端号12345678',
    '18000.50元刷不了,15000块也不行',
    '2026-11-23 23:30:15 报96',
    '打95516、95017-2还是4006695516',
    '密码错误次数超限,代码75',
    '密码错误55',
    '输密码后提示 96 拒绝',
    '营业执照有效期2027年到期',
    '密码pos机不认',
    '验证码收不到',
    'ACQ.TOTAL_FEE_EXCEED 和 28-PIN输入超过次数',
    '微信商户号1600123456',
  ])('%s stays as it is', (raw) => {
    expect(mask(raw)).toEqual({ text: raw, found: [] });
  });

  test.each([
    ['座机021-58881234', '座机021-******34'],
    ['店里电话（0755）8601 3388', '店里电话（075*）**** **88'],
    ['打 0571 8888888', '打 057* *****88'],
    ['+86-21-58881234', '+86-2*-******34'],
  ])('a landline keeps its area and its end only: %s', (raw, expected) => {
    expect(mask(raw)).toEqual({ text: expected, found: ['phone'] });
  });

  test.each(['客服400-820-2819', '95516', '终端号02158881234', '金额 0.01-0.05', '00-1234567', '2026-11-23 10:40'])(
    'no landline: %s',
    (raw) => expect(mask(raw).found).toEqual([]),
  );

  test('everything private in one message is found', () => {
    expect(mask('卡4111111111111111 密码123456 手机13800138000').found.sort()).toEqual(['card', 'password', 'phone']);
  });

  test('100 kB of digits and words end quickly and keep their length', () => {
    const raw = '密码 1234 4111 1111 1111 1111 验证码'.repeat(4000);
    expect(text(raw)).toHaveLength(raw.length);
  });

  const digits = (min: number, max: number) =>
    fc.array(fc.constantFrom(...'0123456789'), { minLength: min, maxLength: max }).map((list) => list.join(''));
  const message = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '密码',
          '是',
          ':',
          ' ',
          '-',
          '验证码',
          'cvv',
          '卡号',
          '𝟓',
          '５',
          '\u200b',
          '，',
          'abc',
          '有效期',
          '😭',
          '*',
        ),
        digits(1, 20),
        digits(12, 18).map(withLuhn),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(''));

  test('masking what is masked changes nothing and never changes the length', () => {
    fc.assert(
      fc.property(message, (raw) => {
        const once = mask(raw);
        expect(once.text).toHaveLength(raw.length);
        expect(mask(once.text)).toEqual({ text: once.text, found: [] });
      }),
      { numRuns: 500 },
    );
  });

  test('no run of 13 to 19 digits with a valid check digit is left', () => {
    fc.assert(
      fc.property(message, (raw) => {
        for (const run of text(raw).normalize('NFKC').replaceAll('\u200b', '').match(/\d+/g) ?? [])
          expect(run.length >= 13 && run.length <= 19 && luhn(run)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('without words only numbers that give themselves away are hidden', () => {
    const bare = createMask({
      password: [],
      otp: [],
      otpHint: [],
      link: [],
      card: [],
      cvv: [],
      merchantNumber: [],
      digits: {},
    });
    expect(bare('密码123456 卡4111111111111111').text).toBe('密码123456 卡****************');
  });
});
