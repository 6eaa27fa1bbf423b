import { readFileSync } from 'node:fs';
import { readConfig, VARIABLES } from '../src/config.js';
import { isPosDoctorError } from '../src/errors.js';

const AES = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const CORP = { WECOM_CORP_ID: 'ww0000000000000001' };
const BOT = { WECOM_BOT_ID: 'aibDEMO', WECOM_BOT_SECRET: 's3cret/+=' };
const BOT_CALLBACK = { WECOM_BOT_TOKEN: 'botToken', WECOM_BOT_AES_KEY: AES };
const APP = {
  WECOM_APP_AGENT_ID: '1000002',
  WECOM_APP_SECRET: 'appSecret',
  WECOM_APP_TOKEN: 'appToken',
  WECOM_APP_AES_KEY: AES,
};
const KF = { WECOM_KF_SECRET: 'kfSecret', WECOM_KF_TOKEN: 'kfToken', WECOM_KF_AES_KEY: AES };
const ROBOT = { WECOM_GROUP_ROBOT_KEY: '693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa' };

const wecom = (...parts: Record<string, string>[]) => readConfig(Object.assign({}, ...parts)).wecom;

function complaint(...parts: Record<string, string>[]): string {
  try {
    wecom(...parts);
  } catch (error) {
    if (isPosDoctorError(error, 'BAD_CONFIG')) return error.message;
    throw error;
  }
  throw new Error('accepted');
}

describe('doors', () => {
  test('are all off in an empty environment', () => {
    expect(wecom()).toEqual({ apiBase: 'https://qyapi.weixin.qq.com' });
  });

  test('can all be on together', () => {
    expect(wecom(CORP, BOT, APP, KF, ROBOT)).toEqual({
      apiBase: 'https://qyapi.weixin.qq.com',
      corpId: 'ww0000000000000001',
      bot: { id: 'aibDEMO', secret: 's3cret/+=', wsUrl: 'wss://openws.work.weixin.qq.com' },
      app: {
        corpId: 'ww0000000000000001',
        agentId: 1000002,
        secret: 'appSecret',
        token: 'appToken',
        aesKey: AES,
        markdown: false,
      },
      kf: { corpId: 'ww0000000000000001', secret: 'kfSecret', token: 'kfToken', aesKey: AES, accounts: [] },
      groupRobot: { key: ROBOT.WECOM_GROUP_ROBOT_KEY },
    });
  });

  test.each([
    ['bot', [BOT]],
    ['botCallback', [BOT_CALLBACK]],
    ['botCallback', [BOT_CALLBACK, { WECOM_BOT_ID: 'aibDEMO' }]],
    ['app', [CORP, APP]],
    ['kf', [CORP, KF]],
    ['groupRobot', [ROBOT]],
  ] as const)('can be on alone: %s', (door, parts) => {
    const doors = ['bot', 'botCallback', 'app', 'kf', 'groupRobot'] as const;
    const config = wecom(...parts);
    expect(doors.filter((name) => config[name] !== undefined)).toEqual([door]);
  });

  test.each(
    [[BOT, {}] as const, [BOT_CALLBACK, {}] as const, [APP, CORP] as const, [KF, CORP] as const].flatMap(
      ([own, shared]) =>
        Object.keys({ ...own, ...shared }).map((name) => [name, Object.keys(own), { ...own, ...shared }] as const),
    ),
  )('without %s of %j are refused by what is missing', (name, own, whole) => {
    const { [name]: _, ...rest } = whole as Record<string, string>;
    const message = complaint(rest);
    expect(message).toMatch(new RegExp(`also needs ${name}( |$|;)`));
    for (const other of own.filter((one) => one !== name)) expect(message).toContain(other);
  });

  test('a variable that is wrong is not missing too', () => {
    expect(complaint(CORP, APP, { WECOM_APP_AES_KEY: 'short' })).not.toContain('also needs');
  });

  test('an account without customer service is refused', () => {
    expect(complaint({ WECOM_KF_ACCOUNTS: 'wkA' })).toContain('WECOM_KF_ACCOUNTS also needs WECOM_KF_SECRET');
  });

  test.each([
    ['both', BOT_CALLBACK],
    ['the token', { WECOM_BOT_TOKEN: 'botToken' }],
    ['the key', { WECOM_BOT_AES_KEY: AES }],
  ])('the two modes of a bot exclude each other: secret and %s', (_, callback) => {
    const message = complaint(BOT, callback);
    expect(message).toContain('exclude each other');
    for (const name of ['WECOM_BOT_SECRET', 'WECOM_BOT_TOKEN', 'WECOM_BOT_AES_KEY']) expect(message).toContain(name);
  });

  test('what is set without a door it belongs to, and has a default, harms nobody', () => {
    const spare = {
      ...CORP,
      WECOM_APP_MARKDOWN: 'true',
      WECOM_BOT_WS_URL: 'ws://127.0.0.1:1',
      WECOM_KF_ACCOUNTS: ' , ',
    };
    expect(wecom(spare)).toEqual({ apiBase: 'https://qyapi.weixin.qq.com', ...{ corpId: CORP.WECOM_CORP_ID } });
  });
});

