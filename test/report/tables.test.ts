/** Tables for spreadsheets, none of whose cells is taken for a formula, and for terminals. */
import fc from 'fast-check';
import { csvCell, csvOf, csvRows } from '../../src/report/csv.js';
import { columnsOf, textOfSections } from '../../src/report/text.js';

/** RFC 4180, after the byte order mark. */
function parse(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 1; at < csv.length; at += 1) {
    const sign = csv[at] ?? '';
    if (quoted && sign === '"' && csv[at + 1] === '"') {
      cell += sign;
      at += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (!quoted && sign === ',') {
      row.push(cell);
      cell = '';
    } else if (!quoted && sign === '\r' && csv[at + 1] === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      at += 1;
    } else cell += sign;
  }
  return rows;
}

const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .array(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ',', '"', "'", ' ', '＝', '＋', '1', '甲'), {
      maxLength: 6,
    })
    .map((signs) => signs.join('')),
);

test('a table comes back as it was written, text that would be a formula with an apostrophe before it', () => {
  fc.assert(
    fc.property(fc.array(fc.array(nasty, { minLength: 1, maxLength: 4 }), { minLength: 1 }), (rows) => {
      const csv = csvOf(rows);
      expect(csv.startsWith('\uFEFF')).toBe(true);
      const back = parse(csv);
      expect(back.map((row) => row.length)).toEqual(rows.map((row) => row.length));
      back.forEach((row, y) => {
        row.forEach((cell, x) => {
          const written = rows[y]?.[x] ?? '';
          expect([written, `'${written}`]).toContain(cell);
          expect(cell.trimStart()).not.toMatch(/^[=+\-@＝＋－＠]/);
          expect(cell).not.toMatch(/^[\t\r\n]/);
        });
      });
    }),
  );
});

test('numbers stay numbers, and harmless text stays as it is', () => {
  expect([csvCell(0), csvCell(12.5), csvCell('没扣款'), csvCell('a,"b"')]).toEqual([
    '0',
    '12.5',
    '没扣款',
    '"a,""b"""',
  ]);
  expect(['=1+1', ' =1', '+86', '-', '@a', '\t1', '＝1'].map(csvCell)).toEqual([
    "'=1+1",
    "' =1",
    "'+86",
    "'-",
    "'@a",
    "'\t1",
    "'＝1",
  ]);
});

test('a share is two rows, and what is not known an empty cell', () => {
  const section = { title: '表', columns: ['项', '数', '中位'], rows: [['甲', { n: 3, of: 4, share: null }, null]] };
  expect(csvRows([section], ['a', 'b', 'c', 'd'], '（总数）')).toEqual([
    ['a', 'b', 'c', 'd'],
    ['表', '甲', '数', 3],
    ['表', '甲', '数（总数）', 4],
    ['表', '甲', '中位', ''],
  ]);
});

test('columns of a terminal stand in line with Chinese in them; a long table is cut, and says so', () => {
  expect([columnsOf('abc'), columnsOf('中文'), columnsOf('👍'), columnsOf('é')]).toEqual([3, 4, 2, 1]);
  const plain = { bold: (text: string) => text, dim: (text: string) => text };
  const rows = [['甲', 1], ...Array.from({ length: 29 }, () => ['abcdef', 10])];
  const lines = textOfSections([{ title: 't', columns: ['x', 'n'], rows }], plain, (n) => `and ${n}`).split('\n');
  expect(lines.slice(0, 4)).toEqual(['t', 'x        n', '甲       1', 'abcdef  10']);
  expect(lines.at(-1)).toBe('and 6');
});
