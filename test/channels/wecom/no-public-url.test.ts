/** Without PUBLIC_URL no door sends what only this machine can open. */
import { realWorld } from '../../support/world.js';
import type { Sandbox } from '../../wecom-sandbox/index.js';
import { APP_PLAYER, BOT_CALLBACK_PLAYER, BOT_PLAYER, KF_PLAYER, type Player } from './players.js';
import { openStage, type Stage, type StageOptions } from './stage.js';

const USER = 'zhangsan';
const ROOMS = { bot: 'bot', botCallback: 'bot-http', app: 'app', kf: 'kf' } as const;
const PLAYERS = [BOT_PLAYER, BOT_CALLBACK_PLAYER, APP_PLAYER, KF_PLAYER];
let stage: Stage;
afterEach(() => stage.stop());
beforeAll(() => void realWorld(), 60_000);

const seenIn = ({ rooms }: Sandbox, { door }: Player) => rooms.seen(ROOMS[door as keyof typeof ROOMS], USER);
const asSent = (player: Player) => JSON.stringify(seenIn(stage.sandbox, player));

/** A reply with a link to a knowledge page, and a tapped card or menu. */
async function converse(player: Player, publicUrl: string | null): Promise<void> {
  stage = await openStage({ doors: [player.door], publicUrl });
  for (const text of ['银联卡报51', '该渠道业务不可用']) {
    player.says(stage, USER, text);
    await stage.pass(10_000);
  }
  const { question } = await stage.assistant.state(player.conversationOf(USER));
  expect(player.taps(stage, USER, 'unknown', question ?? '')).toBe(true);
  await stage.pass(10_000);
}

describe.each(PLAYERS)('the door $door', (player) => {
  test('leads to the pages where PUBLIC_URL says they are', async () => {
    await converse(player, 'https://pos.example.com');
    expect(asSent(player)).toContain('https://pos.example.com/kb/');
    stage.sandbox.assertClean();
  });

  test('says the same without links if it is not set, and tapped cards lead somewhere harmless', async () => {
    await converse(player, null);
    const sent = asSent(player);
    expect(sent).not.toContain('127.0.0.1');
    expect(sent).not.toContain('/kb/');
    expect(sent).toContain('51');
    const cards = seenIn(stage.sandbox, player).flatMap(({ card }) => (card?.type === 'text_notice' ? [card] : []));
    expect(cards.length).toBe(player.door === 'kf' ? 0 : 1);
    stage.sandbox.assertClean();
  });
});

test('a customer service reply whose answer was lost stays the same message when PUBLIC_URL is set meanwhile', async () => {
  const options: StageOptions = { doors: ['kf'], publicUrl: null };
  stage = await openStage(options);
  stage.sandbox.faults.api('kf/send_msg', { drop: 'after' }, 1);
  KF_PLAYER.says(stage, USER, '银联卡报51');
  await stage.pass(500);
  options.publicUrl = 'https://pos.example.com';
  await stage.restart();
  await stage.pass(60_000);
  const [first = '', ...rest] = seenIn(stage.sandbox, KF_PLAYER).flatMap(({ from, text }) =>
    from === 'bot' ? [text] : [],
  );
  expect(first).toContain('51');
  expect(rest.filter((text) => text === first)).toEqual([]);
  expect(asSent(KF_PLAYER)).not.toContain('127.0.0.1');
});
