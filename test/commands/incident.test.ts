/** `incident` as an operator runs it: beside the service that has the folder, and without one. */
import { join } from 'node:path';
import { PATIENCE, TestDatabase } from '../postgres/database.js';
import { cleanUp, expectComplaint, run, tempFolder } from './cli.js';
import { Service } from './service.js';

afterEach(cleanUp);

async function boardOver(env: Record<string, string>): Promise<void> {
  const service = await Service.start(env);
  expect((await run(['incident'], '', env)).out).toBe('没有故障，也没有计划中的维护。\n');
  const opened = await run(['incident', 'open', '微信支付', '--workaround', '刷卡', '--json'], '', env);
  const { id, state } = JSON.parse(opened.out) as { id: string; state: string };
  expect([opened.code, state]).toEqual([0, 'open']);
  const page = async () => (await fetch(`${service.url}/status`)).text();
  // The service looks at the board every few seconds.
  let seen = await page();
  while (!seen.includes('微信支付')) seen = await page();
  const visitor = await service.visit();
  expect(await visitor.send({ text: '微信付不了' })).toBe(202);
  expect(await visitor.lastText()).toMatch(/^多半不是您店里的问题，微信支付 \d\d:\d\d 起异常。[\s\S]*先用刷卡/);
  // Played again it is the same, as what was on the board was kept with it. It is journaled a moment after it is there.
  let played = await run(['replay', visitor.conversation], '', env);
  for (let attempt = 0; attempt < 20 && !played.err.startsWith('1 turns'); attempt += 1)
    played = await run(['replay', visitor.conversation], '', env);
  expect(played).toMatchObject({ code: 0, err: '1 turns, 0 answered differently\n' });
  await service.running.kill('SIGKILL');
  const updated = await run(['incident', 'update', id, '--note', '平台在处理'], '', env);
  expect([updated.code, updated.out]).toEqual([0, expect.stringMatching(/微信支付[\s\S]*先用：刷卡[\s\S]*平台在处理/)]);
  expectComplaint(await run(['incident', 'close', '0000-1'], '', env), 2, 'incident list');
  expect((await run(['incident', 'close', id], '', env)).code).toBe(0);
  const list = JSON.parse((await run(['incident', 'list', '--json'], '', env)).out);
  expect(list).toMatchObject({ incidents: [{ id, state: 'closed', scope: { channel: 'wechat' } }] });
}

test('the board is changed beside the service that has the folder, and after one that was killed', async () => {
  await boardOver({ DATA_DIR: join(tempFolder(), 'data') });
}, 60_000);

test(
  'and over a database',
  async () => {
    const database = await TestDatabase.create();
    try {
      await boardOver({ DATABASE_URL: database.url });
    } finally {
      await database.drop();
    }
  },
  PATIENCE,
);

test('what is asked for by half is refused', async () => {
  const env = { DATA_DIR: join(tempFolder(), 'none') };
  expectComplaint(await run(['incident', 'open', '收款'], '', env), 2, 'whom it concerns');
  expectComplaint(await run(['incident', 'plan', '银联'], '', env), 2, '--from');
  expectComplaint(await run(['incident'], '', env), 2, 'pos-doctor has stored nothing there');
}, 60_000);
