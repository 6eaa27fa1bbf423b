/** `outbox`, `forget` and `export` as an operator runs them: beside a service, after one that was killed, over a database. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createLowdbStore } from '../../src/store/lowdb.js';
import { PATIENCE, TestDatabase } from '../postgres/database.js';
import { put, reply } from '../store/records.js';
import { cleanUp, expectComplaint, run, tempFolder } from './cli.js';
import { Service } from './service.js';

const TROUBLE = '三号店该渠道业务不可用，昨天还好好的';

afterEach(cleanUp);

async function deadLetter(folder: string): Promise<void> {
  const store = createLowdbStore(folder);
  await store.open();
  const dead = { state: 'dead', deadBecause: 'expired', createdAt: Date.now(), expiresAt: Date.now() } as const;
  await put(store, 'web-someone', {
    outbox: [reply('letter-1', dead), reply('letter-2', { ...dead, inReplyTo: 'm2' })],
  });
  const note = { kind: 'heard', handover: 'h', text: '还在吗' } as const;
  const to = { channel: 'wecom-app', conversation: 'wecom-app:zhang' };
  const carried = reply('letter-3', {
    ...dead,
    inReplyTo: '',
    channel: 'switchboard',
    letter: { to, note },
    createdAt: dead.createdAt + 1,
  });
  await put(store, 'web-other', { outbox: [carried] });
  await store.close();
}

test('the outbox is listed and changed beside the service that has the folder, and after one that was killed', async () => {
  const env = { DATA_DIR: join(tempFolder(), 'data') };
  await deadLetter(env.DATA_DIR);
  const service = await Service.start(env);
  const listed = await run(['outbox', '--json'], '', env);
  expect(JSON.parse(listed.out)).toMatchObject({
    letters: [
      { id: 'letter-1', reason: 'expired' },
      { id: 'letter-2' },
      { id: 'letter-3', carries: { note: 'heard' } },
    ],
  });
  const { out, code } = await run(['outbox'], '', env);
  expect([code, out]).toEqual([0, expect.stringMatching(/已经放弃 3 条[\s\S]*letter-1[\s\S]*过期/)]);
  expect(out).not.toContain('回复 letter-1');
  expect(out).toContain('转人工的信「商户的话」，从 web 到 wecom-app');
  expect((await run(['outbox', '--text'], '', env)).out).toMatch(/回复 letter-1[\s\S]*还在吗/);
  expectComplaint(await run(['outbox', 'resend', 'letter-3'], '', env), 2, 'letter-3', 'its hand-over is over');
  expect((await run(['outbox', 'resend', '--all', '--door', 'switchboard'], '', env)).out).toContain(
    '另有 1 封转人工的信没重发',
  );
  expect((await run(['outbox', 'drop', 'letter-3'], '', env)).out).toContain('丢掉了 1 条');
  expect(await run(['outbox', 'resend', 'letter-1'], '', env)).toMatchObject({
    code: 0,
    out: '重新发 1 条，在 1 个会话里。\n',
  });
  await service.running.kill('SIGKILL');
  // Sent by the service; what is left is in a folder that nobody has.
  const left = JSON.parse((await run(['outbox', '--json'], '', env)).out) as { letters: { id: string }[] };
  expect(left.letters.map(({ id }) => id)).toEqual(['letter-2']);
  expect((await run(['outbox', 'drop', '--all', '--door', 'web', '--yes', '--json'], '', env)).out).toContain(
    '"letters":1',
  );
  expect((await run(['outbox'], '', env)).out).toBe('发件箱是空的：没有等着发的，也没有放弃了的。\n');
}, 60_000);

test('what is asked for by half is refused, and nothing is made where nothing is stored', async () => {
  const env = { DATA_DIR: join(tempFolder(), 'none') };
  for (const args of [['outbox'], ['forget', 'x', '--yes'], ['export', 'x']])
    expectComplaint(await run(args, '', env), 2, 'pos-doctor has stored nothing there');
  expectComplaint(await run(['outbox', 'drop', '--all'], '', env), 2, '--door and --yes');
  expectComplaint(await run(['outbox', 'resend'], '', env), 2, 'name ids, or --all');
  expectComplaint(await run(['forget', 'x'], '', env), 2, 'say --yes');
  expectComplaint(await run(['outbox', 'resend', '--all', '--door', 'nope'], '', env), 2, 'there is no door nope');
  for (const args of [
    ['forget', '', '--yes'],
    ['export', ' '],
  ])
    expectComplaint(await run(args, '', env), 2, 'no user is named');
}, 60_000);

async function forgetsAVisitor(env: Record<string, string>): Promise<void> {
  const service = await Service.start(env);
  const visitor = await service.visit();
  const other = await service.visit();
  expect(await visitor.send({ text: TROUBLE })).toBe(202);
  expect(await other.send({ text: '别的店，刷卡没反应' })).toBe(202);
  expect(await visitor.lastText()).not.toBe('');
  const file = join(tempFolder(), 'export.json');
  expect((await run(['export', visitor.conversation, '--out', file], '', env)).code).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain(TROUBLE);
  expect((await run(['export', visitor.conversation, '--text'], '', env)).out).toMatch(
    new RegExp(`本人\n {4}${TROUBLE}`),
  );
  const told = await run(['forget', visitor.conversation, '--yes', '--json'], '', env);
  expect(JSON.parse(told.out)).toMatchObject({ complete: true, records: 1, texts: 1, after: { id: 0, texts: 0 } });
  expect(told.code).toBe(0);
  const again = await run(['forget', visitor.conversation, '--yes'], '', env);
  expect([again.code, again.out]).toEqual([2, expect.stringContaining('没有找到')]);
  // The page that is open finds nothing any more, and may begin anew.
  expect((await visitor.history()).transcript).toEqual([]);
  expect((await other.history()).transcript.length).toBeGreaterThan(1);
  expect(await run(['export', visitor.conversation], '', env)).toMatchObject({ code: 1 });
  expect(await visitor.send({ text: TROUBLE })).toBe(202);
  await service.running.kill('SIGTERM');
}

test('a visitor of a running service is forgotten, in the folder', async () => {
  await forgetsAVisitor({ DATA_DIR: join(tempFolder(), 'data') });
}, 60_000);

describe('over a database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  }, PATIENCE);
  afterAll(() => database.drop());

  test('a visitor of a running service is forgotten', async () => {
    await forgetsAVisitor({ DATABASE_URL: database.url, DATA_DIR: join(tempFolder(), 'none') });
  }, 60_000);
});
