/** A user of each door, who does what a written conversation says: writes, taps what is there to be tapped, waits. */
import { readEntryId } from '../../../src/channels/wecom/customer-service/menu.js';
import { keyOf, pressOf } from '../../../src/channels/wecom/keys.js';
import type { Attachment, Shop } from '../../../src/dialogue/event.js';
import { cardOf } from '../../wecom-sandbox/rooms.js';
import type { DoorName, Stage } from './stage.js';

export interface Player {
  door: DoorName;
  conversationOf(user: string): string;
  /** Kinds that a user can send through this door. */
  attachments: readonly Attachment[];
  says(stage: Stage, user: string, text: string): void;
  attaches(stage: Stage, user: string, kind: Attachment, text: string | undefined): void;
  /** @returns false if there is nothing of the kind to tap */
  taps(stage: Stage, user: string, option: string, question: string | undefined): boolean;
  enters(stage: Stage, user: string, shop: Shop | undefined): void;
}

function isFor(key: string, option: string, question: string | undefined): boolean {
  const press = pressOf(key);
  return press.kind === 'option' && press.option === option && (question === undefined || press.question === question);
}

/** The key of a button on the newest card that has one for the option. */
function buttonFor(stage: Stage, door: 'bot' | 'bot-http' | 'app', user: string, option: string, question?: string) {
  const bubbles = stage.sandbox.rooms.seen(door, user).toReversed();
  const keys = bubbles.flatMap((bubble) => cardOf(bubble, user)?.buttons.map(({ key }) => key) ?? []);
  return keys.find((key) => isFor(key, option, question));
}

export const BOT_PLAYER: Player = {
  door: 'bot',
  conversationOf: (user) => `wecom-bot:u:${user}`,
  attachments: ['image', 'video', 'file'],
  says: ({ sandbox }, user, text) => void sandbox.bot.message({ user, text }),
  attaches({ sandbox }, user, kind, text) {
    const media = kind as 'image' | 'video' | 'file';
    if (text === undefined) sandbox.bot.message({ user, kind: media });
    else sandbox.bot.message({ user, kind: 'mixed', text });
  },
  taps(stage, user, option, question) {
    const key = buttonFor(stage, 'bot', user, option, question);
    if (key !== undefined) stage.sandbox.bot.tap(user, key);
    // A card of long ago, on another device: it can still be tapped there.
    else if (question !== undefined)
      stage.sandbox.bot.click(user, 'long-ago', keyOf({ kind: 'option', option, question }) ?? '');
    return key !== undefined || question !== undefined;
  },
  enters: ({ sandbox }, user) => void sandbox.bot.enter(user),
};

export const BOT_CALLBACK_PLAYER: Player = {
  ...BOT_PLAYER,
  door: 'botCallback',
  says: ({ sandbox }, user, text) => void sandbox.botHttp.message({ user, text }),
  attaches({ sandbox }, user, kind, text) {
    const media = kind as 'image' | 'video' | 'file';
    if (text === undefined) sandbox.botHttp.message({ user, kind: media });
    else sandbox.botHttp.message({ user, kind: 'mixed', text });
  },
  taps(stage, user, option, question) {
    const key = buttonFor(stage, 'bot-http', user, option, question);
    if (key !== undefined) stage.sandbox.botHttp.tap(user, key);
    return key !== undefined;
  },
  enters: ({ sandbox }, user) => void sandbox.botHttp.enter(user),
};

export const APP_PLAYER: Player = {
  door: 'app',
  conversationOf: (user) => `wecom-app:${user}`,
  attachments: ['image', 'voice', 'video', 'location'],
  says: ({ sandbox }, user, text) => void sandbox.app.user(user).says(text),
  attaches: ({ sandbox }, user, kind) => void sandbox.app.user(user).sends(kind as 'image'),
  taps(stage, user, option, question) {
    const key = buttonFor(stage, 'app', user, option, question);
    if (key !== undefined) stage.sandbox.app.user(user).taps(key);
    return key !== undefined;
  },
  enters: ({ sandbox }, user) => void sandbox.app.user(user).enters(),
};

export const KF_PLAYER: Player = {
  door: 'kf',
  conversationOf: (user) => `wecom-kf:wkSANDBOX1:${user}`,
  attachments: ['image', 'voice', 'video', 'file', 'location'],
  says: ({ sandbox }, user, text) => void sandbox.kf.customer(user).says(text),
  attaches: ({ sandbox }, user, kind) => void sandbox.kf.customer(user).sends(kind as 'image'),
  taps({ sandbox }, user, option, question) {
    const items = sandbox.kf.seen(user).flatMap(({ menu }) => menu?.items ?? []);
    const item = items.findLast(({ id }) => id !== undefined && isFor(readEntryId(id).key, option, question));
    if (item?.id !== undefined) sandbox.kf.customer(user).taps(item.id);
    return item !== undefined;
  },
  enters({ sandbox }, user, shop) {
    const param = new URLSearchParams();
    if (shop?.merchant) param.set('m', shop.merchant);
    if (shop?.terminal) param.set('t', shop.terminal);
    sandbox.kf.customer(user).enters(shop ? { sceneParam: param.toString() } : {});
  },
};
