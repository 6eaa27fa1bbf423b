import type { OutboxItem } from 'pos-doctor';
import { CONVERSATIONS_MAX, Conversation, LINES_MAX, Memory, SEEN_MAX, Seen } from '../../src/wecom/memory.js';

const item = (id: string, text = id): OutboxItem => ({
  id,
  channel: 'wecom-bot',
  reply: { type: 'text', text, options: [{ id: 'two', label: '两位' }], links: [] },
  inReplyTo: 'm',
  createdAt: 0,
  attempts: 0,
  nextAttemptAt: 0,
  expiresAt: 0,
  state: 'waiting',
});

describe('what is remembered', () => {
  test('of conversations has a bound; the one silent for longest is forgotten', () => {
    const memory = new Memory();
    memory.of('first').silent = true;
    for (let at = 1; at < CONVERSATIONS_MAX; at += 1) memory.of(`c${at}`);
    expect(memory.of('first').silent).toBe(true);
    memory.of('one more');
    expect(memory.size).toBe(CONVERSATIONS_MAX);
    expect(memory.of('first').silent).toBe(true);
    for (let at = 0; at < CONVERSATIONS_MAX; at += 1) memory.of(`d${at}`);
    expect(memory.of('first').silent).toBe(false);
    expect(memory.size).toBe(CONVERSATIONS_MAX);
  });

  test('of one conversation has a bound, and what is tried again is one line', () => {
    const known = new Conversation();
    for (let at = 0; at < 2 * LINES_MAX; at += 1) {
      known.said([item(`r${at}`)]);
      known.said([item(`r${at}`)]);
    }
    expect(known.lines).toHaveLength(LINES_MAX);
    expect(known.lines.at(-1)?.id).toBe(`r${2 * LINES_MAX - 1}`);
  });

  test('tells what stood on a button, or its id', () => {
    const known = new Conversation();
    expect(known.labelOf('two')).toBe('two');
    known.said([item('r')]);
    known.heard({ kind: 'option', id: 't', conversation: 'c', at: 1, option: 'two' });
    expect(known.lines.at(-1)).toMatchObject({ from: 'user', text: '两位' });
  });

  test('of deliveries has a bound; what failed may come again, what succeeded may not', async () => {
    const seen = new Seen();
    let runs = 0;
    const work = async () => {
      runs += 1;
      if (runs === 1) throw new Error('full');
    };
    await expect(Promise.all([seen.once('a', work), seen.once('a', work)])).rejects.toThrow('full');
    await Promise.resolve();
    await seen.once('a', work);
    await seen.once('a', work);
    expect(runs).toBe(2);
    for (let at = 0; at < SEEN_MAX; at += 1) await seen.once(`m${at}`, async () => undefined);
    expect(seen.size).toBe(SEEN_MAX);
    await seen.once('a', work);
    expect(runs).toBe(3);
  });
});
