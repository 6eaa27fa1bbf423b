import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PosDoctorError } from '../src/errors.js';
import { emptyBoard } from '../src/incidents/board.js';
import { Events, harness, ORIGIN } from './channels/harness.js';
import { UI } from './pages/fixture.js';

const get = async (path: string, headers: Record<string, string> = {}, options = {}) =>
  (await harness(options)).server.app.request(`${ORIGIN}${path}`, { headers });

describe('every answer', () => {
  test.each(['/', '/kb', '/status', '/kb/nothing', '/chat.js', '/api/ui', '/healthz', '/nothing'])(
    '%s carries the security headers',
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );

  test.each(['evil.example', 'evil.example:3000', 'pos.example.com.evil.example', ''])(
    'Host %j is not ours',
    async (host) => {
      const answer = await get('/kb', { Host: host });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toEqual({ error: { code: 'unknownHost', text: UI['error.unknownHost'] } });
    },
  );

  test.each(['localhost:3000', '127.0.0.1', '[::1]:3000', '192.168.1.20:3000', 'pos.example.com'])(
    'Host %s is ours',
    async (host) => {
      expect((await get('/kb', { Host: host }, { publicUrl: 'https://pos.example.com' })).status).toBe(200);
    },
  );

  test('health is told under any name', async () => {
    expect((await get('/healthz', { Host: 'pos-doctor.default.svc' })).status).toBe(200);
  });
});

describe('health', () => {
  test('ready follows the assistant', async () => {
    const { server, assistant } = await harness();
    expect((await server.app.request(`${ORIGIN}/readyz`)).status).toBe(200);
    assistant.readiness = { ok: false, why: 'stopping' };
    const answer = await server.app.request(`${ORIGIN}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ ok: false, why: 'stopping' });
    expect((await server.app.request(`${ORIGIN}/healthz`)).status).toBe(200);
  });
});

describe('the page of incidents', () => {
  test('is for everybody, without a cookie, and may be kept for a moment', async () => {
    const answer = await get('/status', {}, { board: emptyBoard() });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain(UI['status.nothing']);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=15');
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('is not kept while the board cannot be read', async () => {
    const answer = await get('/status');
    expect(await answer.text()).toContain(UI['status.unread']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

describe('the page', () => {
  test('comes with its words, a cookie, and is never stored', async () => {
    const answer = await get('/');
    expect(await answer.text()).toBe(`<title>${UI['web.title']}</title><h1>POS 小助手</h1>`);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^pos-doctor=[0-9a-f]{32}\.[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('keeps the cookie a visitor has', async () => {
    const { visit } = await harness();
    const visitor = await visit();
    expect((await visitor.get('/')).headers.get('set-cookie')).toContain(visitor.cookie);
  });

  test('the cookie is for https only where the service is', async () => {
    const answer = await get('/', {}, { publicUrl: 'https://pos.example.com' });
    expect(answer.headers.get('set-cookie')).toContain('; Secure');
  });

  test('files are served by name, revalidated by tag; nothing else of the folder is', async () => {
    const { server } = await harness();
    const answer = await server.app.request(`${ORIGIN}/chat.js`);
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const etag = answer.headers.get('etag') ?? '';
    const again = await server.app.request(`${ORIGIN}/chat.js`, { headers: { 'If-None-Match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    for (const path of ['/secret.txt', '/index.html', '/../package.json', '/%2e%2e/package.json', '/chat.js/x'])
      expect((await server.app.request(`${ORIGIN}${path}`)).status).toBe(404);
  });

  test('a folder that was not built is a clear error', async () => {
    await expect(harness({ assets: '/nowhere/at/all' })).rejects.toMatchObject({ code: 'UNREADABLE_FILE' });
  });
});

describe('knowledge pages', () => {
  test('are revalidated by the version of the content', async () => {
    const { server } = await harness();
    const etag = (await server.app.request(`${ORIGIN}/kb`)).headers.get('etag') ?? '';
    expect(etag).toContain('0123456789abcdef');
    const same = await server.app.request(`${ORIGIN}/kb/contacts`, { headers: { 'If-None-Match': etag } });
    expect(same.status).toBe(304);
    const other = await server.app.request(`${ORIGIN}/kb/contacts`, { headers: { 'If-None-Match': '"fedcba"' } });
    expect(other.status).toBe(200);
  });

  test('a code with a slash, a space and Chinese has its page', async () => {
    const answer = await get(`/kb/codes/app/${encodeURIComponent('A/B C:不可用')}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('meaning of A/B C:不可用 in app');
  });

  test('the search reads ?q=', async () => {
    expect(await (await get('/kb?q=96')).text()).toContain('href="/kb/codes/96"');
  });

  test('what is not there is a page with a search, whatever the address', async () => {
    for (const path of ['/kb/faults/none', '/kb/%E0%A4%A', '/kb/codes/a/b/c/d', '/kb/constructor', '/nothing']) {
      const answer = await get(path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(await answer.text()).toContain('role="search"');
    }
  });
});

describe('an error inside', () => {
  test('becomes a sentence, not a stack, and is logged', async () => {
    const { server, assistant, errors, visit } = await harness();
    const visitor = await visit();
    assistant.transcript = async () => {
      throw new Error('at secret.js:12');
    };
    const answer = await visitor.get('/api/history');
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ error: { code: 'internal', text: UI['error.internal'] } });
    expect(JSON.stringify(errors)).toContain('at secret.js:12');
    expect((await server.app.request(`${ORIGIN}/healthz`)).status).toBe(200);
  });

  test.each([
    ['STORE_FULL', 503],
    ['STORE_REFUSED', 503],
    ['STORE_UNREACHABLE', 503],
    ['STOPPING', 503],
    ['UNKNOWN_CONVERSATION', 404],
    ['DATA_CORRUPT', 500],
  ] as const)('%s becomes %i', async (code, status) => {
    const { assistant, visit } = await harness();
    const visitor = await visit();
    assistant.state = async () => {
      throw new PosDoctorError(code);
    };
    expect((await visitor.get('/api/history')).status).toBe(status);
  });
});

