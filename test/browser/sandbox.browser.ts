/// <reference lib="dom" />
/** `npm run sandbox` as a person uses it: the real service before the local WeCom, through every door, in a real browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Snapshot } from '../wecom-sandbox/page/types.js';
import { launch, say, watch } from './browser.js';
import { weakTexts } from './contrast.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/sandbox.js', import.meta.url));
const BUILD_MS = 120_000;

let sandbox: ChildProcess;
let url: string;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  const env = { ...process.env, LOG_LEVEL: 'fatal', NODE_OPTIONS: '' };
  const started = spawn(process.execPath, [SCRIPT, '--port', '0'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  sandbox = started;
  for (let words = ''; url === undefined; ) {
    const [chunk] = (await once(started.stdout, 'data')) as [Buffer];
    words += chunk.toString();
    const ready = /sandbox is ready: (http:\/\/\S+)/.exec(words)?.[1];
    if (ready !== undefined) url = ready;
  }
  browser = await chromium.launch(launch());
}, BUILD_MS);

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  const { panel } = await state();
  expect([panel.violations, panel.warnings, panel.crashes]).toEqual([[], [], []]);
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  if (sandbox.exitCode !== null) return;
  const gone = once(sandbox, 'exit');
  sandbox.kill('SIGINT');
  expect(await gone).toEqual([0, null]);
});

async function state(): Promise<Snapshot> {
  return (await (await fetch(`${url}/state`)).json()) as Snapshot;
}

/** Opens a chat; on a narrow window through the list. */
async function open(chat: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  watch(page, complaints);
  await page.goto(url);
  await to(page, chat);
  return page;
}

const to = (page: Page, chat: string) => page.locator(`[data-chat=${chat}]`).click();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const rows = (page: Page) => page.locator('#log .row');

/** Waits for another answer whose last button or menu entry can be tapped; does something that brings it. */
async function answered(page: Page, bring: () => Promise<void>, what = '.card button, .menu button') {
  const before = await rows(page).count();
  await bring();
  await page
    .locator(`#log .theirs:nth-child(n + ${before + 1})`)
    .locator(what)
    .last()
    .waitFor();
  await page.locator('.dots').waitFor({ state: 'detached' });
}

/** The newest card's button, or menu's entry, with these words. */
const choice = (page: Page, name: string) => page.locator('#log').getByRole('button', { name, exact: true }).last();

test('智能机器人: greeted, a tap, a question, an answer, a human', async () => {
  const page = await open('bot');
  await page.getByText('在企业微信里打开了智能机器人的单聊').waitFor();
  await answered(page, () => press(page, '进入会话'));
  await answered(page, () => choice(page, '收不了款').click());
  // Tapped, the greeting's card has no buttons any more.
  expect(await rows(page).first().locator('.card button').count()).toBe(0);
  expect(await rows(page).first().locator('.card').textContent()).toContain('已选：收不了款');
  await answered(page, () => choice(page, '不清楚').click());
  await answered(page, () => say(page, '代码 51'));
  expect(await page.locator('#log').textContent()).toContain('资金不足');
  await page.getByRole('link', { name: '51 的说明' }).first().waitFor();
  await answered(page, () => say(page, '转人工'), '.text, .card');
  expect(await page.locator('#log').textContent()).toContain('【情况说明】');
  await page.locator('[data-chat=robot] .unread').waitFor();
  await to(page, 'robot');
  await page.locator('#log').getByText('有商户找人工').waitFor();
  expect(await page.locator('#composer').isVisible()).toBe(false);
});

test('an answer is rated, with a reason; the rating is taken back', async () => {
  const page = await open('bot');
  await answered(page, () => say(page, '代码 96'));
  const down = page.getByRole('button', { name: '没帮助' }).last();
  await down.click();
  await page.getByLabel('内容有错误').check();
  await press(page, '提交');
  await page.locator('.rating .down[aria-pressed=true]').last().waitFor();
  await page.getByRole('button', { name: '没帮助' }).last().click();
  await page.locator('.rating .down[aria-pressed=true]').last().waitFor({ state: 'detached' });
});

test('内部群: heard only with @; a card is whose it is', async () => {
  const page = await open('group');
  await page.getByLabel('发给 @POS 医生').uncheck();
  await say(page, '没人听见');
  await page.getByText('没有 @ 机器人').waitFor();
  await page.getByLabel('发给 @POS 医生').check();
  await answered(page, () => say(page, '刷不了卡'));
  await page.getByText('@POS 医生 刷不了卡').waitFor();
  await page.getByLabel('李四').check();
  await choice(page, '不清楚').click();
  await page.getByText('这是问别人的').waitFor();
  await page.getByLabel('张三').check();
  expect(await page.getByText('这是问别人的').count()).toBe(0);
  await answered(page, () => choice(page, '不清楚').click(), '.text, .card');
});

