import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isPosDoctorError } from '../../src/errors.js';
import { importMerchants, LISTED_MAX, listPath } from '../../src/merchants/import.js';
import { columnNames, LIST_BYTES_MAX, loadRegister } from '../../src/merchants/list.js';
import { ROWS_MAX } from '../../src/merchants/register.js';
import { UI } from '../pages/fixture.js';

const names = columnNames(UI);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pos-doctor-merchants-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const from = (content: string | Uint8Array, over: { dryRun?: boolean; strict?: boolean } = {}) => {
  const source = join(folder, 'source.csv');
  writeFileSync(source, content);
  const knowsAcquirer = (written: string) => written === '拉卡拉';
  return importMerchants({ source, contentDir: folder, names, knowsAcquirer, dryRun: false, strict: false, ...over });
};
const inPlace = () => readFileSync(listPath(folder), 'utf8');
const HEAD = 'merchant,shop,region,acquirer,terminals,userids,contact\n';
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'taken',
    (error: unknown) => (isPosDoctorError(error, 'BAD_MERCHANTS') ? String(error.subject.why) : String(error)),
  );

test('a list with Chinese column names in any order becomes ours, and is found again', async () => {
  const imported = await from('店名,商户编号,终端\r\n"甲, 样例店",M100,SN1:A920\r\n');
  expect(imported).toMatchObject({ encoding: 'utf-8', shops: 1, terminals: 1, left: 0, faults: {}, written: true });
  expect(inPlace()).toBe(`${HEAD}M100,"甲, 样例店",,,SN1:A920,,\n`);
  expect(statSync(listPath(folder)).mode & 0o777).toBe(0o600);
  const { register } = await loadRegister(listPath(folder), names);
  expect(register.bySerial('SN1')?.shop).toBe('甲, 样例店');
});

test.each([
  ['UTF-8 with a mark', Buffer.from('\ufeff商户号,店名\nM1,样例店\n'), 'utf-8'],
  // 商户号,店名 and 样例店 as a Chinese spreadsheet saves them.
  ['GB18030', Buffer.from('c9ccbba7bac52cb5eac3fb0a4d312cd1f9c0fdb5ea0a', 'hex'), 'gb18030'],
])('%s is recognised', async (_, bytes, encoding) => {
  expect(await from(bytes)).toMatchObject({ encoding, shops: 1 });
  expect(inPlace()).toContain('M1,样例店');
});

test('lines that are wrong are left out and told with line and column; the others are taken', async () => {
  const imported = await from(
    `${HEAD}M1,店一,,拉卡拉,SN1,u1\nM 2,店二\n8.2E+14,\nM1,店四\nM5,店五,,某某,SN1,u1\n"x"y,店六\n`,
  );
  expect(imported).toMatchObject({ rows: 3, shops: 2, left: 4, written: true });
  expect(imported.problems).toEqual([
    { line: 3, column: 'merchant', fault: 'number' },
    { line: 4, column: 'merchant', fault: 'spoilt' },
    { line: 4, column: 'shop', fault: 'empty' },
    { line: 5, column: 'merchant', fault: 'repeatedMerchant' },
    { line: 6, column: 'terminals', fault: 'repeatedSerial' },
    { line: 6, column: 'userids', fault: 'repeatedUserid' },
    { line: 6, column: 'acquirer', fault: 'acquirer' },
    { line: 7, column: null, fault: 'quote' },
  ]);
});

test.each([
  ['by the next quoted field', 'M2,"店二\nM3,店三\nM4,"店, 四"\nM5,店五\n', [3, 4], 3],
  ['by the end of the file', 'M2,"店二\nM3,店三\nM4,店四\n', [3, 4], 3],
])(
  'lines that a quote swallows which is closed %s are listed one by one, and nothing is put in place',
  async (_, text, lines, left) => {
    await from(`${HEAD}M9,旧店\n`);
    const before = inPlace();
    const imported = await from(`${HEAD}M1,店一\n${text}`);
    expect(imported).toMatchObject({ left, written: false, faults: { quote: 1, swallowed: lines.length } });
    expect(imported.problems.filter(({ fault }) => fault === 'swallowed').map(({ line }) => line - 1)).toEqual(lines);
    expect(inPlace()).toBe(before);
  },
);