describe('listening', () => {
  test('tells the real port, serves a stream over it, and closes', async () => {
    const { server, web } = await harness({ port: 0 });
    const { url, port } = await server.listen();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(port).toBeGreaterThan(0);
    const cookie = ((await fetch(url)).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const events = new Events(await fetch(`${url}/api/stream`, { headers: { Cookie: cookie } }));
    expect(events.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await events.next()).toMatchObject({ event: 'hello' });
    const headers = { Cookie: cookie, Origin: url, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ id: 'over-http', text: '你好' });
    expect((await fetch(`${url}/api/messages`, { method: 'POST', headers, body })).status).toBe(202);
    expect(await events.until('reply')).toMatchObject({ id: 'over-http.0', data: { reply: { text: 'echo 你好' } } });
    await web.stop();
    await expect(events.until('reply')).rejects.toThrow('ended');
    await server.close();
    await expect(fetch(url)).rejects.toThrow();
  });

  test('a page that goes away frees its stream', async () => {
    const { server, web } = await harness({ port: 0 });
    const { url } = await server.listen();
    const cookie = ((await fetch(url)).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const leave = new AbortController();
    const answer = await fetch(`${url}/api/stream`, { headers: { Cookie: cookie }, signal: leave.signal });
    await new Events(answer).next();
    expect(web.streams).toBe(1);
    leave.abort();
    while (web.streams > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(web.streams).toBe(0);
    // Node's fetch keeps the socket of an aborted answer for a while; this is about our side.
    await server.close(0);
  });

  test('closing cuts a stream that nobody ended', async () => {
    const { server } = await harness({ port: 0 });
    const { url } = await server.listen();
    const cookie = ((await fetch(url)).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const events = new Events(await fetch(`${url}/api/stream`, { headers: { Cookie: cookie } }));
    await events.next();
    await server.close(0);
    await expect(events.until('reply')).rejects.toThrow();
  });

  test('an address that is not of this machine is named, and not taken for a port in use', async () => {
    const { server } = await harness({ host: '192.0.2.1', port: 0 });
    await expect(server.listen()).rejects.toMatchObject({ code: 'CANNOT_LISTEN' });
    await server.close();
  });

  test('a port in use is named', async () => {
    const other = createHttpServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { server } = await harness({ port });
    await expect(server.listen()).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `cannot listen on 127.0.0.1:${port}: EADDRINUSE`,
    });
    await server.close();
    other.close();
  });
});
