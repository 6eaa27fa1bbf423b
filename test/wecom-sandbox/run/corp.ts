/** The corp that `npm run sandbox` shows: who is in it, its chats, its credentials (nobody's, and new to nobody). */
import type { Chat, Person } from '../page/types.js';
import type { Door } from '../rooms.js';

export const MEMBERS: readonly Person[] = [
  { id: 'zhangsan', name: '张三' },
  { id: 'lisi', name: '李四' },
];
export const CUSTOMER: Person = { id: 'wmXIAOWANG', name: '小王' };
export const SERVICER: Person = { id: 'zhaoliu', name: '赵六' };
export const GROUP = 'wrMENDIAN';
export const BOT_NAME = 'POS 医生';
export const ROBOT_KEY = 'sandbox-webhook-key';
export const KF_NAME = '收款客服';

/** Of every callback; the forms are those of the admin console: at most 32 and exactly 43 letters and digits. */
export const TOKEN = 'sandboxToken';
export const AES_KEY = 'sandboxAesKeySandboxAesKeySandboxAesKeyAAAA';

/** A chat with the room of the local WeCom that it shows. */
export interface Place extends Chat {
  /** Who answers there. */
  speaker: string;
  where: Door;
  room: string;
}

/** @param callbackMode the bot is called over HTTP instead of holding a connection */
export function places(callbackMode: boolean): Place[] {
  const bot = callbackMode ? 'bot-http' : 'bot';
  const [zhangsan] = MEMBERS;
  if (!zhangsan) throw new Error('the corp has no members');
  const none = { mention: null, enter: 'none', voice: 'none', servicers: false } as const;
  return [
    {
      ...none,
      id: 'bot',
      title: BOT_NAME,
      sign: '医',
      door: '智能机器人 · 单聊',
      skin: 'wecom',
      people: [zhangsan],
      enter: 'plain',
      voice: 'words',
      intro: '您是成员张三，在企业微信里打开了智能机器人的单聊。',
      speaker: BOT_NAME,
      where: bot,
      room: zhangsan.id,
    },
    {
      ...none,
      id: 'group',
      title: '门店支持群',
      sign: '群',
      door: '智能机器人 · 内部群',
      skin: 'wecom',
      people: [...MEMBERS],
      mention: `@${BOT_NAME} `,
      intro: '内部群里，只有 @ 了机器人的话它才收得到。先选您是谁，再说话。',
      speaker: BOT_NAME,
      where: bot,
      room: GROUP,
    },
    {
      ...none,
      id: 'app',
      title: '收款助手',
      sign: '助',
      door: '自建应用',
      skin: 'wecom',
      people: [zhangsan],
      enter: 'plain',
      voice: 'sound',
      intro: '您是成员张三，在工作台里打开了自建应用。',
      speaker: '收款助手',
      where: 'app',
      room: zhangsan.id,
    },
    {
      ...none,
      id: 'kf',
      title: KF_NAME,
      sign: '客',
      door: '微信客服',
      skin: 'wechat',
      people: [CUSTOMER],
      enter: 'sticker',
      voice: 'sound',
      servicers: true,
      intro: '您是微信用户小王（商户），扫了机身贴纸上的码，在微信里打开了客服。',
      speaker: KF_NAME,
      where: 'kf',
      room: CUSTOMER.id,
    },
    {
      ...none,
      id: 'robot',
      title: '值班通知群',
      sign: '知',
      door: '群机器人',
      skin: 'wecom',
      people: [],
      intro: '群机器人只发不收：转人工的小结和告警会出现在这里。',
      speaker: '值班机器人',
      where: 'webhook',
      room: ROBOT_KEY,
    },
  ];
}

const NAMES = new Map([...MEMBERS, CUSTOMER, SERVICER].map(({ id, name }) => [id, name]));

/** What a person is called; the id itself of somebody unknown. */
export const nameOf = (id: string): string => NAMES.get(id) ?? id;
