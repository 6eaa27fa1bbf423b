import type { Page } from 'playwright-core';
import { UI } from '../pages/fixture.js';
import { unsent } from '../support/channel.js';
import { bubbles, closeBrowser, closeStages, say, stage } from './browser.js';
import { FIX, QUESTION } from './script.js';

const WELCOME = [UI['web.welcome'], UI['web.welcomeSafe']];
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const card = (page: Page, type: string) => page.locator(`.msg.${type}`);

afterEach(async () => {
  expect(await closeStages()).toEqual([]);
});
afterAll(closeBrowser);

describe('saying something', () => {
  test('shows it at once, dots while it is thought about, then the answer', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    assistant.pause();
    await say(page, '刷不了');
    await page.locator('.typing').waitFor();
    expect(await bubbles(page)).toEqual([...WELCOME, '刷不了']);
    expect(await page.locator('#status').textContent()).toBe(UI['web.thinking']);
    assistant.resume();
    await page.getByText('echo 刷不了').waitFor();
    await page.locator('.typing').waitFor({ state: 'hidden' });
    expect(await page.locator('.fate').count()).toBe(0);
    expect(await page.locator('#text').inputValue()).toBe('');
  });

  test('Shift+Enter makes a line, Enter of an input method chooses a word, Enter sends', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    const text = page.locator('#text');
    await text.fill('一');
    await text.press('Shift+Enter');
    await text.pressSequentially('二');
    await text.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    expect(assistant.accepted).toBe(0);
    expect(await text.inputValue()).toBe('一\n二');
    await text.press('Enter');
    await page.getByText('echo 一').waitFor();
    expect(assistant.events).toMatchObject([{ kind: 'message', text: '一\n二' }]);
  });

  test('markup in a message is text', async () => {
    const { open } = await stage();
    const page = await open();
    await say(page, '<img src=x onerror=alert(1)>');
    await page.getByText('echo <img src=x onerror=alert(1)>').waitFor();
    expect(await page.locator('#log img:not(.avatar)').count()).toBe(0);
  });

  test('nothing but blanks cannot be sent; what is too long says by how much', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    await page.locator('#text').fill('   ');
    expect(await page.locator('#send').isDisabled()).toBe(true);
    await page.locator('#text').fill('字'.repeat(990));
    expect(await page.locator('#count').textContent()).toBe('还能输入 10 个字');
    await page.locator('#text').fill('字'.repeat(1003));
    expect(await page.locator('#count').textContent()).toBe('超了 3 个字，请分两条发');
    expect(await page.locator('#send').isDisabled()).toBe(true);
    await page.locator('#text').press('Enter');
    expect(assistant.accepted).toBe(0);
  });

  test('a typical opening is one tap', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    await button(page, UI['web.quick.2'] ?? '').click();
    await page.getByText(`echo ${UI['web.quick.2']}`).waitFor();
    expect(assistant.events).toMatchObject([{ kind: 'message', text: UI['web.quick.2'] }]);
  });
});

describe('a card', () => {
  test('is tapped once: its buttons are off, the chosen one is marked', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    await say(page, '问');
    await button(page, '没有扣款').click();
    await card(page, 'fix').waitFor();
    const options = card(page, 'question').locator('.options button');
    expect(await options.evaluateAll((all) => all.map((one) => (one as HTMLButtonElement).disabled))).toEqual([
      true,
      true,
      true,
    ]);
    expect(await options.locator('visible=true').evaluateAll((all) => all.map(({ className }) => className))).toEqual([
      '',
      'chosen',
      '',
    ]);
    expect(assistant.events[1]).toMatchObject({ kind: 'option', option: 'no', question: 'charged' });
    expect((await bubbles(page)).at(-2)).toBe('没有扣款');
  });

  test('a double tap counts once', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    await say(page, '问');
    await button(page, '没有扣款').evaluate((element) => {
      (element as HTMLElement).click();
      (element as HTMLElement).click();
    });
    await card(page, 'fix').waitFor();
    await button(page, '好了').dblclick();
    await page.getByText('太好了。').waitFor();
    expect(assistant.events.map(({ kind }) => kind)).toEqual(['message', 'option', 'option']);
    expect(assistant.accepted).toBe(3);
  });

  test('of an earlier question cannot be used any more', async () => {
    const { open } = await stage();
    const page = await open();
    await say(page, '问');
    await button(page, '没有扣款').waitFor();
    await say(page, '都来');
    await card(page, 'code').waitFor();
    expect(await card(page, 'question').locator('button:enabled').count()).toBe(0);
    expect(await card(page, 'fix').locator('button:enabled').count()).toBe(0);
    expect(await card(page, 'code').locator('.options button:enabled').count()).toBe(2);
  });

  test('of a fix shows its steps as a list and links its page in a new tab', async () => {
    const { open } = await stage();
    const page = await open();
    await say(page, '都来');
    const fix = card(page, 'fix');
    await fix.waitFor();
    expect(await fix.locator('ol li').allTextContents()).toEqual([
      '打开自己手机的「个人热点」。',
      '在机器上连这个热点，点一次「签到」。',
    ]);
    const link = fix.getByRole('link');
    expect(await link.getAttribute('rel')).toBe('noopener');
    const [opened] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await opened.waitForLoadState();
    expect(await opened.locator('h1').textContent()).toBe('restart the line');
  });

  test('of a contact can be called, by button and in the text', async () => {
    const { open } = await stage();
    const page = await open();
    await say(page, '都来');
    const contact = card(page, 'contact');
    await contact.waitFor();
    const targets = await contact.getByRole('link').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    expect(targets).toEqual(['tel:95534', 'tel:96110', 'tel:95534', '/kb/contacts']);
    await contact.getByRole('link', { name: '拨打 95534 银联商务' }).waitFor();
  });

  test('offers a person all the time', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    await button(page, '转人工').waitFor();
    await say(page, '问');
    await button(page, '没有扣款').waitFor();
    expect(await button(page, '转人工').count()).toBe(1);
    await button(page, '没有扣款').click();
    await card(page, 'fix').waitFor();
    expect(await button(page, '转人工').count()).toBe(1);
    await button(page, '转人工').click();
    await page.getByText('echo human').waitFor();
    expect(assistant.events.at(-1)).toMatchObject({ kind: 'option', option: 'human' });
  });
});

