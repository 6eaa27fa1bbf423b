/** The built program as a whole: the real assistant, a real data folder, a real browser, and an end without warning. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { bubbles, launch, say, watch } from './browser.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const DATA = mkdtempSync(join(tmpdir(), 'pos-doctor-data-'));
let service: ChildProcess | undefined;
let browser: Browser | undefined;

/** Starts the program and resolves with the address it prints. */
async function serve(port: string): Promise<URL> {
  const env = { ...process.env, DATA_DIR: DATA, PORT: port, LOG_LEVEL: 'fatal', NODE_OPTIONS: '' };
  const started = spawn(process.execPath, [CLI, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  service = started;
  for (let words = ''; ; ) {
    const [chunk] = (await once(started.stdout, 'data')) as [Buffer];
    words += chunk.toString();
    const address = /http:\/\/\S+/.exec(words)?.[0];
    if (address) return new URL(address);
  }
}

async function end(signal: NodeJS.Signals): Promise<void> {
  if (!service || service.exitCode !== null || service.signalCode !== null) return;
  const gone = once(service, 'exit');
  service.kill(signal);
  await gone;
}

afterAll(async () => {
  await browser?.close();
  await end('SIGKILL');
});

test('a conversation survives the end of the program', async () => {
  const complaints: string[] = [];
  const url = await serve('0');
  browser = await chromium.launch(launch());
  const page = await (await browser.newContext({ locale: 'zh-CN', viewport: { width: 390, height: 844 } })).newPage();
  watch(page, complaints);
  await page.goto(url.href);
  await say(page, '提示该渠道业务不可用');
  const choices = page.locator('.options button:enabled');
  await choices.last().waitFor();
  const before = await bubbles(page);
  const spoken = await page.locator('.msg.bot:not(.typing)').count();
  await end('SIGKILL');
  await page.locator('#banner').waitFor();
  // Tapped while nobody is there: it is kept, and sent when somebody is.
  await choices.last().click();
  await page.locator('.fate.waiting').waitFor();
  await serve(url.port);
  await page.locator('.fate').waitFor({ state: 'detached' });
  await page.locator('#banner').waitFor({ state: 'hidden' });
  await page.locator('.msg.bot:not(.typing)').nth(spoken).waitFor();
  await choices.last().waitFor();
  const after = await bubbles(page);
  expect(after.slice(0, before.length)).toEqual(before);
  await page.reload();
  await choices.last().waitFor();
  expect(await bubbles(page)).toEqual(after);
  const answered = service && once(service, 'exit');
  await end('SIGTERM');
  expect(await answered).toEqual([0, null]);
  expect(complaints).toEqual([]);
});
