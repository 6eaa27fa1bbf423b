import fc from 'fast-check';
import { acquirerId } from '../../src/dialogue/merchants.js';
import { CsvReader } from '../../src/merchants/csv.js';
import { Register } from '../../src/merchants/register.js';
import { COLUMNS, type Column, lineOf, ROW_LIMITS, type Row, readHeader, readRow } from '../../src/merchants/row.js';
import { realWorld } from '../support/world.js';

const NAMES: Record<Column, string[]> = {
  merchant: ['商户编号', '商户号'],
  shop: ['店名'],
  region: ['地区'],
  acquirer: ['收单机构'],
  terminals: ['终端'],
  userids: ['成员'],
  contact: ['联系人'],
};
const LAYOUT = Object.fromEntries(COLUMNS.map((column, index) => [column, index]));
const row = (over: Partial<Row> = {}): Row => ({
  number: 'M100',
  shop: '样例店',
  region: '样例市',
  acquirer: '拉卡拉',
  terminals: [{ serial: 'SN1', model: 'A920' }],
  userids: ['zhangsan'],
  contact: '样例联系人',
  ...over,
});
const records = (text: string) => {
  const reader = new CsvReader();
  return [...reader.push(text), ...reader.end()];
};
const read = (...fields: string[]) => readRow({ line: 2, fields }, LAYOUT, COLUMNS.length);

test('a header in Chinese, in English or in both says where each column stands', () => {
  expect(readHeader(['店名', ' 商户号 ', 'User_IDs', '备注'], NAMES)).toEqual({
    layout: { shop: 0, merchant: 1, userids: 2 },
    missing: [],
    twice: [],
    unknown: 1,
  });
  expect(readHeader(['店名', 'shop'], NAMES)).toMatchObject({ missing: ['merchant'], twice: ['shop'] });
});

test('terminals and userids are lists, full-width signs count as plain ones, short lines as empty cells', () => {
  expect(read('Ｍ１００', '样例店', '', '', 'SN1：A920；SN2', 'a;b，c a')).toMatchObject({
    number: 'M100',
    terminals: [
      { serial: 'SN1', model: 'A920' },
      { serial: 'SN2', model: '' },
    ],
    userids: ['a', 'b', 'c'],
    contact: '',
  });
});

test.each([
  ['merchant', 'empty', ['', '店']],
  ['merchant', 'number', ['M 1', '店']],
  ['merchant', 'spoilt', ['8.221E+14', '店']],
  ['shop', 'empty', ['M1', '  ']],
  ['shop', 'text', ['M1', '店'.repeat(ROW_LIMITS.shop + 1)]],
  ['region', 'text', ['M1', '店', '区'.repeat(ROW_LIMITS.region + 1)]],
  ['acquirer', 'text', ['M1', '店', '', 'x'.repeat(ROW_LIMITS.acquirer + 1)]],
  ['terminals', 'terminals', ['M1', '店', '', '', 'S N']],
  ['terminals', 'terminals', ['M1', '店', '', '', 'SN1;sn1']],
  ['terminals', 'spoilt', ['M1', '店', '', '', '1E+12']],
  ['terminals', 'terminals', ['M1', '店', '', '', Array.from({ length: 51 }, (_, n) => `S${n}`).join(';')]],
  ['userids', 'userids', ['M1', '店', '', '', '', '张三']],
  ['userids', 'userids', ['M1', '店', '', '', '', Array.from({ length: 21 }, (_, n) => `u${n}`).join(';')]],
  ['contact', 'text', ['M1', '店', '', '', '', '', 'x'.repeat(ROW_LIMITS.contact + 1)]],
  ['shop', 'control', ['M1', '店\u0007']],
] as const)('what is wrong with %s is told as %s', (column, fault, fields) => {
  expect(read(...fields)).toEqual([{ column, fault }]);
});

