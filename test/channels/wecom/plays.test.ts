/** Plays with colleagues, through every door of a merchant that receives and every door behind which a colleague may be. */

import { organizationSchema } from '../../../src/knowledge/schema.js';
import {
  type COLLEAGUE_DOORS,
  MERCHANT,
  type MERCHANT_DOORS,
  type Play,
  type PlayTurn,
  readPlays,
} from '../../plays/play.js';
import { realWorld } from '../../support/world.js';
import type { Bubble } from '../../wecom-sandbox/rooms.js';
import { APP_PLAYER, BOT_CALLBACK_PLAYER, BOT_PLAYER, KF_PLAYER, type Player } from './players.js';
import { type DoorName, openStage, type Stage } from './stage.js';

type MerchantDoor = (typeof MERCHANT_DOORS)[number];
type ColleagueDoor = (typeof COLLEAGUE_DOORS)[number];

const MINUTE = 60_000;
const SHOP = 'wmShop';
const GROUP = 'wrOnCall';
const PLAYERS: Record<MerchantDoor, Player> = {
  bot: BOT_PLAYER,
  botCallback: BOT_CALLBACK_PLAYER,
  app: APP_PLAYER,
  kf: KF_PLAYER,
};
const ROOMS = { bot: 'bot', botCallback: 'bot-http', app: 'app', kf: 'kf' } as const;
const ON_CALL = [
  { name: '张三', userid: 'zhangsan', duty: '白天' },
  { name: '李四', userid: 'lisi', duty: '白天' },
];

/** One performance: who is where, and what each of them has read already. */
class Performance {
  readonly #read = new Map<string, number>();
  constructor(
    readonly stage: Stage,
    readonly merchant: MerchantDoor,
    readonly colleagues: ColleagueDoor,
  ) {}

  #room(who: string): Bubble[] {
    const { rooms } = this.stage.sandbox;
    if (who === MERCHANT) return rooms.seen(ROOMS[this.merchant], SHOP);
    if (this.colleagues === 'app') return rooms.seen('app', who);
    const single = rooms.seen('bot', who);
    return this.colleagues === 'bot' ? single : [...rooms.seen('bot', GROUP), ...single].sort((a, b) => a.id - b.id);
  }

  /** What somebody was told since they were asked last; in a group all hear the same. */
  news(who: string): string {
    const bubbles = this.#room(who).filter(({ from }) => from === 'bot');
    const fresh = bubbles.slice(this.#read.get(who) ?? 0);
    this.#read.set(who, bubbles.length);
    return fresh.map(shown).join('\n');
  }

  async act({ by, says, taps }: PlayTurn): Promise<void> {
    const { stage } = this;
    const { sandbox } = stage;
    if (by === MERCHANT) {
      const player = PLAYERS[this.merchant];
      if (says !== undefined) player.says(stage, SHOP, says);
      if (taps !== undefined) expect(player.taps(stage, SHOP, taps, undefined)).toBe(true);
    } else if (this.colleagues === 'app') {
      if (says !== undefined) sandbox.app.user(by).says(says);
      if (taps !== undefined) sandbox.app.user(by).taps(taps);
    } else if (this.colleagues === 'bot' && taps !== undefined) sandbox.bot.tap(by, taps);
    else {
      const chat = this.colleagues === 'group' ? { chat: GROUP } : {};
      // A group gets no card: what a button says is said there, with the number of the request.
      const text = says ?? (taps === '接手' ? '接手 1' : taps);
      if (text !== undefined) sandbox.bot.message({ user: by, ...chat, text });
    }
    await stage.pass(3_000);
    // Where the door has people of its own, they are waited for first.
    if (this.merchant === 'kf' && (await this.state()) === 'requested') await stage.pass(3 * MINUTE);
  }

  async state(): Promise<string | null> {
    const { handoff, handoffState } = await this.stage.assistant.state(PLAYERS[this.merchant].conversationOf(SHOP));
    return handoff ? (handoffState ?? 'open') : null;
  }
}

