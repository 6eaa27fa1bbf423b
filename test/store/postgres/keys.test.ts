import fc from 'fast-check';
import { keyOf, textOf } from '../../../src/store/postgres/keys.js';

/** Any string of UTF-16 units, halves of surrogate pairs and NUL included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) });

describe('a key of PostgreSQL', () => {
  test('stands for one string alone, and gives it back', () => {
    fc.assert(fc.property(anyText, (text) => expect(textOf(keyOf(text))).toBe(text)));
  });

  test('holds nothing that PostgreSQL refuses in a text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(keyOf(text)).not.toMatch(/\0/);
        expect(keyOf(text).isWellFormed()).toBe(true);
      }),
    );
  });

  test('reads as the string where that is plain', () => {
    expect(keyOf('web-3f2a')).toBe('web-3f2a');
    expect(keyOf('商户·一号')).toBe('商户·一号');
  });

  test('is never too long for an index, and different for long strings that differ at the end', () => {
    const [one, other] = [keyOf(`${'店'.repeat(5_000)}1`), keyOf(`${'店'.repeat(5_000)}2`)];
    expect(Buffer.byteLength(one)).toBeLessThan(100);
    expect(one).not.toBe(other);
    expect(textOf(one)).toBeUndefined();
  });

  test('of a long string is not that of a string that looks like it', () => {
    const hashed = keyOf('x'.repeat(5_000));
    expect(keyOf(hashed)).not.toBe(hashed);
  });
});
