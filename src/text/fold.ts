/**
 * One character at a time: compatibility forms, case, traditional characters, invisible characters and emoji, all into one
 * plain form. `normalise.ts` runs it over a text and keeps track of where everything came from.
 */
import traditional from 'opencc-js/dict/TSCharacters';

const NEWLINE = /[\n\r\v\f\u0085\u2028\u2029]/u;
/** White space, and pictures: they stand between two statements as often as a comma does. */
const SPACE = /[\t\p{Z}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]/u;
const INVISIBLE = /[\p{C}\p{M}]/gu;
const HANGUL = /\p{Script=Hangul}/u;
const DASH = /\p{Pd}/u;

let simplifiedOf: Map<string, string> | undefined;

/** Traditional → simplified, characters of the basic plane only (the others are place names that no till shows). */
function simplified(character: string): string {
  if (simplifiedOf === undefined) {
    simplifiedOf = new Map();
    for (const pair of traditional.split('|')) {
      const [from, to] = pair.split(' ');
      if (from?.length === 1 && to?.length === 1 && from !== to) simplifiedOf.set(from, to);
    }
  }
  const once = simplifiedOf.get(character) ?? character;
  // One entry of the table leads on to another one.
  return simplifiedOf.get(once) ?? once;
}

function compute(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  if (NEWLINE.test(character)) return '\n';
  if (SPACE.test(character)) return ' ';
  if (DASH.test(character)) return '-';
  const plain = HANGUL.test(character) ? character : character.normalize('NFKD');
  let out = '';
  for (const part of plain.toLowerCase().normalize('NFKD').replace(INVISIBLE, ''))
    out += SPACE.test(part) ? ' ' : simplified(part);
  return out;
}

/** Unit 0: not computed yet. Unit 1 (a control character, which never survives): look into `long`. */
const units = new Uint16Array(0x10000);
const LONG = 1;
const long = new Map<number, string>();

/**
 * The plain form of one code point: usually one UTF-16 unit, none for what carries nothing (controls, zero-width characters,
 * combining marks), several for ligatures and the like. Folding what is folded changes nothing.
 */
export function fold(codePoint: number): string {
  const unit = codePoint < 0x10000 ? (units[codePoint] ?? 0) : LONG;
  if (unit > LONG) return String.fromCharCode(unit);
  let text = unit === LONG ? long.get(codePoint) : undefined;
  if (text !== undefined) return text;
  text = compute(codePoint);
  if (codePoint < 0x10000) units[codePoint] = text.length === 1 ? text.charCodeAt(0) : LONG;
  // Bounded by the characters that Unicode has and people send; beyond that they are computed again.
  if ((text.length !== 1 || codePoint >= 0x10000) && long.size < 4096) long.set(codePoint, text);
  return text;
}
