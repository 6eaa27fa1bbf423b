/** `pos-doctor drill debrief`, over a journal that the assistant wrote. */
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { PNG } from 'pngjs';
import { addDrillDebrief } from '../../src/commands/drill-debrief.js';
import { runIdOf } from '../../src/commands/plan.js';
import { cleanUp, run, tempFolder } from './cli.js';

afterAll(cleanUp);

const SAID = ['演练 sim-unpaid #7', '查这一笔', '看网络图标', '再收一次', '结束演练'];

interface Event {
  id: string;
  conversation: string;
  at: number;
  type: string;
  data: Record<string, unknown>;
}

let data: string;
let id: string;
let ended: Event;

const journalFile = (): string => {
  const [file = ''] = readdirSync(join(data, 'journal'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.jsonl'),
  );
  return join(data, 'journal', file);
};

beforeAll(async () => {
  data = tempFolder();
  const chat = ['chat', '--json', '--conversation', 'web-1'];
  expect(await run(chat, SAID.map((line) => `${line}\n`).join(''), { DATA_DIR: data })).toMatchObject({ code: 0 });
  const events = readFileSync(journalFile(), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);
  const found = events.find(({ type }) => type === 'drill-ended');
  if (!found) throw new Error('no drill ended');
  ended = found;
  id = runIdOf('web-1', Number(ended.data.run));
}, 60_000);

/** Runs it in this process. @returns what it printed */
async function debrief(...args: string[]): Promise<string> {
  const before = { write: process.stdout.write, folder: process.env.DATA_DIR };
  const out: string[] = [];
  process.env.DATA_DIR = data;
  process.stdout.write = (chunk: string | Uint8Array) => {
    out.push(String(chunk));
    return true;
  };
  try {
    const program = new Command();
    addDrillDebrief(program);
    await program.parseAsync(['debrief', ...args], { from: 'user' });
  } finally {
    process.stdout.write = before.write;
    if (before.folder === undefined) delete process.env.DATA_DIR;
    else process.env.DATA_DIR = before.folder;
  }
  return out.join('');
}

test('the screen gets the score with its reasons and the belief in words, without the trainee’s own', async () => {
  const out = await debrief(id);
  expect(out).toMatch(/^【演练】讲评：/);
  expect(out).toMatch(/资金安全 \d+\/20：/);
  expect(out).toContain('从下往上：网络连接（真正的原因）');
  expect(out).toContain('下次先练：');
});

test('a page and a picture are written for their owner alone, and the picture is said in words where there is no page', async () => {
  const folder = tempFolder();
  const [html, png] = [join(folder, 'd.html'), join(folder, 'd.png')];
  expect(await debrief(id, '--html', html, '--png', png)).toBe(`写好了：${html}\n写好了：${png}\n`);
  expect(readFileSync(html, 'utf8')).toContain('<q>看网络图标</q>');
  expect(readFileSync(html, 'utf8')).toContain(`${id}（种子 7）`);
  const { width, height } = PNG.sync.read(readFileSync(png));
  expect([width, height]).toEqual([720, 360]);
  expect([html, png].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
  expect(await debrief(id, '--png', png)).toMatch(
    /^按问到的答案估计，从下往上：.*\n开始：.*\n.*看网络图标之后：.*\n写好了：/,
  );
});

test('a program gets what was written down, and the name', async () => {
  expect(JSON.parse(await debrief(id, '--json'))).toMatchObject({
    id,
    drill: 'sim-unpaid',
    seed: 7,
    score: ended.data.score,
  });
});

test('a name that is none, and a drill that is not there, are said', async () => {
  await expect(debrief('yesterday')).rejects.toMatchObject({
    code: 'BAD_ARGUMENTS',
    message: expect.stringContaining('yesterday is no drill'),
  });
  await expect(debrief('20200101-1000-aaaa')).rejects.toMatchObject({
    message: expect.stringContaining('no drill 20200101-1000-aaaa'),
  });
  await expect(debrief(id, '--json', '--png', 'x.png')).rejects.toMatchObject({ code: 'BAD_ARGUMENTS' });
  await expect(debrief(id, '--png', 'x', '--html', 'x')).rejects.toMatchObject({ code: 'BAD_ARGUMENTS' });
});

test('a folder that is not there is said before the journal is read, and nothing is written', async () => {
  const file = join(tempFolder(), 'none', 'd.html');
  await expect(debrief('20200101-1000-aaaa', '--html', file)).rejects.toMatchObject({ code: 'UNWRITABLE_FILE' });
  expect(existsSync(file)).toBe(false);
});

test('a record that this version can’t read is named as such; others beside it are no hindrance', async () => {
  const other = { ...ended, id: 'x:1', data: { run: Number.MAX_SAFE_INTEGER } };
  const broken = { ...ended, id: 'x:2', conversation: 'web-2', data: { run: ended.data.run, drill: 7 } };
  appendFileSync(journalFile(), `${JSON.stringify(other)}\n${JSON.stringify(broken)}\n`);
  expect(await debrief(id)).toMatch(/^【演练】/);
  await expect(debrief(runIdOf('web-2', Number(ended.data.run)))).rejects.toMatchObject({
    message: expect.stringContaining("can't be read by this version"),
  });
});
