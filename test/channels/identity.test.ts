import fc from 'fast-check';
import { addressOf } from '../../src/channels/web/address.js';
import { conversationOf, cookieKey, Identities } from '../../src/channels/web/identity.js';
import { COOKIE } from '../../src/channels/web.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { harness, ORIGIN } from './harness.js';

const KEY = new Uint8Array(32).fill(7);
const ours = new Identities(KEY);

describe('a cookie', () => {
  test('of ours is recognised, and by another key is not', () => {
    const made = ours.create();
    expect(new Identities(KEY).recognise(made.cookie)).toEqual(made);
    expect(new Identities(new Uint8Array(32)).recognise(made.cookie)).toBeUndefined();
  });

  test('is another for every visitor', () => {
    const made = Array.from({ length: 100 }, () => ours.create());
    expect(new Set(made.map(({ cookie }) => cookie)).size).toBe(100);
    expect(new Set(made.map(({ conversation }) => conversation)).size).toBe(100);
  });

  test('with any character changed is nobody’s', () => {
    const { cookie } = ours.create();
    const other = fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.= \n');
    fc.assert(
      fc.property(fc.nat(cookie.length - 1), other, (at, letter) => {
        fc.pre(cookie[at] !== letter);
        expect(ours.recognise(cookie.slice(0, at) + letter + cookie.slice(at + 1))).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test.each([undefined, '', 'f'.repeat(32), `${'f'.repeat(32)}.`, `${'f'.repeat(32)}.${'A'.repeat(43)}`])(
    '%j is nobody’s',
    (cookie) => {
      expect(ours.recognise(cookie)).toBeUndefined();
    },
  );

  test('that a stranger made up opens no conversation and is replaced by a new one', async () => {
    const { server, assistant } = await harness();
    const made = 'f'.repeat(32);
    const headers = { Cookie: `${COOKIE}=${made}`, Origin: ORIGIN, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ id: 'message-1', text: 'a' });
    const answer = await server.app.request(`${ORIGIN}/api/messages`, { method: 'POST', headers, body });
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
      400,
      'noCookie',
    ]);
    for (const path of ['/api/history', '/api/stream'])
      expect((await server.app.request(`${ORIGIN}${path}`, { headers })).status).toBe(400);
    expect(assistant.accepted).toBe(0);
    const [, id] = /=([0-9a-f]{32})\./.exec(
      (await server.app.request(`${ORIGIN}/`, { headers })).headers.get('set-cookie') ?? '',
    ) ?? [''];
    expect(id).toHaveLength(32);
    expect(conversationOf(id ?? '')).not.toBe(conversationOf(made));
  });
});

describe('the key', () => {
  test('is made once and then kept', async () => {
    const store = createMemoryStore();
    await store.open();
    const key = await cookieKey(store);
    expect(key).toHaveLength(32);
    expect(await cookieKey(store)).toEqual(key);
    const other = createMemoryStore();
    await other.open();
    expect(await cookieKey(other)).not.toEqual(key);
  });

  test('is the same for two that start at once', async () => {
    const store = createMemoryStore();
    await store.open();
    const keys = await Promise.all([cookieKey(store), cookieKey(store), cookieKey(store)]);
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
  });

  test('that was spoiled is replaced', async () => {
    const store = createMemoryStore();
    await store.open();
    await store.putSmall('web-cookie-key', { not: 'a key' });
    expect(await cookieKey(store)).toHaveLength(32);
  });
});

describe('the address of a visitor', () => {
  const SIX = '2001:db8:0:7::/64';

  test.each([
    ['the socket’s without a proxy', '203.0.113.7', undefined, 0, '203.0.113.7'],
    ['never a header’s without a proxy', '203.0.113.7', '198.51.100.1', 0, '203.0.113.7'],
    ['the last entry behind one proxy', '10.0.0.1', '1.1.1.1, 198.51.100.1', 1, '198.51.100.1'],
    ['the last but one behind two', '10.0.0.1', '1.1.1.1, 198.51.100.1, 10.0.0.2', 2, '198.51.100.1'],
    ['the first there is if there are fewer', '10.0.0.1', '198.51.100.1', 2, '198.51.100.1'],
    ['the socket’s if the proxy names none', '10.0.0.1', undefined, 1, '10.0.0.1'],
    ['the socket’s if what it names is none', '10.0.0.1', 'unknown', 1, '10.0.0.1'],
    ['without its port', '10.0.0.1', '198.51.100.1:4711', 1, '198.51.100.1'],
    ['of a dual-stack socket the old one', '::ffff:203.0.113.7', undefined, 0, '203.0.113.7'],
    ['a whole /64', '2001:db8:0:7:1:2:3:4', undefined, 0, SIX],
    ['the same /64 however it is written', '2001:0DB8:0000:0007::1%eth0', undefined, 0, SIX],
    ['a /64 with zeros left out', '10.0.0.1', '[2001:db8::7:0:0:0:1]:443', 1, SIX],
    ['this machine’s', '::1', undefined, 0, '0:0:0:0::/64'],
    ['unknown without a socket', undefined, undefined, 0, ''],
  ])('is %s', (_, peer, forwarded, proxies, expected) => {
    expect(addressOf(peer, forwarded, proxies)).toBe(expected);
  });

  test('is never an error, whatever the header says', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 9 }), (header, proxies) => {
        expect(typeof addressOf('203.0.113.7', header, proxies)).toBe('string');
      }),
    );
  });
});
