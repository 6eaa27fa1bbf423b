/** What a card shows once it was tapped: the choice that counted, which need not be the one that was tapped. Pure. */
import type { TranscriptLine } from '../../store/store.js';
import { type CardWords, isCardOf } from './card.js';

export interface Choice {
  /** What the card was about. */
  title: string;
  /** What was chosen, or that the card's time is over. */
  text: string;
}

/**
 * @param lines the conversation, oldest first, the tap's own among them
 * @param eventId of the tap
 */
export function choiceOf(lines: readonly TranscriptLine[], eventId: string, taskId: string, words: CardWords): Choice {
  const at = lines.findLastIndex(({ id, from }) => from === 'assistant' && isCardOf(taskId, id));
  const tap = lines.findLastIndex(({ id }) => id === eventId);
  const said = counts(lines, tap) ? lines[tap]?.text : answerTo(lines, at, tap);
  return {
    title: lines[at]?.text ?? words('choose'),
    text: said === undefined ? words('expired') : words('chosen').replace('{label}', said),
  };
}

/** Whether what the user said or tapped was taken; what the assistant does not take it answers with an error. */
function counts(lines: readonly TranscriptLine[], said: number): boolean {
  return said >= 0 && lines[said + 1]?.reply?.type !== 'error';
}

/** The option by which a question was answered before the tap; undefined: in words, or not that we know of. */
function answerTo(lines: readonly TranscriptLine[], question: number, tap: number): string | undefined {
  const asked = lines[question]?.reply;
  if (asked === undefined) return undefined;
  const next = lines.findIndex(
    ({ reply }, index) => index > question && (reply?.options.length ?? 0) > 0 && reply?.question !== asked.question,
  );
  const end = Math.min(tap < 0 ? lines.length : tap, next < 0 ? lines.length : next);
  const answer = lines.findLastIndex(
    ({ from }, index) => index > question && index < end && from === 'user' && counts(lines, index),
  );
  const text = lines[answer]?.text;
  return asked.options.find(({ label }) => label === text)?.label;
}
