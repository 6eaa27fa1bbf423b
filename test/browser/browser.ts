/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** A real browser before the web side over a fake assistant. */
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Answer } from '../channels/fake-assistant.js';
import { type Harness, type HarnessOptions, harness } from '../channels/harness.js';
import { ANSWERS, LABELS } from './script.js';

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** The built page, as it was at the start: a build meanwhile must not change what is tested. */
const ASSETS = mkdtempSync(join(tmpdir(), 'pos-doctor-page-'));
cpSync(fileURLToPath(new URL('../../dist/web', import.meta.url)), ASSETS, { recursive: true });

/** How the browser is started. */
export function launch() {
  return { executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ARGS };
}

export interface Stage extends Harness {
  url: string;
  /** Opens the chat in a browser of its own (own cookies) and waits until it can be used. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** What went wrong in any page: errors, refused content, failed scripts. */
  complaints: string[];
}

let browser: Browser | undefined;
const stages: Stage[] = [];

/** Starts a service; {@link closeStages} ends it. */
export async function stage(options: HarnessOptions = {}): Promise<Stage> {
  browser ??= await chromium.launch(launch());
  const current = browser;
  const whole = await harness({ answer: answerBy(ANSWERS), assets: ASSETS, port: 0, ...options });
  whole.assistant.labels = LABELS;
  const { url } = await whole.server.listen();
  const complaints: string[] = [];
  const made: Stage = {
    ...whole,
    url,
    complaints,
    async open(contextOptions = {}) {
      const context = await current.newContext({
        locale: 'zh-CN',
        viewport: { width: 390, height: 844 },
        ...contextOptions,
      });
      const page = await context.newPage();
      watch(page, complaints);
      await page.goto(url);
      await page.locator('#log .msg').first().waitFor();
      return page;
    },
  };
  stages.push(made);
  return made;
}

/** Notes every error of a page; requests that a test makes fail are no error of ours. */
export function watch(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const own = !/Failed to load resource|net::ERR_/.test(message.text());
    if (own && (message.type() === 'error' || message.type() === 'warning')) complaints.push(message.text());
  });
}

/** Ends every service; returns what pages complained about. */
export async function closeStages(): Promise<string[]> {
  const complaints: string[] = [];
  for (const made of stages.splice(0)) {
    complaints.push(...made.complaints);
    for (const context of browser?.contexts() ?? []) await context.close();
    await made.web.stop();
    await made.server.close(0);
  }
  return complaints;
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

function answerBy(answers: Readonly<Record<string, Answer>>): NonNullable<HarnessOptions['answer']> {
  return (event) => {
    const words = event.kind === 'message' ? event.text : event.kind === 'option' ? event.option : event.kind;
    return answers[words] ?? { replies: [{ type: 'text', text: `echo ${words}`, options: [], links: [] }] };
  };
}

/** Types into the composer and presses Enter. */
export async function say(page: Page, words: string): Promise<void> {
  await page.locator('#text').fill(words);
  await page.locator('#text').press('Enter');
}

/** The words of every bubble, in order, without what is for screen readers. */
export async function bubbles(page: Page): Promise<string[]> {
  return page.locator('#log .list .msg .bubble').evaluateAll((all) =>
    all.map((bubble) => {
      const copy = bubble.cloneNode(true) as Element;
      for (const extra of copy.querySelectorAll('.hidden, .fate, .options, .links, .kind')) extra.remove();
      return copy.textContent?.trim() ?? '';
    }),
  );
}