test('twenty problems are listed, all are counted', async () => {
  const imported = await from(`${HEAD}M1,店\n${'坏,店\n'.repeat(50)}`);
  expect(imported.problems).toHaveLength(LISTED_MAX);
  expect(imported.faults).toEqual({ number: 50 });
});

test('strict and dry runs leave what is in place as it is, and nothing beside it', async () => {
  await from(`${HEAD}M1,旧店\n`);
  const before = inPlace();
  expect(await from(`${HEAD}M2,新店\nM2,又一家\n`, { strict: true })).toMatchObject({ written: false, shops: 1 });
  const dry = await from(`${HEAD}M2,新店\n`, { dryRun: true });
  expect(dry).toMatchObject({ written: false, shops: 1 });
  expect(inPlace()).toBe(before);
  expect(readdirSync(join(folder, '.merchants'))).toEqual([]);
  // What a dry run says of the list is what the import then puts in place.
  expect(await from(`${HEAD}M2,新店\n`, { strict: true })).toMatchObject({ written: true, sha256: dry.sha256 });
});

test('what an import that was killed left behind goes with the next; a running one keeps its own', async () => {
  mkdirSync(join(folder, '.merchants'));
  const dead = join(folder, '.merchants', '999999999.csv');
  const alive = join(folder, '.merchants', `${process.ppid}.csv`);
  for (const file of [dead, alive]) writeFileSync(file, 'half');
  await from(`${HEAD}M1,店\n`);
  expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
});

test.each([
  ['', 'it is empty'],
  [HEAD, 'it has no usable line'],
  ['店名;商户号\nx;y\n', 'names no column "商户编号" (merchant)'],
  ['店名,店名,商户号\n', 'names "shop" twice'],
  [Buffer.from('\ufeff商户号', 'utf16le'), 'it is UTF-16'],
  [Buffer.from('c9ccbba7bac52cb5eac3fb0a4d312cff0a', 'hex'), 'neither UTF-8 nor GB18030'],
  [new Uint8Array(LIST_BYTES_MAX + 1).fill(0x0a), 'it has more than 64 MB'],
])('a file that is no list is refused and the old one stays', async (content, why) => {
  await from(`${HEAD}M1,旧店\n`);
  expect(await refusal(from(content))).toContain(why);
  expect(inPlace()).toContain('旧店');
});

test('any bytes make a list or a refusal', async () => {
  const start = fc.constantFrom('', HEAD, `${HEAD}M1,店\n`, '商户号,店名\n');
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 120 }), async (head, bytes) => {
      const said = await refusal(from(Buffer.concat([Buffer.from(head), bytes])));
      expect(said).not.toMatch(/error/i);
    }),
    { numRuns: 200 },
  );
});

/** Rows of invented shops. */
const many = (count: number): string =>
  Array.from({ length: count }, (_, n) => `M${n},样例店${n},样例市,拉卡拉,SN${n}:A920;SM${n},user${n},\n`).join('');

test('100,000 shops are taken piece by piece, and looked up by what each of them lists', async () => {
  let looks = 0;
  const source = join(folder, 'source.csv');
  writeFileSync(source, HEAD + many(100_000));
  const bytes = statSync(source).size;
  const progress = () => {
    looks += 1;
  };
  const knowsAcquirer = () => true;
  const imported = await importMerchants({
    source,
    contentDir: folder,
    names,
    knowsAcquirer,
    dryRun: false,
    strict: true,
    progress,
  });
  expect(imported).toMatchObject({ shops: 100_000, terminals: 200_000, users: 100_000, written: true });
  // Other work goes on between two pieces: the file is never read in one go.
  expect(looks).toBeGreaterThanOrEqual(Math.floor(bytes / (64 * 1024)));
  const { register } = await loadRegister(listPath(folder), names);
  for (const n of [0, 1, 50_000, 99_999]) {
    const number = `M${n}`;
    expect([register.byNumber(number), register.bySerial(`SM${n}`), register.byUser(`user${n}`)]).toMatchObject([
      { number },
      { number },
      { number },
    ]);
  }
}, 60_000);

test('more shops than there may be are refused', async () => {
  const lines = Array.from({ length: ROWS_MAX + 1 }, (_, n) => `M${n},x\n`).join('');
  expect(await refusal(from(`merchant,shop\n${lines}`, { dryRun: true }))).toBe(`it has more than ${ROWS_MAX} shops`);
}, 60_000);
