import {
  GroupRobot,
  MARKDOWN_MAX,
  PARTS_MAX,
  QUEUE_MAX,
  SAID_MAX,
  SAID_MS,
} from '../../../src/channels/wecom/group-robot.js';
import { type TestClock, testClock } from '../../support/clock.js';
import { failureOf, type KeptLog, keptLog, type Stub, settle, startStub } from './stub.js';

const KEY = '693a91f6-SECRET';
let stub: Stub;
let clock: TestClock;
let log: KeptLog;
let robot: GroupRobot;

beforeEach(async () => {
  stub = await startStub();
  clock = testClock();
  log = keptLog();
  robot = new GroupRobot({ base: stub.base, key: KEY, clock, log, ui: () => ({ 'wecom.hint.93000': '换一个 key' }) });
});
afterEach(async () => {
  robot.stop();
  await stub.close();
});

const said = (): string[] => stub.asked.map(({ body }) => JSON.parse(body).markdown.content);
/** Lets what can go out now go out. */
const heard = (count: number) => settle(() => stub.asked.length === count);

test('a text goes to the group as Markdown, with the key in the query only', async () => {
  await robot.post('转人工：**打不开**');
  expect(stub.asked).toEqual([
    {
      method: 'POST',
      path: '/cgi-bin/webhook/send',
      query: new URLSearchParams({ key: KEY }),
      body: '{"msgtype":"markdown","markdown":{"content":"转人工：**打不开**"}}',
    },
  ]);
});

test('a long text is split at line ends, within the bytes of a message, and has an end', async () => {
  const line = '刷'.repeat(400);
  await robot.post(Array(6).fill(line).join('\n'));
  expect(said()).toEqual([`${line}\n${line}\n${line}`, `${line}\n${line}\n${line}`]);
  for (const text of said()) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MARKDOWN_MAX);
  await robot.post('刷'.repeat(100_000));
  expect(stub.asked).toHaveLength(2 + PARTS_MAX);
});

test('twenty a minute go out, the rest wait for their turn, in order', async () => {
  const posts = Array.from({ length: 25 }, (_, n) => robot.post(`m${n}`));
  await heard(20);
  await Promise.all(posts.slice(0, 20));
  await clock.advance(61_999);
  expect(stub.asked).toHaveLength(20);
  await clock.advance(1);
  await Promise.all(posts);
  expect(said()).toEqual(Array.from({ length: 25 }, (_, n) => `m${n}`));
});

test('an alert is said once in ten minutes, however often it is raised', async () => {
  for (let n = 0; n < 30; n += 1) robot.alert('磁盘满了');
  robot.alert('磁盘满了');
  robot.alert('机器人掉线');
  await heard(2);
  expect(said()).toEqual(['磁盘满了', '机器人掉线']);
  await clock.advance(SAID_MS - 1);
  robot.alert('磁盘满了');
  await robot.post('x');
  expect(stub.asked).toHaveLength(3);
  await clock.advance(1);
  robot.alert('磁盘满了');
  await heard(4);
});

test('an alert that could not be said may be raised again, and fails nobody', async () => {
  stub.answer = (_, response) => void response.writeHead(500).end();
  robot.alert('磁盘满了');
  await heard(1);
  await settle(() => log.lines.length === 1);
  stub.answer = () => ({ errcode: 0, errmsg: 'ok' });
  robot.alert('磁盘满了');
  await heard(2);
});

describe('when too much waits', () => {
  /** Fills the minute, so that what follows waits. */
  const busy = async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => robot.post(`first${n}`)));
    void robot.post('next').catch(() => undefined);
    await settle(() => robot.waiting === 0);
  };

  test('the oldest alert is dropped, and the log says so', async () => {
    await busy();
    for (let n = 0; n < QUEUE_MAX + 5; n += 1) robot.alert(`a${n}`);
    expect(robot.waiting).toBe(QUEUE_MAX);
    expect(log.lines).toHaveLength(5);
    await clock.advance(62_000);
    await heard(40);
    expect(said().slice(20, 23)).toEqual(['next', 'a5', 'a6']);
  });

  test('a post makes an alert give way', async () => {
    await busy();
    const posts = Array.from({ length: QUEUE_MAX - 1 }, (_, n) => robot.post(`p${n}`).catch(() => undefined));
    robot.alert('a');
    posts.push(robot.post('last').catch(() => undefined));
    expect([robot.waiting, log.lines.length]).toEqual([QUEUE_MAX, 1]);
  });

  test('a post among posts is refused, so that its sender tries again later', async () => {
    await busy();
    const posts = Array.from({ length: QUEUE_MAX }, (_, n) => robot.post(`p${n}`));
    for (const post of posts) post.catch(() => undefined);
    expect((await failureOf(robot.post('late'))).error).toMatchObject({ code: 'SEND_FAILED' });
    robot.alert('late too');
    expect(robot.waiting).toBe(QUEUE_MAX);
  });
});

test('no more alerts are remembered than the bound', async () => {
  for (let minute = 0; minute < 11; minute += 1) {
    for (let n = 0; n < 19; n += 1) robot.alert(`a${minute}-${n}`);
    await robot.post('the last of this minute');
    await clock.advance(62_000);
  }
  expect(new Set(said()).size).toBe(11 * 19 + 1);
  expect(robot.remembered).toBe(SAID_MAX);
});

test('45009: the same message is sent when the minute is over, once', async () => {
  const codes = [45009, 0];
  stub.answer = () => ({ errcode: codes.shift() ?? 0, errmsg: 'x' });
  const posts = [robot.post('a'), robot.post('b')];
  await heard(1);
  await clock.advance(0);
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(64_999);
  expect(stub.asked).toHaveLength(1);
  await clock.advance(1);
  await Promise.all(posts);
  expect(said()).toEqual(['a', 'a', 'b']);
});

test.each([93000, 93004])('%i: the setting is what has to change', async (errcode) => {
  stub.answer = () => ({ errcode, errmsg: `invalid webhook url ${KEY}` });
  const { error, text } = await failureOf(robot.post('x'));
  expect(error).toMatchObject({ code: 'WECOM_ERROR', subject: { errcode } });
  expect(log.lines).toEqual([expect.objectContaining({ level: 'error', data: expect.objectContaining({ errcode }) })]);
  expect(text + log.text()).not.toContain(KEY);
});

test('no error of the network holds the key', async () => {
  await stub.close();
  const { error, text } = await failureOf(robot.post('x'));
  expect(error).toMatchObject({ code: 'WECOM_UNREACHABLE' });
  expect(text + log.text()).not.toContain(KEY);
});

test('a stopped robot gives back what waits and takes nothing more', async () => {
  const posts = Array.from({ length: 22 }, (_, n) => robot.post(`m${n}`));
  const failures = posts.slice(20).map((post) => failureOf(post));
  await heard(20);
  await Promise.all(posts.slice(0, 20));
  robot.stop();
  await clock.advance(62_000);
  for (const { error } of await Promise.all(failures)) expect(error).toMatchObject({ code: 'SEND_FAILED' });
  expect((await failureOf(robot.post('x'))).error).toMatchObject({ code: 'SEND_FAILED' });
  expect(stub.asked).toHaveLength(20);
});

test('a store that is away keeps nothing from being told', async () => {
  const away = async (): Promise<never> => {
    throw new Error('away');
  };
  const store = { getSmall: away, putSmall: away };
  const other = new GroupRobot({ base: stub.base, key: KEY, clock, log, store });
  await other.post('数据库连不上');
  expect(said()).toEqual(['数据库连不上']);
  other.stop();
});
