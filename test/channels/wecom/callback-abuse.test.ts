import fc from 'fast-check';
import { BodyReader } from '../../../src/channels/wecom/body.js';
import { Replays } from '../../../src/channels/wecom/replays.js';
import { gate } from '../../support/channel.js';
import { testClock } from '../../support/clock.js';
import { type Door, door, post, queryOf, signed, xmlOf } from './callback-requests.js';
import { settle } from './stub.js';

let at: Door;
beforeEach(() => {
  at = door();
});

const never = (): { request: Request; cancelled: () => boolean } => {
  let cancelled = false;
  const body = new ReadableStream({
    cancel: () => {
      cancelled = true;
    },
  });
  return {
    request: new Request('http://x', { method: 'POST', body, duplex: 'half' } as RequestInit),
    cancelled: () => cancelled,
  };
};

describe('ten thousand requests that are not WeCom’s', () => {
  /** A signed request spoiled in one way, and the status that it gets. */
  const spoilt: ((at: Door, n: number) => [string, RequestInit, number])[] = [
    (at, n) => {
      const { query, encrypt } = signed(at, `x${n}`);
      const wrong = { ...query, msg_signature: n.toString(16).padStart(40, '0') };
      return [queryOf(wrong), { method: 'POST', body: xmlOf(encrypt) }, 403];
    },
    (at, n) => [queryOf({ ...signed(at, `x${n}`).query, nonce: ' ' }), { method: 'POST', body: 'x' }, 400],
    (at, n) => [queryOf(signed(at, `x${n}`, at.seconds() - 301).query), { method: 'POST', body: 'x' }, 403],
    (at, n) => [queryOf(signed(at, `x${n}`).query), { method: 'POST', body: 'x'.repeat(131_073) }, 413],
    (at, n) => [queryOf(signed(at, `x${n}`).query), { method: 'POST', body: '<xml><Encrypt></xml>' }, 400],
    (_, n) => [`/?msg_signature=${n}&timestamp=${n}`, { method: 'GET' }, 400],
  ];

  test('are all refused with nothing, in one line of log a second, and WeCom’s are taken meanwhile', async () => {
    const refused: number[] = [];
    for (let n = 0; n < 10_000; n += 1) {
      const [url, init, status] = spoilt[n % spoilt.length]?.(at, n) ?? ['', {}, 0];
      const response = await at.app.request(url, init);
      if (response.status !== status || (await response.text()) !== '') refused.push(n);
      if (n % 1000 === 999) {
        expect((await post(at, signed(at, 'good'))).status).toBe(200);
        await at.clock.advance(1000);
      }
    }
    expect(refused).toEqual([]);
    expect(at.delivered.map(({ plain }) => plain)).toEqual(Array(10).fill('good'));
    expect(at.log.lines).toHaveLength(10);
    const counts = at.log.lines.flatMap(({ data }) => Object.values(data.refused as Record<string, number>));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_000);
  });

  test('replayed ones of a message that was taken are never delivered again', async () => {
    const request = signed(at, 'x');
    for (let n = 0; n < 2000; n += 1) expect((await post(at, request)).status).toBe(200);
    expect(at.delivered).toHaveLength(1);
    await at.clock.advance(1000);
    expect(at.log.lines).toEqual([]);
    // WeCom itself repeats within seconds; later it is somebody else.
    await at.clock.advance(20_000);
    for (let n = 0; n < 2000; n += 1) expect((await post(at, request)).status).toBe(403);
    expect(at.delivered).toHaveLength(1);
  });

  test('whatever they hold never end in an error', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom('0', '1'.repeat(12), 'a'.repeat(40)),
    );
    const names = fc.constantFrom('msg_signature', 'timestamp', 'nonce', 'echostr', '__proto__');
    const queries = fc.array(fc.tuple(names, text), { maxLength: 6 });
    const methods = fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE');
    await fc.assert(
      fc.asyncProperty(queries, methods, fc.uint8Array({ maxLength: 300 }), async (query, method, body) => {
        const url = `/?${query.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&')}`;
        const init = method === 'GET' || method === 'HEAD' ? { method } : { method, body };
        expect([400, 403, 405]).toContain((await at.app.request(url, init)).status);
      }),
      { numRuns: 500 },
    );
    for (const url of ['/?%', '/?msg_signature=%E4%A&timestamp=%&nonce=%00', '/?&&&==&'])
      expect((await at.app.request(url, { method: 'POST', body: 'x' })).status).toBe(400);
  });

  test('no log line holds a message, a nonce or a key', async () => {
    at.next.push(() => Promise.reject(new Error('disk')));
    await post(at, signed(at, '卡号 6222021234567890123'));
    await post(at, { ...signed(at, '卡号 6222021234567890123'), encrypt: 'AAAA' });
    await at.clock.advance(1000);
    expect(at.log.lines).toEqual([
      {
        level: 'warn',
        data: { door: 'callback', refused: { untaken: 1, signature: 1 }, error: 'Error: disk' },
        message: expect.any(String),
      },
    ]);
    expect(at.log.text()).not.toMatch(/6222|nonce-|fakeToken/);
  });
});

