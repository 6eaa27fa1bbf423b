/** Every written conversation through every door that receives: what is concluded is the same, and no message is over a limit. */

import type { World } from '../../../src/dialogue/world.js';
import { boardOf, runScript, type Script, type ScriptRun } from '../../../src/eval/script.js';
import { worldOf } from '../../../src/eval/script-world.js';
import { type NamedScript, readScripts } from '../../support/scripts.js';
import { realWorld } from '../../support/world.js';
import { APP_PLAYER, BOT_CALLBACK_PLAYER, BOT_PLAYER, KF_PLAYER, type Player } from './players.js';
import { openStage, type Stage } from './stage.js';

type Turn = Script['turns'][number];

/** Between two turns, as in the pure run: long enough that nothing is joined. */
const PAUSE_MS = 10_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

const scripts = readScripts();
/** Those in which time matters go one by one; the others step by step side by side, each by a user of their own. */
const isTimed = ({ script }: NamedScript): boolean =>
  script.turns.some(({ after, wake }) => after !== undefined || wake !== undefined);

/** Those have a board, shops, contacts of their own: one world at a time. */
function isApart({ script }: NamedScript): boolean {
  const { incidents, shops, earlier, contacts, hotline } = script;
  return incidents.length + shops.length > 0 || [earlier, contacts, hotline].some((one) => one !== undefined);
}

/** The script, where whoever plays it is called `user`. */
function playedBy(script: Script, user: string): Script {
  const renamed = (id: string): string => (id === script.user ? user : id);
  return { ...script, shops: script.shops.map((shop) => ({ ...shop, userids: shop.userids.map(renamed) })) };
}

/** What a script asks of a door that it cannot do. */
function lacks({ script }: NamedScript, player: Player): string | null {
  for (const { after = 0, attach, shop, say, wake } of script.turns) {
    if (after > DAY_MINUTES && ['bot', 'kf'].includes(player.door))
      return 'days of beats and looks take minutes of the machine';
    if (attach !== undefined && !player.attachments.includes(attach)) return `no ${attach} comes through it`;
    if (attach !== undefined && say !== undefined && !player.door.startsWith('bot'))
      return 'text and pictures are apart';
    if (shop !== undefined && player.door !== 'kf') return 'it knows no stickers';
    if (wake !== undefined && player.door === 'botCallback') return 'it writes to nobody first';
    if (wake?.startsWith('handover-')) return 'no colleague is there to be waited for';
  }
  return null;
}

function act(stage: Stage, player: Player, user: string, named: NamedScript, index: number): void {
  const turn = named.script.turns[index];
  if (!turn) return;
  const text = turn.say ?? turn.burst?.join('\n');
  if (turn.attach !== undefined) player.attaches(stage, user, turn.attach, turn.say);
  else if (text !== undefined) player.says(stage, user, text);
  else if (turn.reset) player.says(stage, user, '重新开始');
  else if (turn.enter) player.enters(stage, user, shopOf(turn));
  else if (turn.tap !== undefined) tap(stage, player, user, named, index, turn);
}

function shopOf({ shop }: Turn) {
  const { merchant, terminal } = shop ?? {};
  return shop && { ...(merchant === undefined ? {} : { merchant }), ...(terminal === undefined ? {} : { terminal }) };
}

/** Taps what is there; where there are too many options for buttons, writes the label. */
function tap(stage: Stage, player: Player, user: string, named: NamedScript, index: number, turn: Turn): void {
  if (player.taps(stage, user, turn.tap ?? '', turn.question)) return;
  // The button of an earlier question: the card was changed, there is nothing left to tap.
  if (turn.question !== undefined) return;
  const before = pure(named).turns[index - 1];
  const label = before?.replies.flatMap(({ options }) => options).find(({ id }) => id === turn.tap)?.label;
  player.says(stage, user, label ?? WORDS[turn.tap ?? ''] ?? '');
}

