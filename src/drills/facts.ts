/** Time, amount and way of paying as somebody names them, compared with the story: what does not fit it is no fact. Pure. */
import { regExpOf } from '../dialogue/regexp.js';
import type { Drill } from '../knowledge/schema.js';
import type { Patterns } from './named.js';
import { RULES } from './points.js';

/** `undefined`: nothing of the kind is named. One that fits makes up for others that don't. */
export type Fit = 'right' | 'wrong' | undefined;

const DIGITS = '〇一二三四五六七八九';
const NUMERAL = '[0-9〇零一二两三四五六七八九十]{1,3}';
const DAY = 1440;
/** Part of the day, hour, 「多」, minutes. 「一点」 alone is 「a bit」. */
const TIME = new RegExp(
  `(凌晨|清晨|清早|大早|早晨|早上|早|上午|中午|午后|下午|傍晚|晚上|夜里|半夜|深夜|夜|晚)?(?<![0-9])(${NUMERAL})(?::|点钟?|时(?!候|间))(多|来钟)?(?:(半)|([一三13])刻|过?(${NUMERAL})(?:分|(?![0-9点:])))?`,
  'g',
);
const AFTERNOON = /午后|下午|傍晚|晚|夜/;
const MONEY =
  /(?:(¥|金额[是为:]?)([0-9]+(?:\.[0-9]{1,2})?|[〇零一二两三四五六七八九十百千万]+))|(?<![0-9.])([0-9]+(?:\.[0-9]{1,2})?|[〇零一二两三四五六七八九十百千万]+)(?:元|块|圆)/g;
const NUMBER = /(?<![0-9.:])[0-9]+(?:\.[0-9]{1,2})?(?![0-9:点时])/g;

/** @param seconds of the drill that have passed: the story's clock may be named as well as the moment of the payment */
export function timeNamed(text: string, { at }: Pick<Drill, 'at'>, seconds: number, patterns: Patterns): Fit {
  const spans = [...text.replaceAll(' ', '').matchAll(TIME)].flatMap(spansOf);
  if (spans.length === 0) return fits(patterns['told-time'], text) ? 'right' : undefined;
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const from = hours * 60 + minutes - RULES.clock;
  const to = hours * 60 + minutes + Math.floor(seconds / 60) + RULES.clock;
  const near = spans.some(([first, last]) => [-DAY, 0, DAY].some((day) => first + day <= to && last + day >= from));
  return near ? 'right' : 'wrong';
}

/** Minutes of the day that a time may mean, first and last. */
function spansOf(match: RegExpMatchArray): [number, number][] {
  const [all = '', part = '', hour = '', more, half, quarter, minute] = match;
  const bareHour = half === undefined && quarter === undefined && minute === undefined;
  if (part === '' && bareHour && /^[一1]点$/.test(all)) return [];
  const h = numberOf(hour);
  const m = half !== undefined ? 30 : quarter !== undefined ? (numberOf(quarter) ?? 0) * 15 : numberOf(minute ?? '0');
  if (h === undefined || m === undefined || Number.isNaN(m) || h > 24 || m > 59) return [];
  const late = h < 12 && (AFTERNOON.test(part) || (part === '中午' && h < 4));
  const hours = part === '' && h <= 12 ? [h, h + 12] : [late ? h + 12 : h];
  const length = more !== undefined && bareHour ? 59 : 0;
  return hours.map((one) => [(one * 60 + m) % DAY, ((one * 60 + m) % DAY) + length]);
}

/** @param text without what stands on the screen */
export function amountNamed(text: string, { amount }: Pick<Drill, 'amount'>): Fit {
  const said = text.replaceAll(' ', '').replace(/(?<=[0-9]),(?=[0-9]{3}(?![0-9]))/g, '');
  // 「一块」 is 「together」 as well.
  const named = [...said.matchAll(MONEY)].filter(([all]) => all !== '一块');
  const values = named.map(([, , after, before]) => numberOf(after ?? before ?? ''));
  if (values.includes(amount)) return 'right';
  const alone = [...said.matchAll(NUMBER)].some(([all]) => Number(all) === amount);
  return alone ? 'right' : values.length > 0 ? 'wrong' : undefined;
}

/** @param text without what stands on the screen */
export function methodNamed(text: string, { pay }: Pick<Drill, 'pay'>, patterns: Patterns): Fit {
  if (fits(patterns[`told-method-${pay}`], text)) return 'right';
  return fits(patterns['told-method'], text) ? 'wrong' : undefined;
}

const fits = (forms: readonly string[] | undefined, text: string): boolean =>
  forms?.some((form) => regExpOf(form).test(text)) === true;

const UNITS: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 };

/** Of 36, 36.00, 三十六, 八千六百, 一百二 (120), 十; undefined if it is none. */
function numberOf(written: string): number | undefined {
  if (/^[0-9]/.test(written)) return Number.isNaN(Number(written)) ? undefined : Number(written);
  const [high, low] = written.includes('万') ? written.split('万') : ['', written];
  const rest = sectionOf(low ?? '');
  const above = high === '' ? 0 : sectionOf(high ?? '');
  return rest === undefined || above === undefined ? undefined : above * 10_000 + rest;
}

/** Below ten thousand. */
function sectionOf(written: string): number | undefined {
  let sum = 0;
  let digit: number | undefined;
  let unit = 0;
  for (const character of written) {
    const times = UNITS[character];
    if (times !== undefined) {
      sum += (digit ?? 1) * times;
      unit = times;
      digit = undefined;
      continue;
    }
    const value = character === '零' ? 0 : character === '两' ? 2 : DIGITS.indexOf(character);
    if (value < 0) return undefined;
    if (value === 0) unit = 0;
    digit = (unit === 0 ? (digit ?? 0) * 10 : 0) + value;
  }
  // 「一百二」 is 120, 「二十二」 is 22, 「一百零二」 is 102.
  return sum + (digit ?? 0) * (unit >= 100 ? unit / 10 : 1);
}