test('a cell too many, and what the reader could not read, are problems of the line', () => {
  expect(read('M1', '店', '', '', '', '', '', '', 'x')).toEqual([{ fault: 'fields' }]);
  expect(readRow({ line: 1, fields: ['M1'], problem: 'quote' }, LAYOUT, 7)).toEqual([{ fault: 'quote' }]);
});

const token = (max: number) =>
  fc.string({ unit: fc.constantFrom('a', 'B', '7', '-', '_'), minLength: 1, maxLength: max });
const words = (max: number) =>
  fc.string({ unit: fc.constantFrom('店', '甲', '"', ',', 'x', '😀'), maxLength: max / 2 }).map((text) => text.trim());
const rows = fc.record({
  number: token(32),
  shop: words(60).map((text) => `店${text}`),
  region: words(40),
  acquirer: words(40),
  terminals: fc.uniqueArray(fc.record({ serial: token(20), model: fc.constantFrom('', 'A920', '桌面机') }), {
    maxLength: 4,
    selector: ({ serial }) => serial.toUpperCase(),
  }),
  userids: fc.uniqueArray(token(20), { maxLength: 3 }),
  contact: words(80),
});

test('a row that is written is read again', () => {
  fc.assert(
    fc.property(rows, (one) => {
      const [record] = records(lineOf(one));
      expect(record && readRow(record, LAYOUT, COLUMNS.length)).toEqual(one);
    }),
  );
});

test('any cells make a row or problems', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 90 }), { maxLength: 9 }), (fields) => {
      const made = readRow({ line: 1, fields }, LAYOUT, COLUMNS.length);
      if (Array.isArray(made)) expect(made.length).toBeGreaterThan(0);
      else expect(made.shop).not.toBe('');
    }),
  );
});

describe('the register', () => {
  test('finds a shop by number, serial and userid, whatever their case, without whom to reach there', () => {
    const register = new Register();
    register.add(row({ userids: ['ZhangSan'] }));
    const { contact: _, userids: __, ...shop } = row();
    expect(register.byNumber('m100')).toEqual(shop);
    expect(register.bySerial('sn1')).toEqual(shop);
    expect(register.byUser('zhangsan')).toEqual(shop);
    expect(register.byNumber('SN1')).toBeUndefined();
    expect(JSON.stringify(register.byNumber('M100'))).not.toContain('联系人');
  });

  test('keeps the first of two with one number; a serial or a userid of two shops leads to neither', () => {
    const register = new Register();
    register.add(row());
    expect(register.add(row({ shop: '另一家' }))).toEqual({ taken: false, serials: 0, users: 0 });
    expect(register.add(row({ number: 'M200' }))).toEqual({ taken: true, serials: 1, users: 1 });
    expect(register.add(row({ number: 'M300', userids: [] }))).toEqual({ taken: true, serials: 1, users: 0 });
    expect(register.byNumber('M100')?.shop).toBe('样例店');
    expect([register.bySerial('SN1'), register.byUser('zhangsan')]).toEqual([undefined, undefined]);
    expect([register.namesUser('zhangsan'), register.namesUser('lisi')]).toEqual([true, false]);
    expect(register.counts).toEqual({ shops: 3, terminals: 1, users: 1 });
  });

  test('finds each of whatever rows were added', () => {
    fc.assert(
      fc.property(fc.uniqueArray(rows, { selector: ({ number }) => number.toUpperCase(), maxLength: 30 }), (all) => {
        const register = new Register();
        for (const one of all) register.add(one);
        for (const { contact: _, userids: __, ...shop } of all) expect(register.byNumber(shop.number)).toEqual(shop);
      }),
    );
  });
});

test('an acquirer may be written by id or by any of its names', () => {
  const { lexicon } = realWorld().knowledge;
  expect(['拉卡拉', 'LaKaLa', ' lakala ', '某某支付', ''].map((written) => acquirerId(written, lexicon))).toEqual([
    'lakala',
    'lakala',
    'lakala',
    undefined,
    undefined,
  ]);
});
