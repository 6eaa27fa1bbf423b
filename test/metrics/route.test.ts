/** Who may read /metrics, and what the health addresses tell whom. */
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { metricsRoute } from '../../src/metrics/route.js';
import { harness, ORIGIN } from '../channels/harness.js';

const TOKEN = 'a-token-of-sixteen';
const page = (token: string | undefined) => {
  const read = async () => 'figures\n';
  return new Hono().get('/metrics', metricsRoute({ token, contentType: 'text/plain; version=0.0.4', read }));
};

/** A request as it comes over a socket from an address. */
const ask = (token: string | undefined, from: string | undefined, headers: Record<string, string> = {}) => {
  const env = from === undefined ? {} : ({ incoming: { socket: { remoteAddress: from } } } as unknown as HttpBindings);
  return page(token).request('/metrics', { headers: { Host: 'localhost:3000', ...headers } }, env);
};

describe('without a token', () => {
  test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.8.0.1'])('%s is this machine and may read', async (from) => {
    const answer = await ask(undefined, from);
    expect([answer.status, await answer.text()]).toEqual([200, 'figures\n']);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test.each(['10.0.0.1', '::ffff:10.0.0.1', '128.0.0.1', 'fe80::1', undefined])('%s may not', async (from) => {
    const answer = await ask(undefined, from);
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain('figures');
  });

  test.each([
    ['X-Forwarded-For', '127.0.0.1'],
    ['Forwarded', 'for=127.0.0.1'],
    ['X-Real-IP', '127.0.0.1'],
    ['Via', '1.1 nginx'],
    ['Host', 'pos.example.com'],
    // A page elsewhere that has its name point to this machine.
    ['Host', '127.0.0.1.evil.example'],
  ])('what a proxy on this machine passes on may not: %s: %s', async (name, value) => {
    expect((await ask(undefined, '127.0.0.1', { [name]: value })).status).toBe(403);
  });
});

describe('with a token', () => {
  test('whoever sends it may read, from anywhere and under any name', async () => {
    const headers = { Authorization: `Bearer ${TOKEN}`, Host: 'pos.example.com' };
    expect((await ask(TOKEN, '10.0.0.1', headers)).status).toBe(200);
    expect((await ask(TOKEN, undefined, { Authorization: `bearer ${TOKEN}` })).status).toBe(200);
  });

  test.each([undefined, '', 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`, TOKEN])(
    '%j may not, on this machine either',
    async (authorization) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
      const answer = await ask(TOKEN, '127.0.0.1', headers);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="metrics"');
    },
  );
});

describe('health', () => {
  test('is never stored on the way', async () => {
    const { server } = await harness();
    for (const path of ['/healthz', '/readyz', '/readyz/http'])
      expect((await server.app.request(`${ORIGIN}${path}`)).headers.get('cache-control')).toBe('no-store');
  });

  test('a door that is shut is told to people, not to the load balancer', async () => {
    const { server, assistant } = await harness();
    assistant.ready = (doors = true) => (doors ? { ok: false, why: 'wecom-bot: refused' } : { ok: true });
    expect((await server.app.request(`${ORIGIN}/readyz`)).status).toBe(503);
    expect((await server.app.request(`${ORIGIN}/readyz/http`)).status).toBe(200);
  });

  test('a service without metrics has no such page', async () => {
    const { server } = await harness();
    expect((await server.app.request(`${ORIGIN}/metrics`)).status).toBe(404);
  });
});
