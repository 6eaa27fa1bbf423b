// Takes the pictures of the documents anew, from a running service and a sandbox that was just started:
// node scripts/pictures.js [name …] [http://127.0.0.1:3000 [http://127.0.0.1:4000]]
// `drill-debrief` needs neither, but a build. Needs Chromium (CHROMIUM_PATH) and a Chinese font.
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const isAddress = (argument) => /^https?:/.test(argument);
const [url = 'http://127.0.0.1:3000', sandboxUrl = 'http://127.0.0.1:4000'] = process.argv.slice(2).filter(isAddress);
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

/** A trainee in a hurry: looked for the cause, but collected again before looking the payment up. */
const SAID = [
  '不好意思，您稍等，我看一下',
  '记下提示：该渠道业务不可用，12:10，刷卡，36 元',
  '再收一次',
  '查这一笔',
  '开备用收款',
  '是不是全都不行？刷卡扫码都试试',
  '重启',
  '看卡在哪一步',
  '签到试试',
  '连手机热点',
  '给收单机构打电话，报商户编号、终端号、提示：该渠道业务不可用',
  '复盘：原因是流量卡欠费，以后每月检查，责任人店长',
];

/** The page that a trainer opens after a drill. */
async function drillDebrief() {
  const html = await debriefOf('sim-unpaid', SAID, Date.UTC(2026, 10, 24, 2));
  const page = await (
    await browser.newContext({ ...settings, deviceScaleFactor: 1, viewport: { width: 1240, height: 800 } })
  ).newPage();
  await page.setContent(html);
  await page.screenshot({ path: picture('drill-debrief'), fullPage: true });
}

/** Plays a drill in this process. */
async function debriefOf(drill, said, at) {
  const { loadWorld } = await import('../dist/content.js');
  const { takeTurn } = await import('../dist/dialogue/turn.js');
  const { fill } = await import('../dist/dialogue/flow.js');
  const { recordOf } = await import('../dist/drills/record.js');
  const { debriefPage } = await import('../dist/pages/drill.js');
  const { siteOf } = await import('../dist/pages/site.js');
  const world = loadWorld({ publicUrl: url });
  let session = null;
  const happened = [];
  for (const text of [`演练 ${drill} #1`, ...said]) {
    const turn = takeTurn(session, { kind: 'message', texts: [text], hidden: [] }, at, world);
    session = turn.session;
    happened.push(...turn.happenings);
  }
  const record = recordOf(JSON.parse(JSON.stringify(happened.find(({ type }) => type === 'drill-ended')?.data)));
  const texts = world.flows.get('drill').texts;
  const say = (key, values = {}) => fill(texts[key] ?? '', values);
  return debriefPage({ ...record, id: '20261124-1000-3f9a' }, { ...siteOf(world.knowledge), say, home: url });
}

const TAKEN = { chat, knowledge, sandbox, 'drill-debrief': drillDebrief };
const named = process.argv.slice(2).filter((argument) => !isAddress(argument));
const names = named.length > 0 ? named : Object.keys(TAKEN);
for (const name of names) await TAKEN[name]();
await browser.close();
for (const name of names) console.log(`${name}.png ${Math.ceil(statSync(picture(name)).size / 1000)} kB`);
