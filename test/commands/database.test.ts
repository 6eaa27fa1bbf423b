/** The commands over PostgreSQL, as their users run them. */
import { readdirSync } from 'node:fs';
import { PATIENCE, TestDatabase } from '../postgres/database.js';
import { cleanUp, expectComplaint, Running, run, tempFolder } from './cli.js';
import { Service } from './service.js';

const TROUBLE = '该渠道业务不可用';

let database: TestDatabase;
let env: { DATABASE_URL: string };
beforeAll(async () => {
  database = await TestDatabase.create();
  env = { DATABASE_URL: database.url };
}, PATIENCE);
afterEach(cleanUp);
afterAll(() => database.drop());

/** The same database under another password, which nobody may see. */
function wrongPassword(): { DATABASE_URL: string } {
  return { DATABASE_URL: Object.assign(new URL(database.url), { password: 'wr0ng-Passw0rd' }).href };
}

test('two services and a chat share it: each knows what the others did, and leaves alone what is not for it', async () => {
  const data = tempFolder();
  const [one, other] = await Promise.all([1, 2].map(() => Service.start({ ...env, DATA_DIR: `${data}/none` })));
  const visitor = await (one as Service).visit();
  expect(await visitor.send({ text: TROUBLE })).toBe(202);
  const here = await visitor.history();
  expect(await visitor.history((other as Service).url)).toEqual(here);
  expect(here.transcript.map(({ text }) => text)).toContain(TROUBLE);
  const signals = ['SIGTERM', 'SIGKILL'] as const;
  const ended = await Promise.all(signals.map((signal, i) => [one, other][i]?.running.kill(signal)));
  expect(ended.map((service) => service?.code)).toEqual([0, null]);
  // Its reminder is for a service to give.
  const pending = `SELECT id, due_at, record FROM pos_doctor.conversations WHERE due_at IS NOT NULL AND id LIKE 'web-%'`;
  const before = await database.sql(pending);
  expect(before).toHaveLength(1);
  expect(await run(['chat', '--json'], `${TROUBLE}\n`, env)).toMatchObject({ code: 0, err: '' });
  expect(await database.sql(pending)).toEqual(before);
  for (const conversation of [visitor.conversation, 'console'])
    expect(await run(['replay', conversation], '', env)).toMatchObject({
      code: 0,
      err: '1 turns, 0 answered differently\n',
    });
  expect(readdirSync(data)).toEqual([]);
}, 60_000);

test('killed while it talks, it loses nothing that was answered and takes nothing twice', async () => {
  const sent: string[] = [];
  let answered = 0;
  const line = () => {
    sent.push(`提示 A0（${sent.length}）`);
    return sent.at(-1) ?? '';
  };
  for (let kill = 0; kill < 3; kill += 1) {
    const chat = new Running(['chat', '--json', '--conversation', 'killed'], env);
    await chat.ask(line());
    answered = sent.length;
    // Several at once, so that the kill comes in the middle of something.
    chat.write([line(), line(), line()].map((one) => `${one}\n`).join(''));
    if (kill % 2 === 0) await chat.until(() => chat.out.split('\n').length > 2);
    await chat.kill('SIGKILL');
  }
  const { lines, err } = await run(['replay', 'killed', '--json'], '', env);
  expect(err).toMatch(/ 0 answered differently\n$/);
  const inputs = lines.map((one) => (JSON.parse(one) as { input: string }).input);
  expect(new Set(inputs).size).toBe(inputs.length);
  expect(inputs).toEqual(sent.filter((one) => inputs.includes(one)));
  // The first of each life was answered; what a kill took was the end of what had been sent by then.
  for (let first = 0; first < answered; first += 4) {
    const its = sent.slice(first, first + 4).map((one) => inputs.includes(one));
    expect(its[0]).toBe(true);
    expect(its).toEqual([...its].sort().reverse());
  }
}, 60_000);

test('learn reads its journal', async () => {
  const { code, out } = await run(['learn', '--json', '--cases', '100'], '', env);
  expect(code).toBe(0);
  expect((JSON.parse(out) as { events: number }).events).toBeGreaterThan(0);
});

describe('a database that cannot be had', () => {
  test('ends a command with 1 and one line, without the password', async () => {
    // chat opens it as serve does, learn as replay.
    const commands = [['serve'], ['replay', 'console']];
    for (const ended of await Promise.all(commands.map((args) => run(args, '', wrongPassword())))) {
      expectComplaint(ended, 1, 'the user or the password is not accepted', 'STORE_UNREACHABLE', 'DATABASE_URL');
      expect(ended.err).not.toContain('wr0ng-Passw0rd');
    }
  });

  test('or is empty has no journal, and gets no tables from those who only read', async () => {
    const empty = await TestDatabase.create();
    const told = await Promise.all(
      [['replay', 'console'], ['learn']].map((args) => run(args, '', { DATABASE_URL: empty.url })),
    );
    for (const ended of told) expectComplaint(ended, 2, 'the database: there is no journal in it');
    expect(await empty.sql(`SELECT to_regnamespace('pos_doctor') IS NULL AS untouched`)).toEqual([{ untouched: true }]);
    await empty.drop();
  });
});
