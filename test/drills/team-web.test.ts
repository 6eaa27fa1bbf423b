/** A drill of several people through the pages of a website alone, with no other door open. */
import { Assistant } from '../../src/assistant.js';
import { silentLog } from '../../src/log.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { FakeChannel } from '../support/channel.js';
import { testClock } from '../support/clock.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

test('two pages take part in the same drill, and a room that there is not is told of', async () => {
  const clock = testClock();
  const web = new FakeChannel('web');
  const assistant = new Assistant({
    store: createMemoryStore(),
    world: realWorld,
    channels: [web],
    clock,
    log: silentLog,
  });
  await assistant.start();
  let count = 0;
  const say = async (conversation: string, text: string): Promise<void> => {
    count += 1;
    await assistant.accept('web', { id: `m${count}`, conversation, at: clock.now(), kind: 'message', text });
    await assistant.settled();
    await clock.advance(10_000);
    await assistant.settled();
  };
  const told = async (conversation: string): Promise<string> => {
    const lines = await assistant.transcript(conversation);
    return lines.flatMap(({ from, text }) => (from === 'assistant' ? [text] : [])).join('\n');
  };
  await say('web-a', '多人演练 sim-unpaid #1 收银员');
  const code = /房间号 (\d{4})/.exec(await told('web-a'))?.[1] ?? '';
  const none = String(10_000 - Number(code)).padStart(4, '0');
  await say('web-b', `加入演练 ${none} 店长`);
  expect(await told('web-b')).toMatch(/没有|找不到/);
  await say('web-b', `加入演练 ${code} 店长`);
  await say('web-b', '打收单机构');
  expect(await told('web-a')).toContain('店长');
  await say('web-b', '告诉收银员：先查这一笔');
  expect(await told('web-a')).toContain('先查这一笔');
  await say('web-a', '结束演练');
  expect(await told('web-b')).toMatch(/演练结束/);
  await assistant.stop();
});
