/** Every scenario, played by a good, an average and a bad trainee, through the terminal, the web and the bot: the same score. */
import { Assistant } from '../../src/assistant.js';
import { createConsoleChannel } from '../../src/channels/console.js';
import { createWebChannel } from '../../src/channels/web.js';
import { runJsonChat } from '../../src/commands/chat-json.js';
import type { PublicState } from '../../src/dialogue/reply.js';
import { type Trainee, wordsOf } from '../../src/drills/trainees.js';
import { silentLog } from '../../src/log.js';
import { createServer } from '../../src/server.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { ORIGIN, standInAssets, Visitor } from '../channels/harness.js';
import { BOT_PLAYER } from '../channels/wecom/players.js';
import { openStage } from '../channels/wecom/stage.js';
import { testClock } from '../support/clock.js';
import { playDrill } from '../support/drill.js';
import { realWorld } from '../support/world.js';

const PAUSE_MS = 10_000;
const PLAYED: readonly Trainee[] = ['model', 'average', 'bad'];

interface Part {
  name: string;
  words: string[];
  /** What the core alone makes of it. */
  score: number;
}

let parts: Part[] = [];
beforeAll(() => {
  const world = realWorld();
  parts = [...world.knowledge.drills.values()].flatMap((drill) =>
    PLAYED.map((trainee) => {
      const words = wordsOf(trainee, drill, world, 1);
      const score = playDrill(world, drill.id, words).result?.score ?? -1;
      return { name: `${drill.id}, ${trainee}`, words: [`演练 ${drill.id} #1`, ...words, '结束演练'], score };
    }),
  );
}, 60_000);

const wanted = () => Object.fromEntries(parts.map(({ name, score }) => [name, score]));

/** Says everything until the drill is judged. */
async function scoreOf({ words }: Part, say: (text: string) => Promise<PublicState>): Promise<number> {
  for (const text of words) {
    const { drill } = await say(text);
    if (drill) return drill.score;
  }
  return -1;
}

test('the terminal, a line at a time', async () => {
  const scores: Record<string, number> = {};
  for (const part of parts) {
    const channel = createConsoleChannel('console');
    const clock = testClock();
    const assistant = new Assistant({
      store: createMemoryStore(),
      world: realWorld,
      channels: [channel],
      clock,
      log: silentLog,
    });
    await assistant.start();
    const lines: string[] = [];
    await runJsonChat({
      assistant,
      channel,
      conversation: 'console',
      input: (async function* () {
        for (const text of part.words) yield `${text}\n`;
      })(),
      write: (line) => lines.push(line),
      now: clock.now,
      complaint: (problem) => problem,
      warn: () => undefined,
    });
    await assistant.stop();
    const judged = lines.map((line) => JSON.parse(line) as { state: PublicState }).find(({ state }) => state.drill);
    scores[part.name] = judged?.state.drill?.score ?? -1;
  }
  expect(scores).toEqual(wanted());
});

test('the web page', async () => {
  const clock = testClock();
  const knowledge = () => realWorld().knowledge;
  const web = createWebChannel({
    publicUrl: () => ORIGIN,
    knowledge,
    mask: (text) => text,
    key: async () => new Uint8Array(32),
    log: silentLog,
    clock,
  });
  const assistant = new Assistant({
    store: createMemoryStore(),
    world: realWorld,
    channels: [web],
    clock,
    log: silentLog,
  });
  const config = { host: '127.0.0.1', port: 3000, publicUrl: ORIGIN };
  const server = createServer({ config, knowledge, assistant, web, log: silentLog, assets: standInAssets() });
  await assistant.start();
  const scores: Record<string, number> = {};
  for (const [at, part] of parts.entries()) {
    const visitor = await Visitor.arrive(server);
    let message = 0;
    scores[part.name] = await scoreOf(part, async (text) => {
      message += 1;
      await visitor.post({ id: `drill-${at}-${message}`, text });
      await clock.advance(PAUSE_MS);
      await assistant.settled();
      return ((await (await visitor.get('/api/history')).json()) as { state: PublicState }).state;
    });
  }
  await assistant.stop();
  expect(scores).toEqual(wanted());
}, 120_000);

test('the bot, side by side', async () => {
  const stage = await openStage({ doors: ['bot'], sandbox: { bot: { perMinute: 1000 } } });
  const scores: Record<string, number> = {};
  const longest = Math.max(...parts.map(({ words }) => words.length));
  for (let turn = 0; turn < longest; turn += 1) {
    for (const [at, { name, words }] of parts.entries()) {
      const text = words[turn];
      if (text !== undefined && scores[name] === undefined) BOT_PLAYER.says(stage, `trainee${at}`, text);
    }
    await stage.pass(PAUSE_MS);
    for (const [at, { name }] of parts.entries()) {
      const { drill } = await stage.assistant.state(BOT_PLAYER.conversationOf(`trainee${at}`));
      if (drill) scores[name] ??= drill.score;
    }
  }
  stage.sandbox.assertClean();
  await stage.stop();
  expect(scores).toEqual(wanted());
}, 120_000);
