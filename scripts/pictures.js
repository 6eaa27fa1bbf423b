// Takes the pictures of the documents anew, from a running service and a sandbox that was just started:
// node scripts/pictures.js [http://127.0.0.1:3000 [http://127.0.0.1:4000]]
// Needs Chromium (CHROMIUM_PATH) and a Chinese font.
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const url = process.argv[2] ?? 'http://127.0.0.1:3000';
const sandboxUrl = process.argv[3] ?? 'http://127.0.0.1:4000';
const picture = (name) => fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url));
const settings = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai', deviceScaleFactor: 1.4 };

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });

/** A merchant says what happened, taps an answer, gets a fix. */
async function chat() {
  const phone = { ...settings, viewport: { width: 400, height: 1400 }, hasTouch: true, isMobile: true };
  const page = await (await browser.newContext(phone)).newPage();
  await page.goto(url);
  await page.locator('#text').fill('该渠道业务不可用，刷卡扫码都不行，没扣款');
  await page.locator('#text').press('Enter');
  await page.locator('.options button', { hasText: '一直转圈' }).click();
  await page.locator('.msg.fix').waitFor();
  await page.locator('.typing').waitFor({ state: 'hidden' });
  await page.locator('#log').evaluate((log) => {
    log.scrollTop = log.scrollHeight;
  });
  await page.locator('#down').waitFor({ state: 'hidden' });
  await page.screenshot({ path: picture('chat') });
}

/** One code, two systems, two meanings. */
async function knowledge() {
  const page = await (await browser.newContext({ ...settings, viewport: { width: 820, height: 720 } })).newPage();
  await page.goto(`${url}/kb/codes/96`);
  await page.screenshot({ path: picture('knowledge') });
}

/** A merchant in WeChat: the sticker, the greeting, a tap, the next question; beside it what WeCom saw. */
async function sandbox() {
  const page = await (await browser.newContext({ ...settings, viewport: { width: 1120, height: 700 } })).newPage();
  await page.goto(`${sandboxUrl}/#kf`);
  await page.locator('#enter').click();
  await page.locator('#sticker .primary').click();
  await page.locator('.menu button', { hasText: '收不了款' }).click();
  await page.locator('.menu button', { hasText: '不清楚' }).waitFor();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: picture('sandbox') });
}

await chat();
await knowledge();
await sandbox();
await browser.close();
for (const name of ['chat', 'knowledge', 'sandbox'])
  console.log(`${name}.png ${Math.ceil(statSync(picture(name)).size / 1000)} kB`);
