/** Door 4, 群机器人: the board of an internal group. Hand-over notes come through the outbox, alerts directly. */
import type { Channel } from '../channel.js';
import type { GroupRobot } from './group-robot.js';
import { asMarkdown } from './markup.js';
import { sendError } from './send-error.js';

export const GROUP_ROBOT = 'wecom-group-robot';

export function createGroupRobotChannel(robot: GroupRobot): Channel {
  return {
    name: GROUP_ROBOT,
    capabilities: {
      markdown: true,
      cards: false,
      buttons: 0,
      bytesPerMessage: 4096,
      canPush: true,
      canEdit: false,
      takesNotices: true,
    },
    start: async () => undefined,
    async send(_conversation, items, progress) {
      // A note has no key by which WeCom could tell a repetition: one that got no answer may be said twice.
      for (const { reply } of items.slice(progress.taken)) {
        await robot.post(asMarkdown(reply.text)).catch((error: unknown) => {
          throw sendError(GROUP_ROBOT, error);
        });
        progress.taken += 1;
      }
    },
    async stop() {
      robot.stop();
    },
  };
}