test('自建应用: greeted, a tap, a question, an answer, a human', async () => {
  const page = await open('app');
  await answered(page, () => press(page, '进入会话'));
  await answered(page, () => choice(page, '收不了款').click());
  await page.getByText('已选：收不了款').waitFor();
  await answered(page, () => choice(page, '不清楚').click());
  await answered(page, () => say(page, '代码 51'));
  await page.getByText('资金不足').first().waitFor();
  await answered(page, () => press(page, '语音'), '.text, .card');
  await answered(page, () => press(page, '图片'), '.text, .card');
  await answered(page, () => say(page, '转人工'), '.text, .card');
  await page.getByText('【情况说明】').last().waitFor();
});

test('微信客服: by the sticker, a menu, a human who answers and ends', async () => {
  const page = await open('kf');
  expect(await page.locator('body').getAttribute('data-skin')).toBe('wechat');
  await press(page, '进入会话');
  await page.getByLabel('商户号').fill('898110099999999');
  await answered(page, () => page.locator('#sticker .primary').click());
  await answered(page, () => choice(page, '收不了款').click());
  // A tapped entry arrives as a text of the customer.
  await page.locator('.mine', { hasText: '收不了款' }).waitFor();
  await answered(page, () => choice(page, '不清楚').click());
  await answered(page, () => say(page, '转人工'), '.text');
  await page.getByText('商户编号：898110099999999').waitFor();
  await page.getByText('人工接待中（3），接待的是赵六').waitFor();
  await page.getByLabel('回复顾客的话').fill('您好，我是赵六');
  await press(page, '回复');
  await page.locator('.from-servicer', { hasText: '您好，我是赵六' }).waitFor();
  const before = await rows(page).count();
  await say(page, '好的');
  await page.locator('.mine', { hasText: '好的' }).waitFor();
  await press(page, '结束会话');
  await page.getByText('已结束或未开始（4）').waitFor();
  // While a human had it, the bot said nothing.
  expect(await page.locator(`#log .row:nth-child(n + ${before + 1})`).count()).toBe(1);
});

test('a connection that was cut is there again; kicked off, it stays away until the service is restarted', async () => {
  const page = await open('bot');
  await press(page, '断线');
  await page.getByText('长连接没有连上').waitFor();
  await page.getByText('长连接已连上').waitFor();
  await press(page, '被顶下线');
  await page.getByText('长连接没有连上').waitFor();
  await say(page, '在吗');
  await page.getByText('机器人没有连上').waitFor();
  await press(page, '重启服务');
  await page.getByText('长连接已连上').waitFor();
  await answered(page, () => say(page, '刷不了卡'));
});

test('markup in a message is text', async () => {
  const page = await open('bot');
  const words = '<img src=x onerror=alert(1)> [a](javascript:alert(1))';
  await say(page, words);
  await page.locator('.mine', { hasText: words }).waitFor();
  expect(await page.locator('#log img, #log a[href^=javascript]').count()).toBe(0);
});

test('by keyboard alone: the chat is chosen, a card is tapped, the place is kept', async () => {
  const page = await open('app');
  await page.locator('[data-chat=bot]').focus();
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('text');
  await page.keyboard.type('刷不了卡');
  await answered(page, () => page.keyboard.press('Enter'));
  await choice(page, '不清楚').focus();
  await answered(page, () => page.keyboard.press('Enter'), '.text, .card');
  expect(await page.evaluate(() => document.activeElement?.classList.contains('row'))).toBe(true);
});

// In words of their own each: what is said a third time gets a human.
describe.each([
  [320, '刷不了卡'],
  [390, '扫码扫不了'],
  [800, '微信付不了'],
] as const)('%i pixels wide', (width, words) => {
  test('one thing at a time, nothing needs scrolling sideways, what is tapped is large enough', async () => {
    const page = await open('kf', { viewport: { width, height: 700 }, hasTouch: true, reducedMotion: 'reduce' });
    await answered(page, () => say(page, words));
    for (const view of ['', '#open-panel', '#close-panel', ...(width < 720 ? ['#back'] : [])]) {
      if (view !== '') await page.locator(view).click();
      const boxes = page.locator('html, #log, #panel, #chats, #composer').locator('visible=true');
      const wide = await boxes.evaluateAll((all) => all.filter((box) => box.scrollWidth > box.clientWidth).length);
      const small = await page
        .locator('button:visible, textarea:visible')
        .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 32).map((one) => one.outerHTML));
      expect([view, wide, small]).toEqual([view, 0, []]);
    }
  });
});

test.each(['light', 'dark'] as const)('every text stands out in %s', async (colorScheme) => {
  const page = await open('bot', { colorScheme });
  await page.locator('#log .row').first().waitFor();
  for (const chat of ['bot', 'group', 'app', 'kf', 'robot']) {
    await to(page, chat);
    expect([chat, await weakTexts(page)]).toEqual([chat, []]);
  }
});
