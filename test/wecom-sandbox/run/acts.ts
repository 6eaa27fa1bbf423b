/** What a person does on the page, done in the local WeCom. */
import { z } from 'zod';
import type { BotMessage } from '../bot-wire.js';
import type { Sandbox } from '../index.js';
import type { Act, Done, ServicerAct } from '../page/types.js';
import type { Bubble } from '../rooms.js';
import { CUSTOMER, type Place, SERVICER } from './corp.js';
import { faultMenu } from './fault-menu.js';
import type { Feed } from './feed.js';

/** Characters of a message; WeCom's own limit is about the same. */
const TEXT_MAX = 5000;
const text = z.string().max(TEXT_MAX);
const id = z.string().min(1).max(200);
const number = z.string().max(64);
const at = { chat: id, user: id };

export const actSchema = z.discriminatedUnion('act', [
  z.object({ act: z.literal('say'), ...at, text: text.min(1), mention: z.boolean().optional() }),
  z.object({ act: z.literal('voice'), ...at, text }),
  z.object({ act: z.literal('picture'), ...at, text }),
  z.object({ act: z.literal('tap'), ...at, taskId: z.string().max(200), key: id.max(1024) }),
  z.object({ act: z.literal('pick'), ...at, key: id }),
  z.object({ act: z.literal('enter'), ...at, merchant: number.optional(), terminal: number.optional() }),
  z.object({
    act: z.literal('rate'),
    ...at,
    bubble: z.number().int(),
    type: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    reasons: z.array(z.number().int().min(1).max(4)).max(4).optional(),
    text: text.optional(),
  }),
  z.object({ act: z.literal('servicer'), what: z.enum(['take', 'say', 'end', 'pause', 'resume']), text }),
  z.object({ act: z.literal('fault'), fault: id, chat: id }),
  z.object({ act: z.literal('restart') }),
]) satisfies z.ZodType<Act>;

export interface ActsOptions {
  sandbox: Sandbox;
  feed: Feed;
  places: readonly Place[];
  callbackMode: boolean;
  restart: () => Promise<void>;
}

const LOST = '机器人没有连上：这一下没有送到，企业微信也不会补发。';
const UNHEARD = '没有 @ 机器人：这句话只有群里的人看见。';
const GONE = '这个按钮已经点不了了。';
const QUIET = '已经欢迎过，或者顾客已经说过话：48 小时内企业微信不给第二次欢迎的机会，机器人先不说话。';

export class Acts {
  constructor(private readonly options: ActsOptions) {}

  async perform(act: Act): Promise<Done> {
    if (act.act === 'restart') {
      await this.options.restart();
      return {};
    }
    if (act.act === 'servicer') return this.#servicer(act.what, act.text);
    const place = this.options.places.find(({ id: known }) => known === act.chat);
    if (!place) return { error: '没有这个会话。' };
    if (act.act === 'fault') return this.#fault(act.fault, place);
    if (!place.people.some(({ id: known }) => known === act.user)) return { error: '这个会话里没有这个人。' };
    try {
      if (place.where === 'app') return this.#app(act);
      if (place.where === 'kf') return this.#kf(act);
      return this.#bot(act, place);
    } catch {
      // The sandbox refuses what a person could not do either: the card changed meanwhile.
      return { error: GONE };
    }
  }