describe('a long answer', () => {
  const short = { viewport: { width: 390, height: 600 } };
  const seen = (page: Page, words: string) =>
    page
      .locator('.msg.me', { hasText: words })
      .last()
      .evaluate(
        (bubble) => bubble.getBoundingClientRect().top - (bubble.closest('#log')?.getBoundingClientRect().top ?? 0),
      );
  const below = (page: Page) =>
    page.locator('#log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);

  test('is read from its beginning; a button leads down', async () => {
    const { open } = await stage();
    const page = await open(short);
    await say(page, '都来');
    await card(page, 'code').waitFor();
    expect(Math.round(await seen(page, '都来'))).toBe(10);
    await page.locator('#down').click();
    await page.locator('#down').waitFor({ state: 'hidden' });
    expect(await below(page)).toBeLessThan(60);
  });

  test('a short one is shown to its end', async () => {
    const { open } = await stage();
    const page = await open(short);
    await say(page, '都来');
    await card(page, 'code').waitFor();
    await button(page, '刷卡').click();
    await page.getByText('echo card').waitFor();
    expect(await below(page)).toBeLessThan(1);
    expect(await page.locator('#down').isHidden()).toBe(true);
  });

  test('who has scrolled up to read is left there', async () => {
    const { open, web, assistant } = await stage();
    const page = await open(short);
    await say(page, '都来');
    await card(page, 'code').waitFor();
    await page.locator('#log').evaluate((log) => log.scrollTo(0, 0));
    const { conversation = '' } = assistant.events[0] ?? {};
    await web.send(conversation, [assistant.item(QUESTION, 'reminder', '')], unsent());
    await page.locator('.msg.question').nth(1).waitFor({ state: 'attached' });
    expect(await page.locator('#log').evaluate((log) => log.scrollTop)).toBe(0);
    await page.locator('#down').waitFor();
  });
});

describe('a reload', () => {
  test('keeps the history, the card that waits and what was chosen', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    await say(page, '问');
    await button(page, '没有扣款').click();
    await card(page, 'fix').waitFor();
    const before = await bubbles(page);
    await page.locator('#text').fill('写了一半');
    await page.reload();
    await card(page, 'fix').waitFor();
    expect(await bubbles(page)).toEqual(before);
    expect(before).toHaveLength(WELCOME.length + 4);
    expect(await page.locator('.chosen').textContent()).toBe(`没有扣款 (${UI['web.chosen']})`);
    expect(await page.locator('#text').inputValue()).toBe('写了一半');
    await button(page, '好了').click();
    await page.getByText('太好了。').waitFor();
    expect(assistant.events).toHaveLength(3);
  });

  test('while it is thought about shows the message once and still gets the answer', async () => {
    const { open, assistant } = await stage();
    const page = await open();
    assistant.pause();
    await say(page, '刷不了');
    await page.locator('.typing').waitFor();
    await page.reload();
    await page.getByText('刷不了').waitFor();
    assistant.resume();
    await page.getByText('echo 刷不了').waitFor();
    expect(await bubbles(page)).toEqual([...WELCOME, '刷不了', 'echo 刷不了']);
  });
});

test('starting anew asks first, then resets', async () => {
  const { open, assistant } = await stage();
  const page = await open();
  await say(page, '问');
  await button(page, '没有扣款').waitFor();
  await page.locator('#restart').click();
  await button(page, UI['web.restartNo'] ?? '').click();
  expect(assistant.events).toHaveLength(1);
  await page.locator('#restart').click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: UI['web.restartYes'] ?? '' })
    .click();
  await page.getByText('echo reset').waitFor();
  expect(assistant.events.at(-1)).toMatchObject({ kind: 'reset' });
  expect(await button(page, '没有扣款').isDisabled()).toBe(true);
  expect(await button(page, UI['web.quick.1'] ?? '').count()).toBe(1);
});

test('two tabs show the same conversation', async () => {
  const { open, url } = await stage();
  const page = await open();
  const other = await page.context().newPage();
  await other.goto(url);
  await other.locator('#log .msg').first().waitFor();
  await say(page, '问');
  await button(other, '没有扣款').click();
  await card(page, 'fix').waitFor();
  await card(other, 'fix').waitFor();
  const expected = [...WELCOME, '问', QUESTION, '没有扣款', FIX].length;
  for (const tab of [page, other]) {
    await tab
      .locator('.msg .bubble')
      .nth(expected - 1)
      .waitFor();
    expect((await bubbles(tab)).filter((words) => words === '没有扣款')).toHaveLength(1);
    expect((await bubbles(tab)).filter((words) => words === '问')).toHaveLength(1);
  }
});
