import { UI } from '../pages/fixture.js';
import { unsent } from '../support/channel.js';
import { bubbles, closeBrowser, closeStages, say, stage } from './browser.js';

const WELCOME = [UI['web.welcome'], UI['web.welcomeSafe']];

afterEach(async () => {
  expect(await closeStages()).toEqual([]);
});
afterAll(closeBrowser);

describe('a message whose answer got lost', () => {
  test('is sent again with the same id and counts once', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    assistant.pause();
    const ids: string[] = [];
    await page.route('**/api/messages', async (route) => {
      ids.push((route.request().postDataJSON() as { id: string }).id);
      if (ids.length > 1) {
        await route.continue();
        return assistant.resume();
      }
      await route.fetch();
      return route.abort('connectionreset');
    });
    await say(page, '刷不了');
    await page.getByText('echo 刷不了').waitFor();
    await page.waitForFunction(() => JSON.parse(sessionStorage.getItem('pos-doctor-outbox') ?? '[]').length === 0);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
    expect(assistant.accepted).toBe(2);
    expect(assistant.events).toHaveLength(1);
    expect(await bubbles(page)).toEqual([...WELCOME, '刷不了', 'echo 刷不了']);
    expect(await page.locator('.fate').count()).toBe(0);
  });

  test('is not sent again once it was answered', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    await page.route('**/api/messages', async (route) => {
      await route.fetch();
      return route.abort('connectionreset');
    });
    await say(page, '刷不了');
    await page.getByText('echo 刷不了').waitFor();
    await page.locator('.fate').waitFor({ state: 'detached' });
    await page.unroute('**/api/messages');
    await say(page, '然后呢');
    await page.getByText('echo 然后呢').waitFor();
    expect(assistant.accepted).toBe(2);
    expect(await bubbles(page)).toEqual([...WELCOME, '刷不了', 'echo 刷不了', '然后呢', 'echo 然后呢']);
  });

  test('and that meanwhile was reloaded is still sent once', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    await page.route('**/api/messages', (route) => route.abort('connectionreset'));
    await say(page, '刷不了');
    await page.locator('.fate.waiting').waitFor();
    await page.reload();
    await page.locator('.fate.waiting').waitFor();
    expect(assistant.accepted).toBe(0);
    await page.unroute('**/api/messages');
    await page
      .locator('.fate')
      .getByRole('button', { name: UI['web.retry'] ?? '' })
      .click();
    await page.getByText('echo 刷不了').waitFor();
    expect(assistant.events).toHaveLength(1);
    expect(await bubbles(page)).toEqual([...WELCOME, '刷不了', 'echo 刷不了']);
  });
});

test.each(['after', 'before'])('a card number is hidden in its own bubble, answered %s it was taken', async (order) => {
  const { open, assistant } = await stage();
  const page = await open();
  if (order === 'after') assistant.pause();
  else
    await page.route('**/api/messages', async (route) => {
      const response = await route.fetch();
      await page.getByText('echo').waitFor();
      await route.fulfill({ response });
    });
  await say(page, '卡号6222021234567890');
  await page.getByText(`卡号${'*'.repeat(16)}`, { exact: true }).waitFor();
  expect(await page.evaluate(() => sessionStorage.getItem('pos-doctor-outbox'))).not.toContain('6222');
  expect((await bubbles(page)).slice(WELCOME.length, WELCOME.length + 1)).toEqual([`卡号${'*'.repeat(16)}`]);
  assistant.resume();
  await page.getByText('echo').waitFor();
});

test('a tap that did not get through is sent again, not lost and not doubled', async () => {
  const { open, assistant } = await stage();
  const page = await open();
  await say(page, '问');
  await page.getByRole('button', { name: '没有扣款' }).waitFor();
  let attempts = 0;
  await page.route('**/api/messages', (route) => {
    attempts += 1;
    return attempts === 1 ? route.abort('connectionrefused') : route.continue();
  });
  await page.getByRole('button', { name: '没有扣款' }).click();
  await page.locator('.msg.fix').waitFor();
  expect(attempts).toBe(2);
  expect(assistant.events.map(({ kind }) => kind)).toEqual(['message', 'option']);
});

test('too fast: waits as long as told, then goes through', async () => {
  const { open, assistant } = await stage();
  const page = await open();
  let attempts = 0;
  await page.route('**/api/messages', (route) => {
    attempts += 1;
    return attempts === 1
      ? route.fulfill({ status: 429, headers: { 'Retry-After': '0' }, json: {} })
      : route.continue();
  });
  await say(page, '刷不了');
  await page.getByText('echo 刷不了').waitFor();
  expect(assistant.accepted).toBe(1);
});

