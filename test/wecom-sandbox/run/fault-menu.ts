/** The faults that the page can script: what really happens to a service, one at a time. */
import type { Sandbox } from '../index.js';
import type { Fault } from '../page/types.js';
import type { Place } from './corp.js';

interface Entry extends Fault {
  cause: (sandbox: Sandbox, place: Place) => void;
}

/** Place → what carries an answer there. */
const SENDS: Readonly<Record<string, string>> = {
  app: 'message/send',
  kf: 'kf/send_msg',
  webhook: 'webhook/send',
};
const SOCKET = 'aibot_respond_msg';

/** @param callbackMode the bot holds no connection */
export function faultMenu(callbackMode: boolean): Entry[] {
  const socket = callbackMode ? [] : ['bot', 'group'];
  const called = [...(callbackMode ? ['bot', 'group'] : []), 'app', 'kf'];
  const all: Entry[] = [
    {
      id: 'token',
      label: 'access_token 失效',
      hint: '下一次调用会答 40014；应当换一个新的再调一次，话不丢。',
      chats: ['app', 'kf'],
      cause: ({ tokens }) => tokens.revoke(),
    },
    {
      id: 'rate',
      label: '发得太快 45009',
      hint: '下一条回复会答 45009；应当过一分钟左右再发。',
      chats: [...socket, 'app', 'kf', 'robot'],
      cause: ({ faults }, { where }) => {
        const api = SENDS[where];
        if (api === undefined) faults.ack(SOCKET, { errcode: 45009 });
        else faults.api(api, { errcode: 45009 });
      },
    },
    {
      id: 'lost',
      label: '回执丢失',
      hint: '下一条回复已经送到，但回执不来；没有幂等键的门可能会再发一次。',
      chats: [...socket, 'app', 'kf'],
      cause: ({ faults }, { where }) => {
        const api = SENDS[where];
        if (api === undefined) faults.ack(SOCKET, { drop: 'after' });
        else faults.api(api, { drop: 'after' });
      },
    },
    {
      id: 'ip',
      label: 'IP 不可信 60020',
      hint: '下一次发送会答 60020；值班通知群里应当看到要去哪里加 IP。',
      chats: ['app'],
      cause: ({ faults }) => faults.api('message/send', { errcode: 60020 }),
    },
    {
      id: 'state',
      label: '不许发 95018',
      hint: '下一条回复会答 95018，像人工刚好接手了会话；机器人应当闭嘴。',
      chats: ['kf'],
      cause: ({ faults }) => faults.api('kf/send_msg', { errcode: 95018 }),
    },
    {
      id: 'twice',
      label: '回调重复',
      hint: '您下一次说话或点按，企业微信会通知两遍；应当只算一遍。',
      chats: [...socket, ...called],
      cause: ({ faults }, { where }) => faults.duplicate(where),
    },
    {
      id: 'cut',
      label: '断线',
      hint: '长连接断开；应当自己连回来。没连上时说的话，企业微信不会补发。',
      chats: socket,
      cause: ({ bot }) => bot.close('cut'),
    },
    {
      id: 'kick',
      label: '被顶下线',
      hint: '另一处用同一个机器人登录；应当让出，不抢。要恢复就点「重启服务」。',
      chats: socket,
      cause: ({ bot }) => bot.kick(),
    },
  ];
  return all.filter(({ chats }) => chats.length > 0);
}
