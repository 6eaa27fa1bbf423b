/**
 * Toneless pinyin, a number a syllable: voice input writes the right sounds with the wrong characters, so features are also
 * made of sounds. One reading a character (the most frequent one), whatever stands beside it.
 */
import readings from 'pinyin-pro/dist/esm/data/dict1.mjs';

const TONES = /[\u0300\u0301\u0304\u030c]/g;

/** Unit → 1 + index into `names`; 0 not looked up yet; NONE has no reading. */
const known = new Uint16Array(0x10000);
const NONE = 0xffff;
const names: string[] = [];
const ids = new Map<string, number>();

/**
 * The syllable of one UTF-16 unit as a number from 1, or 0 if it is no Chinese character. Numbers are given out in the order
 * of first use: compare them within one process only.
 */
export function syllable(unit: number): number {
  // Everything below is Latin, punctuation, kana: 〇 (U+3007) is the only numeral with a reading.
  if (unit < 0x3007) return 0;
  const found = known[unit] ?? NONE;
  if (found !== 0) return found === NONE ? 0 : found;
  const reading = readings.get(String.fromCharCode(unit))?.split(' ')[0];
  if (reading === undefined) {
    known[unit] = NONE;
    return 0;
  }
  // ü loses only its tone: nü and nu are different sounds.
  const name = reading.normalize('NFD').replace(TONES, '').normalize('NFC');
  let id = ids.get(name);
  if (id === undefined) {
    names.push(name);
    id = names.length;
    ids.set(name, id);
  }
  known[unit] = id;
  return id;
}

/** Toneless pinyin of each character of a text; characters without a reading stand for themselves. */
export function pinyin(text: string): string[] {
  return Array.from(text, (character) => names[syllable(character.charCodeAt(0)) - 1] ?? character);
}

/** Syllables are written as private-use characters. */
const PRIVATE = 0xe000;

/** A text in which each Chinese character is replaced by its sound, comparable within one process only; as long as the text. */
export function sounds(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const sound = syllable(unit);
    out += String.fromCharCode(sound === 0 ? unit : PRIVATE + sound);
  }
  return out;
}
