/** Numbers as people type them: in full width, in groups, a digit off. Pure. */
import type { Merchants } from './merchants.js';
import { alternatives } from './unmasked.js';
import type { World } from './world.js';

/** Runs of groups looked at in one message, each with at most 28 ways to be one number. */
const RUNS_MAX = 4;
/** Characters from which groups may be one number. */
const SHORTEST = 8;
/** Digits from which what is announced as a number of the shop's is one: 「商户号03」 is a code. */
const FEWEST_DIGITS = 4;

/** ０ to ９, Ａ to ｚ, － and ＿ */
const WIDE = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff0d\uff3f]/g;
const WIDE_OFFSET = 0xfee0;
const GROUPS = /(?<![0-9A-Za-z_-])[0-9A-Za-z_]+(?:[ \u3000-][0-9A-Za-z_]+){1,7}(?![0-9A-Za-z_-])/g;

/** The words with numbers of the list written as the list has them: 「8221 0000 1234」, 「８２２１」. */
export function asListed(words: string, merchants: Merchants): string {
  const narrow = words.replace(WIDE, (unit) => String.fromCharCode(unit.charCodeAt(0) - WIDE_OFFSET));
  let runs = 0;
  return narrow.replace(GROUPS, (run) => {
    runs += 1;
    if (runs > RUNS_MAX || isListed(run, merchants)) return run;
    return withoutGaps(run, merchants);
  });
}

/** The longest groups in a row that are a number of the list become one. */
function withoutGaps(run: string, merchants: Merchants): string {
  const groups = run.split(/[ \u3000-]/);
  for (let length = groups.length; length > 1; length -= 1)
    for (let from = 0; from + length <= groups.length; from += 1) {
      const number = groups.slice(from, from + length).join('');
      if (number.length < SHORTEST || !isListed(number, merchants)) continue;
      return [...groups.slice(0, from), number, ...groups.slice(from + length)].join(' ');
    }
  return run;
}

const isListed = (number: string, merchants: Merchants): boolean =>
  /\d/.test(number) && (merchants.byNumber(number) ?? merchants.bySerial(number)) !== undefined;

/** A number of the shop's that no list has. */
export interface Unlisted {
  kind: 'merchant' | 'terminal';
  number: string;
  /** The words without it. */
  rest: string;
}

const ANNOUNCED_BY: Readonly<Record<Unlisted['kind'], string>> = {
  merchant: 'shop-number',
  terminal: 'terminal-number',
};

/** A merchant or terminal number that the words announce and no list has, in one piece or in groups of digits. */
export function unlistedIn(words: string, world: World): Unlisted | undefined {
  return announcedIn(words, 'merchant', world) ?? announcedIn(words, 'terminal', world);
}

function announcedIn(
  words: string,
  kind: Unlisted['kind'],
  { flows, knowledge, merchants }: World,
): Unlisted | undefined {
  const announcers = flows.get('repair')?.words[ANNOUNCED_BY[kind]] ?? [];
  if (announcers.length === 0) return undefined;
  const link = alternatives(knowledge.lexicon.privateWords.link);
  const owners = alternatives(flows.get('repair')?.words['shop-owners'] ?? []);
  const inGroups = '[0-9]{1,4}(?:[ \\u3000-][0-9]{1,4}){2,15}';
  const pattern = `(?:${owners}){0,3}(?:${alternatives(announcers)})\\s{0,4}(?:${link})?[:\\uff1a,\\uff0c\\s]{0,4}(${inGroups}|[0-9A-Za-z_-]{6,32})(?![0-9A-Za-z_*-])`;
  const found = new RegExp(pattern, 'iu').exec(words);
  const number = (found?.[1] ?? '').replace(/[ \u3000]/g, '');
  if (found === null || number.replace(/\D/g, '').length < FEWEST_DIGITS || isListed(number, merchants))
    return undefined;
  return { kind, number, rest: words.replace(found[0], ' ') };
}

/** Digits of a merchant number (银联 5.1.1) and of a terminal number. */
const MERCHANT_DIGITS = 15;
const TERMINAL_DIGITS = 8;
/** Digits from which a letter that looks like one is most likely a slip. */
const MANY_DIGITS = 10;

/** The number of the shop's that words are, and nothing else: said while such numbers are waited for. */
export function loneNumber(words: string): Unlisted | undefined {
  const text = words.trim();
  const number = /^[0-9 \u3000-]+$/.test(text) ? text.replace(/\D/g, '') : text;
  const digits = number.replace(/\D/g, '').length;
  if (!/^[0-9A-Za-z-]{8,32}$/.test(number) || digits < SHORTEST - 2) return undefined;
  if (isMistyped(number) || (number.length === MERCHANT_DIGITS && digits === MERCHANT_DIGITS))
    return { kind: 'merchant', number, rest: '' };
  return digits < number.length || digits === TERMINAL_DIGITS ? { kind: 'terminal', number, rest: '' } : undefined;
}

/** 「8981100l2345678」: a letter that looks like a digit among many. */
export function isMistyped(number: string): boolean {
  return /^[0-9]+(?:[oil]+[0-9]+)+$/i.test(number) && number.replace(/\D/g, '').length >= MANY_DIGITS;
}
