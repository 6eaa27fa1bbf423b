/** A message of the bot as an event: without the bot's name, with what was quoted. */
import type { InboundEvent } from '../../../dialogue/event.js';
import type { Service } from '../../channel.js';
import { type BotFrame, type Chat, contentOf, withoutMention } from './inbound.js';

/** UTF-16 units of a quoted message that are read. */
const QUOTE_MAX = 500;
/** Replies among which a quoted one is looked for. */
const LINES_BACK = 40;

/**
 * What was quoted stands before what was said of it, unless it is what we said ourselves: our own words are no news.
 */
export async function messageOf(
  frame: BotFrame,
  chat: Chat,
  names: readonly string[],
  service: Pick<Service, 'transcript'>,
  base: Omit<Extract<InboundEvent, { kind: 'message' }>, 'kind' | 'text'>,
): Promise<InboundEvent> {
  const { text, attachments } = contentOf(frame);
  const said = chat.group === undefined ? text : withoutMention(text, names);
  const quoted = frame.quote ? contentOf(frame.quote) : { text: '', attachments: [] };
  const quote = quoted.text.slice(0, QUOTE_MAX).trim();
  const news = quote !== '' && !(await isOurs(quote, base.conversation, service)) ? quote : '';
  const seen = [...new Set([...attachments, ...(news === '' ? quoted.attachments : [])])];
  const words = [news, said].filter((part) => part !== '').join('\n');
  return { ...base, kind: 'message', text: words, ...(seen.length > 0 ? { attachments: seen } : {}) };
}

async function isOurs(quote: string, conversation: string, service: Pick<Service, 'transcript'>): Promise<boolean> {
  const lines = await service.transcript(conversation);
  const letters = lettersOf(quote);
  return lines.slice(-LINES_BACK).some(({ from, text }) => from === 'assistant' && lettersOf(text).includes(letters));
}

/** Without what a quotation changes: spaces, marks, widths. */
function lettersOf(text: string): string {
  return text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');
}
