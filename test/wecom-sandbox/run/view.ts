/** How a bubble of the local WeCom looks, for the page. Pure. */
import type { Card } from '../cards.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import type { BubbleView, CardView, MenuView, Rating } from '../page/types.js';
import type { Bubble } from '../rooms.js';
import { nameOf, type Place } from './corp.js';

/** null: people see nothing of it. */
export function viewOf(bubble: Bubble, place: Place, ratings: Record<string, Rating>): BubbleView | null {
  const { kind, from, card, cardFor, menu } = bubble;
  // Where only one person writes, the bubble does not say who.
  const user = bubble.user ?? (from === 'user' ? place.people[0]?.id : undefined);
  // A tap leaves no bubble in WeCom: the card changes.
  if (kind === 'tap') return null;
  return {
    id: bubble.id,
    at: bubble.at,
    from,
    ...(user !== undefined && { user }),
    name: user === undefined ? place.speaker : nameOf(user),
    kind,
    text: bubble.text,
    ...(kind === 'stream' && !bubble.finished && !bubble.expired && { growing: true as const }),
    ...(bubble.expired && { expired: true as const }),
    ...(card && { card: cardView(card) }),
    ...(cardFor && {
      cardFor: Object.fromEntries(Object.entries(cardFor).map(([id, one]) => [id, cardView(one)])),
    }),
    ...(menu && { menu: menuView(menu) }),
    ...(bubble.feedbackId !== undefined && { ratings }),
  };
}

function menuView({ head, items, tail }: NonNullable<Bubble['menu']>): MenuView {
  return {
    head,
    tail,
    items: items.map(({ type, content, id, url }) => ({
      text: content,
      // An entry without an id comes back by its words.
      ...(type === 'click' && { key: id ?? content }),
      ...(url !== undefined && { url }),
    })),
  };
}

function cardView({ type, taskId, title, buttons, replacedBy, json }: Card): CardView {
  const source = text(part(json, 'source'), 'desc');
  const emphasis = part(json, 'emphasis_content');
  const quote = part(json, 'quote_area');
  const url = text(part(json, 'card_action'), 'url');
  return {
    type,
    ...(taskId !== undefined && { taskId }),
    ...(source !== '' && { source }),
    title,
    desc: text(part(json, 'main_title'), 'desc'),
    ...(json.emphasis_content !== undefined && {
      emphasis: { title: text(emphasis, 'title'), desc: text(emphasis, 'desc') },
    }),
    ...(json.quote_area !== undefined && { quote: { title: text(quote, 'title'), text: text(quote, 'quote_text') } }),
    subTitle: text(json, 'sub_title_text'),
    facts: parts(json, 'horizontal_content_list').map((one) => ({
      name: text(one, 'keyname'),
      value: text(one, 'value'),
      ...withUrl(one),
    })),
    jumps: parts(json, 'jump_list').map((one) => ({ title: text(one, 'title'), ...withUrl(one) })),
    ...(url !== '' && { url }),
    buttons: buttons.map(({ text: label, key, style }) => ({ text: label, key, style })),
    ...(replacedBy !== undefined && { replacedBy }),
  };
}

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const part = (of: JsonObject, key: string): JsonObject => object(of[key]);
const parts = (of: JsonObject, key: string): JsonObject[] => {
  const list = of[key];
  return Array.isArray(list) ? list.map(object) : [];
};
const text = (of: JsonObject, key: string): string => {
  const value = of[key];
  return typeof value === 'string' ? value : '';
};
const withUrl = (of: JsonObject): { url?: string } => (text(of, 'url') === '' ? {} : { url: text(of, 'url') });
