/** A test that breaks a rule, or does not test what it says, fails. */

import { Recent } from './recent.js';
import { type Yard, yardForEach } from './support/yard.js';

let yard: Yard;
yardForEach((made) => {
  yard = made;
});

const robot = (content: string) =>
  yard.api.post('webhook/send', { msgtype: 'text', text: { content } }, { key: 'sandbox-webhook-key' });
const wideCard = () =>
  yard.api.call('message/send', {
    touser: 'zhangsan',
    agentid: 1000002,
    msgtype: 'template_card',
    template_card: {
      card_type: 'text_notice',
      main_title: { title: '题'.repeat(37) },
      card_action: { type: 1, url: 'https://example.com' },
    },
  });

test('a breach fails it, with the rule, the code and what it means', async () => {
  await robot('');
  expect(() => yard.sandbox.assertClean()).toThrow(/webhook webhook\/send: text-empty \(44004\), empty content/);
  expect(yard.sandbox.violations).toMatchObject([{ at: yard.clock.now(), door: 'webhook', rule: 'text-empty' }]);
});

test('an expected breach is taken once; one that did not come fails it', async () => {
  yard.sandbox.expect('text-empty');
  expect(() => yard.sandbox.assertClean()).toThrow('expected 1 more of text-empty');
  await robot('');
  yard.sandbox.assertClean();
  await robot('');
  expect(() => yard.sandbox.assertClean()).toThrow('text-empty');
});

test('a display warning fails it unless that is waived', async () => {
  expect((await wideCard()).errcode).toBe(0);
  expect(yard.sandbox.warnings).toMatchObject([{ door: 'app', field: 'main_title.title' }]);
  expect(() => yard.sandbox.assertClean()).toThrow('37 characters, at most 36 are shown');
  yard.sandbox.assertClean({ warnings: false });
});

test('a fault that nothing ran into fails it, and so do callbacks that were never released', () => {
  yard.sandbox.faults.api('kf/send_msg', { errcode: 95001 });
  yard.sandbox.faults.hold('bot');
  yard.sandbox.bot.message({ user: 'zhangsan', text: '你好' });
  expect(() => yard.sandbox.assertClean()).toThrow(
    /ran into the scripted fault: api kf\/send_msg\n1 callback\(s\) of bot/,
  );
});

test('every change is told, with the door and the chat', async () => {
  const told: string[] = [];
  const off = yard.sandbox.on('change', (door, chat) => told.push(`${door} ${chat}`));
  await robot('工单 12');
  expect(told).toContain('webhook sandbox-webhook-key');
  off();
  const { length } = told;
  await robot('工单 13');
  expect(told).toHaveLength(length);
  expect(yard.sandbox.rooms.chats('webhook')).toEqual(['sandbox-webhook-key']);
});

test('what is remembered by id forgets its oldest, too', () => {
  const gone: number[] = [];
  const recent = new Recent<number>(2, (value) => gone.push(value));
  for (const value of [1, 2, 3]) recent.set(`${value}`, value);
  expect([[...recent.values()], gone]).toEqual([[2, 3], [1]]);
});

test('a room forgets its oldest bubbles', () => {
  for (let count = 0; count < 1005; count += 1) yard.sandbox.bot.message({ user: 'zhangsan', text: `${count}` });
  const seen = yard.sandbox.bot.seen('zhangsan');
  expect([seen.length, seen[0]?.text]).toEqual([1000, '5']);
});