/** Buttons that only the web page has, and what is said instead. */
const WORDS: Readonly<Record<string, string>> = { human: '找人' };

const runs = new Map<string, ScriptRun>();
/** What the core alone says, played once. */
function pure({ name, script }: NamedScript): ScriptRun {
  const run = runs.get(name) ?? runScript(script, realWorld());
  runs.set(name, run);
  return run;
}

/** The bot has ratings of its own, the other doors have not. */
function asThrough(player: Player, { name, script }: NamedScript): NamedScript {
  const { rated: _, ...rest } = script;
  return player.door.startsWith('bot')
    ? { name: `${name}, rated`, script: { ...rest, rated: true } }
    : { name, script: rest };
}

const essence = ({
  status,
  question,
  fix,
  handoff,
  causes,
  faults,
}: Awaited<ReturnType<Stage['assistant']['state']>>) => ({
  status,
  question,
  fix,
  handoff,
  cause: causes[0]?.id,
  fault: faults[0]?.id,
});

async function differs(stage: Stage, player: Player, user: string, named: NamedScript, index: number) {
  const expected = pure(named).turns[index];
  if (!expected) return [];
  const state = essence(await stage.assistant.state(player.conversationOf(user)));
  const wanted = essence(expected.state);
  return JSON.stringify(state) === JSON.stringify(wanted)
    ? []
    : [{ script: named.name, turn: index + 1, state, wanted }];
}

beforeAll(() => void realWorld(), 60_000);

describe.each([BOT_PLAYER, BOT_CALLBACK_PLAYER, APP_PLAYER, KF_PLAYER])('through the door $door', (player) => {
  let stage: Stage;
  let board: (now: number) => ReturnType<typeof boardOf>;
  let given: (world: World) => World;

  beforeEach(async () => {
    board = () => [];
    given = (world) => world;
    stage = await openStage({
      incidents: (now) => board(now),
      given: (world) => given(world),
      doors: [player.door], // Nobody is there to take a customer over: the bot goes on, as in the pure run.
      sandbox: { bot: { perMinute: 1000 }, kf: { servicers: [] } },
    });
  });

  afterEach(() => stage.stop());

  const mine = scripts.filter((named) => lacks(named, player) === null).map((named) => asThrough(player, named));

  test('the conversations come to the same conclusions', async () => {
    const side = mine.filter((named) => !isTimed(named) && !isApart(named));
    const longest = Math.max(...side.map(({ script }) => script.turns.length));
    const found: object[] = [];
    for (let index = 0; index < longest; index += 1) {
      for (const [at, named] of side.entries()) act(stage, player, `user${at}`, named, index);
      await stage.pass(PAUSE_MS);
      for (const [at, named] of side.entries())
        found.push(...(await differs(stage, player, `user${at}`, named, index)));
    }
    expect(found).toEqual([]);
    stage.sandbox.assertClean();
  }, 120_000);

  test('those in which time passes do too', async () => {
    const found: object[] = [];
    for (const [at, named] of mine.filter((one) => isTimed(one) || isApart(one)).entries()) {
      const start = stage.clock.now();
      board = (now) => boardOf(named.script, start, now);
      const played = playedBy(named.script, `late${at}`);
      given = (world) => worldOf(played, world, start);
      for (const [index, { after, wake }] of named.script.turns.entries()) {
        const due = realWorld().flows.get('repair')?.minutes[wake ?? ''] ?? 0;
        await stage.pass(Math.max(after ?? 0, due) * MINUTE_MS);
        act(stage, player, `late${at}`, named, index);
        await stage.pass(PAUSE_MS);
        found.push(...(await differs(stage, player, `late${at}`, named, index)));
      }
    }
    expect(found).toEqual([]);
    stage.sandbox.assertClean();
  }, 120_000);

  test('most conversations can be held', () => {
    // What a colleague does is played in plays.test.ts; one door has nothing that comes unasked.
    expect(mine.length).toBeGreaterThan(scripts.length * 0.9);
  });
});
