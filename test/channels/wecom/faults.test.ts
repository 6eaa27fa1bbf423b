/** The fault table: for each fault no reply is lost, none is seen twice where that can be known, and the service lives. */
import { realWorld } from '../../support/world.js';
import { cardOf } from '../../wecom-sandbox/rooms.js';
import { FAULT_TABLE, type FaultRow } from './fault-table.js';
import { APP_PLAYER, BOT_CALLBACK_PLAYER, BOT_PLAYER, KF_PLAYER, type Player } from './players.js';
import { openStage, type Stage } from './stage.js';

const USER = 'zhangsan';
const LOOKING = '收到，正在看。';
const ROOM = { bot: 'bot', botCallback: 'bot-http', app: 'app', kf: 'kf' } as const;
type Door = keyof typeof ROOM;
const PLAYERS: Readonly<Record<Door, Player>> = {
  bot: BOT_PLAYER,
  botCallback: BOT_CALLBACK_PLAYER,
  app: APP_PLAYER,
  kf: KF_PLAYER,
};
/** Long enough for every wait that a fault can cause, milliseconds: 65 s after 45009; by HTTP also a minute until a setting is looked at again. */
const PATIENCE_MS: Readonly<Record<Door, number>> = {
  bot: 100_000,
  botCallback: 100_000,
  app: 9 * 60_000,
  kf: 9 * 60_000,
};

/** Every text that the user can read, one entry a bubble. */
function readable(stage: Stage, door: Door, user = USER): string[] {
  return stage.sandbox.rooms
    .seen(ROOM[door], user)
    .filter(({ from }) => from === 'bot')
    .map((bubble) => {
      const card = cardOf(bubble, USER);
      return letters([bubble.text, card?.title ?? '', card?.text ?? '', bubble.menu?.head ?? ''].join(''));
    });
}

/** Without what doors add and change: marks, spaces, numbers of a list. */
function letters(text: string): string {
  return text.normalize('NFKC').replace(/[^\p{L}]/gu, '');
}

/** Whether each sentence of a reply stands in what was shown; a card has its question above the rest. */
function holds(shown: string, reply: string): boolean {
  return reply.split(/[\n。！？]/u).every((sentence) => shown.includes(letters(sentence)));
}

beforeAll(() => void realWorld(), 60_000);

let stage: Stage;

afterEach(() => stage.stop());

test.each(FAULT_TABLE)(
  '$door, $fault: no reply is lost, and at most $twice is seen twice',
  async (row: FaultRow) => {
    const door = row.door as Door;
    const player = PLAYERS[door];
    const acks = row.slowAcks ? { bot: { ackMs: { from: 450, to: 450 } } } : {};
    stage = await openStage({ doors: [row.door], sandbox: { kf: { servicers: [] }, ...acks } });
    await row.inject(stage);
    player.says(stage, USER, '该渠道业务不可用');
    for (const { afterMs, text, user = USER } of row.next ?? []) {
      await stage.pass(afterMs);
      player.says(stage, user, text);
    }
    await row.meanwhile?.(stage);
    await stage.pass(PATIENCE_MS[door]);
    for (const user of new Set([USER, ...(row.next ?? []).map((said) => said.user ?? USER)])) {
      const lines = await stage.assistant.transcript(player.conversationOf(user));
      const replies = lines.filter(({ from }) => from === 'assistant').map(({ text }) => text);
      expect(replies.length).toBeGreaterThan(1);
      const shown = readable(stage, door, user);
      const times = replies.map((reply) => shown.filter((text) => holds(text, reply)).length);
      expect(times.filter((seen) => seen === 0)).toEqual([]);
      // A question that is asked again is no repetition.
      const said = replies.map((reply) => replies.filter((other) => holds(letters(other), reply)).length);
      expect(times.filter((seen, index) => seen > (said[index] ?? 0)).length).toBeLessThanOrEqual(row.twice);
      const bubbles = stage.sandbox.rooms.seen(ROOM[door], user).filter(({ kind }) => kind === 'stream');
      expect(bubbles.filter(({ finished, expired }) => !finished && !expired)).toEqual([]);
      expect(bubbles.filter(({ text }) => text === LOOKING)).toEqual([]);
    }
    // It lives: the next question is answered.
    player.says(stage, USER, '银联客服电话多少');
    await stage.pass(10_000);
    expect(readable(stage, door).join()).toContain(letters('银联'));
    stage.sandbox.assertClean({ warnings: false });
  },
  30_000,
);
