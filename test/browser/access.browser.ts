import type { Page } from 'playwright-core';
import { pathTo } from '../../src/pages/paths.js';
import { UI } from '../pages/fixture.js';
import { closeBrowser, closeStages, say, stage } from './browser.js';
import { weakTexts } from './contrast.js';

const KNOWLEDGE_PAGES = [
  pathTo.index(),
  pathTo.search('96'),
  pathTo.cause('network'),
  pathTo.fault('no-signal'),
  pathTo.fix('restart-line'),
  pathTo.code('96'),
  pathTo.contacts(),
  '/kb/none',
];

afterEach(async () => {
  expect(await closeStages()).toEqual([]);
});
afterAll(closeBrowser);

/** Every reply type on the page, one card answered, one message that did not get through. */
async function everything(page: Page): Promise<void> {
  await say(page, '问');
  await page.getByRole('button', { name: '没有扣款' }).click();
  await page.locator('.msg.fix').waitFor();
  await say(page, '都来');
  await page.locator('.msg.code').waitFor();
  await page.route('**/api/messages', (route) => route.abort('connectionrefused'));
  await say(page, '没发出去的');
  await page.locator('.fate.waiting').waitFor();
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('every text of the chat stands out from what is behind it', async () => {
    const { open } = await stage();
    const page = await open({ colorScheme });
    expect(await weakTexts(page)).toEqual([]);
    await everything(page);
    expect(await weakTexts(page)).toEqual([]);
    await page.locator('#restart').click();
    expect(await weakTexts(page)).toEqual([]);
  });

  test('every text of the knowledge pages stands out', async () => {
    const { open, url } = await stage();
    const page = await open({ colorScheme });
    for (const path of KNOWLEDGE_PAGES) {
      await page.goto(`${url}${path}`);
      expect([path, await weakTexts(page)]).toEqual([path, []]);
    }
  });
});

describe.each([320, 390, 1280])('%i pixels wide', (width) => {
  test('nothing needs scrolling sideways, everything to tap is large enough', async () => {
    const { open, url } = await stage();
    const page = await open({ viewport: { width, height: 640 } });
    await everything(page);
    const beyond = () =>
      page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('#log, #composer')].map(
          (box) => box.scrollWidth - box.clientWidth,
        ),
      );
    expect(await beyond()).toEqual([0, 0, 0]);
    const small = await page.locator('button:visible, textarea:visible, .call:visible').evaluateAll((all) =>
      all
        .map((one) => ({ words: one.textContent, height: one.getBoundingClientRect().height }))
        // WCAG 2.2, 2.5.8 asks for 24; what is tapped in a hurry has 32 at least.
        .filter(({ height }) => height < 32),
    );
    expect(small).toEqual([]);
    for (const path of KNOWLEDGE_PAGES) {
      await page.goto(`${url}${path}`);
      expect([path, (await beyond())[0]]).toEqual([path, 0]);
    }
  });
});

describe('for a screen reader', () => {
  test('the log is a live region, every control has a name, every picture is decoration', async () => {
    const { open } = await stage();
    const page = await open();
    await everything(page);
    const log = page.getByRole('log', { name: UI['web.log'] ?? '' });
    expect(await log.getAttribute('aria-live')).toBe('polite');
    expect(await log.getAttribute('aria-busy')).toBeNull();
    await page.getByRole('textbox', { name: UI['web.composer'] ?? '' }).waitFor();
    await page.getByRole('heading', { level: 1 }).waitFor();
    const nameless = await page
      .locator('button, a, textarea')
      .evaluateAll((all) =>
        all
          .filter(
            (one) =>
              !one.textContent?.trim() &&
              !one.getAttribute('aria-label') &&
              !(one instanceof HTMLTextAreaElement && one.labels.length > 0),
          )
          .map((one) => one.outerHTML),
      );
    expect(nameless).toEqual([]);
    expect(await page.locator('img:not([alt=""])').count()).toBe(0);
  });

  test('every message says who speaks, and a tap says what was chosen', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    await say(page, '问');
    await page.getByRole('button', { name: '没有扣款' }).waitFor();
    assistant.pause();
    await page.getByRole('button', { name: '没有扣款' }).click();
    expect(await page.locator('#status').textContent()).toBe(`已选：没有扣款 ${UI['web.thinking']}`);
    assistant.resume();
    await page.locator('.msg.fix').waitFor();
    const speakers = await page.locator('.msg:not(.typing) .bubble > .hidden:first-child').allTextContents();
    const [bot, me] = [UI['web.assistantSays'], UI['web.userSays']];
    expect(speakers).toEqual([bot, bot, me, bot, me, bot]);
    await page.getByRole('button', { name: `没有扣款 (${UI['web.chosen']})`, disabled: true }).waitFor();
    await page.getByRole('group', { name: '可能是流量卡停了' }).waitFor();
  });

  test('links that open a new tab say so', async () => {
    const { open } = await stage();
    const page = await open();
    await everything(page);
    for (const link of await page.locator('a[target=_blank]').all())
      expect(await link.textContent()).toContain(UI['web.newTab']);
  });
});

describe('by keyboard alone', () => {
  test('a whole conversation is possible, in the order of reading', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    const focused = () => page.evaluate(() => document.activeElement?.textContent || document.activeElement?.id);
    expect(await focused()).toBe('text');
    await page.keyboard.type('问');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '没有扣款' }).waitFor();
    await page.locator('#log').focus();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('扣了或处理中');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('没有扣款');
    await page.keyboard.press('Enter');
    await page.locator('.msg.fix').waitFor();
    // The place is kept: the next stop is what came after the card.
    await page.keyboard.press('Tab');
    expect(await focused()).toContain('步骤和来源');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('好了');
    await page.keyboard.press('Space');
    await page.getByText('太好了。').waitFor();
    expect(assistant.events).toMatchObject([{ text: '问' }, { option: 'no' }, { option: 'solved' }]);
  });

  test('number keys are text, and the first stop leads to the composer', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    await say(page, '问');
    await page.getByRole('button', { name: '没有扣款' }).waitFor();
    await page.keyboard.press('2');
    expect(await page.locator('#text').inputValue()).toBe('2');
    expect(assistant.accepted).toBe(1);
    await page.reload();
    await page.locator('.msg').first().waitFor();
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('text');
  });

  test('the question before starting anew takes and gives back the focus, Escape is no', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    await page.locator('#restart').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('restart');
    expect(assistant.accepted).toBe(0);
  });
});

test('who asked for less motion gets none', async () => {
  const { open, assistant } = await stage();
  const page = await open({ reducedMotion: 'reduce' });
  assistant.pause();
  await say(page, '刷不了');
  await page.locator('.typing').waitFor();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  assistant.resume();
});

test('without JavaScript the page says what still works', async () => {
  const { url } = await stage();
  const answer = await (await fetch(url)).text();
  expect(answer).toContain(`<noscript><p class="noscript">${UI['web.noScript']} <a href="/kb">`);
});
