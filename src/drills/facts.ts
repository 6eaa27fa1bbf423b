/** Time, amount and way of paying as somebody names them, compared with the story: what does not fit it is no fact. Pure. */
import { regExpOf } from '../dialogue/regexp.js';
import type { Drill } from '../knowledge/schema.js';
import type { Patterns } from './named.js';
import { RULES } from './points.js';

/** `undefined`: nothing of the kind is named. One that fits makes up for others that don't. */
export type Fit = 'right' | 'wrong' | undefined;

const DAY = 1440;

/** @param seconds of the drill that have passed: the story's clock may be named as well as the moment of the payment */
export function timeNamed(text: string, { at }: Pick<Drill, 'at'>, seconds: number, patterns: Patterns): Fit {
  const named = everyIn(text.replaceAll(' ', ''), 'fact-time', patterns);
  const spans = named.flatMap((match) => spansOf(match, patterns));
  if (spans.length === 0) return fits(patterns['told-time'], text) ? 'right' : undefined;
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const from = hours * 60 + minutes - RULES.clock;
  const to = hours * 60 + minutes + Math.floor(seconds / 60) + RULES.clock;
  const near = spans.some(([first, last]) => [-DAY, 0, DAY].some((day) => first + day <= to && last + day >= from));
  return near ? 'right' : 'wrong';
}

/** Minutes of the day that a time may mean, first and last. */
function spansOf(match: RegExpMatchArray, patterns: Patterns): [number, number][] {
  const [all = '', part = '', hour = '', more, half, quarter, minute] = match;
  const bareHour = half === undefined && quarter === undefined && minute === undefined;
  if (part === '' && bareHour && fits(patterns['fact-a-bit'], all)) return [];
  const h = numberOf(hour, patterns);
  const m =
    half !== undefined
      ? 30
      : quarter !== undefined
        ? (numberOf(quarter, patterns) ?? 0) * 15
        : numberOf(minute ?? '0', patterns);
  if (h === undefined || m === undefined || Number.isNaN(m) || h > 24 || m > 59) return [];
  const late = h < 12 && (fits(patterns['fact-afternoon'], part) || (h < 4 && fits(patterns['fact-noon'], part)));
  const hours = part === '' && h <= 12 ? [h, h + 12] : [late ? h + 12 : h];
  const length = more !== undefined && bareHour ? 59 : 0;
  return hours.map((one) => [(one * 60 + m) % DAY, ((one * 60 + m) % DAY) + length]);
}

/** @param text without what stands on the screen */
export function amountNamed(text: string, { amount }: Pick<Drill, 'amount'>, patterns: Patterns): Fit {
  const said = text.replaceAll(' ', '').replace(/(?<=[0-9]),(?=[0-9]{3}(?![0-9]))/g, '');
  const named = everyIn(said, 'fact-money', patterns).filter(([all]) => !fits(patterns['fact-no-money'], all));
  const values = named.map(([, , after, before]) => numberOf(after ?? before ?? '', patterns));
  if (values.includes(amount)) return 'right';
  const alone = everyIn(said, 'fact-number', patterns).some(([all]) => Number(all) === amount);
  return alone ? 'right' : values.length > 0 ? 'wrong' : undefined;
}

/** @param text without what stands on the screen */
export function methodNamed(text: string, { pay }: Pick<Drill, 'pay'>, patterns: Patterns): Fit {
  if (fits(patterns[`told-method-${pay}`], text)) return 'right';
  return fits(patterns['told-method'], text) ? 'wrong' : undefined;
}

const fits = (forms: readonly string[] | undefined, text: string): boolean =>
  forms?.some((form) => regExpOf(form).test(text)) === true;

function everyIn(text: string, list: string, patterns: Patterns): RegExpMatchArray[] {
  return (patterns[list] ?? []).flatMap((form) => [...text.matchAll(new RegExp(form, 'g'))]);
}

/** Of 36, 36.00, and of numbers written out up to 99,999,999; undefined if it is none. */
function numberOf(written: string, patterns: Patterns): number | undefined {
  if (/^[0-9]/.test(written)) return Number.isNaN(Number(written)) ? undefined : Number(written);
  const [myriad = ''] = patterns['numeral-myriad'] ?? [];
  const [high, low] = myriad !== '' && written.includes(myriad) ? written.split(myriad) : ['', written];
  const rest = belowMyriad(low ?? '', patterns);
  const above = high === '' ? 0 : belowMyriad(high ?? '', patterns);
  return rest === undefined || above === undefined ? undefined : above * 10_000 + rest;
}

/** Each list holds the characters by value: digits from nought, units from ten. */
function belowMyriad(written: string, patterns: Patterns): number | undefined {
  const indexIn = (list: string, character: string) =>
    (patterns[list] ?? []).findIndex((same) => same.includes(character));
  let sum = 0;
  let digit: number | undefined;
  let unit = 0;
  for (const character of written) {
    const power = indexIn('numeral-units', character);
    if (power >= 0) {
      unit = 10 ** (power + 1);
      sum += (digit ?? 1) * unit;
      digit = undefined;
      continue;
    }
    const value = indexIn('numeral-digits', character);
    if (value < 0) return undefined;
    if (value === 0) unit = 0;
    digit = (unit === 0 ? (digit ?? 0) * 10 : 0) + value;
  }
  // A last digit behind hundreds stands for tens: 「一百二」 is 120, 「一百零二」 is 102.
  return sum + (digit ?? 0) * (unit >= 100 ? unit / 10 : 1);
}
