/** Takes masked numbers, and the words around them, out of what is read: that a card number was sent says nothing of the failure. Pure. */
import type { Knowledge } from '../knowledge/schema.js';
import type { Turn } from './world.js';

/** A masked number: stars in groups, with the digits that a mobile number keeps. */
const MASKED = '(?<!\\d)\\d{0,3}[*＊]{3,}(?:[\\s-]*[*＊]+)*(?:\\d{4}(?!\\d))?';
const HOLDS_MASKED = new RegExp(MASKED);

/** Made once a knowledge base and list of words: both are replaced, never changed. */
const patterns = new WeakMap<Knowledge['lexicon'], RegExp>();

/** True if a text holds a masked number. */
export function isMasked(text: string): boolean {
  return HOLDS_MASKED.test(text);
}

/** The words to understand: without masked numbers and what announces them (「我卡号是****」). */
export function unmasked(turn: Turn): string {
  const text = turn.words ?? '';
  return isMasked(text) ? text.replace(patternOf(turn), ' ') : text;
}

function patternOf(turn: Turn): RegExp {
  const { lexicon } = turn.world.knowledge;
  let pattern = patterns.get(lexicon);
  if (!pattern) {
    const { password, otp, card, cvv, link } = lexicon.privateWords;
    const { 'private-words': more = [], 'private-owners': owners = [] } = turn.world.flows.get('alerts')?.words ?? {};
    const named = alternatives([...password, ...otp, ...card, ...cvv, ...more]);
    pattern = new RegExp(
      `(?:(?:${alternatives(owners)})*(?:${named})\\s*(?:${alternatives(link)})?[:：,，\\s]*)?${MASKED}`,
      'giu',
    );
    patterns.set(lexicon, pattern);
  }
  return pattern;
}

/** Longest first; matches nothing if there are none. */
export function alternatives(words: readonly string[]): string {
  const sorted = [...words].sort((a, b) => b.length - a.length);
  return sorted.length === 0 ? '(?!)' : sorted.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
}
