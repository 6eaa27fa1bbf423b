import { WecomApi } from '../../../src/channels/wecom/api.js';
import {
  type FetchedToken,
  fetchTokenThrough,
  REFUSED_MS,
  RENEW_BEFORE_MS,
  TokenKeeper,
} from '../../../src/channels/wecom/token.js';
import { PosDoctorError } from '../../../src/errors.js';
import { createMemoryStore } from '../../../src/store/memory.js';
import type { Store } from '../../../src/store/store.js';
import { type TestClock, testClock } from '../../support/clock.js';
import { failureOf, keptLog, settle, startStub } from './stub.js';

const HOURS = 3_600_000;
let clock: TestClock;
let store: Store;
let fetches: number;
/** What the next fetches do; afterwards they give T1, T2 … for two hours. */
let next: (() => Promise<FetchedToken>)[];

beforeEach(async () => {
  clock = testClock();
  store = createMemoryStore();
  await store.open();
  fetches = 0;
  next = [];
});

function keeper(holder = 'one', secret = 'S3CRET'): TokenKeeper {
  return new TokenKeeper({
    store,
    corpId: 'ww1',
    secret,
    clock,
    holder,
    fetchToken: async () => {
      fetches += 1;
      return next.shift()?.() ?? { token: `T${fetches}`, expiresInMs: 2 * HOURS };
    },
  });
}
const refusal = (errcode: number) => async () => {
  throw new PosDoctorError('WECOM_ERROR', { api: '/cgi-bin/gettoken', errcode, what: 'x' });
};

describe('a token', () => {
  test('is fetched once and used until five minutes before its end', async () => {
    const one = keeper();
    expect([await one.get(), await one.get()]).toEqual(['T1', 'T1']);
    await clock.advance(2 * HOURS - RENEW_BEFORE_MS - 1);
    expect(await one.get()).toBe('T1');
    await clock.advance(1);
    expect(await one.get()).toBe('T2');
  });

  test('that lives shortly is used for half its life', async () => {
    const one = keeper();
    next.push(async () => ({ token: 'short', expiresInMs: 60_000 }));
    await one.get();
    await clock.advance(29_999);
    expect(await one.get()).toBe('short');
    await clock.advance(1);
    expect(await one.get()).toBe('T2');
  });

  test('is fetched once for all who ask at the same time', async () => {
    const one = keeper();
    expect(await Promise.all(Array.from({ length: 20 }, () => one.get()))).toEqual(Array(20).fill('T1'));
    expect(fetches).toBe(1);
  });

  test('is used to its very end while another cannot be had', async () => {
    const one = keeper();
    await one.get();
    next = Array.from({ length: 2 }, () => refusal(-1));
    await clock.advance(2 * HOURS - 1);
    expect(await one.get()).toBe('T1');
    await clock.advance(1);
    expect((await failureOf(one.get())).error).toMatchObject({ code: 'WECOM_ERROR' });
    expect(await one.get()).toBe('T4');
  });

  test('of another secret is another', async () => {
    expect([await keeper('one', 'a').get(), await keeper('one', 'b').get()]).toEqual(['T1', 'T2']);
  });
});

describe('a token that WeCom refused', () => {
  test('is replaced once, however many were refused with it', async () => {
    const one = keeper();
    const old = await one.get();
    const others = await Promise.all(Array.from({ length: 20 }, () => one.refused(old)));
    expect(new Set(others)).toEqual(new Set(['T2']));
    expect(await one.refused(old)).toBe('T2');
    expect(fetches).toBe(2);
  });

  test('and comes back from the fetch is not fetched again at once', async () => {
    const one = keeper();
    const old = await one.get();
    next.push(async () => ({ token: old, expiresInMs: 2 * HOURS }));
    expect(await one.refused(old)).toBe(old);
    expect(await one.refused(old)).toBe(old);
    expect(fetches).toBe(2);
    await clock.advance(10_000);
    expect(await one.refused(old)).toBe('T3');
  });

  test('is not what somebody gets who asks while it is being replaced', async () => {
    const one = keeper();
    await one.get();
    const two = keeper('two');
    const [first, second] = await Promise.all([two.get(), two.refused('T1')]);
    expect([first, second]).toEqual(['T1', 'T2']);
  });
});

