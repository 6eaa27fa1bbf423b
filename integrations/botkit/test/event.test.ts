import type { Activity } from 'botbuilder-core';
import type { BotkitMessage } from 'botkit';
import fc from 'fast-check';
import type { OutboxItem, Reply } from 'pos-doctor';
import { addressIn, conversationAt, eventOf, type Reading } from '../src/event.js';
import { optionIn, payloadOf } from '../src/payload.js';
import { activityOf, type Shows } from '../src/reply.js';

const READING: Reading = {
  name: 'botkit',
  now: 1,
  id: () => 'made-up',
  greetOn: new Set(['enter_chat']),
  canPush: true,
};

function message(type: string, more: object = {}, activity: Partial<Activity> = {}): BotkitMessage {
  const reference = { user: { id: 'u', name: '' }, conversation: { id: 'c' } };
  const own = { id: 'm1', channelId: 'web', type: 'message', ...activity };
  return { type, user: 'u', channel: 'c', text: '', reference, incoming_message: own, ...more } as never;
}

describe('a message of Botkit’s as an event', () => {
  test.each([
    ['message', { text: '你好' }, { kind: 'message', text: '你好' }],
    ['message', { attachments: ['image'] }, { kind: 'message', attachments: ['image'] }],
    [
      'message',
      { attachments: [{ type: 'audio' }, { contentType: 'image/png' }, { contentType: 'application/pdf' }, null] },
      { kind: 'message', attachments: ['voice', 'image', 'other'] },
    ],
    ['message', { text: '收款', mayJoin: false }, { kind: 'message', mayJoin: false }],
    ['enter_chat', { shop: { merchant: '1' }, quiet: true }, { kind: 'enter', shop: { merchant: '1' }, quiet: true }],
    ['feedback_event', { answer: 'm1', rating: 'good' }, { kind: 'feedback', answer: 'm1', rating: 'good' }],
    ['human_session', { active: true }, { kind: 'human', active: true }],
    ['message_to_human', { text: '在吗' }, { kind: 'message', text: '在吗' }],
  ])('%s %j', (type, more, expected) => {
    const event = eventOf(message(type, more), READING);
    expect(event).toMatchObject({ id: 'm1', conversation: 'botkit:web:c:u', at: 1, ...expected });
  });

  test('without an id gets one of its own', () => {
    expect(eventOf(message('message', {}, { id: '' }), READING).id).toBe('made-up');
  });

  test('knows where its answer goes, and gives back what the adapter asked for, within a bound', () => {
    const { replyTo } = eventOf(message('message', { replyTo: { token: 'x' } }), READING);
    expect(addressIn(replyTo)).toMatchObject({ reference: { conversation: { id: 'c' } }, back: { token: 'x' } });
    const large = eventOf(message('message', { replyTo: { token: 'x'.repeat(5_000) } }), READING);
    expect(addressIn(large.replyTo)?.back).toBeUndefined();
    expect(addressIn({ channel: 'botkit', token: 'no JSON' })).toBeNull();
    expect(addressIn(undefined)).toBeNull();
  });

  test('belongs to one conversation, whatever the ids are made of', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((text) => text.toWellFormed());
    const place = fc.tuple(id, id, id);
    const name = ([channelId, channel, user]: [string, string, string]) =>
      conversationAt('botkit', { channelId, channel, user });
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(name(a) === name(b)).toBe(a.every((part, at) => part === b[at]));
      }),
    );
  });
});

describe('a reply as a message of Botkit’s', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((one) => one.toWellFormed());
  const reply: fc.Arbitrary<Reply> = fc.record(
    {
      type: fc.constant('question' as const),
      text,
      question: fc.stringMatching(/^[a-z][a-z-]{0,20}$/),
      options: fc.oneof(
        fc.array(fc.record({ id: text, label: text }), { maxLength: 15, size: 'max' }),
        fc.array(fc.record({ id: fc.stringMatching(/^[a-z]{1,9}$/), label: text }), { maxLength: 15, size: 'max' }),
      ),
      links: fc.array(fc.record({ title: text, url: fc.constant('https://pos.example.com/kb') }), { maxLength: 2 }),
    },
    { requiredKeys: ['type', 'text', 'options', 'links'] },
  );
  const itemOf = (content: Reply) => ({ id: 'r1', reply: content, inReplyTo: 'm1' }) as OutboxItem;
  const shows: Shows = { quickReplies: 10, links: false, batches: false };

  test('shows every option, as a quick reply that brings it back or as a number', () => {
    fc.assert(
      fc.property(reply, (content) => {
        const { text: said = '', channelData, suggestedActions } = activityOf(itemOf(content), shows, undefined);
        const replies: { title: string; payload: string }[] = channelData.quick_replies ?? [];
        expect(replies.length).toBeLessThanOrEqual(shows.quickReplies);
        if (replies.length > 0) {
          expect(replies.map(({ payload }) => optionIn(payload)?.option)).toEqual(content.options.map(({ id }) => id));
          expect(replies.every(({ payload }) => optionIn(payload)?.question === content.question)).toBe(true);
          expect(suggestedActions?.actions.map(({ value }) => value)).toEqual(replies.map(({ payload }) => payload));
        } else for (const [at, { label }] of content.options.entries()) expect(said).toContain(`${at + 1}. ${label}`);
        for (const { url } of content.links) expect(said).toContain(url);
      }),
    );
  });

  test('lists options by number when one of them is no button', () => {
    const options = [
      { id: 'yes', label: '扣了' },
      { id: '长'.repeat(60), label: '没扣' },
    ];
    const content: Reply = { type: 'question', text: '？', options, links: [] };
    expect(payloadOf(content, options[1]?.id ?? '')).toBeNull();
    expect(activityOf(itemOf(content), shows, undefined).text).toBe('？\n1. 扣了\n2. 没扣');
  });

  test('is told from words of the user’s', () => {
    for (const words of ['', 'pd', 'pd.', 'pd.w~x', 'o~charged~yes', 'to.o~charged~yes', '没扣', undefined, 3])
      expect(optionIn(words)).toBeNull();
  });
});
