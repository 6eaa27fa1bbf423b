import { z } from 'zod';
import { RETRY_WAITS_MS, reactionOf, TOO_MANY_MS, TOO_OFTEN_MS, WecomApi } from '../../../src/channels/wecom/api.js';
import { ANSWER_MAX, EXCHANGE_MS } from '../../../src/channels/wecom/http.js';
import { type TestClock, testClock } from '../../support/clock.js';
import { failureOf, type KeptLog, keptLog, type Stub, settle, startStub } from './stub.js';

const SEND = '/cgi-bin/message/send';
const schema = z.object({ msgid: z.string().optional() });
const TOKEN = 'SECRET-access-token';

let stub: Stub;
let clock: TestClock;
let log: KeptLog;
let alerts: string[];
let tokens: string[];
let api: WecomApi;

beforeEach(async () => {
  stub = await startStub();
  clock = testClock();
  log = keptLog();
  alerts = [];
  tokens = [TOKEN, `${TOKEN}-2`, `${TOKEN}-3`];
  const keeper = {
    get: async () => tokens[0] ?? '',
    refused: async (token: string) => {
      if (token === tokens[0]) tokens.shift();
      return tokens[0] ?? '';
    },
  };
  const ui = () => ({ 'wecom.hint.60020': '加上 {ip}' });
  api = new WecomApi({ base: stub.base, keeper, clock, log, alert: (text) => alerts.push(text), ui });
});
afterEach(() => stub.close());

const answers = (...codes: number[]) => {
  stub.answer = () => ({ errcode: codes.length > 1 ? codes.shift() : codes[0], errmsg: 'x', msgid: 'M' });
};
const send = () => api.post(SEND, { touser: 'zhangsan', text: '刷不了' }, { schema });
/** Runs a call to its end, letting time pass where it waits. */
async function through<T>(call: Promise<T>): Promise<PromiseSettledResult<T>> {
  const settled = Promise.allSettled([call]);
  let done = false;
  void settled.then(() => {
    done = true;
  });
  for (let round = 0; !done; round += 1) {
    if (round > 2000) throw new Error('it never ends');
    await new Promise((resolve) => setImmediate(resolve));
    // Less than the time-out of an exchange in all, more than any pause between tries.
    if (round % 100 === 99) await clock.advance(400);
  }
  return (await settled)[0];
}

describe('a call', () => {
  test('carries the token in the query, the body as JSON, and gives what was asked for', async () => {
    answers(0);
    await expect(send()).resolves.toEqual({ msgid: 'M' });
    const [asked] = stub.asked;
    expect(asked).toMatchObject({ method: 'POST', path: SEND, body: '{"touser":"zhangsan","text":"刷不了"}' });
    expect([...(asked?.query ?? [])]).toEqual([['access_token', TOKEN]]);
  });

  test('may be a GET with a query of its own', async () => {
    await api.get('/cgi-bin/kf/servicer/list', { open_kfid: 'wk&x=1' }, { schema });
    expect(stub.asked[0]?.method).toBe('GET');
    expect(stub.asked[0]?.query.get('open_kfid')).toBe('wk&x=1');
  });

  test('without a keeper has no token', async () => {
    await new WecomApi({ base: stub.base, clock, log }).get('/cgi-bin/gettoken', { corpid: 'c' }, { schema });
    expect([...(stub.asked[0]?.query ?? [])]).toEqual([['corpid', 'c']]);
  });
});

describe('an answer that cannot be read', () => {
  test.each<[string, Stub['answer'], string]>([
    ['another status', (_, response) => void response.writeHead(502).end('{"errcode":0}'), 'HTTP 502'],
    ['a redirect', (_, response) => void response.writeHead(302, { location: '/else' }).end(), 'failed'],
    ['no JSON', (_, response) => void response.end('<html>SECRET page</html>'), 'form'],
    ['no errcode', () => ({ msgid: 'x' }), 'form'],
    ['a list', () => [], 'form'],
    ['a field of another type', () => ({ errcode: 0, errmsg: 'ok', msgid: 7 }), 'form at "msgid"'],
    ['a connection cut', (_, response) => void response.destroy(), 'ECONNRESET|UND_ERR|failed'],
    [
      'an answer cut',
      (_, response) => {
        response.writeHead(200, { 'content-length': 99 }).write('{');
        setImmediate(() => response.destroy());
      },
      'ECONNRESET|UND_ERR|failed',
    ],
  ])('as %s is WECOM_UNREACHABLE', async (_, answer, why) => {
    stub.answer = answer;
    const { error, text } = await failureOf(send());
    expect(error).toMatchObject({ code: 'WECOM_UNREACHABLE', subject: { api: SEND, why: expect.stringMatching(why) } });
    expect(text + log.text()).not.toMatch(/SECRET|刷不了/);
    expect(stub.asked).toHaveLength(1);
  });

  test('because nobody listens is WECOM_UNREACHABLE', async () => {
    await stub.close();
    const { error } = await failureOf(send());
    expect(error).toMatchObject({ code: 'WECOM_UNREACHABLE', subject: { why: 'ECONNREFUSED' } });
  });

  test('because it does not come is given up', async () => {
    stub.answer = () => undefined;
    const failure = failureOf(send());
    await settle(() => stub.asked.length === 1);
    await clock.advance(EXCHANGE_MS);
    expect((await failure).error).toMatchObject({
      code: 'WECOM_UNREACHABLE',
      subject: { why: 'no answer within 10 s' },
    });
  });

  test('because it does not end is given up', async () => {
    stub.answer = (_, response) => void response.write('{"errcode":0,');
    const failure = failureOf(send());
    await settle(() => stub.asked.length === 1);
    await clock.advance(EXCHANGE_MS);
    expect((await failure).error).toMatchObject({ subject: { why: 'no answer within 10 s' } });
  });

  test('because it is too large is given up', async () => {
    const part = Buffer.alloc(1024 * 1024, 0x20);
    let written = 0;
    stub.answer = async (_, response) => {
      response.on('error', () => undefined);
      while (!response.destroyed && written < 4 * ANSWER_MAX) {
        written += part.length;
        if (!response.write(part))
          await new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve));
      }
    };
    expect((await failureOf(send())).error).toMatchObject({ subject: { why: expect.stringContaining('more than') } });
    expect(written).toBeLessThan(4 * ANSWER_MAX);
  });

  test('of almost that size is read', async () => {
    stub.answer = () => ({ errcode: 0, errmsg: 'x'.repeat(ANSWER_MAX - 100), msgid: 'M' });
    await expect(send()).resolves.toEqual({ msgid: 'M' });
  });
});

