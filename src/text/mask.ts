/**
 * Hides what nobody may keep: card numbers, identity numbers, mobile numbers, security codes, passwords, one-time codes.
 * Runs before anything is stored, logged or shown, so it errs on the side of hiding, except for the numbers that a case needs:
 * merchant and terminal numbers, amounts, response codes, times and hotlines.
 */
import { fold } from './fold.js';
import { type Announced, createSpeller, isCardAs, separatedCards } from './separated.js';

export type PrivateKind = 'card' | 'id' | 'phone' | 'cvv' | 'password' | 'otp';

/** Words (lexicon.yaml, `privateWords`) that announce a secret, or a merchant number, which is none. */
export interface PrivateWords {
  /** A token right after one of these is a password (「密码」「密码是」). */
  password: readonly string[];
  otp: readonly string[];
  /** Six digits right after one of these are a one-time code (「六位数字」); weaker words than `otp`. */
  otpHint: readonly string[];
  /** What may stand between such a word and its secret (「是」, "is"). */
  link: readonly string[];
  /** 13 to 19 digits right after one of these are a bank card. */
  card: readonly string[];
  /** Security code and expiry date. */
  cvv: readonly string[];
  /** A number after one of these stays. */
  merchantNumber: readonly string[];
  /** Numeral of one character → digit (0 to 9): numbers may be spelt out. */
  digits: Readonly<Record<string, number>>;
}

export interface Masked {
  /** As long as the original in UTF-16 units: each hidden unit is one `*`. */
  text: string;
  found: PrivateKind[];
}

/** The visible characters in their plain form, one unit each, and the range that each stands for in the original. */
interface Plain {
  text: string;
  starts: number[];
  ends: number[];
}

function plain(text: string): Plain {
  const starts: number[] = [];
  const ends: number[] = [];
  let out = '';
  for (let at = 0; at < text.length; ) {
    const codePoint = text.codePointAt(at) ?? 0;
    const end = at + (codePoint > 0xffff ? 2 : 1);
    const folded = fold(codePoint);
    // Zero-width characters inside a number must not hide it; whatever has no single plain form stands for itself.
    if (folded !== '') {
      out += folded.length === 1 ? folded : '\u0001';
      starts.push(at);
      ends.push(end);
    }
    at = end;
  }
  return { text: out, starts, ends };
}

/** First two digits of identity numbers: provinces as of GB/T 2260. */
const PROVINCE = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;

function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** GB 11643-1999: check character by ISO 7064 MOD 11-2. */
function isId18(text: string): boolean {
  if (!/^\d{17}[\dx]$/.test(text) || !PROVINCE.test(text)) return false;
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (text.charCodeAt(i) - 48) * (2 ** (17 - i) % 11);
  return '10x98765432'[sum % 11] === text[17];
}

/** The older form: no check digit, so the province and a real birthday have to do. */
function isId15(digits: string): boolean {
  const part = (from: number): number => Number(digits.slice(from, from + 2));
  return PROVINCE.test(digits) && isDate(1900 + part(6), part(8), part(10));
}

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function alternatives(words: readonly string[]): string {
  const folded = words
    .map((word) => plain(word).text)
    .filter((word) => word !== '')
    // "spin" is no "pin", a bar code no "code".
    .map((word) => (/^[a-z]{1,4}(?![a-z])/.test(word) ? '(?<![a-z])' : '') + escaped(word));
  // A group that never matches when there are no words.
  return folded.length === 0 ? '(?!)' : `(?:${folded.sort((a, b) => b.length - a.length).join('|')})`;
}

interface Rule {
  kind: PrivateKind;
  /** With group 1 only that part is hidden, else the whole match. */
  pattern: RegExp;
  accepts(match: string, announced: Announced): boolean;
  /** Digits left readable at both ends. */
  keep?: { first: number; last: number };
}

const digitsOf = (text: string): string => text.replace(/[^\dx]/g, '');
const always = (): boolean => true;

