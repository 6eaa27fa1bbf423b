/** Worlds with people on call, and the assistant behind several fake doors on one clock. */
import { Assistant } from '../../src/assistant.js';
import type { World } from '../../src/dialogue/world.js';
import type { Organization } from '../../src/knowledge/schema.js';
import { silentLog } from '../../src/log.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Store } from '../../src/store/store.js';
import { FakeChannel } from './channel.js';
import { testClock } from './clock.js';
import { realWorld } from './world.js';

export const MINUTE = 60_000;

/** The real content, of an operator who has written this down. */
export function withPlan(own: Partial<Organization>): World {
  const { knowledge, ...rest } = realWorld();
  return { ...rest, knowledge: { ...knowledge, organization: { ...knowledge.organization, ...own } } };
}

export function withOnCall(...userids: string[]): World {
  return withPlan({ onCall: userids.map((userid) => ({ name: userid, userid, duty: '白天' })) });
}

/** A merchant `c` at the web page; colleagues at the doors. `at`: milliseconds since the epoch. */
export async function service(
  doors: readonly string[],
  {
    store = createMemoryStore(),
    world = withOnCall('zhangsan'),
    at,
  }: { store?: Store; world?: World; at?: number } = {},
) {
  const clock = testClock(at);
  const channels = new Map(['web', ...doors].map((name) => [name, new FakeChannel(name)]));
  let now = world;
  const options = { store, world: () => now, channels: [...channels.values()], clock, log: silentLog };
  const assistant = new Assistant(options);
  await assistant.start();
  let count = 0;
  const settle = async () => {
    for (let round = 0; round < 5; round += 1) {
      await assistant.settled();
      await clock.advance(100);
    }
  };
  const base = (conversation: string) => {
    count += 1;
    return { id: `m${count}`, conversation, at: clock.now() };
  };
  const take = async (channel: string, conversation: string, what: { text: string } | { option: string }) => {
    await assistant.accept(
      channel,
      'text' in what
        ? { ...base(conversation), kind: 'message', text: what.text }
        : { ...base(conversation), kind: 'option', option: what.option, question: 'handover' },
    );
    await settle();
    await clock.advance(10_000);
  };
  return {
    assistant,
    clock,
    store,
    settle,
    be: (next: World) => {
      now = next;
    },
    /** Time goes by, and what falls due happens. */
    pass: async (ms: number) => {
      await clock.advance(ms, () => assistant.settled());
      await settle();
    },
    merchant: (text: string, conversation = 'c') => take('web', conversation, { text }),
    colleague: (what: { text: string } | { option: string }, userid = 'zhangsan', door = 'wecom-app') =>
      take(door, door === 'wecom-app' ? `wecom-app:${userid}` : `wecom-bot:u:${userid}`, what),
    said: (name: string, conversation = 'c') => channels.get(name)?.texts(conversation) ?? [],
    channel: (name: string) => channels.get(name),
  };
}
