import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Desk, deskForEach } from '../support/desk.js';
import { PageServer } from './page-server.js';

let desk: Desk;
deskForEach((given) => {
  desk = given;
});

const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-page-'));
writeFileSync(join(folder, 'index.html'), '<title>x</title>');
writeFileSync(join(folder, 'page.css'), 'p {}');
writeFileSync(join(folder, 'notes.txt'), 'no');
afterAll(() => rmSync(folder, { recursive: true }));

let server: PageServer;
let url: string;
beforeEach(async () => {
  server = new PageServer({ folder, feed: desk.feed, perform: desk.perform });
  url = await server.listen(0, true);
});
afterEach(() => server.stop());

const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${url}/act`, { method: 'POST', headers, body });

/** The first events; after the first of them something is said. */
async function events(count: number): Promise<{ event: string; data: unknown }[]> {
  const stop = new AbortController();
  const answer = await fetch(`${url}/events`, { signal: stop.signal });
  const found: { event: string; data: unknown }[] = [];
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += new TextDecoder().decode(chunk);
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    for (const one of whole) {
      const [, event = '', data = 'null'] = /^event: (.+)\ndata: (.+)$/.exec(one) ?? [];
      found.push({ event, data: JSON.parse(data) });
    }
    if (found.length === 1 && count > 1) {
      await post('{"act":"say","chat":"bot","user":"zhangsan","text":"一"}');
      void desk.news();
    }
    if (found.length >= count) break;
  }
  stop.abort();
  return found;
}

test('serves the page and nothing else, with a policy that lets only its own files in', async () => {
  const page = await fetch(url);
  expect([page.status, await page.text()]).toEqual([200, '<title>x</title>']);
  expect(page.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self'/,
  );
  expect((await fetch(`${url}/page.css`)).headers.get('content-type')).toContain('text/css');
  for (const path of ['/notes.txt', '/../package.json', '/%2e%2e/package.json', '/act'])
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(405);
});

test('tells everything at first, then what changed', async () => {
  const [first, second] = await events(2);
  expect(first).toMatchObject({ event: 'snapshot', data: { bubbles: { bot: [] } } });
  expect(second).toMatchObject({ event: 'change', data: { bubbles: { bot: [{ text: '一' }] } } });
});

test('what is done is answered with what is to be known about it', async () => {
  const unheard = await post('{"act":"say","chat":"bot","user":"zhangsan","text":"在吗"}');
  expect([unheard.status, await unheard.json()]).toEqual([200, { note: expect.stringContaining('没有连上') }]);
  const gone = await post('{"act":"tap","chat":"bot","user":"zhangsan","taskId":"T","key":"k"}');
  expect([gone.status, await gone.json()]).toEqual([409, { error: expect.stringContaining('点不了') }]);
});

test.each([
  ['no JSON', '{', 400],
  ['no act', '{"act":"dance"}', 400],
  ['too much', JSON.stringify({ act: 'x'.repeat(70_000) }), 413],
])('refuses %s', async (_, body, status) => {
  expect((await post(body)).status).toBe(status);
});

test('refuses what a form of another site could send, and another name', async () => {
  expect((await post('{"act":"restart"}', { 'content-type': 'text/plain' })).status).toBe(415);
  const status = await new Promise((resolve) =>
    request(url, { headers: { host: 'evil.example' } }, (answer) => resolve(answer.resume().statusCode)).end(),
  );
  expect(status).toBe(403);
  expect(desk.restarts).toBe(0);
});

test('a port that was chosen and is taken is said; otherwise the next one is taken', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const second = new PageServer({ folder, feed: desk.feed, perform: desk.perform });
  await expect(second.listen(port, true)).rejects.toThrow(`port ${port} is in use; choose one with --port N`);
  const address = await second.listen(port, false);
  expect(Number(new URL(address).port)).toBeGreaterThan(port);
  await second.stop();
  await new Promise((resolve) => other.close(resolve));
});
