/** Bodies of the bot's passive answers in callback mode. Pure. */
import type { BotAnswer } from '../bot/render.js';
import type { ButtonCard, NoticeCard } from '../card.js';

interface StreamBody {
  id: string;
  finish: boolean;
  content: string;
  feedback?: { id: string };
}

export type PassiveBody =
  | { msgtype: 'text'; text: { content: string } }
  | { msgtype: 'stream'; stream: StreamBody }
  | { msgtype: 'template_card'; template_card: ButtonCard }
  | { msgtype: 'stream_with_template_card'; stream: StreamBody; template_card: ButtonCard }
  | { response_type: 'update_template_card'; template_card: NoticeCard; userids?: string[] };

/** A bubble that is not finished: WeCom asks again. It begins with what the whole will begin with. */
export function openBody(id: string, content: string, mark: { id: string } | undefined): PassiveBody {
  return { msgtype: 'stream', stream: { id, finish: false, content, ...(mark ? { feedback: mark } : {}) } };
}

/** The whole answer. `shown`: what the bubble shows already, if it was opened. */
export function wholeBody(
  id: string,
  { texts, card }: BotAnswer,
  shown: string,
  mark: { id: string } | undefined,
): PassiveBody {
  const [text = ''] = texts;
  if (text === '' && shown === '' && card) return { msgtype: 'template_card', template_card: card };
  const content = [shown, text].filter((part) => part !== '').join('\n\n');
  const stream = { id, finish: true, content, ...(shown === '' && mark ? { feedback: mark } : {}) };
  return card ? { msgtype: 'stream_with_template_card', stream, template_card: card } : { msgtype: 'stream', stream };
}
