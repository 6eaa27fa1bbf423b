import { type RowLine, readRows } from '../../src/eval/rows.js';
import { INTENT_ROWS, rowsFor, type SplitRow } from '../../src/eval/splits.js';
import { UTTERANCE_ROWS } from '../../src/eval/utterances.js';

async function* lines(list: Iterable<string | RowLine>): AsyncGenerator<RowLine> {
  for (const line of list) yield typeof line === 'string' ? { text: line } : line;
}
const row = (text: string, cause = 'network', more: object = {}): string => JSON.stringify({ text, cause, ...more });
const good = Array.from({ length: 5 }, (_, i) => row(`good ${i}`));
const read = (list: Iterable<string | RowLine>, limits?: Parameters<typeof readRows>[3]) =>
  readRows('data.jsonl', lines(list), UTTERANCE_ROWS, limits);

describe('an odd line is skipped, counted and shown with its number', () => {
  test.each([
    ['no JSON', '{"text":', 'is not JSON'],
    ['a list', '[1]', 'is not a JSON object'],
    ['no text', '{"cause":"network"}', 'has no text'],
    ['a number for a text', '{"text":5,"cause":"network"}', 'has no text'],
    ['an empty text', row('  '), 'has an empty text'],
    ['an unknown label', row('x', 'weather'), 'has the unknown label "weather"'],
    ['no label', '{"text":"x"}', 'has the unknown label nothing'],
    ['an unknown other label', row('x', 'network', { also: ['rain'] }), 'has the unknown label "rain"'],
    ['other labels that are no list', row('x', 'network', { also: 'device' }), 'has an "also" that is no list'],
    ['a NUL byte', `${row('x')}\0`, 'contains a NUL byte'],
    ['an escaped NUL', '{"text":"a\\u0000b","cause":"network"}', 'contains a NUL character'],
    ['one text with another label', row('good 0', 'device'), 'has the text of line 1 with another label'],
    ['a line that is too long', { problem: 'length' as const }, 'is longer than 1 MB'],
    ['bytes that are no UTF-8', { problem: 'encoding' as const }, 'is not UTF-8'],
  ])('%s', async (_, line, why) => {
    const found = await read([...good, line]);
    expect(found.rows).toHaveLength(5);
    expect({ skipped: found.skipped, examples: found.examples }).toEqual({ skipped: 1, examples: [{ line: 6, why }] });
  });
});

test('empty lines are no rows, a byte order mark is none either, and the same row twice counts twice', async () => {
  const found = await read([`\ufeff${row('a')}`, '', '  ', row('a')]);
  expect([found.rows.length, found.skipped]).toEqual([2, 0]);
});

describe('a file that cannot be meant is refused with the first bad line', () => {
  test.each([
    ['empty', [], 'it is empty'],
    ['without a usable row', ['', 'x'], 'there is no usable row; line 2 is not JSON'],
    ['mostly bad', [...good, ...Array.from({ length: 30 }, () => 'x')], '30 of 35 lines are no usable rows; line 6'],
  ])('%s', async (_, list, what) => {
    await expect(read(list)).rejects.toMatchObject({
      code: 'BAD_ROWS',
      message: expect.stringContaining(what) as string,
    });
  });

  test('and not read to its end', async () => {
    let asked = 0;
    const endless = function* (): Generator<string> {
      for (;;) {
        asked++;
        yield 'x';
      }
    };
    await expect(read(endless())).rejects.toMatchObject({ code: 'BAD_ROWS' });
    expect(asked).toBeLessThan(2_000);
  });
});

test('a million rows are read through, and what memory has no room for is counted', async () => {
  const many = function* (): Generator<string> {
    for (let i = 0; i < 1_000_000; i++) yield i < 150 ? row(`text ${i}`) : '{}';
  };
  const found = await read(many(), { rows: 100, units: 1e6, skipped: 10 });
  expect([found.rows.length, found.beyond]).toEqual([100, 999_900]);
});

test('a long text is cut to what the classifier looks at, and all texts together are bounded', async () => {
  const found = await read([row('x'.repeat(900_000)), row('y'.repeat(900_000)), row('z')], {
    rows: 9,
    units: 3000,
    skipped: 9,
  });
  expect(found.rows.map(({ text }) => text.length)).toEqual([2000, 2000]);
  expect(found.beyond).toBe(1);
});

describe('labels', () => {
  test('agent stands for both, oos for out-of-scope', async () => {
    const { rows } = await read([row('a', 'agent', { also: ['oos'] })]);
    expect(rows[0]?.labels).toEqual([['agent', 'contacts'], ['out-of-scope']]);
  });
});

describe('rows for a role', () => {
  const split = (...names: string[]): SplitRow[] =>
    names.map((name, i) => ({ text: `t${i}`, intent: 'a', split: name }));
  const texts = (rows: readonly SplitRow[]): string[] => rows.map(({ text }) => text);
  test('are those of its split', () => {
    const rows = split('train', 'val', 'test', 'train');
    expect(texts(rowsFor('train', 'f', rows, ['train', 'dev', 'test']))).toEqual(['t0', 't3']);
    expect(texts(rowsFor('dev', 'f', rows, ['train', 'dev', 'test']))).toEqual(['t1']);
    expect(texts(rowsFor('test', 'f', rows, ['test']))).toEqual(['t2']);
  });
  test('are all rows of a file that knows no such split and serves for nothing else', () => {
    expect(rowsFor('test', 'f', split('dev', 'dev'), ['test'])).toHaveLength(2);
    expect(rowsFor('train', 'f', split('', ''), ['train'])).toHaveLength(2);
  });
  test('never serve for training and testing at once', () => {
    expect(() => rowsFor('test', 'f', split('', ''), ['train', 'test'])).toThrow('it has no rows of split "test"');
    expect(() => rowsFor('test', 'f', split('train', 'dev'), ['train', 'dev', 'test'])).toThrow('no rows of split');
    expect(texts(rowsFor('test', 'f', split('train', 'dev'), ['train', 'test']))).toEqual(['t1']);
  });
  test('every way to write out of scope is one', async () => {
    const found = await readRows(
      'f',
      lines(['oos', 'out-of-scope', 'OOS'].map((intent, i) => JSON.stringify({ text: `${i}`, intent }))),
      INTENT_ROWS,
    );
    expect(found.rows.map(({ intent }) => intent)).toEqual(['oos', 'oos', 'oos']);
  });
});
