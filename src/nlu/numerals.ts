/** Two-digit numbers written out: 「五十一」, 「零五」, 「九六」. Pure. */

export interface Numeral {
  /** Its two digits. */
  value: string;
  start: number;
  end: number;
}

const TEN = 10;

/**
 * Runs of numerals that spell a number of two digits, by value (五十一, 十二, 九十) or digit by digit (零五, 幺二).
 *
 * @param values numeral of one character → its value; the one that is worth ten makes tens
 * @param digits numeral of one character → the digit that it spells
 */
export function findNumerals(
  text: string,
  values: Readonly<Record<string, number>>,
  digits: Readonly<Record<string, number>>,
): Numeral[] {
  const found: Numeral[] = [];
  const isNumeral = (character: string): boolean => values[character] !== undefined || digits[character] !== undefined;
  for (let start = 0; start < text.length; ) {
    let end = start;
    while (end < text.length && isNumeral(text[end] ?? '')) end++;
    const value = end - start >= 2 && end - start <= 3 ? read([...text.slice(start, end)]) : undefined;
    if (value !== undefined) found.push({ value, start, end });
    start = Math.max(end, start + 1);
  }
  return found;

  function read(run: readonly string[]): string | undefined {
    const ten = run.findIndex((character) => values[character] === TEN);
    if (ten < 0)
      return run.length === 2 ? run.map((character) => digits[character] ?? values[character]).join('') : undefined;
    const tens = ten === 0 ? 1 : values[run[0] ?? ''];
    const ones = run.length === ten + 1 ? 0 : values[run[ten + 1] ?? ''];
    const whole = ten <= 1 && run.length <= ten + 2 && tens !== undefined && ones !== undefined;
    return whole && tens > 0 && tens < TEN && ones < TEN ? `${tens}${ones}` : undefined;
  }
}
