/** A team's group is invited to its drill through WeCom, and a member who does as it says is in the drill. */
import { DrillPlan } from '../../../src/drill-plan.js';
import { drillTeamSchema } from '../../../src/knowledge/schema.js';
import { silentLog } from '../../../src/log.js';
import { groupAt } from '../../../src/switchboard.js';
import { realWorld } from '../../support/world.js';
import { openStage, type Stage } from './stage.js';

const GROUP = 'wrTEAM';
/** The stage's clock starts on Monday, 23 November 2026, 10:00 in China. */
const team = drillTeamSchema.parse({
  name: '一店',
  group: GROUP,
  people: ['lihua'],
  drill: 'sim-unpaid',
  months: [11],
  day: 23,
  time: '10:05',
});

let stage: Stage;
let plan: DrillPlan;
beforeAll(() => void realWorld(), 60_000);
beforeEach(async () => {
  stage = await openStage({ doors: ['bot'] });
  const { knowledge } = realWorld();
  const channels = new Map(stage.doors.channels.map((channel) => [channel.name, channel]));
  plan = new DrillPlan({
    store: stage.store,
    clock: stage.clock,
    log: silentLog,
    knowledge: () => ({ ...knowledge, organization: { ...knowledge.organization, teams: [team] } }),
    accept: (channel, event) => stage.assistant.accept(channel, event),
    groupAt: (chat) => groupAt(chat, channels),
    holder: 'one',
  });
});
afterEach(async () => {
  await plan.stop();
  stage.sandbox.assertClean();
  await stage.stop();
});

const seen = () =>
  stage.sandbox.rooms
    .seen('bot', GROUP)
    .filter(({ from }) => from === 'bot')
    .map(({ text }) => text);
const says = async (text: string) => {
  stage.sandbox.bot.message({ user: 'lihua', chat: GROUP, text });
  await stage.pass(10_000);
};

test('at its time, once; what it says to write starts the drill', async () => {
  await says('你好');
  plan.start();
  await stage.pass(60_000);
  expect(seen().join('\n')).not.toContain('【演练】');
  await stage.pass(10 * 60_000);
  const invitations = seen().filter((text) => text.includes('约好的演练时间到了'));
  expect(invitations).toHaveLength(1);
  await says(/「(演练[^」]*)」/.exec(invitations[0] ?? '')?.[1] ?? '');
  const shown = stage.sandbox.rooms.seen('bot', GROUP).at(-1);
  expect(shown?.card).toMatchObject({
    title: '【演练】',
    text: expect.stringMatching(/^开始[\s\S]*顾客（刷卡，36 元）：/),
  });
  await says('查这一笔');
  expect(seen().at(-1)).toMatch(/^【演练】[\s\S]*交易失败/);
});
