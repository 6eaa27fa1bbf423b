/** `merchants` as an operator runs it: by itself, and beside a service that follows the list. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOOK_MS } from '../../src/merchants/watch.js';
import { cleanUp, expectComplaint, ROOT, Running, run, tempFolder } from './cli.js';
import { Service } from './service.js';

afterEach(cleanUp);

const EXAMPLE = join(ROOT, 'docs', 'merchants-example.csv');

test('a list is tried, taken, counted and looked into; what is wrong is told with its line', async () => {
  const CONTENT_DIR = tempFolder();
  const env = { CONTENT_DIR };
  const list = join(tempFolder(), 'list.csv');
  writeFileSync(
    list,
    '商户编号,店名,终端,成员,联系人\nM1,样例甲店,SN1:A920,zhangsan,样例联系人 010-5555 0100\nM 2,样例乙店\n,样例丙店\n',
  );
  const tried = await run(['merchants', 'import', list, '--dry-run'], '', env);
  expect([tried.code, tried.err]).toEqual([0, '']);
  expect(tried.out).toMatch(
    /试读，没有换：1 家店[\s\S]*第 3 行，商户编号：写 1 到 32 个[\s\S]*第 4 行，商户编号：不能空着/,
  );
  expect(tried.out).not.toMatch(/样例|M 2/);
  expectComplaint(await run(['merchants', 'count'], '', env), 2, 'no list was imported yet');

  const strict = await run(['merchants', 'import', list, '--strict', '--json'], '', env);
  expect([strict.code, JSON.parse(strict.out)]).toMatchObject([1, { written: false, left: 2 }]);
  const taken = await run(['merchants', 'import', list, '--json'], '', env);
  expect([taken.code, JSON.parse(taken.out)]).toMatchObject([0, { written: true, shops: 1, encoding: 'utf-8' }]);
  expect(readdirSync(join(CONTENT_DIR, 'knowledge'))).toEqual(['merchants.csv']);

  const shown = await run(['merchants', 'show', 'ZHANGSAN'], '', env);
  expect(shown.out).toMatch(/^样例甲店（M1）\n {2}终端：SN1 A920\n {2}成员账号：zhangsan\n {2}联系人：样例联系人 \*+/);
  expect(shown.out).not.toContain('5555');
  expect(await run(['merchants', 'show', 'nobody'], '', env)).toMatchObject({ code: 1, out: '没有找到。\n' });
  expect((await run(['merchants', 'count'], '', env)).out).toContain('1 家店，1 台终端，1 个成员账号；0 行用不了。');
}, 60_000);

test('an import that is killed leaves the list as it was, and its half goes with the next', async () => {
  const env = { CONTENT_DIR: tempFolder() };
  expect((await run(['merchants', 'import', EXAMPLE], '', env)).code).toBe(0);
  const list = join(env.CONTENT_DIR, 'knowledge', 'merchants.csv');
  const before = readFileSync(list, 'utf8');
  const large = join(tempFolder(), 'large.csv');
  const rows = Array.from({ length: 150_000 }, (_, n) => `M${n},样例店${n},样例市,拉卡拉,SN${n}:A920,u${n}\n`);
  writeFileSync(large, `merchant,shop,region,acquirer,terminals,userids\n${rows.join('')}`);
  const parts = join(env.CONTENT_DIR, '.merchants');
  const running = new Running(['merchants', 'import', large], env);
  let over = false;
  void running.ended.then(() => {
    over = true;
  });
  while (!over && !readdirSync(parts).some((name) => statSync(join(parts, name)).size > 0))
    await new Promise((resolve) => setImmediate(resolve));
  await running.kill('SIGKILL');
  expect(readFileSync(list, 'utf8')).toBe(before);
  expect(readdirSync(parts)).toHaveLength(1);
  expect((await run(['merchants', 'import', EXAMPLE], '', env)).code).toBe(0);
  expect([readFileSync(list, 'utf8'), readdirSync(parts)]).toEqual([before, []]);
}, 60_000);

test('what cannot be done is said in one line', async () => {
  expectComplaint(await run(['merchants', 'import', EXAMPLE]), 2, 'CONTENT_DIR');
  const env = { CONTENT_DIR: tempFolder() };
  expectComplaint(await run(['merchants', 'import', '/none.csv'], '', env), 2, 'cannot read /none.csv: ENOENT');
  expectComplaint(await run(['merchants', 'import', join(ROOT, 'LICENSE')], '', env), 2, 'names no column');
}, 60_000);

test('a running service takes an imported list up, and knows by a typed number who is asking', async () => {
  const env = { CONTENT_DIR: tempFolder(), DATA_DIR: join(tempFolder(), 'data') };
  const service = await Service.start({ ...env, LOG_LEVEL: 'info' });
  const example = await run(['merchants', 'import', EXAMPLE, '--strict', '--json'], '', env);
  const { shops, sha256 } = JSON.parse(example.out) as { shops: number; sha256: string };
  expect(shops).toBeGreaterThan(2);
  expect(JSON.parse((await run(['merchants', 'count', '--json'], '', env)).out)).toMatchObject({ shops, sha256 });
  await service.running.until(() => service.running.err.includes('the list of shops is in use'));
  const number = readFileSync(EXAMPLE, 'utf8').split('\n')[1]?.split(',')[0] ?? '';
  const visitor = await service.visit();
  expect(await visitor.send({ text: `商户号${number}` })).toBe(202);
  expect(await visitor.lastText()).not.toBe('');
  expect(JSON.stringify((await visitor.history()).transcript)).toContain('编号记下了');
  // Neither numbers nor names of shops are logged.
  expect(service.running.err).not.toMatch(new RegExp(`${number}|示例`));
  expect(LOOK_MS).toBeLessThanOrEqual(5_000);
}, 60_000);