describe('an errcode', () => {
  test.each([40014, 42001])('%i: another token, once', async (code) => {
    answers(code, 0);
    await expect(send()).resolves.toEqual({ msgid: 'M' });
    expect(stub.asked.map(({ query }) => query.get('access_token'))).toEqual([TOKEN, `${TOKEN}-2`]);
  });

  test('40014 for the other token too: no third', async () => {
    answers(40014);
    const { error, text } = await failureOf(send());
    expect(error).toMatchObject({ code: 'WECOM_ERROR', subject: { api: SEND, errcode: 40014 } });
    expect(text + log.text()).not.toContain('SECRET');
    expect(stub.asked).toHaveLength(2);
  });

  test.each([-1, 6000, 77_777])('%i: again after a pause, a few times', async (code) => {
    answers(code, code, 0);
    await expect(through(send())).resolves.toMatchObject({ status: 'fulfilled' });
    expect(stub.asked).toHaveLength(3);
  });

  test('-1 without end: no further than the bound', async () => {
    answers(-1);
    await expect(through(send())).resolves.toMatchObject({ reason: { code: 'WECOM_ERROR', subject: { errcode: -1 } } });
    expect(stub.asked).toHaveLength(1 + RETRY_WAITS_MS.length);
  });

  test('-1: not before the pause is over', async () => {
    answers(-1, 0);
    const call = send();
    await settle(() => stub.asked.length === 1);
    await clock.advance(RETRY_WAITS_MS[0] - 1);
    expect(stub.asked).toHaveLength(1);
    await expect(through(call)).resolves.toMatchObject({ status: 'fulfilled' });
  });

  test.each([
    [45009, TOO_OFTEN_MS],
    [45033, TOO_MANY_MS],
  ])('%i: this path is left alone for a while, others are not', async (code, wait) => {
    answers(code);
    expect((await failureOf(send())).error).toMatchObject({ subject: { errcode: code }, retryAfterMs: wait });
    await clock.advance(wait - 1);
    expect((await failureOf(send())).error).toMatchObject({ subject: { errcode: code }, retryAfterMs: 1 });
    expect(stub.asked).toHaveLength(1);
    answers(0);
    await expect(api.post('/cgi-bin/kf/send_msg', {}, { schema })).resolves.toEqual({ msgid: 'M' });
    await clock.advance(1);
    await expect(send()).resolves.toEqual({ msgid: 'M' });
  });

  test.each([
    [60111, 'refuse'],
    [95001, 'wait-for-customer'],
    [40058, 'defect'],
    [60020, 'configure'],
  ])('%i is thrown at once; a door reads from it: %s', async (code, reaction) => {
    answers(code);
    const { error } = await failureOf(send());
    expect(error).toMatchObject({ code: 'WECOM_ERROR', subject: { errcode: code }, retryAfterMs: undefined });
    expect(reactionOf(error)).toBe(reaction);
    expect(stub.asked).toHaveLength(1);
  });

  test('other errors have no reaction', () => {
    expect(reactionOf(new Error('x'))).toBeUndefined();
  });

  test('that a setting must be changed for is told in words, once in ten minutes', async () => {
    stub.answer = () => ({ errcode: 60020, errmsg: 'not allow, from ip: 203.0.113.7, more' });
    const told = async () => {
      await failureOf(send());
      return alerts;
    };
    expect(await told()).toEqual(['加上 203.0.113.7']);
    expect(await told()).toHaveLength(1);
    await clock.advance(10 * 60_000);
    expect(await told()).toHaveLength(2);
    answers(48002);
    expect(await told()).toHaveLength(3);
  });

  test('that is a defect of ours is logged, without what was sent', async () => {
    answers(40058);
    await failureOf(send());
    expect(log.lines).toEqual([
      expect.objectContaining({ level: 'error', data: expect.objectContaining({ errcode: 40058 }) }),
    ]);
    expect(log.text()).not.toMatch(/SECRET|刷不了|zhangsan/);
  });

  test('that the caller knows an answer to is thrown, and is no defect in the log', async () => {
    answers(40058);
    const { error } = await failureOf(api.post(SEND, {}, { schema, expects: [42014, 40058] }));
    expect(error).toMatchObject({ code: 'WECOM_ERROR', subject: { errcode: 40058 } });
    expect(log.lines).toEqual([]);
    await failureOf(api.post(SEND, {}, { schema, expects: [42014] }));
    expect(log.lines).toHaveLength(1);
  });
});
