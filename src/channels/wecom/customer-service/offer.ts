/** An answer with which the conversation may go to a human: what is said either way, and what is offered only if nobody takes it. Pure. */
import type { CardWords } from '../card.js';
import { type KfMessage, type Rendered, renderAnswer } from './render.js';

export interface Offered {
  /** Sent before the hand-over is tried; its menu, if the last message were one, would not work once a human has it. */
  said: Rendered[];
  /** Sent if nobody took it. */
  offer: Rendered | null;
}

/** Splits the options off the reply that asks for a human, and the words about them that stand behind its summary. */
export function splitOffer(items: readonly Rendered[]): Offered {
  const asking = items.findLast(({ reply }) => reply.handover !== undefined && reply.options.length > 0);
  if (asking === undefined) return { said: [...items], offer: null };
  const { reply } = asking;
  const { handover = '' } = reply;
  const summary = reply.text.startsWith(handover) ? handover : reply.text;
  const said = { id: asking.id, reply: { ...reply, text: summary, options: [] } };
  const offer = { id: asking.id, reply: { ...reply, text: reply.text.slice(summary.length).trim(), links: [] } };
  return { said: items.map((item) => (item === asking ? said : item)), offer };
}

/** The offer as one message; null if there is none. */
export function renderOffer(offer: Rendered | null, words: CardWords): KfMessage | null {
  if (offer === null) return null;
  const text = offer.reply.text === '' ? words('choose') : offer.reply.text;
  return renderAnswer([{ ...offer, reply: { ...offer.reply, text } }], 1, words)[0] ?? null;
}