function rulesFor(words: PrivateWords): Rule[] {
  const password = alternatives(words.password);
  const otp = alternatives(words.otp);
  const hint = alternatives(words.otpHint);
  const cvv = alternatives(words.cvv);
  // What may stand between a word and its secret: a few characters that are no letters or digits of a secret themselves.
  const near = '[^a-z0-9*]{0,8}?';
  const joint = '[\\s:="]{0,3}';
  // Visible ASCII but commas, semicolons and what is hidden already.
  const secret = '[!-)+./0-:<-~-]';
  const six = '(?<![\\d.])(\\d{6})(?![\\d.])';
  const linked = `(?:\\s{0,2}${alternatives(words.link)})?`;
  // 「8 3 9 2 0 1」, 「839-201」
  const spaced = '(\\d(?<gap>[ ._-])\\d(?:\\k<gap>\\d){2,10}|\\d{3}[ ._-]\\d{3})(?![\\d.])';
  return [
    {
      kind: 'id',
      pattern: /(?<!\d)\d{6}[ -]?\d{8}[ -]?\d{3}[\dx](?!\d)/dg,
      accepts: (match) => isId18(digitsOf(match)),
    },
    {
      kind: 'card',
      pattern: /(?<!\d)\d{13,19}(?!\d)/dg,
      accepts: isCardAs,
    },
    { kind: 'id', pattern: /(?<!\d)\d{15}(?!\d)/dg, accepts: (match, { merchant }) => !merchant && isId15(match) },
    {
      kind: 'phone',
      pattern:
        /(?<!\d)(?:(?:\+|00)?86[ -]?)?(1[3-9]\d[ ._-]?\d{4}[ ._-]?\d{4}|1(?<gap>[ ._-])[3-9](?:\k<gap>\d){9})(?!\d)/dg,
      accepts: (_, { merchant }) => !merchant,
      keep: { first: 3, last: 4 },
    },
    {
      // A landline, by its area code and what parts it off; without that it could be a terminal's number.
      kind: 'phone',
      pattern:
        /(?<!\d)\(?(?:0[1-9]\d{1,2}|(?:\+|00)86[ -]?0?(?:10|[2-9]\d{1,2}))(?:[ ._-]|\) ?)\d{3,4}[ ._-]?\d{4}(?!\d)/dg,
      accepts: (_, { merchant }) => !merchant,
      keep: { first: 3, last: 2 },
    },
    { kind: 'otp', pattern: new RegExp(`${otp}${linked}${joint}(\\d{4,8})(?!\\d)`, 'dg'), accepts: always },
    { kind: 'otp', pattern: new RegExp(`${otp}${linked}${joint}${spaced}`, 'dg'), accepts: always },
    { kind: 'otp', pattern: new RegExp(`${hint}${linked}${joint}${six}`, 'dg'), accepts: always },
    {
      kind: 'otp',
      pattern: new RegExp(`${hint}${linked}${joint}${spaced}`, 'dg'),
      accepts: (match) => digitsOf(match).length === 6,
    },
    { kind: 'otp', pattern: new RegExp(`${otp}${near}${six}`, 'dg'), accepts: always },
    { kind: 'otp', pattern: new RegExp(`${six}[^a-z0-9*]{0,4}${otp}`, 'dg'), accepts: always },
    // Without a colon a password must have a digit, or end the statement: 「密码pos机」 is none.
    {
      kind: 'password',
      pattern: new RegExp(`${password}${linked}\\s?[:=]\\s?(${secret}{3,32})`, 'dg'),
      accepts: always,
    },
    {
      kind: 'password',
      pattern: new RegExp(`${password}${linked}${joint}((?=${secret}*\\d)${secret}{4,32})`, 'dg'),
      accepts: always,
    },
    {
      kind: 'password',
      pattern: new RegExp(`${password}${linked}([a-z]{4,32})(?=\\s|[,.;!?]|$)`, 'dg'),
      accepts: always,
    },
    { kind: 'password', pattern: new RegExp(`${password}${linked}${joint}${spaced}`, 'dg'), accepts: always },
    { kind: 'password', pattern: new RegExp(`${password}${near}${six}`, 'dg'), accepts: always },
    { kind: 'password', pattern: new RegExp(`${six}[^a-z0-9*]{0,4}${password}`, 'dg'), accepts: always },
    {
      kind: 'cvv',
      pattern: new RegExp(`${cvv}[^a-z0-9*]{0,4}?(\\d{3}|(?!19|20)\\d{4}|\\d{2} ?[/-] ?\\d{2})(?![\\d.])`, 'dg'),
      accepts: always,
    },
  ];
}

