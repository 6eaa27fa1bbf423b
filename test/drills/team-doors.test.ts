/** A drill of several people through the bot and the app: letters between conversations, over the outbox and the switchboard. */

import { userOf } from '../../src/care/person.js';
import { DrillRuns, takersOf } from '../../src/report/drill-runs.js';
import { openStage, type Stage } from '../channels/wecom/stage.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

const PAUSE_MS = 10_000;
const told = async (stage: Stage, conversation: string): Promise<string> =>
  (await stage.assistant.transcript(conversation))
    .filter(({ from }) => from === 'assistant')
    .map(({ text }) => text)
    .join('\n');

/** The record that `drill report` is made of. */
async function recordOf(stage: Stage) {
  const runs = new DrillRuns({ from: 0, to: Number.MAX_SAFE_INTEGER }, { id: String, person: userOf });
  for await (const event of stage.store.readJournal()) runs.take(event);
  return runs.finish().drills;
}

describe.each([
  [
    'bot',
    (stage: Stage, user: string, text: string): void => void stage.sandbox.bot.message({ user, text }),
    (user: string): string => `wecom-bot:u:${user}`,
  ],
  [
    'app',
    (stage: Stage, user: string, text: string): void => void stage.sandbox.app.user(user).says(text),
    (user: string): string => `wecom-app:${user}`,
  ],
] as const)('through the %s', (door, says, conversationOf) => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ doors: [door], sandbox: { bot: { perMinute: 1000 } } });
  });
  afterEach(() => stage.stop());

  const say = async (user: string, text: string): Promise<void> => {
    says(stage, user, text);
    await stage.pass(PAUSE_MS);
  };

  test('three join, act, and hear the same end', async () => {
    await say('till', '多人演练 sim-unpaid #1 收银员');
    const code = /房间号 (\d{4})/.exec(await told(stage, conversationOf('till')))?.[1] ?? '';
    await say('boss', `加入演练 ${code} 店长`);
    await say('office', `加入演练 ${code} 客服`);
    await stage.pass(PAUSE_MS);
    expect(await told(stage, conversationOf('office'))).toMatch(/您是客服/);
    await say('till', '告诉店长：什么都收不了');
    await stage.pass(PAUSE_MS);
    expect(await told(stage, conversationOf('boss'))).toMatch(/收银员说/);
    await say('boss', '看网络图标');
    await stage.pass(PAUSE_MS);
    expect(await told(stage, conversationOf('boss'))).toMatch(/打了叉/);
    expect(await told(stage, conversationOf('till'))).not.toMatch(/打了叉/);
    await say('till', '查末笔');
    await say('till', '结束演练');
    await stage.pass(PAUSE_MS);
    for (const user of ['till', 'boss', 'office'])
      expect(await told(stage, conversationOf(user))).toMatch(/【演练】演练结束/);
    stage.sandbox.assertClean();
  }, 60_000);

  test('everybody who took part is in the record, with their role; who left early has no share in the score', async () => {
    await say('till', '多人演练 sim-unpaid #1 收银员');
    const code = /房间号 (\d{4})/.exec(await told(stage, conversationOf('till')))?.[1] ?? '';
    await say('boss', `加入演练 ${code} 店长`);
    await say('office', `加入演练 ${code} 客服`);
    await stage.pass(PAUSE_MS);
    await say('office', '退出演练');
    await say('till', '查末笔');
    await say('till', '结束演练');
    await stage.pass(PAUSE_MS);
    const [one, ...more] = await recordOf(stage);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ person: 'till', role: 'cashier', outcome: 'stopped' });
    expect(one?.seats.sort((a, b) => (a.person < b.person ? -1 : 1))).toEqual([
      { person: 'boss', role: 'manager', left: false },
      { person: 'office', role: 'agent', left: true },
    ]);
    expect(one && takersOf(one)).toEqual(['till', 'boss']);
  }, 60_000);

  test('a service that starts anew goes on with it', async () => {
    await say('till', '多人演练 sim-unpaid #1 收银员');
    const code = /房间号 (\d{4})/.exec(await told(stage, conversationOf('till')))?.[1] ?? '';
    await stage.restart();
    // The bot connects again.
    await stage.pass(60_000);
    await say('boss', `加入演练 ${code} 店长`);
    await stage.pass(PAUSE_MS);
    expect(await told(stage, conversationOf('boss'))).toMatch(/您是店长/);
  }, 60_000);
});