describe('bounds', () => {
  test('signed requests that wait for delivery: beyond it WeCom is to come again', async () => {
    at = door({ limits: { underWayMax: 3 } });
    const { opened, open } = gate();
    at.next.push(...Array.from({ length: 3 }, () => () => opened.then(() => undefined)));
    const waiting = Array.from({ length: 3 }, () => post(at, signed(at, 'x')));
    await settle(() => at.delivered.length === 3);
    const late = signed(at, 'late');
    expect((await post(at, late)).status).toBe(503);
    open();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await post(at, late)).status).toBe(200);
  });

  test('a body that does not come is given up after its time', async () => {
    const clock = testClock();
    const reader = new BodyReader({ bodyMax: 10, bodyMs: 5000, readingMax: 2 }, clock);
    const { request, cancelled } = never();
    const read = reader.read(request);
    await clock.advance(4999);
    expect([reader.size, cancelled()]).toEqual([1, false]);
    await clock.advance(1);
    expect(await read).toEqual({ unread: 'too-slow' });
    expect([reader.size, cancelled()]).toEqual([0, true]);
  });

  test('bodies being read: the one that has waited longest gives way', async () => {
    const reader = new BodyReader({ bodyMax: 10, bodyMs: 5000, readingMax: 2 }, testClock());
    const slow = [never(), never()];
    const reads = slow.map(({ request }) => reader.read(request));
    expect(await reader.read(new Request('http://x', { method: 'POST', body: 'hello' }))).toEqual({ text: 'hello' });
    expect(await reads[0]).toEqual({ unread: 'too-slow' });
    expect(slow.map(({ cancelled }) => cancelled())).toEqual([true, false]);
    expect(reader.size).toBe(1);
  });

  test('bodies being read: whoever comes next makes another give way', async () => {
    const reader = new BodyReader({ bodyMax: 10, bodyMs: 5000, readingMax: 2 }, testClock());
    const slow = Array.from({ length: 6 }, () => never());
    const reads = slow.map(({ request }) => reader.read(request));
    expect(slow.map(({ cancelled }) => cancelled())).toEqual([true, true, true, true, false, false]);
    expect(await Promise.all(reads.slice(0, 4))).toEqual(Array(4).fill({ unread: 'too-slow' }));
    expect(reader.size).toBe(2);
  });

  test('bytes of a body that is longer than it said', async () => {
    const reader = new BodyReader({ bodyMax: 10, bodyMs: 5000, readingMax: 2 }, testClock());
    const lying = new Request('http://x', { method: 'POST', body: 'x'.repeat(11), headers: { 'content-length': '3' } });
    expect(await reader.read(lying)).toEqual({ unread: 'too-large' });
  });

  test('a sender that goes away in the middle leaves nothing behind', async () => {
    const reader = new BodyReader({ bodyMax: 10, bodyMs: 5000, readingMax: 2 }, testClock());
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
    const request = new Request('http://x', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(await reader.read(request)).toEqual({ unread: 'too-slow' });
    expect(reader.size).toBe(0);
  });

  test('signatures remembered: the oldest is forgotten', async () => {
    const replays = new Replays<void>(3, () => 0);
    for (const name of ['a', 'b', 'c', 'd', 'e']) await replays.once(name, 10, async () => undefined);
    expect(replays.size).toBe(3);
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => replays.isTaken(name))).toEqual([false, false, true, true, true]);
  });

  test('and those that cannot come again are forgotten as others come', async () => {
    let now = 0;
    const replays = new Replays<void>(1000, () => now);
    for (let n = 0; n < 100; n += 1) await replays.once(`old${n}`, 10, async () => undefined);
    now = 10;
    for (let n = 0; n < 100; n += 1) await replays.once(`new${n}`, 20, async () => undefined);
    expect(replays.size).toBe(100);
  });

  test('answers kept: by number, by bytes and by time the oldest are given up, the signatures are not', async () => {
    let now = 0;
    const replays = new Replays<string>(
      100,
      () => now,
      { ms: 20, count: 3, bytes: 10 },
      (text) => text.length,
    );
    const answer = (name: string) => replays.taken(name)?.outcome;
    for (const name of ['a', 'b', 'c', 'd']) await replays.once(name, 1000, async () => name);
    expect(['a', 'b', 'c', 'd'].map(answer)).toEqual([undefined, 'b', 'c', 'd']);
    await replays.once('long', 1000, async () => '123456789');
    expect(replays.kept).toEqual({ count: 2, bytes: 10 });
    await replays.once('too long', 1000, async () => '12345678901');
    expect(replays.kept).toEqual({ count: 0, bytes: 0 });
    await replays.once('e', 1000, async () => 'e');
    now = 21;
    expect(answer('e')).toBeUndefined();
    expect(replays.kept).toEqual({ count: 0, bytes: 0 });
    expect(replays.isTaken('a')).toBe(true);
  });
});
