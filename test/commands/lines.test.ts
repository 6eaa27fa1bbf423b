import fc from 'fast-check';
import { type Line, MAX_LINE_BYTES, readLines } from '../../src/commands/lines.js';

async function* chunks(parts: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* parts;
}

async function read(...parts: (string | Uint8Array)[]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(chunks(parts))) lines.push(line);
  return lines;
}

test('a line ends at a newline; the last one needs none, and a trailing newline begins no further line', async () => {
  expect(await read('a\nb\n')).toEqual([{ text: 'a' }, { text: 'b' }]);
  expect(await read('a\nb')).toEqual([{ text: 'a' }, { text: 'b' }]);
  expect(await read('\n\n')).toEqual([{ text: '' }, { text: '' }]);
  expect(await read()).toEqual([]);
  expect(await read('')).toEqual([]);
});

test('one carriage return before the newline belongs to it', async () => {
  expect(await read('a\r\nb\r\r\nc\rd\n')).toEqual([{ text: 'a' }, { text: 'b\r' }, { text: 'c\rd' }]);
});

test('however the bytes are cut into pieces, the lines are the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('刷', '😀', 'a', '\n', '\r', ' ') }), { maxLength: 8 }),
      fc.array(fc.nat(30), { maxLength: 10 }),
      async (texts, cuts) => {
        const bytes = Buffer.from(texts.join('\n'));
        const places = [
          0,
          ...[...new Set(cuts)].sort((a, b) => a - b).filter((cut) => cut < bytes.length),
          bytes.length,
        ];
        const parts = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(await read(...parts)).toEqual(await read(bytes));
      },
    ),
  );
});

test('broken UTF-8 is said of its own line only', async () => {
  expect(await read('a\n', new Uint8Array([0xff, 0x0a]), 'b\n')).toEqual([
    { text: 'a' },
    { problem: 'encoding' },
    { text: 'b' },
  ]);
});

test('a line of a megabyte is read, a longer one is skipped, and the next one is read again', async () => {
  const most = 'x'.repeat(MAX_LINE_BYTES);
  const lines = await read(`${most}\n`, most, 'x\n', 'b');
  expect(lines.map((line) => ('text' in line ? line.text.length : line.problem))).toEqual([most.length, 'length', 1]);
});

test('a stream that fails is told by its system code', async () => {
  async function* failing(): AsyncGenerator<string> {
    yield 'a\n';
    throw Object.assign(new Error('no'), { code: 'EIO' });
  }
  const lines: Line[] = [];
  const reading = (async () => {
    for await (const line of readLines(failing())) lines.push(line);
  })();
  await expect(reading).rejects.toMatchObject({
    code: 'UNREADABLE_FILE',
    message: 'cannot read standard input: EIO',
  });
  expect(lines).toEqual([{ text: 'a' }]);
});
