/** 「拉卡拉的呢」, 「乐刷客服」: an organisation is named, and hardly anything besides. Pure. */
import { without } from './absorb.js';
import { wordList } from './choice.js';
import { essence } from './options.js';
import type { Turn } from './world.js';

/** Characters that may stand beside the name and the words for a number. */
const MOST_BESIDE = 2;
/** Turns for which a number that was given is what 「建行呢」 asks for another of. */
const LASTS = 2;

/** True if the words name whose number is wanted: with a word for a number, or right after another number was given. */
export function asksForNumberOf(turn: Turn): boolean {
  const { understanding, session, world } = turn;
  if (understanding === null) return false;
  const named = understanding.entities.filter(({ value }) => world.knowledge.contacts.has(value));
  if (named.length === 0) return false;
  const beside = essence(without(understanding.text, named), wordList(turn, 'particles'));
  const rest = wordList(turn, 'number-words').reduce((text, word) => text.replaceAll(word, ''), beside);
  if (rest.length > MOST_BESIDE) return false;
  const recent = session.numberGiven !== undefined && session.turns - session.numberGiven <= LASTS;
  return recent || rest.length < beside.length;
}