  #bot(act: Personal, place: Place): Done {
    const { sandbox, callbackMode } = this.options;
    const bot = callbackMode ? sandbox.botHttp : sandbox.bot;
    const { user } = act;
    const chat = place.mention === null ? {} : { chat: place.room };
    const message = (more: Omit<BotMessage, 'user' | 'chat'>) => heard(bot.message({ user, ...chat, ...more }));
    switch (act.act) {
      case 'say':
        if (place.mention === null || act.mention === true) return message({ text: act.text });
        sandbox.rooms.add(place.where, place.room, { from: 'user', kind: 'text', text: act.text, user });
        return { note: UNHEARD };
      case 'voice':
        return message({ kind: 'voice', text: act.text });
      case 'picture':
        return message(place.mention === null ? { kind: 'image' } : { kind: 'mixed', text: act.text });
      case 'tap':
        return heard(bot.tap(user, act.key, { ...chat, taskId: act.taskId }));
      case 'enter':
        return heard(bot.enter(user));
      case 'rate':
        return this.#rate(act, place);
      case 'pick':
        return { error: GONE };
    }
  }

  #rate({ user, bubble: rated, type, reasons, text: said }: Extract<Act, { act: 'rate' }>, place: Place): Done {
    const { sandbox, callbackMode, feed } = this.options;
    const bubble: Bubble | undefined = sandbox.rooms.seen(place.where, place.room).find(({ id: one }) => one === rated);
    if (bubble?.feedbackId === undefined) return { error: '这条回答不能评价。' };
    const rating = {
      id: bubble.feedbackId,
      type,
      ...(type === 2 && said !== undefined && said !== '' && { content: said }),
      ...(type === 2 && reasons !== undefined && reasons.length > 0 && { reasons }),
    };
    const bot = callbackMode ? sandbox.botHttp : sandbox.bot;
    const done = heard(bot.feedback(user, rating, place.mention === null ? undefined : place.room));
    feed.rate(place.id, rated, user, type === 3 ? null : type);
    return done;
  }

  #app(act: Personal): Done {
    const user = this.options.sandbox.app.user(act.user);
    if (act.act === 'say') user.says(act.text);
    else if (act.act === 'voice') user.sends('voice');
    else if (act.act === 'picture') user.sends('image');
    else if (act.act === 'tap') user.taps(act.key, {}, act.taskId);
    else if (act.act === 'enter') user.enters();
    else return { error: GONE };
    return {};
  }

  #kf(act: Personal): Done {
    const customer = this.options.sandbox.kf.customer(act.user);
    if (act.act === 'say') customer.says(act.text);
    else if (act.act === 'voice') customer.sends('voice');
    else if (act.act === 'picture') customer.sends('image');
    else if (act.act === 'pick') customer.taps(act.key);
    else if (act.act === 'enter') {
      const { session } = customer;
      const quiet = session.welcomedAt !== undefined || session.wroteAt !== undefined;
      const { merchant = '', terminal = '' } = act;
      const numbers = new URLSearchParams();
      if (merchant !== '') numbers.set('m', merchant);
      if (terminal !== '') numbers.set('t', terminal);
      const sceneParam = numbers.toString();
      customer.enters({ scene: 'sticker', ...(sceneParam !== '' && { sceneParam }) });
      return quiet ? { note: QUIET } : {};
    } else return { error: GONE };
    return {};
  }

  #servicer(what: ServicerAct, said: string): Done {
    const { kf } = this.options.sandbox;
    const servicer = kf.servicer(SERVICER.id);
    const { state } = kf.customer(CUSTOMER.id).session;
    if (what === 'pause' || what === 'resume') servicer.receives(what === 'resume');
    else if (what === 'take') {
      if (state === 4) return { error: '顾客还没有说话，没有会话可以接待。' };
      servicer.takes(CUSTOMER.id);
    } else if (state !== 3) return { error: '会话不在人工手里：先接待。' };
    else if (what === 'end') servicer.ends(CUSTOMER.id);
    else if (said.trim() === '') return { error: '先写要回复的话。' };
    else servicer.says(CUSTOMER.id, said.trim());
    return {};
  }

  #fault(name: string, place: Place): Done {
    const { sandbox, callbackMode } = this.options;
    const fault = faultMenu(callbackMode).find(({ id: one, chats }) => one === name && chats.includes(place.id));
    if (!fault) return { error: '这个会话里没有这种故障。' };
    fault.cause(sandbox, place);
    sandbox.rooms.touch('token', '');
    return { note: fault.hint };
  }
}

type Personal = Extract<Act, { user: string }>;

/** A frame that nobody heard is lost; a callback is tried again. */
function heard(sent: object | null): Done {
  return sent !== null && 'delivered' in sent && sent.delivered === false ? { note: LOST } : {};
}
