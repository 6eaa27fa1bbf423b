/** On call: who hears of a suspicion where, and who may say what it is. */
import type { World } from '../src/dialogue/world.js';
import { changeBoard } from '../src/incident-board.js';
import type { Store } from '../src/store/store.js';
import type { TestClock } from './support/clock.js';
import { ROBOT, trained, Watched } from './support/watched.js';
import { realWorld } from './support/world.js';

const TEAM = 'wecom-bot:g:ops:@team';
const MEMBER = 'wecom-bot:g:ops:lisi';
const ZHANG = 'wecom-app:zhangsan';

beforeAll(() => void realWorld(), 60_000);

function world(onCallGroup?: string): World {
  const content = realWorld();
  const { onCallGroup: _, ...organization } = content.knowledge.organization;
  const onCall = [{ name: '张三', userid: 'zhangsan', duty: '白天' }];
  const group = onCallGroup === undefined ? {} : { onCallGroup };
  return { ...content, knowledge: { ...content.knowledge, organization: { ...organization, onCall, ...group } } };
}

let clock: TestClock;
let store: Store;
let one: Watched;
beforeEach(async () => {
  ({ clock, store } = await trained());
});
afterEach(() => one.stop());

/** A service with these doors that suspects an outage. @returns the incident's id */
async function suspecting(names: string[], content: World): Promise<string> {
  one = await new Watched(store, clock, 'one', { names, world: content }).start();
  await one.pass(1);
  await one.burst(12);
  const [incident, ...others] = await one.incidents();
  expect([incident?.state, others]).toEqual(['suspected', []]);
  return incident?.id ?? '';
}

let count = 0;
async function writes(channel: string, conversation: string, what: { text: string } | { option: string }) {
  count += 1;
  const base = { id: `w${count}`, conversation, at: clock.now() };
  await one.assistant.accept(
    channel,
    'text' in what ? { ...base, kind: 'message', ...what } : { ...base, kind: 'option', question: 'board', ...what },
  );
  for (let round = 0; round < 3; round += 1) await one.pass(0.2);
}
const heard = (channel: string, conversation: string) => one.doors.get(channel)?.texts(conversation) ?? [];
const last = async () => {
  const [incident] = await one.incidents();
  return [incident?.state, incident?.by];
};

describe('in the bot’s group', () => {
  test('a member confirms by words; the group sees it, and so does the robot’s', async () => {
    const id = await suspecting(['wecom-bot', ROBOT], world('ops'));
    expect(heard('wecom-bot', TEAM)).toEqual([expect.stringContaining(`@我 说「确认 ${id}」`)]);
    expect(one.texts(ROBOT)).toEqual([expect.stringContaining(`pos-doctor incident update ${id} --confirm`)]);
    await writes('wecom-bot', MEMBER, { text: `确认 ${id}` });
    expect(await last()).toEqual(['open', 'operator']);
    expect(heard('wecom-bot', MEMBER)).toEqual([`收到，${id} 正在记。`, `${id} 已确认，商户问到会告诉他们。`]);
    expect(heard('wecom-bot', TEAM).at(-1)).toContain('【故障】微信支付');
    expect(one.texts(ROBOT).at(-1)).toContain('【故障】微信支付');
    await writes('wecom-bot', MEMBER, { text: `误报${id}` });
    expect(heard('wecom-bot', MEMBER).at(-1)).toBe(`${id} 已经有人处理过了。`);
    await writes('wecom-bot', MEMBER, { text: `恢复 ${id}` });
    expect((await last())[0]).toBe('closed');
    expect(heard('wecom-bot', TEAM).at(-1)).toContain('【已恢复】微信支付');
  });

  test('an id that is none is said to be none', async () => {
    await suspecting(['wecom-bot'], world('ops'));
    await writes('wecom-bot', MEMBER, { text: '确认 0101-99' });
    expect(heard('wecom-bot', MEMBER)).toEqual([expect.stringContaining('没有编号 0101-99')]);
  });

  test('of two who say it the second hears that it is done', async () => {
    const id = await suspecting(['wecom-bot'], world('ops'));
    for (const who of ['lisi', 'wangwu']) {
      const base = { id: `both:${who}`, conversation: `wecom-bot:g:ops:${who}`, at: clock.now() };
      await one.assistant.accept('wecom-bot', {
        ...base,
        kind: 'message',
        text: who === 'lisi' ? `确认 ${id}` : `误报 ${id}`,
      });
    }
    for (let round = 0; round < 3; round += 1) await one.pass(0.2);
    const said = [...heard('wecom-bot', MEMBER), ...heard('wecom-bot', 'wecom-bot:g:ops:wangwu')];
    expect(said.filter((text) => text.includes('已经有人处理过了'))).toHaveLength(1);
  });
});

describe('without a group', () => {
  test('those on call are told one by one, and a tap calls it a false alarm', async () => {
    const id = await suspecting(['wecom-app'], world());
    const [card] = one.doors.get('wecom-app')?.sent ?? [];
    expect(card?.conversation).toBe(ZHANG);
    expect(card?.item.reply.options.map(({ label }) => label)).toEqual(['确认', '误报']);
    await writes('wecom-app', ZHANG, { option: `reject-${id}` });
    expect(await last()).toEqual(['closed', 'detection']);
    expect(heard('wecom-app', ZHANG).join()).toContain(`${id} 当误报收起了`);
  });

  test('a colleague who has a merchant says it all the same, and the merchant does not hear it', async () => {
    const id = await suspecting(['wecom-app'], world());
    await one.say('刷卡不行，没扣款', 'shop');
    await one.say('找人', 'shop', 'asks');
    await writes('wecom-app', ZHANG, { text: '接手' });
    await writes('wecom-app', ZHANG, { text: `确认 ${id}` });
    expect((await last())[0]).toBe('open');
    expect(one.web.texts('shop').join()).not.toContain(id);
  });
});

test('whoever is not on call confirms nothing', async () => {
  const id = await suspecting(['wecom-app', 'wecom-bot'], world('ops'));
  await writes('wecom-app', 'wecom-app:stranger', { text: `确认 ${id}` });
  await writes('wecom-app', 'wecom-app:stranger', { option: `confirm-${id}` });
  await writes('wecom-bot', 'wecom-bot:g:others:lisi', { text: `确认 ${id}` });
  await one.say(`确认 ${id}`, 'merchant');
  expect((await last())[0]).toBe('suspected');
});

test('a verdict that cannot be written now is written later', async () => {
  const id = await suspecting(['wecom-app'], world());
  const put = store.putSmall.bind(store);
  let away = true;
  store.putSmall = (key, value, expect) =>
    away && key === 'incidents' ? Promise.reject(new Error('away')) : put(key, value, expect);
  await writes('wecom-app', ZHANG, { text: `确认 ${id}` });
  expect((await last())[0]).toBe('suspected');
  away = false;
  await one.pass(5);
  expect((await last())[0]).toBe('open');
  await changeBoard(store, { do: 'close', id }, clock.now());
});
