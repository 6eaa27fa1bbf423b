/** Days as people write them (周一至周五, 周六、周日, 工作日, 休息日, 每天) → the days that are meant; and times of day. Pure. */

export interface Days {
  /** 1 Monday … 7 Sunday. */
  week: ReadonlySet<number>;
  /** Every working day: Monday to Friday without holidays, and the days worked in exchange for one (调休). */
  workdays: boolean;
  /** Every day off: Saturday and Sunday without those worked in exchange, and holidays. */
  restDays: boolean;
}

/** What may be written, for messages: every day, working days, days off, a range, a list. */
export const DAYS_EXAMPLES =
  '\u6bcf\u5929, \u5de5\u4f5c\u65e5, \u4f11\u606f\u65e5, \u5468\u4e00\u81f3\u5468\u4e94, \u5468\u516d\u3001\u5468\u65e5';

const EVERY_DAY = new Set(['\u6bcf\u5929', '\u6bcf\u65e5']);
const WORKDAYS = '\u5de5\u4f5c\u65e5';
const REST_DAYS = '\u4f11\u606f\u65e5';
const WEEKEND = '\u5468\u672b';
/** 一 … 六, 日 or 天. */
const NUMERALS = '\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u65e5\u5929';
/** 周, 星期, 礼拜 */
const WEEK = '(?:\u5468|\u661f\u671f|\u793c\u62dc)';
/** 周一三五, 周六日 */
const LIST = new RegExp(`^${WEEK}([${NUMERALS}]+)$`);
/** 周一至周五, 周一到五, 周一—周五 */
const RANGE = new RegExp(`^${WEEK}([${NUMERALS}])[\u81f3\u5230—–~～-]+${WEEK}?([${NUMERALS}])$`);
/** 、 and its like, 和, 及 */
const BETWEEN = /[、，,\u548c\u53ca]/u;

const numberOf = (numeral: string): number => Math.min(NUMERALS.indexOf(numeral) + 1, 7);

/** The days that a text means, or null if it says anything else. All seven by name are every day, holidays among them. */
export function parseDays(text: string): Days | null {
  const week = new Set<number>();
  let workdays = false;
  let restDays = false;
  for (const part of text.replace(/\s+/gu, '').split(BETWEEN)) {
    const range = RANGE.exec(part);
    const list = LIST.exec(part);
    if (EVERY_DAY.has(part)) addRange(week, 1, 7);
    else if (part === WORKDAYS) workdays = true;
    else if (part === REST_DAYS) restDays = true;
    else if (part === WEEKEND) addRange(week, 6, 7);
    else if (range) addRange(week, numberOf(range[1] ?? ''), numberOf(range[2] ?? ''));
    else if (list) for (const numeral of list[1] ?? '') week.add(numberOf(numeral));
    else return null;
  }
  const every = week.size === 7;
  return { week, workdays: workdays || every, restDays: restDays || every };
}

/** 周五至周一 goes over the weekend. */
function addRange(week: Set<number>, first: number, last: number): void {
  for (let day = first; ; day = (day % 7) + 1) {
    week.add(day);
    if (day === last) return;
  }
}

const DAY_MINUTES = 1440;

/** Minutes after midnight; `time` as 09:00 or 9:00, at most 24:00. */
export function minutesOf(time: string): number {
  const [hours = '', minutes = ''] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Minutes from a time of day to the next time it is another, 1 … 1440. */
export function minutesBetween(from: string, to: string): number {
  const minutes = minutesOf(to) - minutesOf(from);
  return minutes > 0 ? minutes : minutes + DAY_MINUTES;
}