describe('values', () => {
  test('the bot’s name in groups goes to whichever mode is on', () => {
    const NAME = { WECOM_BOT_NAME: ' POS 小助手（一店） ' };
    expect(wecom(BOT, NAME).bot?.name).toBe('POS 小助手（一店）');
    expect(wecom(BOT_CALLBACK, NAME).botCallback?.name).toBe('POS 小助手（一店）');
    expect(wecom(BOT).bot?.name).toBeUndefined();
  });

  test('accounts are a list', () => {
    expect(wecom(CORP, KF, { WECOM_KF_ACCOUNTS: 'wkA-1, wkB_2\nwkC,' }).kf?.accounts).toEqual([
      'wkA-1',
      'wkB_2',
      'wkC',
    ]);
  });

  test('Markdown is asked for', () => {
    expect(wecom(CORP, APP, { WECOM_APP_MARKDOWN: 'true' }).app?.markdown).toBe(true);
  });

  test.each([
    ['https://qyapi.weixin.qq.com/', 'https://qyapi.weixin.qq.com'],
    ['https://proxy.example.com/wecom/', 'https://proxy.example.com/wecom'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost:1', 'http://localhost:1'],
    ['http://[::1]:1', 'http://[::1]:1'],
  ])('WECOM_API_BASE=%s is taken', (given, base) => {
    expect(wecom({ WECOM_API_BASE: given }).apiBase).toBe(base);
  });

  test('a long connection on this machine may be plain', () => {
    expect(wecom(BOT, { WECOM_BOT_WS_URL: 'ws://127.0.0.1:9/x' }).bot?.wsUrl).toBe('ws://127.0.0.1:9/x');
  });

  test.each([
    ['WECOM_API_BASE', 'http://qyapi.weixin.qq.com'],
    ['WECOM_API_BASE', 'http://127.0.0.1.example.com'],
    ['WECOM_API_BASE', 'http://0.0.0.0'],
    ['WECOM_API_BASE', 'https://me:pass@qyapi.weixin.qq.com'],
    ['WECOM_API_BASE', 'https://qyapi.weixin.qq.com?x=1'],
    ['WECOM_API_BASE', 'qyapi.weixin.qq.com'],
    ['WECOM_BOT_WS_URL', 'ws://openws.work.weixin.qq.com'],
    ['WECOM_BOT_WS_URL', 'https://openws.work.weixin.qq.com'],
    ['WECOM_CORP_ID', 'ww 1'],
    ['WECOM_BOT_ID', 'aib/1'],
    ['WECOM_BOT_SECRET', 'has space'],
    ['WECOM_BOT_NAME', '@小助手'],
    ['WECOM_BOT_NAME', '小\n助手'],
    ['WECOM_BOT_NAME', '名'.repeat(65)],
    ['WECOM_BOT_TOKEN', 'x'.repeat(33)],
    ['WECOM_BOT_AES_KEY', 'a'.repeat(42)],
    ['WECOM_APP_AGENT_ID', '-1'],
    ['WECOM_APP_AGENT_ID', 'wwapp'],
    ['WECOM_APP_SECRET', '密'],
    ['WECOM_APP_TOKEN', 'with-dash'],
    ['WECOM_APP_AES_KEY', 'a'.repeat(44)],
    ['WECOM_APP_MARKDOWN', 'yes'],
    ['WECOM_KF_SECRET', 'a\nb'],
    ['WECOM_KF_TOKEN', '~tokenvalue'],
    ['WECOM_KF_AES_KEY', `${'a'.repeat(42)}$`],
    ['WECOM_KF_ACCOUNTS', 'wkA;wkB'],
    ['WECOM_KF_ACCOUNTS', Array(101).fill('wkA').join(',')],
    ['WECOM_GROUP_ROBOT_KEY', 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6'],
  ])('%s=%j is refused by name, without its value', (name, value) => {
    const message = complaint({ [name]: value });
    expect(message).toContain(`${name}: `);
    expect(message.replace(/e\.g\. \S+/g, '')).not.toContain(value);
  });
});

describe('what is written about variables', () => {
  const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  const example = read('.env.example');
  const docs = read('docs/configuration.md');

  test('.env.example has each of them once, with a comment in Chinese above', () => {
    const found = [...example.matchAll(/\n# [^\n]*\p{Script=Han}[^\n]*\n# ([A-Z_]+)=/gu)].map(([, name]) => name);
    expect(found.sort()).toEqual([...VARIABLES].sort());
    expect([...example.matchAll(/^#? ?[A-Z_]+=/gm)]).toHaveLength(VARIABLES.length);
  });

  test('the documentation has each of them once', () => {
    const found = [...docs.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    expect(found.sort()).toEqual([...VARIABLES].sort());
  });

  test('a default is the same everywhere', () => {
    const shown = (text: string, pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, name, value]) => `${name}=${value}`).sort();
    const documented = shown(docs, /^\| `([A-Z_]+)` \| `([^`]+)` \|/gm).filter((one) => !one.startsWith('PUBLIC_URL'));
    expect(shown(example, /^# ([A-Z_]+)=(.+)$/gm)).toEqual(documented);
    const env = Object.fromEntries(documented.map((one) => one.split('=') as [string, string]));
    expect(readConfig(env)).toEqual({ ...readConfig({}), dataDirGiven: true });
  });

  test('whoever uncomments all of it and fills in nothing gets the defaults', () => {
    const env = Object.fromEntries(
      [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(readConfig(env)).toEqual({ ...readConfig({}), dataDirGiven: true });
  });
});
