/** 群机器人: what its webhook refuses. */
import type { JsonObject } from './json.js';
import { MINUTE } from './rates.js';
import { broken, buttonCard, noticeCard, type Yard, yardForEach } from './support/yard.js';

let yard: Yard;
yardForEach((made) => {
  yard = made;
});

const KEY = 'sandbox-webhook-key';
const send = async (body: JsonObject, key = KEY) => (await yard.api.post('webhook/send', body, { key })).errcode;
const text = (content: string): JsonObject => ({ msgtype: 'text', text: { content, mentioned_list: ['@all'] } });
const markdown = (content: string): JsonObject => ({ msgtype: 'markdown', markdown: { content } });

test('20 messages a minute', async () => {
  for (let count = 0; count < 20; count += 1) expect(await send(text(`${count}`))).toBe(0);
  expect(await send(text('20'))).toBe(45009);
  await yard.clock.advance(MINUTE);
  expect(await send(text('20'))).toBe(0);
  expect(yard.sandbox.webhook.seen(KEY)).toHaveLength(21);
  expect(broken(yard.sandbox)).toEqual(['webhook-rate']);
});

test.each<[string, JsonObject, string, number]>([
  ['a text of 2049 bytes', text('a'.repeat(2049)), 'text-bytes', 45002],
  ['Markdown of 4097 bytes', markdown('a'.repeat(4097)), 'text-bytes', 45002],
  ['nothing', markdown(''), 'text-empty', 44004],
  ['an unknown msgtype', { msgtype: 'song' }, 'msgtype', 40008],
  [
    '9 articles',
    { msgtype: 'news', news: { articles: Array.from({ length: 9 }, () => ({ title: 'a', url: 'b' })) } },
    'field',
    40058,
  ],
  ['a picture whose md5 is another', { msgtype: 'image', image: { base64: 'YWJj', md5: '0' } }, 'field', 301019],
  ['a card with buttons', { msgtype: 'template_card', template_card: buttonCard('T-1') }, 'card-type', 42031],
])('%s: refused', async (_, body, rule, errcode) => {
  expect(await send(body)).toBe(errcode);
  expect(broken(yard.sandbox)).toEqual([rule]);
});

test('4096 bytes of Markdown and a notice are taken', async () => {
  expect(await send(markdown('a'.repeat(4096)))).toBe(0);
  expect(await send({ msgtype: 'template_card', template_card: noticeCard('') })).toBe(0);
  yard.sandbox.assertClean();
});

test('an unknown key, a disabled robot, a removed one', async () => {
  expect(await send(text('a'), 'no')).toBe(93000);
  yard.sandbox.webhook.disable(KEY);
  expect(await send(text('a'))).toBe(93004);
  yard.sandbox.webhook.remove(KEY);
  expect(await send(text('a'))).toBe(93000);
  expect(broken(yard.sandbox)).toEqual(['webhook-key', 'webhook-key']);
  expect(yard.sandbox.ledger.excused.map(({ rule }) => rule)).toEqual(['webhook-disabled']);
});
