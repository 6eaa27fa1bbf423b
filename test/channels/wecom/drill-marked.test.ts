/** Every message of a drill says that it is one, through every door and however it is cut. */
import { wordsOf } from '../../../src/drills/trainees.js';
import { realWorld } from '../../support/world.js';
import { APP_PLAYER, BOT_CALLBACK_PLAYER, BOT_PLAYER, KF_PLAYER } from './players.js';
import { openStage, type Stage } from './stage.js';

const USER = 'zhangsan';
const ROOMS = { bot: 'bot', botCallback: 'bot-http', app: 'app', kf: 'kf' } as const;
let stage: Stage;
beforeAll(() => void realWorld(), 60_000);
afterEach(() => stage.stop());

test.each([BOT_PLAYER, BOT_CALLBACK_PLAYER, APP_PLAYER, KF_PLAYER])(
  'the door $door',
  async (player) => {
    stage = await openStage({ doors: [player.door], sandbox: { bot: { perMinute: 1000 }, kf: { servicers: [] } } });
    const drill = realWorld().knowledge.drills.get('timeout-charged');
    if (!drill) throw new Error('no such drill');
    const said = () => stage.sandbox.rooms.seen(ROOMS[player.door as keyof typeof ROOMS], USER);
    for (const text of [
      '演练',
      ...['演练 timeout-charged #1', ...wordsOf('average', drill, realWorld(), 1), '结束演练'],
    ]) {
      player.says(stage, USER, text);
      await stage.pass(10_000);
    }
    const texts = said().flatMap(({ from, text }) => (from === 'bot' && text.trim() !== '' ? [text] : []));
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.filter((text) => !text.startsWith('【演练】'))).toEqual([]);
    expect(texts.join('\n')).toContain('演练结束');
    stage.sandbox.assertClean();
  },
  60_000,
);
