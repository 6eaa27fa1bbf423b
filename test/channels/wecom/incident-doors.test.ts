/** The board through WeCom as it is: the group robot's group, and the bot's, where a member answers. */
import { BoardWatch, changeBoard, readBoard } from '../../../src/incident-board.js';
import { IncidentWatch } from '../../../src/incident-watch.js';
import type { BoardChange } from '../../../src/incidents/board.js';
import { silentLog } from '../../../src/log.js';
import { noticeboards } from '../../../src/switchboard.js';
import { realWorld } from '../../support/world.js';
import { openStage, type Stage } from './stage.js';

const GROUP = 'wrOnCall';
const OPEN: BoardChange = {
  do: 'open',
  what: '微信支付',
  scope: { channel: 'wechat' },
  means: 'channel-outage',
  workaround: '刷卡',
};

let stage: Stage;
let board: BoardWatch;
let watch: IncidentWatch;
beforeAll(() => void realWorld(), 60_000);
beforeEach(async () => {
  const onCall = [{ name: '张三', userid: 'zhangsan', duty: '白天' }];
  const incidents = () => board?.board?.incidents ?? [];
  stage = await openStage({ doors: ['bot', 'groupRobot'], onCall, onCallGroup: GROUP, incidents });
  const { store, clock, doors } = stage;
  board = new BoardWatch(store, clock, silentLog);
  await board.start();
  const { knowledge } = realWorld();
  const content = { ...knowledge, organization: { ...knowledge.organization, onCall, onCallGroup: GROUP } };
  const channels = new Map(doors.channels.map((channel) => [channel.name, channel]));
  watch = new IncidentWatch({
    store,
    clock,
    log: silentLog,
    holder: 'one',
    knowledge: () => content,
    accept: (channel, event) => stage.assistant.accept(channel, event),
    noticeboards: () => noticeboards(content, channels),
  });
  watch.start();
});
afterEach(async () => {
  await watch.stop();
  await board.stop();
  stage.sandbox.assertClean();
  await stage.stop();
});

const bot = () =>
  stage.sandbox.rooms
    .seen('bot', GROUP)
    .filter(({ from }) => from === 'bot')
    .map(({ text }) => text);
const robot = () => stage.sandbox.webhook.seen(stage.sandbox.options.webhookKeys[0] ?? '').map(({ text }) => text);
const says = async (text: string) => {
  stage.sandbox.bot.message({ user: 'lisi', chat: GROUP, text });
  await stage.pass(10_000);
};

test('both groups see what is open; a member says that it is over, and both see that', async () => {
  await says('你好');
  await changeBoard(stage.store, OPEN, stage.clock.now());
  await stage.pass(20_000);
  expect(bot().at(-1)).toContain('【故障】微信支付');
  expect(robot()).toEqual([expect.stringContaining('【故障】微信支付')]);
  await says('恢复 1123-1');
  await stage.pass(20_000);
  expect((await readBoard(stage.store)).incidents[0]?.state).toBe('closed');
  expect(bot().slice(-3).join('\n')).toContain('1123-1 已记为恢复');
  expect(bot().at(-1)).toContain('【已恢复】微信支付');
  expect(robot()).toHaveLength(2);
});