function shown({ text, card, menu }: Bubble): string {
  return [text, card && `${card.title}\n${card.text}`, menu && `${menu.head}\n${menu.tail}`].filter(Boolean).join('\n');
}

async function perform(play: Play, merchant: MerchantDoor, colleagues: ColleagueDoor): Promise<string[]> {
  const doors = new Set<DoorName>([merchant, colleagues === 'app' ? 'app' : 'bot']);
  const group = colleagues === 'group' ? { onCallGroup: GROUP } : {};
  const stage = await openStage({
    doors: [...doors],
    organization: organizationSchema.parse({
      ...realWorld().knowledge.organization,
      onCall: ON_CALL,
      ...group,
      ...play.organization,
    }),
    sandbox: { kf: { servicers: [] } },
  });
  try {
    const failures: string[] = [];
    const running = new Performance(stage, merchant, colleagues);
    const everybody = [...new Set([MERCHANT, ...ON_CALL.map(({ userid }) => userid)])];
    if (colleagues !== 'app') await greet(stage, colleagues);
    for (const who of everybody) running.news(who);
    for (const [index, turn] of play.turns.entries()) {
      if (turn.after !== undefined) await stage.pass(turn.after * MINUTE);
      if (turn.restart) await restarted(stage);
      await running.act(turn);
      const news = new Map(everybody.map((who) => [who, running.news(who)]));
      const failed = [...check(turn, news), ...(await checkState(turn, running))];
      failures.push(...failed.map((what) => `turn ${index + 1}: ${what}`));
    }
    stage.sandbox.assertClean();
    return failures;
  } finally {
    await stage.stop();
  }
}

/** The bot may write to nobody who never wrote to it. */
async function greet(stage: Stage, colleagues: ColleagueDoor): Promise<void> {
  const chats = colleagues === 'group' ? [{ chat: GROUP }, {}] : [{}];
  for (const { userid: user } of ON_CALL)
    for (const chat of chats) {
      stage.sandbox.bot.message({ user, text: '你好', ...chat });
      await stage.pass(3_000);
    }
}

async function restarted(stage: Stage): Promise<void> {
  await stage.restart();
  await stage.pass(3_000);
}

function check({ heard, unheard, silent }: PlayTurn, news: ReadonlyMap<string, string>): string[] {
  const of = (who: string) => news.get(who) ?? '';
  const missing = Object.entries(heard).flatMap(([who, texts]) =>
    texts.filter((text) => !of(who).includes(text)).map((text) => `${who} did not hear 「${text}」 but 「${of(who)}」`),
  );
  const surplus = Object.entries(unheard).flatMap(([who, texts]) =>
    texts.filter((text) => of(who).includes(text)).map((text) => `${who} heard 「${text}」: 「${of(who)}」`),
  );
  const loud = silent.filter((who) => of(who) !== '').map((who) => `${who} heard 「${of(who)}」`);
  return [...missing, ...surplus, ...loud];
}

async function checkState({ state }: PlayTurn, running: Performance): Promise<string[]> {
  const now = await running.state();
  return state === undefined || state === now ? [] : [`the hand-over is ${now}, not ${state}`];
}

/** Where the app is open colleagues are asked there; a bot has either a connection or a callback. */
function mayBeBeside(merchant: MerchantDoor, colleagues: ColleagueDoor): boolean {
  return colleagues === 'app' || (merchant !== 'botCallback' && (merchant !== 'app' || colleagues === 'group'));
}

beforeAll(() => void realWorld(), 60_000);

describe.each(readPlays())('$play.title ($name)', ({ play }) => {
  const casts = play.merchant
    .flatMap((door) => play.colleagues.map((behind) => [door, behind] as const))
    .filter(([door, behind]) => mayBeBeside(door, behind));
  test.each(casts)('a merchant at %s, colleagues at %s', async (door, behind) => {
    expect(await perform(play, door, behind)).toEqual([]);
  });
});

test('every door that receives is played', () => {
  const played = new Set(readPlays().flatMap(({ play }) => play.merchant));
  expect([...played].sort()).toEqual(Object.keys(PLAYERS).sort());
});
