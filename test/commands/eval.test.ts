import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { cleanUp, ROOT, run } from './cli.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pos-doctor-eval-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cleanUp();
});
let files = 0;
function file(...lines: (object | string)[]): string {
  const path = join(folder, `${files++}.jsonl`);
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}
const failing = (err: string): string => err.trim().split('\n').at(-1) ?? '';

interface RealUtterance {
  text: string;
  intent: string;
  also?: string[];
  kind: string;
}
const real = parseYaml(
  readFileSync(join(ROOT, 'knowledge', 'phrases', 'real-utterances.yaml'), 'utf8'),
) as RealUtterance[];
const asRow = ({ text, intent, also, kind }: RealUtterance) => ({ text, cause: intent, also, kind });

test('--data measures the shipped model, as JSON of shares', async () => {
  const { code, out, err } = await run(['eval', '--json', '--data', file(...real.map(asRow))]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const result = JSON.parse(out) as Record<string, number>;
  expect(Object.keys(result)).toEqual([
    'anyTop1',
    'anyTop2',
    'single',
    'realPeople',
    'ece',
    'n',
    'nRealPeople',
    'skipped',
    'seen',
  ]);
  expect(result).toMatchObject({ n: real.length, skipped: 0, seen: real.length });
  // It has seen them: anything less would mean that labels are read wrongly.
  expect(result.anyTop1).toBeGreaterThan(0.95);
  expect(result.anyTop2).toBeGreaterThanOrEqual(result.anyTop1 ?? 1);
  expect(result.anyTop1).toBeGreaterThanOrEqual(result.single ?? 1);
  expect(result.ece).toBeLessThan(0.1);
});

test('odd lines are skipped and told on standard error, whatever is printed', async () => {
  const path = file('{', { text: '网络连不上', cause: 'network' }, { cause: 'network' });
  const [json, people] = await Promise.all([run(['eval', '--json', '--data', path]), run(['eval', '--data', path])]);
  for (const { code, err } of [json, people]) {
    expect(code).toBe(0);
    expect(err).toContain('skipped 2 line(s): line 1 is not JSON; line 3 has no text');
  }
  expect(JSON.parse(json.out)).toMatchObject({ n: 1, skipped: 2, realPeople: null });
  expect(people.out).toContain('1 (2 skipped)');
});

const words = { music: ['play', 'song', 'sing', 'tune'], weather: ['rain', 'sun', 'snow', 'wind'] };
const split = (name: string) =>
  Object.entries(words).flatMap(([intent, list]) =>
    list.flatMap((word, i) =>
      ['please', 'now', 'today'].map((more, j) => ({ text: `${word} ${more} ${name} ${i}${j}`, intent, split: name })),
    ),
  );
const strangers = (name: string) =>
  Array.from({ length: 24 }, (_, i) => ({ text: `quantum ${i} entropy of ${i * 7}`, intent: 'oos', split: name }));

test('--train, --dev and --test take their rows from one file by its splits', async () => {
  const path = file(...split('train'), ...split('dev'), ...strangers('dev'), ...split('test'), ...strangers('test'));
  const { code, out, err } = await run(['eval', '--json', '--train', path, '--dev', path, '--test', path]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const result = JSON.parse(out) as Record<string, number>;
  expect(result).toMatchObject({
    intents: 2,
    nTrain: 24,
    nDev: 48,
    nTest: 24,
    nOos: 24,
    accuracy: 1,
    macroF1: 1,
    top2: 1,
  });
  for (const name of ['top3', 'oosAuroc', 'inScopeAccuracy', 'oosRecall', 'ece'])
    expect(result[name]).toBeGreaterThanOrEqual(0);
  expect(result.oosRecall).toBeGreaterThan(0.8);
  for (const name of ['p50us', 'p99us', 'trainMs', 'rssMb']) expect(result[name]).toBeGreaterThan(0);
});

describe('what cannot be measured is said in one line', () => {
  test.each([
    ['a file that is not there', () => ['--data', join(folder, 'none.jsonl')], 'cannot read'],
    ['a folder', () => ['--data', folder], 'cannot read'],
    ['an empty file', () => ['--data', file('')], 'it is empty'],
    [
      'one class only',
      () => ['--train', file(...split('train').slice(0, 3)), '--test', file(...split('test'))],
      'nothing to tell apart',
    ],
    [
      'the same rows for training and testing',
      () => {
        const path = file(...split('train'));
        return ['--train', path, '--test', path];
      },
      'no rows of split "test"',
    ],
    ['--train without --test', () => ['--train', file(...split('train'))], '--test is missing'],
    ['--test without --train', () => ['--test', file(...split('test'))], '--train is missing'],
    ['--data with --train', () => ['--data', 'a', '--train', 'b'], 'give one of them'],
    ['--html with --data', () => ['--data', 'a', '--html', 'b'], '--html is the report'],
  ])('%s', async (_, args, what) => {
    const { code, out, err } = await run(['eval', ...args()]);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(failing(err)).toContain(what);
    expect(err).not.toContain('    at ');
  });
});

test('rows that are not used, or not for what they were meant, are told', async () => {
  const rows = ['a', 'b'].flatMap((intent) =>
    ['train', 'dev'].flatMap((split) =>
      [1, 2, 3, 4].map((i) => ({ text: `${intent.repeat(3)} ${split} ${i}`, intent, split })),
    ),
  );
  const path = file(...rows);
  const left = await run(['eval', '--json', '--train', path, '--test', file({ text: 'aaa', intent: 'a' })]);
  expect({ code: left.code, err: left.err }).toEqual({
    code: 0,
    err: expect.stringContaining('8 rows of split dev are not used'),
  });
  const odd = await run(['eval', '--json', '--train', path, '--test', path]);
  expect(odd.err).toContain('8 of the rows tested on are of another split');
  const one = await run([
    'eval',
    '--data',
    file({ text: '没网', cause: 'network' }, { text: '断网了', cause: 'network' }),
  ]);
  expect({ code: one.code, err: one.err }).toEqual({ code: 0, err: expect.stringContaining('labelled "network"') });
});

test('a page that cannot be written is refused before the work', async () => {
  for (const command of ['eval', 'simulate']) {
    const { code, out, err } = await run([command, '--html', join(folder, 'none', 'x.html')]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('UNWRITABLE_FILE');
  }
});

test('a line of megabytes is skipped', async () => {
  const path = file({ text: 'x'.repeat(3_000_000), cause: 'network' }, { text: '网络连不上', cause: 'network' });
  const { code, err } = await run(['eval', '--data', path, '--json']);
  expect({ code, err }).toMatchObject({
    code: 0,
    err: expect.stringContaining('line 1 is longer than 1 MB') as string,
  });
});

test('without arguments it cross-validates our own sentences, and writes a page that needs nothing else', async () => {
  const path = join(folder, 'report.html');
  const { code, out, err } = await run(['eval', '--no-peers', '--folds', '2', '--html', path]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const part of ['any label first', 'points lost by noise', 'homophones20', 'worst confusions', 'out-of-scope'])
    expect(out).toContain(part);
  const page = readFileSync(path, 'utf8');
  expect(page.match(/<svg/g)).toHaveLength(3);
  expect(page).not.toMatch(/<script|<link|src=|https?:|eval\.\w+[.\w]*</);
  expect(page).toContain('prefers-color-scheme');
  expect(page).toContain('<meta name="viewport"');
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}, 120_000);

test('--help shows examples', async () => {
  const { code, out } = await run(['eval', '--help']);
  expect(code).toBe(0);
  expect(out).toContain('pos-doctor eval --data sentences.jsonl --json');
});

describe('why', () => {
  test('says in words what moved the sentence, without colours where nobody sees them', async () => {
    const { code, out, err } = await run(['why', '报51，换卡也不行']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/balance/);
    expect(out).toMatch(/[+−]\d\.\d\d {2}/);
    expect(out).not.toContain('\u001b');
    expect(out).not.toMatch(/why\.\w+/);
  });

  test('gives programs every part', async () => {
    const { out } = await run(['why', '--json', '报51']);
    const why = JSON.parse(out) as { rules: { rule: string; name: string }[]; tokens: unknown[] };
    expect(why.rules.map(({ rule }) => rule)).toContain('code balance');
    expect(why.rules.every(({ name }) => !name.startsWith('why.'))).toBe(true);
    expect(why.tokens).toHaveLength(2);
  });

  test('an empty sentence is refused, control characters are shown as such', async () => {
    expect(await run(['why', ' '])).toMatchObject({ code: 2, out: '' });
    expect((await run(['why', '报51\u001b[31m'])).out).not.toContain('\u001b');
  });
});
