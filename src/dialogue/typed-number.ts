/** Numbers as people type them: in full width, in groups, a digit off. Pure. */
import type { Flow } from './flow.js';
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

/** Made once a flow: flows and lists of words are replaced, never changed. */
const announced = new WeakMap<Flow, { link: readonly string[]; pattern: RegExp | undefined }>();

/** What announces a merchant number, and the number; undefined if the flow has no words for it. */
function announcedBy(repair: Flow, link: readonly string[]): RegExp | undefined {
  let made = announced.get(repair);
  if (made?.link !== link) {
    const announcers = repair.words['shop-number'] ?? [];
    const owners = alternatives(repair.words['shop-owners'] ?? []);
    const pattern = `(?:${owners}){0,3}(?:${alternatives(announcers)})\\s{0,4}(?:${alternatives(link)})?[:\\uff1a,\\uff0c\\s]{0,4}([0-9A-Za-z_-]{6,32})(?![0-9A-Za-z_*-])`;
    made = { link, pattern: announcers.length === 0 ? undefined : new RegExp(pattern, 'iu') };
    announced.set(repair, made);
  }
  return made.pattern;
}

/** A merchant number that the words announce and no list has; `rest`: the words without it. */
export function unlistedIn(
  words: string,
  { flows, knowledge, merchants }: World,
): { number: string; rest: string } | undefined {
  const repair = flows.get('repair');
  const found = repair && announcedBy(repair, knowledge.lexicon.privateWords.link)?.exec(words);
  const number = found?.[1] ?? '';
  if (!found || number.replace(/\D/g, '').length < FEWEST_DIGITS || isListed(number, merchants)) return undefined;
  return { number, rest: words.replace(found[0], ' ') };
}
