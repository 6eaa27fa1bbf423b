/** One trace from the request through the turn, the outbox and the door, and in every line of the log about it. */
import { Assistant } from '../src/assistant.js';
import type { Log } from '../src/log.js';
import { createMemoryStore } from '../src/store/memory.js';
import type { Store } from '../src/store/store.js';
import { readTrace } from '../src/trace.js';
import { inRequest } from '../src/trace-context.js';
import { brittleWorld } from './support/box.js';
import { FakeChannel } from './support/channel.js';
import { testClock } from './support/clock.js';
import { REMIND, TROUBLE } from './support/house.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const HEADER = `00-${TRACE}-b7ad6b7169203331-01`;

const clock = testClock();
let lines: { level: string; message: string; trace_id?: string; span_id?: string; trace_flags?: string }[];
let channel: FakeChannel;
let assistant: Assistant;
let store: Store;
let ids = 0;

beforeEach(async () => {
  lines = [];
  ids = 0;
  channel = new FakeChannel();
  const note = (level: string) => (data: object, message: string) => void lines.push({ level, message, ...data });
  const log: Log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  store = createMemoryStore();
  assistant = new Assistant({
    store,
    world: () => brittleWorld('碎'),
    channels: [channel],
    clock,
    log,
    // Each id another, and known.
    hex: (bytes) => {
      ids += 1;
      return String(ids).padStart(bytes * 2, 'a');
    },
  });
  await assistant.start();
});
afterEach(() => assistant.stop());

const say = async (text: string, id = 'm1', trace?: string) => {
  const base = { kind: 'message' as const, id, conversation: 'c', at: clock.now(), text };
  await assistant.accept('web', trace === undefined ? base : { ...base, trace });
  await assistant.settled();
};
const traces = () => channel.sent.map(({ item }) => readTrace(item.trace)?.trace);

test('that of the request it came with goes out with each reply, under a span of ours', async () => {
  await inRequest(HEADER, () => say(TROUBLE));
  expect(channel.sent.length).toBeGreaterThan(0);
  expect(new Set(traces())).toEqual(new Set([TRACE]));
  const spans = channel.sent.map(({ item }) => readTrace(item.trace)?.span);
  expect(new Set(spans).size).toBe(1);
  expect(spans[0]).not.toBe('b7ad6b7169203331');
});

test('each line of one message names the same trace and span, whether it is about taking it in or sending', async () => {
  await inRequest(HEADER, () => say(TROUBLE));
  expect(lines.map(({ message }) => message)).toEqual(['an event was taken in', 'replies were sent']);
  const [first] = lines;
  for (const line of lines) expect(line).toMatchObject({ trace_id: TRACE, span_id: first?.span_id, trace_flags: '01' });
});

test('one that the door found in its message counts before that of the request', async () => {
  await inRequest(HEADER.replace(/^00-0/, '00-1'), () => say(TROUBLE, 'm1', HEADER));
  expect(new Set(traces())).toEqual(new Set([TRACE]));
});

test('a header that is none begins a new one, as does a message without', async () => {
  await inRequest('00-nonsense', () => say(TROUBLE));
  expect(readTrace(channel.sent[0]?.item.trace)).toEqual({
    trace: '1'.padStart(32, 'a'),
    span: '2'.padStart(16, 'a'),
    flags: '00',
  });
});

test('two messages have two', async () => {
  await say(TROUBLE, 'm1');
  await clock.advance(10_000, () => assistant.settled());
  await say('刷卡的', 'm2');
  expect(new Set(traces()).size).toBe(2);
});

test('a reply that is sent later, and the line about why it was not yet, keep it', async () => {
  channel.before = () => {
    throw new Error('away');
  };
  await inRequest(HEADER, () => say(TROUBLE));
  expect(lines.find(({ level }) => level === 'warn')).toMatchObject({ trace_id: TRACE });
  channel.before = () => undefined;
  await clock.advance(60_000, () => assistant.settled());
  expect(new Set(traces())).toEqual(new Set([TRACE]));
});

test('a turn that fails says under which trace', async () => {
  await inRequest(HEADER, () => say('碎了'));
  expect(lines.find(({ message }) => message === 'a turn failed')).toMatchObject({ level: 'error', trace_id: TRACE });
});

test('a reminder, which nobody asked for, has one of its own', async () => {
  await inRequest(HEADER, () => say(TROUBLE));
  const before = channel.sent.length;
  await clock.advance(REMIND, () => assistant.settled());
  const [reminder] = traces().slice(before);
  expect(reminder).toMatch(/^a+\d+$/);
});

test('is no part of what the journal keeps of a rating', async () => {
  await inRequest(HEADER, async () => {
    const base = { id: 'f', conversation: 'c', at: clock.now(), answer: 'x' };
    await assistant.accept('web', { ...base, kind: 'feedback', rating: 'good' });
  });
  await assistant.settled();
  const kept: unknown[] = [];
  for await (const { type, data } of store.readJournal()) kept.push([type, data]);
  expect(kept).toEqual([['feedback', { answer: 'x', rating: 'good', replies: [] }]]);
});
