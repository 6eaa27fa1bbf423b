/** Names in the log over PostgreSQL: the same in every process, and found by a command from anywhere. */
import { PATIENCE, TestDatabase } from '../postgres/database.js';
import { cleanUp, run } from './cli.js';
import { Service } from './service.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterEach(cleanUp);
afterAll(() => database.drop());

test('two services call a conversation the same, each has metrics, and the command knows whose it is', async () => {
  const env = { DATABASE_URL: database.url, LOG_LEVEL: 'debug' };
  const [one, other] = [await Service.start(env), await Service.start(env)];
  const visitor = await one.visit();
  await visitor.send({ text: '该渠道业务不可用' });
  await visitor.lastText();
  const found = await run(['log-name', visitor.conversation], '', env);
  const [name = ''] = found.lines[0]?.split('\t') ?? [];
  expect(name).toMatch(/^c-[0-9a-f]{12}$/);
  expect((await run(['log-name', name], '', env)).lines).toEqual([`${name}\t${visitor.conversation}`]);
  for (const { url } of [one, other]) {
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toMatch(/^pos_doctor_store_duration_seconds_count\{operation="small"\} [1-9]/m);
  }
  await Promise.all([one, other].map((service) => service.running.kill('SIGTERM')));
  expect(one.running.err).toContain(`"conversation":"${name}"`);
  expect(one.running.err + other.running.err).not.toContain(visitor.conversation);
}, 60_000);
