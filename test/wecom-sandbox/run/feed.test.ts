import { type Desk, deskForEach } from '../support/desk.js';
import { buttonCard } from '../support/yard.js';
import { CUSTOMER } from './corp.js';

let desk: Desk;
deskForEach((given) => {
  desk = given;
});

const me = { chat: 'bot', user: 'zhangsan' };

test('begins with every chat, what is in it, and the panel', () => {
  const { chats, bubbles, panel, faults } = desk.feed.snapshot();
  expect(chats.map(({ id }) => id)).toEqual(['bot', 'group', 'app', 'kf', 'robot']);
  expect(Object.keys(chats[0] ?? {})).not.toContain('room');
  expect(Object.values(bubbles)).toEqual([[], [], [], [], []]);
  expect(panel).toMatchObject({ service: 'up', connected: false, violations: [], warnings: [], crashes: [] });
  expect(faults.length).toBeGreaterThan(0);
});

test('then tells what is new, and only that', async () => {
  await desk.perform({ act: 'say', ...me, text: '一' });
  expect((await desk.news()).bubbles).toMatchObject({ bot: [{ text: '一', name: '张三', user: 'zhangsan' }] });
  await desk.perform({ act: 'say', ...me, text: '二' });
  expect((await desk.news()).bubbles.bot?.map(({ text }) => text)).toEqual(['二']);
  expect(await desk.news()).toEqual({ bubbles: {} });
});

test('a stream that grows is told again; a tap leaves no bubble', async () => {
  const wire = await desk.wire();
  await desk.perform({ act: 'say', ...me, text: '刷不了卡' });
  const { headers } = await wire.next();
  const stream = (content: string, finish: boolean) =>
    wire.send('aibot_respond_msg', { msgtype: 'stream', stream: { id: 's', content, finish } }, headers.req_id);
  await stream('正在看', false);
  expect((await desk.news()).bubbles.bot?.at(-1)).toMatchObject({ text: '正在看', growing: true });
  await stream('正在看，好了', true);
  const [grown] = (await desk.news()).bubbles.bot ?? [];
  expect(grown).toMatchObject({ text: '正在看，好了' });
  expect(grown).not.toHaveProperty('growing');
  await wire.send('aibot_respond_msg', { msgtype: 'template_card', template_card: buttonCard('T-1') }, headers.req_id);
  expect((await desk.news()).bubbles.bot).toHaveLength(1);
  await desk.perform({ act: 'tap', ...me, taskId: 'T-1', key: 'solved' });
  expect((await desk.news()).bubbles).toEqual({});
});

test('a card comes with all that is drawn of it', async () => {
  const wire = await desk.wire();
  await desk.perform({ act: 'say', ...me, text: '刷不了卡' });
  const { headers } = await wire.next();
  const template_card = buttonCard('T-1', {
    source: { desc: 'POS 医生' },
    main_title: { title: '付款报错', desc: '说明' },
    sub_title_text: '小字',
    horizontal_content_list: [{ keyname: '代码', value: '51', type: 1, url: 'https://example.com/51' }],
    jump_list: [{ title: '更多', type: 1, url: 'https://example.com' }],
    card_action: { type: 1, url: 'https://example.com/all' },
  });
  await wire.send('aibot_respond_msg', { msgtype: 'template_card', template_card }, headers.req_id);
  expect((await desk.news()).bubbles.bot?.at(-1)?.card).toEqual({
    type: 'button_interaction',
    taskId: 'T-1',
    source: 'POS 医生',
    title: '付款报错',
    desc: '说明',
    subTitle: '小字',
    facts: [{ name: '代码', value: '51', url: 'https://example.com/51' }],
    jumps: [{ title: '更多', url: 'https://example.com' }],
    url: 'https://example.com/all',
    buttons: [
      { text: '已解决', key: 'solved', style: 1 },
      { text: '没解决', key: 'unsolved', style: 2 },
    ],
  });
});

test('the panel shows violations, and calls with their errcode, repeated ones in one line', async () => {
  const wire = await desk.wire();
  await desk.news();
  for (let times = 0; times < 3; times += 1)
    await wire.send('aibot_respond_msg', { msgtype: 'markdown', markdown: { content: 'a' } }, 'nobodys');
  await wire.send('ping');
  const { panel } = await desk.news();
  expect(panel?.violations).toMatchObject([
    { rule: 'req-id' },
    { rule: 'req-id' },
    { rule: 'req-id', errcode: 846605 },
  ]);
  expect(panel?.calls).toMatchObject([
    { api: 'aibot_subscribe', result: '0', bad: false, times: 1 },
    { api: 'aibot_respond_msg', result: '846605', bad: true, times: 3 },
  ]);
});

test('says how many the service may still send to the customer, and when it is being restarted', async () => {
  await desk.perform({ act: 'say', chat: 'kf', user: CUSTOMER.id, text: '在吗' });
  desk.feed.service = { service: 'restarting', address: 'http://127.0.0.1:1' };
  expect((await desk.news()).panel).toMatchObject({
    service: 'restarting',
    address: 'http://127.0.0.1:1',
    kf: { state: 0, sent: 0, receives: true },
  });
});
