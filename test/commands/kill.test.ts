import { seeded } from '../store/sim-machine.js';
import { realWorld } from '../support/world.js';
import { cleanUp, Running, run, tempFolder } from './cli.js';

const KILLS = 15;
/** What a user says over and over; each line is answered. */
const SAYINGS = ['该渠道业务不可用', '刷卡的', '提示 A0', '没扣款', '换卡也不行', '谢谢', '人工', '上一步', '重新开始'];

interface Turn {
  input: string;
  same: boolean;
  replies: { text: string }[];
}

afterEach(cleanUp);

/**
 * Talks until `SIGKILL` hits after so many lines and milliseconds. @returns the lines that were sent, and how many of them
 * were answered
 */
async function talkUntilKilled(data: string, words: () => string, random: () => number) {
  const chat = new Running(['chat', '--json'], { DATA_DIR: data });
  const sent: string[] = [];
  const calm = Math.floor(random() * 4);
  for (let count = 0; count < calm; count += 1) {
    sent.push(words());
    await chat.ask(sent.at(-1) ?? '');
  }
  // Then several at once, so that the kill comes in the middle of something.
  const hasty = Array.from({ length: 3 + Math.floor(random() * 6) }, words);
  sent.push(...hasty);
  const wanted = calm + Math.floor(random() * hasty.length);
  chat.write(hasty.map((line) => `${line}\n`).join(''));
  await chat.until(() => chat.out.split('\n').length - 1 >= wanted);
  for (let tick = Math.floor(random() * 30); tick > 0; tick -= 1) await new Promise(setImmediate);
  const { signal, out } = await chat.kill('SIGKILL');
  expect(signal).toBe('SIGKILL');
  return { sent, answered: out.split('\n').length - 1 };
}

test(`killed ${KILLS} times at random, it loses no message that was answered and takes none twice`, async () => {
  const data = tempFolder();
  const random = seeded(20261123);
  let count = 0;
  const words = () => {
    count += 1;
    return `${SAYINGS[Math.floor(random() * SAYINGS.length)]}（${count}）`;
  };
  const lives: { sent: string[]; answered: number }[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) lives.push(await talkUntilKilled(data, words, random));

  // One more start: it is sound, and goes on where it was.
  const last = await run(['chat', '--json'], '最后一句\n', { DATA_DIR: data });
  expect(last).toMatchObject({ code: 0, err: '' });
  expect(last.lines).toHaveLength(1);

  const replay = await run(['replay', 'console', '--json'], '', { DATA_DIR: data });
  const turns = replay.lines.map((line) => JSON.parse(line) as Turn);
  // Every turn was taken from the session that the one before it left: nothing is half done.
  expect(turns.filter(({ same }) => !same)).toEqual([]);
  expect(replay.code).toBe(0);

  const inputs = turns.map(({ input }) => input);
  expect(new Set(inputs).size).toBe(inputs.length);
  const unwell = realWorld().flows.get('repair')?.texts.unwell;
  for (const { replies } of turns) expect(replies.map(({ text }) => text)).not.toContain(unwell);
  // Of each life the lines that were answered are there, in order; of the others a first part may be.
  let at = 0;
  for (const { sent, answered } of lives) {
    const kept = sent.findIndex((line, index) => inputs[at + index] !== line);
    const taken = kept < 0 ? sent.length : kept;
    expect(taken).toBeGreaterThanOrEqual(answered);
    at += taken;
  }
  expect(inputs.slice(at)).toEqual(['最后一句']);
}, 120_000);
