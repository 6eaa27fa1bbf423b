import { realWorld } from '../../../support/world.js';
import { AES_KEY, openStage, type Stage, TOKEN } from '../stage.js';

const NAME = 'Till Bot 二店';
let stage: Stage;

beforeAll(() => void realWorld(), 60_000);

afterEach(() => stage.stop());

const said = async (user: string) =>
  (await stage.assistant.transcript(`wecom-bot:g:wrGroup:${user}`)).filter(({ from }) => from === 'user')[0]?.text;

test('a bot whose name in the group is configured hears only what follows it', async () => {
  stage = await openStage({
    doors: ['bot'],
    sandbox: { bot: { name: NAME } },
    config: (config) => ({ ...config, bot: config.bot && { ...config.bot, name: NAME } }),
  });
  stage.sandbox.bot.message({ user: 'zhangsan', chat: 'wrGroup', text: '该渠道业务不可用' });
  await stage.pass(3_000);
  expect(await said('zhangsan')).toBe('该渠道业务不可用');
  stage.sandbox.assertClean();
});

test('so does one in callback mode', async () => {
  stage = await openStage({
    doors: ['botCallback'],
    sandbox: { bot: { name: NAME } },
    config: (config) => ({ ...config, botCallback: config.botCallback && { ...config.botCallback, name: NAME } }),
  });
  const { url = '' } = stage.sandbox.app.callbacks.config ?? {};
  stage.sandbox.botHttp.callback = { url: url.replace(/app$/, 'bot'), token: TOKEN, aesKey: AES_KEY };
  stage.sandbox.botHttp.message({ user: 'zhangsan', chat: 'wrGroup', text: '该渠道业务不可用' });
  await stage.pass(3_000);
  expect(await said('zhangsan')).toBe('该渠道业务不可用');
});
