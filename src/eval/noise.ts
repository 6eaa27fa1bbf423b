/**
 * What happens to sentences on their way: wrong characters of the right sound, lost characters, traditional characters, full-width
 * forms and emoji, speech recognition. For measuring what is lost by it. Pure: chance comes from outside.
 */
import simplified from 'opencc-js/dict/STCharacters';
import { pinyin } from '../text/pinyin.js';

/** A number from 0 up to 1, as Math.random gives. */
export type Random = () => number;

/** A generator that is the same everywhere (mulberry32, by T. Ettinger). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const HAN = /\p{Script=Han}/u;

let bySound: Map<string, string[]> | undefined;

/** The 3,755 common characters, level 1 of GB 2312 (rows 16 to 55), by toneless pinyin. */
function commonBySound(): Map<string, string[]> {
  if (bySound !== undefined) return bySound;
  bySound = new Map();
  const bytes: number[] = [];
  for (let row = 0xb0; row <= 0xd7; row++)
    for (let cell = 0xa1; cell <= (row === 0xd7 ? 0xf9 : 0xfe); cell++) bytes.push(row, cell);
  for (const character of new TextDecoder('gbk').decode(Uint8Array.from(bytes))) {
    const [sound = ''] = pinyin(character);
    const list = bySound.get(sound);
    if (list === undefined) bySound.set(sound, [character]);
    else list.push(character);
  }
  return bySound;
}

/** Each Chinese character becomes, with probability `part`, another common one of the same toneless sound, if there is one. */
export function homophones(text: string, part: number, random: Random): string {
  return Array.from(text, (character) => {
    if (!HAN.test(character) || random() >= part) return character;
    const [sound = ''] = pinyin(character);
    const others = (commonBySound().get(sound) ?? []).filter((other) => other !== character);
    return others[Math.floor(random() * others.length)] ?? character;
  }).join('');
}

/** Each character is lost with probability `part`; one stays at least. */
export function deletions(text: string, part: number, random: Random): string {
  const units = Array.from(text);
  const kept = units.filter(() => random() >= part);
  return kept.length > 0 ? kept.join('') : (units[0] ?? '');
}

let traditionalOf: Map<string, string> | undefined;

/** Each character in its usual traditional form. */
export function traditional(text: string): string {
  traditionalOf ??= new Map(
    simplified.split('|').map((pair) => {
      const [from = '', to = ''] = pair.split(' ');
      return [from, to];
    }),
  );
  const table = traditionalOf;
  return Array.from(text, (character) => table.get(character) ?? character).join('');
}

const EMOJI = ['\u{1f62d}', '\u{1f64f}', '\u2757', '\u{1f621}', '\u200b', '~', '!!', '\u2026\u2026'];
const pick = (list: readonly string[], random: Random): string => list[Math.floor(random() * list.length)] ?? '';

/** Latin letters, digits and marks in full width; emoji, zero-width spaces and marks strewn in. */
export function litter(text: string, random: Random): string {
  let out = random() < 0.5 ? pick(EMOJI, random) : '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    out += code > 0x20 && code < 0x7f ? String.fromCodePoint(code + 0xfee0) : character;
    // Zero-width spaces come in with copied texts, in the middle of words.
    if (random() < 0.05) out += '\u200b';
  }
  return out + pick(EMOJI, random);
}

/** As speech recognition writes it: no marks, fillers before and between. */
export function spoken(text: string, fillers: readonly string[], random: Random): string {
  const pieces = text
    .split(/(?:(?![-_.%*])[\p{P}\p{S}\s])+/u)
    .filter((piece) => piece !== '')
    .map((piece) => (random() < 0.5 ? pick(fillers, random) : '') + piece);
  return pieces.join('');
}

/** The five that `eval` measures, by name. */
export function distortions(
  fillers: readonly string[],
): Readonly<Record<string, (text: string, random: Random) => string>> {
  return {
    homophones20: (text, random) => homophones(text, 0.2, random),
    deleted10: (text, random) => deletions(text, 0.1, random),
    traditional: (text) => traditional(text),
    litter: (text, random) => litter(text, random),
    spoken: (text, random) => spoken(text, fillers, random),
  };
}
