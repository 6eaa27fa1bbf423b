/** A hand-over as the page shows it: its steps in words, and a colleague's words as a colleague's. */
import { BEAT_MS } from '../../src/channels/web.js';
import type { HandoverState } from '../../src/handover/types.js';
import { UI } from '../pages/fixture.js';
import { bubbles, closeBrowser, closeStages, say, stage } from './browser.js';

afterEach(async () => {
  expect(await closeStages()).toEqual([]);
});
afterAll(closeBrowser);

async function asked() {
  const set = await stage();
  const page = await set.open();
  await say(page, '找人');
  await page.getByText('echo 找人').waitFor();
  const conversation = set.assistant.events[0]?.conversation ?? '';
  const line = page.locator('#handover');
  return {
    ...set,
    page,
    line,
    colleague: (words: string) => set.assistant.colleague(conversation, '王工', words),
    step: async (to?: HandoverState) => {
      set.assistant.handOver(conversation, to);
      await set.clock.advance(BEAT_MS);
    },
  };
}

test('each step is said in words, live, without a word from anybody; that it is over until the user goes on', async () => {
  const { page, line, step, colleague } = await asked();
  expect(await line.textContent()).toBe('');
  expect([await line.getAttribute('role'), await line.getAttribute('aria-live')]).toEqual(['status', 'polite']);
  await step('requested');
  // The first step always comes with a word: who is called.
  await colleague('稍等');
  await page.getByText(UI['web.handover.requested'] ?? '').waitFor();
  for (const [state, key] of [
    ['notified', 'notified'],
    ['timed-out', 'timedOut'],
    ['accepted', 'accepted'],
  ] as const) {
    await step(state);
    await line.getByText(UI[`web.handover.${key}`] ?? '').waitFor();
    expect(await line.isVisible()).toBe(true);
  }
  await step();
  await line.getByText(UI['web.handover.closed'] ?? '').waitFor();
  await say(page, '谢谢');
  await page.getByText('echo 谢谢').waitFor();
  expect(await line.textContent()).toBe('');
});

test('a colleague’s words are a colleague’s, to the eye and to the ear, after a reload too; no dots while they are there', async () => {
  const { page, line, step, colleague } = await asked();
  await step('accepted');
  await colleague('把机器重启一下');
  await line.getByText(UI['web.handover.accepted'] ?? '').waitFor();
  const bubble = page.locator('.msg.colleague');
  const look = async () => [
    await bubble.count(),
    await bubble.locator('.kind').textContent(),
    await bubble.locator('.hidden').textContent(),
    await bubble.locator('.text').textContent(),
  ];
  const seen = [1, '同事 王工', '王工（同事）说', '把机器重启一下'];
  expect(await look()).toEqual(seen);
  // What begins a case is not for whoever is in the middle of one.
  expect(await page.locator('#quick button').count()).toBe(0);
  await page.locator('#text').fill('在重启');
  await page.locator('#text').press('Enter');
  expect(await page.locator('.typing').isHidden()).toBe(true);
  await page.getByText('echo 在重启').waitFor();
  const before = await bubbles(page);
  await page.reload();
  await bubble.waitFor();
  expect(await look()).toEqual(seen);
  expect(await bubbles(page)).toEqual(before);
});
