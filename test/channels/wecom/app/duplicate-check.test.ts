import { pino } from 'pino';
import type { CallOptions, WecomApi } from '../../../../src/channels/wecom/api.js';
import { createAppChannel } from '../../../../src/channels/wecom/app/channel.js';
import { CLAIM_MS } from '../../../../src/store/store.js';
import { testClock } from '../../../support/clock.js';
import { realWorld } from '../../../support/world.js';
import { item, reply, T0 } from '../items.js';

/** Seconds that WeCom is asked to look back over for a reply of this age (ms), tried as often as `attempts`. */
async function lookedBack({ shared, age, attempts = 0 }: { shared: boolean; age: number; attempts?: number }) {
  const clock = testClock(T0);
  const bodies: Record<string, unknown>[] = [];
  const api: Pick<WecomApi, 'post'> = {
    post: async <T>(_path: string, body: unknown, { schema }: CallOptions<T>) => {
      bodies.push(body as Record<string, unknown>);
      return schema.parse({});
    },
  };
  const channel = createAppChannel({
    corpId: 'ww1',
    agentId: 1,
    token: 'token',
    aesKey: 'a'.repeat(43),
    markdown: false,
    api: api as WecomApi,
    knowledge: () => realWorld().knowledge,
    publicUrl: () => 'https://pos.example.com',
    clock,
    log: pino({ level: 'silent' }),
    shared,
  });
  await clock.advance(age);
  await channel.send('wecom-app:zhangsan', [item('c:1', reply('不清楚'), { attempts })], {
    taken: 0,
    memory: undefined,
  });
  return bodies.map((body) => body.duplicate_check_interval);
}

const MINUTE = 60_000;

test.each([
  ['never tried: only the second that is the least', { shared: false, age: MINUTE }, 1],
  ['never tried, and no other process had the time to', { shared: true, age: CLAIM_MS / 2 }, 1],
  ['older than another process’ claim', { shared: true, age: MINUTE }, 61],
  ['tried, without an answer', { shared: false, age: MINUTE, attempts: 1 }, 61],
  ['tried long ago: no further than WeCom looks', { shared: false, age: 5 * 60 * MINUTE, attempts: 1 }, 4 * 3600],
])('a reply that was %s', async (_what, given, seconds) => {
  expect(await lookedBack(given)).toEqual([seconds]);
});
