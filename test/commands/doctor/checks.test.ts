import { z } from 'zod';
import { CallbackCrypto } from '../../../src/channels/wecom/crypto.js';
import { basics } from '../../../src/commands/doctor/basics.js';
import { bot, CONNECT_MS } from '../../../src/commands/doctor/bot.js';
import { checkCallback } from '../../../src/commands/doctor/callback.js';
import { CALL_MS, Calls } from '../../../src/commands/doctor/calls.js';
import { kf } from '../../../src/commands/doctor/kf.js';
import { PROBE_MS, probe } from '../../../src/commands/doctor/probe.js';
import { createSandbox } from '../../wecom-sandbox/index.js';
import { type Answering, APP_ENV, all, away, type FakeDesk, fakeDesk, HERE, json, never } from './fake-desk.js';

const anything = z.object({});
const SECRETS = { token: 'appToken', aesKey: APP_ENV.WECOM_APP_AES_KEY, receiveId: APP_ENV.WECOM_CORP_ID };
const DOOR = { path: '/wecom/app', secrets: SECRETS, place: 'PLACE' } as const;
const BOT_ENV = { WECOM_BOT_ID: 'aibDEMO', WECOM_BOT_SECRET: 'botSecret' };

/** In steps, so that what is asked in between gets its answer. */
async function pass({ clock }: FakeDesk, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(500);
  }
}

/** As the service answers a signed question. */
function echo(url: URL): Response {
  const [signature, timestamp, nonce, encrypt] = ['msg_signature', 'timestamp', 'nonce', 'echostr'].map(
    (name) => url.searchParams.get(name) ?? '',
  ) as [string, string, string, string];
  return new Response(new CallbackCrypto(SECRETS).open({ signature, timestamp, nonce, encrypt }));
}

