/** Outbox items for tests of the doors. */
import fc from 'fast-check';
import type { Reply } from '../../../src/dialogue/reply.js';
import type { OutboxItem } from '../../../src/store/store.js';

export const T0 = Date.UTC(2026, 10, 23, 2, 0, 0);

export function reply(text: string, more: Partial<Reply> = {}): Reply {
  return { type: 'text', text, options: [], links: [], ...more };
}

export function item(id: string, content: Reply, more: Partial<OutboxItem> = {}): OutboxItem {
  return {
    id,
    channel: 'wecom',
    reply: content,
    inReplyTo: 'm1',
    createdAt: T0,
    attempts: 0,
    nextAttemptAt: T0,
    expiresAt: T0 + 24 * 3_600_000,
    state: 'waiting',
    ...more,
  };
}

export const QUESTION = reply('这一笔扣款了吗？\n（先弄清这个，免得顾客被扣两次。）', {
  type: 'question',
  question: 'charged',
  options: [
    { id: 'yes', label: '扣了' },
    { id: 'no', label: '没扣' },
    { id: 'unknown', label: '不清楚' },
  ],
});

const text = fc.string({ unit: 'grapheme', maxLength: 400 }).map((one) => one.toWellFormed());
const anyReply: fc.Arbitrary<Reply> = fc.record({
  type: fc.constant('text' as const),
  text: fc.oneof(
    text,
    fc.tuple(text, text).map(([a, b]) => `${a}\n${b}`),
    fc.constant('很长的话。\n'.repeat(500)),
  ),
  options: fc.array(fc.record({ id: fc.stringMatching(/^[a-z][a-z-]{0,20}$/), label: text }), { maxLength: 12 }),
  links: fc.array(fc.record({ title: text, url: fc.constantFrom('https://pos.example.com/kb/a', 'tel:95516') }), {
    maxLength: 3,
  }),
});

/** Batches of up to five replies of any size. */
export const anyBatch: fc.Arbitrary<OutboxItem[]> = fc
  .array(anyReply, { minLength: 1, maxLength: 5 })
  .map((replies) => replies.map((one, index) => item(`c:${index}`, one)));
