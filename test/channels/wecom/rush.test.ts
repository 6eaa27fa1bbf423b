/** More than can be answered at once, through every door: told so once where that can be said, and answered in the end. */
import { BUSY_AT, SLOW_MS } from '../../../src/load.js';
import { createMemoryStore } from '../../../src/store/memory.js';
import type { Store } from '../../../src/store/store.js';
import { gate } from '../../support/channel.js';
import { realWorld } from '../../support/world.js';
import { cardOf } from '../../wecom-sandbox/rooms.js';
import { APP_PLAYER, BOT_CALLBACK_PLAYER, BOT_PLAYER, KF_PLAYER, type Player } from './players.js';
import { openStage, type Stage } from './stage.js';

beforeAll(() => void realWorld(), 60_000);

const ROOMS = { bot: 'bot', botCallback: 'bot-http', app: 'app', kf: 'kf' } as const;
const ME = 'zhangsan';
let stage: Stage;
let door = gate();
afterEach(() => stage.stop());

/** A store before whose door people stand as long as it is shut. */
function slowStore(): Store {
  const store = createMemoryStore();
  const { transact } = store;
  const slow: Store['transact'] = async (id, work) => {
    await door.opened;
    return transact.call(store, id, work) as Promise<never>;
  };
  return Object.assign(store, { transact: slow });
}

async function open(player: Player): Promise<void> {
  door = gate();
  door.open();
  stage = await openStage({ doors: [player.door], store: slowStore(), sandbox: { kf: { servicers: [] } } });
}

/** So many come at once, and wait so long, that it is too much; `mine` comes then. */
async function rush(mine: () => void): Promise<void> {
  door = gate();
  const others = Array.from({ length: BUSY_AT }, (_, n) => {
    const at = stage.clock.now();
    return stage.assistant.accept('nowhere', { kind: 'message', id: `r${n}`, conversation: `r${n}`, at, text: '在吗' });
  });
  await stage.clock.advance(SLOW_MS);
  mine();
  await breath();
  door.open();
  await Promise.all(others);
  await breath();
  // The turn takes its time as well.
  door = gate();
  await stage.clock.advance(5_000, breath);
  door.open();
}

/** For what is on the wire, and what comes of it. */
async function breath(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const words = (key: string) => realWorld().flows.get('repair')?.texts[key] ?? '?';
const letters = (text: string) => text.replace(/[^\p{L}\d]/gu, '');

/** Everything that can be read, one entry a bubble. */
function read(player: Player): string[] {
  const bubbles = stage.sandbox.rooms.seen(ROOMS[player.door as keyof typeof ROOMS], ME);
  return bubbles
    .filter(({ from }) => from === 'bot')
    .map((bubble) => {
      const card = cardOf(bubble, ME);
      return letters([bubble.text, card?.title ?? '', card?.text ?? '', bubble.menu?.head ?? ''].join(''));
    });
}

describe.each([BOT_PLAYER, BOT_CALLBACK_PLAYER, APP_PLAYER, KF_PLAYER])('through $door in a rush', (player) => {
  test('a message is told once that it waits, and answered', async () => {
    await open(player);
    await rush(() => player.says(stage, ME, '刷卡显示代码 51'));
    await stage.pass(120_000);
    const queued = letters(words('queued'));
    expect(read(player).filter((text) => text.includes(queued))).toHaveLength(1);
    expect(read(player).filter((text) => text.includes('51银联刷卡'))).toHaveLength(1);
    expect((await stage.store.read(player.conversationOf(ME)))?.outbox).toEqual([]);
    stage.sandbox.assertClean({ warnings: false });
  });

  test('a tap is answered', async () => {
    await open(player);
    player.says(stage, ME, '该渠道业务不可用');
    await stage.pass(10_000);
    const { question } = await stage.assistant.state(player.conversationOf(ME));
    const before = (await stage.assistant.transcript(player.conversationOf(ME))).length;
    await rush(() => expect(player.taps(stage, ME, 'unknown', question ?? '')).toBe(true));
    await stage.pass(120_000);
    const lines = (await stage.assistant.transcript(player.conversationOf(ME))).slice(before);
    const answer =
      lines.filter(({ from, text }) => from === 'assistant' && text !== words('queued')).at(-1)?.text ?? '?';
    const sentences = answer.split(/[\n。！？]/u).map(letters);
    expect(read(player).some((text) => sentences.every((one) => text.includes(one)))).toBe(true);
    expect((await stage.store.read(player.conversationOf(ME)))?.outbox).toEqual([]);
    stage.sandbox.assertClean({ warnings: false });
  });
});