/** How far before a number (in visible characters) a merchant or card word may begin. */
const REACH = 16;

interface Tools {
  rules: readonly Rule[];
  /** Finds the word at the end of what stands before a number. */
  merchant: RegExp;
  card: RegExp;
  spell(text: string): string;
}

/** Separators inside these stay readable; a password's and an expiry date's are part of it. */
function isSecretUnit(kind: PrivateKind, unit: string): boolean {
  if (kind === 'password') return true;
  return kind === 'cvv' || kind === 'otp' ? !/[ -]/.test(unit) : /[\dx]/.test(unit);
}

function maskOnce(text: string, tools: Tools): Masked {
  const source = plain(text);
  const hidden = new Set<number>();
  const found: PrivateKind[] = [];
  const hide = (view: string, start: number, end: number, kind: PrivateKind, keep: Rule['keep']): void => {
    const places: number[] = [];
    for (let i = start; i < end; i++) if (isSecretUnit(kind, view[i] ?? '')) places.push(i);
    const kept = places.slice(keep?.first ?? 0, places.length - (keep?.last ?? 0));
    const fresh = kept.filter((i) => !hidden.has(i));
    if (fresh.length === 0) return;
    for (const i of fresh) hidden.add(i);
    if (!found.includes(kind)) found.push(kind);
  };
  const scan = (view: string): void => {
    const announcedAt = (at: number): Announced => {
      const before = view.slice(Math.max(0, at - REACH), at);
      return { card: tools.card.test(before), merchant: tools.merchant.test(before) };
    };
    for (const [start, end] of separatedCards(view, announcedAt)) hide(view, start, end, 'card', undefined);
    for (const { pattern, accepts, kind, keep } of tools.rules) {
      pattern.lastIndex = 0;
      for (const match of view.matchAll(pattern)) {
        const [start, end] = match.indices?.[1] ?? match.indices?.[0] ?? [0, 0];
        if (accepts(view.slice(start, end), announcedAt(start))) hide(view, start, end, kind, keep);
      }
    }
  };
  scan(source.text);
  const spelt = tools.spell(source.text);
  // Both ways: in 「…128三天」 the numeral is none of the card's digits.
  if (spelt !== source.text) scan(spelt);
  if (hidden.size === 0) return { text, found };
  const units = text.split('');
  for (const i of hidden) units.fill('*', source.starts[i], source.ends[i]);
  return { text: units.join(''), found };
}

/**
 * Makes the function that hides private numbers. The result has the length of the original, so offsets stay valid; masking
 * what is masked changes nothing. Mobile numbers keep the first three and last four digits.
 */
export function createMask(words: PrivateWords): (text: string) => Masked {
  const tools: Tools = {
    rules: rulesFor(words),
    merchant: new RegExp(`${alternatives(words.merchantNumber)}[^a-z0-9*]{0,3}$`),
    card: new RegExp(`${alternatives(words.card)}(?:\\s?${alternatives(words.link)})?[^a-z0-9*]{0,4}$`),
    spell: createSpeller(words.digits),
  };
  return (text) => {
    const found: PrivateKind[] = [];
    let masked = text;
    // Hiding one number can set another one free of its neighbours, so it goes on until nothing changes: every round hides
    // at least one digit more.
    for (;;) {
      const next = maskOnce(masked, tools);
      for (const kind of next.found) if (!found.includes(kind)) found.push(kind);
      if (next.text === masked) return { text: masked, found };
      masked = next.text;
    }
  };
}
