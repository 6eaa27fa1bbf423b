import fc from 'fast-check';
import { CsvReader, type CsvRecord, csvLine, FIELD_MAX, FIELDS_MAX } from '../../src/merchants/csv.js';

/** Reads `text` cut at these places. */
function read(text: string, cuts: readonly number[] = []): CsvRecord[] {
  const reader = new CsvReader();
  const places = [0, ...[...cuts].map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  const records = places.slice(1).flatMap((end, index) => reader.push(text.slice(places[index], end)));
  return [...records, ...reader.end()];
}

const fieldsOf = (records: readonly CsvRecord[]): string[][] => records.map(({ fields }) => fields);

test('reads plain, quoted and doubled quotes, in lines that end in any way', () => {
  expect(fieldsOf(read('a,b\r\n"x,1","say ""hi"""\n\n,\rlast'))).toEqual([
    ['a', 'b'],
    ['x,1', 'say "hi"'],
    ['', ''],
    ['last'],
  ]);
});

test('knows on which line a record begins, after records that go over several', () => {
  expect(read('a\r\n"two\r\nlines",b\r\n\r\nc').map(({ line }) => line)).toEqual([1, 2, 5]);
});

test('a quote inside a field stands for itself; what stands behind a closing one is a problem', () => {
  expect(read('5" screen,b')).toEqual([{ line: 1, fields: ['5" screen', 'b'] }]);
  expect(read('"a"b,c\nd,e')).toMatchObject([{ problem: 'quote' }, { fields: ['d', 'e'] }]);
});

test('a quote that nobody closes costs the lines up to the bound, not the rest of the file', () => {
  const lines = Array.from({ length: 3_000 }, (_, n) => `row ${n},x`).join('\n');
  const records = read(`"open,x\n${lines}`);
  expect(records[0]).toMatchObject({ line: 1, problem: 'quote' });
  expect(records.at(-1)).toEqual({ line: 3_001, fields: ['row 2999', 'x'] });
  expect(records.filter(({ problem }) => problem === undefined).length).toBeGreaterThan(2_700);
});

test('long fields and many fields are cut and said so', () => {
  const [long] = read(`${'x'.repeat(FIELD_MAX + 1)},y`);
  expect(long).toMatchObject({ problem: 'length' });
  expect(long?.fields[0]).toHaveLength(FIELD_MAX);
  const [many] = read(
    Array(FIELDS_MAX + 3)
      .fill('x')
      .join(','),
  );
  expect(many).toMatchObject({ problem: 'fields' });
  expect(many?.fields).toHaveLength(FIELDS_MAX);
});

const table = fc.array(
  fc.array(fc.string({ unit: fc.constantFrom('a', '店', '"', ',', '\n', '\r', ' ', '😀'), maxLength: 8 }), {
    minLength: 1,
    maxLength: 5,
  }),
  { maxLength: 8 },
);
const cuts = fc.array(fc.nat(), { maxLength: 5 });

test('what is written is read again, however it is cut', () => {
  fc.assert(
    fc.property(table, cuts, (rows, places) => {
      expect(fieldsOf(read(rows.map(csvLine).join(''), places))).toEqual(rows);
    }),
  );
});

test('any text is read, the same however it is cut, within its bounds', () => {
  const any = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '\u0000', '店'), maxLength: 200 });
  fc.assert(
    fc.property(any, cuts, (text, places) => {
      const records = read(text, places);
      expect(records).toEqual(read(text));
      const lines = records.map(({ line }) => line);
      expect(lines).toEqual([...lines].sort((a, b) => a - b));
    }),
  );
});

test('says over how many lines a record goes, wherever it ends', () => {
  const over = (text: string) => read(text).map(({ line, lines = 1 }) => [line, lines]);
  expect(over('a\r\n"b\r\nc"\r\nd')).toEqual([
    [1, 1],
    [2, 2],
    [4, 1],
  ]);
  expect(over('a\n"b\nc\nd')).toEqual([
    [1, 1],
    [2, 3],
  ]);
  expect(over('a\n"b\nc\n')).toEqual([
    [1, 1],
    [2, 2],
  ]);
});