describe('a callback that works here and not by the public address', () => {
  const outside = async (answer: Answering) => {
    const desk = fakeDesk(APP_ENV, {}, (url, body) => (url.origin === HERE ? echo(url) : answer(url, body)));
    const checked = checkCallback(desk, DOOR);
    if (answer === never) await pass(desk, PROBE_MS);
    return checked;
  };

  test.each<[string, Answering, RegExp, RegExp]>([
    ['an unknown name', () => away('ENOTFOUND'), /（ENOTFOUND）/, /域名 pos\.example\.com 解析不到/],
    ['a name that cannot be looked up', () => away('EAI_AGAIN'), /（EAI_AGAIN）/, /解析不到/],
    ['an old certificate', () => away('CERT_HAS_EXPIRED'), /（CERT_HAS_EXPIRED）/, /证书/],
    ['a certificate of ours', () => away('DEPTH_ZERO_SELF_SIGNED_CERT'), /SELF_SIGNED/, /证书/],
    ['a certificate without its chain', () => away('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /LEAF/, /中间证书/],
    ['another name’s certificate', () => away('ERR_TLS_CERT_ALTNAME_INVALID'), /ALTNAME/, /域名对不上/],
    ['a closed port', () => away('ECONNREFUSED'), /（ECONNREFUSED）/, /没有程序在听/],
    ['nobody who answers', never, /（10 秒没人答）/, /pos\.example\.com\/healthz/],
    ['a cut line', () => away('ECONNRESET'), /（ECONNRESET）/, /安全组/],
    ['a proxy without us', () => new Response('', { status: 502 }), /（HTTP 502）/, /反向代理有没有把 \/wecom\//],
    ['a proxy that spoils the query', () => new Response('', { status: 403 }), /（HTTP 403）/, /参数不能改/],
    ['a login page', () => new Response('<html>'), /（答的内容不对）/, /不能要登录/],
    ['a redirect', () => new Response('', { status: 301 }), /（转到别的网址去了）/, /转到别的网址/],
  ])('%s', async (_, answer, text, fix) => {
    const outcome = await outside(answer);
    expect(outcome.verdict).toBe('wrong');
    expect(outcome.text).toMatch(text);
    expect(outcome.text).toMatch(/https:\/\/pos\.example\.com\/wecom\/app。本机直连是通的/);
    expect(outcome.fix).toMatch(fix);
  });

  test('is not asked about here if it works outside', async () => {
    const desk = fakeDesk(APP_ENV, {}, echo);
    expect((await checkCallback(desk, DOOR)).verdict).toBe('ok');
    expect(desk.asked.map(({ origin }) => origin)).toEqual(['https://pos.example.com']);
  });

  test('cannot be told from one that works nowhere if our own port is not known', async () => {
    const desk = fakeDesk({ ...APP_ENV, PORT: '0' }, { url: null }, () => away('ENOTFOUND'));
    const { text } = await checkCallback(desk, DOOR);
    expect(text).toMatch(/ENOTFOUND/);
    expect(text).not.toContain('本机直连');
  });

  test('a secret is in no question', async () => {
    const desk = fakeDesk(APP_ENV, {}, () => away('ENOTFOUND'));
    await checkCallback(desk, DOOR);
    expect(desk.asked).toHaveLength(2);
    expect(desk.asked.join()).not.toMatch(/appToken|abcdefghij/);
  });
});

describe('the running service says of its bot', () => {
  const ready = (why?: string) => ({ ready: { ok: why === undefined, why, url: HERE } });
  const said = async (why?: string) => {
    const desk = fakeDesk(BOT_ENV, ready(why), never);
    const { bot: config } = desk.config.wecom;
    return config ? (await all(bot(desk, config)))[0] : undefined;
  };

  test.each([
    ['nothing', undefined, 'ok', /不再登录/],
    ['something about its store', 'the disk is full', 'ok', /不再登录/],
    [
      'that it was replaced',
      'wecom-bot: another connection of this bot has taken over; this one does not take it back',
      'wrong',
      /顶下线.*停掉那一处/,
    ],
    [
      'that it is refused',
      'wecom-bot: WeCom refuses this bot id or secret',
      'wrong',
      /Bot ID 或 Secret 不对.*WECOM_BOT_SECRET/,
    ],
    [
      'that it is away',
      'wecom-bot: no connection for 90 s',
      'wrong',
      /没连上（no connection for 90 s）.*openws\.work\.weixin\.qq\.com/,
    ],
  ])('%s', async (_, why, verdict, text) => {
    const found = await said(why);
    expect(found?.verdict).toBe(verdict);
    expect(`${found?.text} ${found?.fix}`).toMatch(text);
  });
});

test('a bot that is not connected is told once, in its own block', async () => {
  const ready = { ok: false, why: 'wecom-bot: no connection for 90 s', url: HERE };
  const verdictOf = async (env: Record<string, string>) =>
    (await all(basics(fakeDesk(env, { ready }, never)))).find(({ id }) => id === 'service')?.verdict;
  expect(await verdictOf(BOT_ENV)).toBe('ok');
  expect(await verdictOf({})).toBe('wrong');
});

describe('the public address', () => {
  test.each([
    ['https://pos.example.com', APP_ENV, 'ok'],
    ['http://pos.example.com', APP_ENV, 'wrong'],
    ['https://127.0.0.1:3000', APP_ENV, 'wrong'],
    ['http://localhost:3000', { ...APP_ENV, WECOM_API_BASE: 'http://127.0.0.1:9' }, 'ok'],
    ['http://pos.example.com', BOT_ENV, 'ok'],
  ])('%s', async (PUBLIC_URL, doors, verdict) => {
    const found = await all(basics(fakeDesk({ ...doors, PUBLIC_URL }, {}, never)));
    expect(found.find(({ id }) => id === 'public-url')?.verdict).toBe(verdict);
  });
});

test('a data folder that takes no file, and a service that is not ready, are wrong', async () => {
  const ready = { ok: false, why: 'the disk is full', url: HERE };
  const found = await all(basics(fakeDesk({}, { folder: { refused: 'EACCES' }, ready }, never)));
  expect(found.filter(({ verdict }) => verdict === 'wrong').map(({ id, text }) => `${id} ${text}`)).toEqual([
    'data 数据文件夹写不了（EACCES）：./data',
    'service 服务在运行，但说还不行：the disk is full（http://127.0.0.1:3000）',
  ]);
});

describe('bounds:', () => {
  test('a call ends after a while, however busy WeCom says it is', async () => {
    const desk = fakeDesk({}, {}, never);
    const called = new Calls(desk).call((api) => api.post('/cgi-bin/x', {}, { schema: anything }));
    await pass(desk, CALL_MS);
    expect(await called).toMatchObject({ outcome: { verdict: 'wrong', text: expect.stringContaining('连不上') } });
    const busy = fakeDesk({}, {}, () => json({ errcode: -1 }));
    const again = new Calls(busy).call((api) => api.post('/cgi-bin/x', {}, { schema: anything }));
    await pass(busy, CALL_MS);
    expect(await again).toMatchObject({ outcome: { verdict: 'note' } });
  });

  test('a login that is not answered is given up', async () => {
    const sandbox = createSandbox();
    const { wsUrl } = await sandbox.start();
    sandbox.faults.ack('aibot_subscribe', { drop: 'before' });
    const desk = fakeDesk({ ...BOT_ENV, WECOM_BOT_WS_URL: wsUrl }, {}, never);
    const { bot: config } = desk.config.wecom;
    const found = config ? all(bot(desk, config)) : Promise.resolve([]);
    await sandbox.until(() => sandbox.bot.socket.frames.length === 1, 'the login');
    await desk.clock.advance(CONNECT_MS);
    expect(await found).toMatchObject([{ verdict: 'wrong', text: expect.stringContaining('连不上') }]);
    await sandbox.stop();
  });

  test('an answer is read to a few thousand characters', async () => {
    const endless = new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(new Uint8Array(1000).fill(97)) });
    const probed = await probe(
      HERE,
      fakeDesk({}, {}, () => new Response(endless)),
    );
    expect('text' in probed && probed.text.length).toBeLessThan(10_000);
  });

  test('of accounts, and of those who are asked about, there are only so many', async () => {
    const page = Array.from({ length: 100 }, (_, index) => ({ open_kfid: `wk${index}`, name: '' }));
    const { WECOM_CORP_ID, PUBLIC_URL } = APP_ENV;
    const own = { WECOM_KF_SECRET: 'kfSecret', WECOM_KF_TOKEN: 'kfToken', WECOM_KF_AES_KEY: APP_ENV.WECOM_APP_AES_KEY };
    const desk = fakeDesk({ WECOM_CORP_ID, PUBLIC_URL, ...own }, {}, () =>
      json({
        access_token: 'TOKEN',
        expires_in: 7200,
        account_list: page,
        servicer_list: [{ userid: 'a', status: 0 }],
      }),
    );
    const config = desk.config.wecom.kf;
    const found = config ? await all(kf(desk, config)) : [];
    const calls = (path: string) => desk.asked.filter(({ pathname }) => pathname === path).length;
    expect(calls('/cgi-bin/kf/account/list')).toBe(5);
    expect(calls('/cgi-bin/kf/servicer/list')).toBe(20);
    expect(JSON.stringify(found)).not.toMatch(/TOKEN|kfSecret/);
  });
});
