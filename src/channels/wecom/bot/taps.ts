/** A card that was tapped: what was chosen goes in as an event, and the card says so and cannot be tapped again. */
import type { InboundEvent } from '../../../dialogue/event.js';
import type { TranscriptLine } from '../../../store/store.js';
import { BOT_CARD, type CardWords, chosenCard, type NoticeCard, shortHash } from '../card.js';
import { choiceOf } from '../choice.js';
import { pressOf } from '../keys.js';

/** A tap as an event. Its id is that of who tapped what on which card: a second tap on the same button changes nothing. */
export function tapEvent(
  conversation: string,
  { key, taskId }: { key: string; taskId: string },
  at: number,
  channel: string,
): InboundEvent {
  const press = pressOf(key);
  const base = { id: `${channel}:tap:${shortHash(`${taskId} ${key}`)}`, conversation, at };
  if (press.kind === 'words') return { ...base, kind: 'message', text: press.words, mayJoin: false };
  const { option, question } = press;
  return { ...base, kind: 'option', option, ...(question === undefined ? {} : { question }) };
}

/** What takes the card's place. The words on it are those that were said, as the transcript holds them. */
export function tappedCard(
  lines: readonly TranscriptLine[],
  eventId: string,
  taskId: string,
  words: CardWords,
  url: string,
): NoticeCard {
  const { title, text } = choiceOf(lines, eventId, taskId, words);
  return { ...chosenCard(title, text, url, BOT_CARD), task_id: taskId };
}

/** What whoever taps somebody else's card sees in its place. */
export function foreignCard(taskId: string, words: CardWords, url: string): NoticeCard {
  return { ...chosenCard(words('choose'), words('notYours'), url, BOT_CARD), task_id: taskId };
}