describe('several processes', () => {
  test('share one token', async () => {
    expect([await keeper('one').get(), await keeper('two').get()]).toEqual(['T1', 'T1']);
    expect(fetches).toBe(1);
  });

  test('of which one replaced it: the other takes that one', async () => {
    const [one, two] = [keeper('one'), keeper('two')];
    const [old] = [await one.get(), await two.get()];
    expect([await one.refused(old), await two.refused(old)]).toEqual(['T2', 'T2']);
    expect(fetches).toBe(2);
  });

  test('that need one at the same time: one fetches, the other waits for it', async () => {
    let arrive: (fetched: FetchedToken) => void = () => undefined;
    next.push(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );
    const first = keeper('one').get();
    await settle(() => fetches === 1);
    const second = keeper('two').get();
    await clock.advance(1000);
    arrive({ token: 'slow', expiresInMs: 2 * HOURS });
    expect(await first).toBe('slow');
    await clock.advance(250);
    expect(await second).toBe('slow');
    expect(fetches).toBe(1);
  });

  test('of which one died while it fetched: the other goes on when its lease is over', async () => {
    next.push(() => new Promise(() => undefined));
    void keeper('one').get();
    await settle(() => fetches === 1);
    const second = keeper('two').get();
    await clock.advance(14_000);
    expect(fetches).toBe(1);
    await clock.advance(1_250);
    expect(await second).toBe('T2');
  });
});

describe('a secret that is wrong', () => {
  test.each([40001, 40013])('(%i) is not tried again for a minute, and then is', async (errcode) => {
    const one = keeper();
    next.push(refusal(errcode));
    await failureOf(one.get());
    await clock.advance(REFUSED_MS - 1);
    expect((await failureOf(one.get())).error).toMatchObject({ subject: { errcode } });
    expect(fetches).toBe(1);
    await clock.advance(1);
    expect(await one.get()).toBe('T2');
  });

  test('is not what a network trouble is', async () => {
    const one = keeper();
    next.push(async () => Promise.reject(new PosDoctorError('WECOM_UNREACHABLE', { api: 'x', why: 'y' })));
    await failureOf(one.get());
    expect(await one.get()).toBe('T2');
  });
});

test('the store holds the token under a key from which neither corp nor secret can be read', async () => {
  const keys: string[] = [];
  const put = store.putSmall.bind(store);
  store.putSmall = (key, value, expect) => {
    keys.push(key);
    return put(key, value, expect);
  };
  await keeper().get();
  expect(keys).toEqual([expect.stringMatching(/^wecom-token:[0-9a-f]{32}$/)]);
});

test('what another version left in the store is not taken for a token', async () => {
  const keys: string[] = [];
  const get = store.getSmall.bind(store);
  store.getSmall = async (key) => {
    keys.push(key);
    return keys.length === 1 ? { value: { token: 7 }, version: 1 } : get(key);
  };
  expect(await keeper().get()).toBe('T1');
});

describe('fetched through the interface', () => {
  test('a token comes with its life; its secret is in no error', async () => {
    const stub = await startStub(() => ({ errcode: 0, errmsg: 'ok', access_token: 'A', expires_in: 7200 }));
    const fetchToken = fetchTokenThrough(new WecomApi({ base: stub.base, clock, log: keptLog() }));
    expect(await fetchToken('ww1', 'S3CRET')).toEqual({ token: 'A', expiresInMs: 7_200_000 });
    expect(stub.asked[0]).toMatchObject({ method: 'GET', path: '/cgi-bin/gettoken' });
    expect([...(stub.asked[0]?.query ?? [])]).toEqual([
      ['corpid', 'ww1'],
      ['corpsecret', 'S3CRET'],
    ]);
    stub.answer = () => ({ errcode: 40001, errmsg: 'invalid S3CRET' });
    expect((await failureOf(fetchToken('ww1', 'S3CRET'))).text).not.toContain('S3CRET');
    stub.answer = () => ({ errcode: 0, errmsg: 'ok', access_token: '', expires_in: 7200 });
    expect((await failureOf(fetchToken('ww1', 'S3CRET'))).error).toMatchObject({ code: 'WECOM_UNREACHABLE' });
    await stub.close();
  });
});