test('a refusal for good says why and can be tried again', async () => {
  const { open } = await stage();
  const page = await open();
  const text = UI['error.noCookie'] ?? '';
  await page.route('**/api/messages', (route) =>
    route.fulfill({ status: 400, json: { error: { code: 'noCookie', text } } }),
  );
  await say(page, '刷不了');
  await page.locator('.fate.failed', { hasText: text }).waitFor();
  await page.unroute('**/api/messages');
  await page.getByRole('button', { name: UI['web.retry'] ?? '' }).click();
  await page.getByText('echo 刷不了').waitFor();
});

test('without a network it says so, keeps what is written, and sends it when there is one', async () => {
  const { open, assistant } = await stage();
  const page = await open();
  await page.context().setOffline(true);
  await say(page, '先存着');
  await page.locator('#banner', { hasText: UI['web.offline'] ?? '' }).waitFor();
  await page.locator('.fate.waiting').waitFor();
  expect(assistant.accepted).toBe(0);
  await page.context().setOffline(false);
  await page.getByText('echo 先存着').waitFor();
  await page.locator('#banner').waitFor({ state: 'hidden' });
  expect(assistant.events).toHaveLength(1);
  expect(await bubbles(page)).toEqual([...WELCOME, '先存着', 'echo 先存着']);
});

test('a service that stops and comes back: a banner meanwhile, then what was missed', async () => {
  const { open, assistant, web } = await stage();
  const page = await open();
  await say(page, '一');
  await page.getByText('echo 一').waitFor();
  await web.stop();
  await page.locator('#banner', { hasText: UI['web.unreachable'] ?? '' }).waitFor();
  await web.start(assistant);
  await page.locator('#banner').waitFor({ state: 'hidden' });
  await say(page, '二');
  await page.getByText('echo 二').waitFor();
  expect(await bubbles(page)).toEqual([...WELCOME, '一', 'echo 一', '二', 'echo 二']);
});

test('a stream that breaks goes on with what was missed, without doubling', async () => {
  const { open, assistant, web } = await stage();
  const page = await open();
  await say(page, '一');
  await page.getByText('echo 一').waitFor();
  const conversation = assistant.events[0]?.conversation ?? '';
  const streams: string[] = [];
  await page.route('**/api/stream*', (route) => {
    streams.push(new URL(route.request().url()).search);
    return streams.length === 1 ? route.abort('connectionreset') : route.continue();
  });
  await web.stop();
  await web.start(assistant);
  await web.send(
    conversation,
    [assistant.item({ type: 'text', text: '错过的', options: [], links: [] }, 'missed-one', '')],
    unsent(),
  );
  await page.getByText('错过的').waitFor();
  expect(await bubbles(page)).toEqual([...WELCOME, '一', 'echo 一', '错过的']);
  expect(streams[1]).toMatch(/^\?after=.+\.0$/);
});

test('what comes by the stream while the history is fetched shows once', async () => {
  const { open, assistant, clock } = await stage();
  const page = await open();
  await say(page, '一');
  await page.getByText('echo 一').waitFor();
  const conversation = assistant.events[0]?.conversation ?? '';
  await page.route('**/api/history', async (route) => {
    await assistant.accept('web', { kind: 'message', id: 'from-afar', conversation, at: clock.now(), text: '二' });
    return route.continue();
  });
  await page.reload();
  await page.getByText('echo 二').waitFor();
  await say(page, '三');
  await page.getByText('echo 三').waitFor();
  expect(await bubbles(page)).toEqual([...WELCOME, '一', 'echo 一', '二', 'echo 二', '三', 'echo 三']);
});

test('a tab that was replaced says so and can be taken up again', async () => {
  const { open, url } = await stage();
  const page = await open();
  for (let count = 0; count < 4; count += 1) {
    const tab = await page.context().newPage();
    await tab.goto(url);
    await tab.locator('#log .msg').first().waitFor();
  }
  const banner = page.locator('#banner button', { hasText: UI['web.replaced'] ?? '' });
  await banner.waitFor();
  await banner.click();
  await banner.waitFor({ state: 'hidden' });
  await say(page, '回来了');
  await page.getByText('echo 回来了').waitFor();
});
