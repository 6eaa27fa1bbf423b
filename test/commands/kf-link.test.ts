import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { type Asked, type Stub, startStub } from '../channels/wecom/stub.js';
import { cleanUp, expectComplaint, run, tempFolder } from './cli.js';

const AES = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const NUMBERS = ['--merchant', '898110012345678', '--terminal', 'A9200123456'];
const LINK =
  'https://work.weixin.qq.com/kf/kfcbf8f8d07ac7215f?enc_scene=ENC1&scene_param=m%3D898110012345678%26t%3DA9200123456';

let stub: Stub;
let accounts: { open_kfid: string; name: string }[];
let answers: Record<string, object>;

beforeEach(async () => {
  accounts = [{ open_kfid: 'wkDEMO', name: '收款客服' }];
  answers = {};
  stub = await startStub(({ path }: Asked) => ({
    errcode: 0,
    errmsg: 'ok',
    access_token: 'TOKEN',
    expires_in: 7200,
    account_list: accounts,
    url: 'https://work.weixin.qq.com/kf/kfcbf8f8d07ac7215f?enc_scene=ENC1',
    ...answers[path],
  }));
});
afterEach(() => stub.close());
afterAll(cleanUp);

const env = () => ({
  WECOM_API_BASE: stub.base,
  WECOM_CORP_ID: 'ww0000000000000001',
  WECOM_KF_SECRET: 'kfS3cret',
  WECOM_KF_TOKEN: 'kfToken',
  WECOM_KF_AES_KEY: AES,
});
const asked = (path: string) => stub.asked.filter((one) => one.path === path);

test('prints the link with both numbers in it', async () => {
  const { code, out, err } = await run(['kf-link', ...NUMBERS], '', env());
  expect([code, out, err]).toEqual([0, `${LINK}\n`, '']);
  const [call] = asked('/cgi-bin/kf/add_contact_way');
  expect(JSON.parse(call?.body ?? '')).toEqual({ open_kfid: 'wkDEMO', scene: 'sticker' });
  expect(call?.query.get('access_token')).toBe('TOKEN');
});

test('writes the sticker as PNG and SVG, with its caption in words', async () => {
  const folder = tempFolder();
  const [png, svg] = [join(folder, 'a.png'), join(folder, 'a.SVG')];
  expect((await run(['kf-link', ...NUMBERS, '--out', png, '--out', svg], '', env())).code).toBe(0);
  expect(PNG.sync.read(readFileSync(png)).width).toBeGreaterThan(400);
  expect(readFileSync(svg, 'utf8')).toMatch(/收不了款.*商户号 898110012345678.*终端号 A9200123456/s);
});

test('takes the account and the scene that are named', async () => {
  await run(['kf-link', ...NUMBERS, '--account', 'wkOTHER', '--scene', 'poster'], '', env());
  expect(JSON.parse(asked('/cgi-bin/kf/add_contact_way')[0]?.body ?? '')).toEqual({
    open_kfid: 'wkOTHER',
    scene: 'poster',
  });
  expect(asked('/cgi-bin/kf/account/list')).toEqual([]);
});

test('takes the one account that is configured', async () => {
  await run(['kf-link', ...NUMBERS], '', { ...env(), WECOM_KF_ACCOUNTS: 'wkMINE' });
  expect(JSON.parse(asked('/cgi-bin/kf/add_contact_way')[0]?.body ?? '').open_kfid).toBe('wkMINE');
});

test('asks which account if there are several', async () => {
  accounts.push({ open_kfid: 'wkTWO', name: '' });
  expectComplaint(await run(['kf-link', ...NUMBERS], '', env()), 2, /wkDEMO \(收款客服\), wkTWO/);
  const configured = await run(['kf-link', ...NUMBERS], '', { ...env(), WECOM_KF_ACCOUNTS: 'wkA,wkB' });
  expectComplaint(configured, 2, /--account has to be one of wkA, wkB/);
  accounts = [];
  expectComplaint(await run(['kf-link', ...NUMBERS], '', env()), 2, /no customer service account yet/);
});

test('says where to click when WeCom refuses, and keeps secrets to itself', async () => {
  answers['/cgi-bin/kf/account/list'] = { errcode: 60020, errmsg: 'not allow, from ip: 203.0.113.7, more' };
  const { code, out, err } = await run(['kf-link', ...NUMBERS], '', env());
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^203\.0\.113\.7 不在「企业可信 IP」[^\n]+\npos-doctor: [^\n]*60020[^\n]*\n$/);
  expect(err).not.toMatch(/kfS3cret|TOKEN/);
});

test('waits while WeCom is busy', async () => {
  let busy = 2;
  const usual = stub.answer;
  stub.answer = (request, response) => {
    if (request.path !== '/cgi-bin/kf/add_contact_way' || busy === 0) return usual(request, response);
    busy -= 1;
    return { errcode: -1, errmsg: 'system busy' };
  };
  expect((await run(['kf-link', ...NUMBERS], '', env())).out).toBe(`${LINK}\n`);
});

describe('before anything is asked of WeCom', () => {
  afterEach(() => expect(stub.asked).toEqual([]));

  test.each([
    ['a number of another form', ['--merchant', 'a b', '--terminal', 'T'], /merchant must be/],
    ['a missing number', ['--merchant', 'M'], /--terminal/],
    ['a scene of another form', [...NUMBERS, '--scene', 'a/b'], /--scene/],
    ['an account of another form', [...NUMBERS, '--account', 'zhangsan'], /--account/],
    ['a file of another kind', [...NUMBERS, '--out', 'a.gif'], /a\.gif is neither/],
    ['a file that cannot be written', [...NUMBERS, '--out', 'no/such/folder/a.png'], /UNWRITABLE_FILE/],
  ])('%s is refused', async (_, args, why) => {
    expectComplaint(await run(['kf-link', ...args], '', env()), 2, why);
  });

  test('customer service that is not configured is named', async () => {
    const { WECOM_API_BASE } = env();
    expectComplaint(await run(['kf-link', ...NUMBERS], '', { WECOM_API_BASE }), 2, /WECOM_KF_SECRET/, /BAD_CONFIG/);
  });

  test('help has examples', async () => {
    expect((await run(['kf-link', '--help'])).out).toContain('$ pos-doctor kf-link --merchant');
  });
});
