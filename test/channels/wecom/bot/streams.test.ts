/** The bubbles that are kept in mind, frame by frame. */
import type { StreamFrame } from '../../../../src/channels/wecom/bot/send.js';
import {
  type Asked,
  END_AGAIN_MS,
  fresh,
  LEAD_MS,
  STREAM_MS,
  STREAMS_MAX,
  Streams,
} from '../../../../src/channels/wecom/bot/streams.js';
import { PosDoctorError } from '../../../../src/errors.js';
import { testClock } from '../../../support/clock.js';

const WORDS = { looking: 'looking', together: 'together' };

function setUp(room = () => true) {
  const clock = testClock();
  const frames: (StreamFrame & { req: string })[] = [];
  const failures: Error[] = [];
  const stream = async (req: string, frame: StreamFrame) => {
    frames.push({ req, ...frame });
    const failure = failures.shift();
    if (failure) throw failure;
  };
  const streams = new Streams({ sender: { stream }, clock, words: (key) => WORDS[key], room });
  const asked = (event: string, req = `req-${event}`): Asked => ({ conversation: 'c', event, req, at: clock.now() });
  return { clock, frames, failures, streams, asked };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));
const unsent = () => new PosDoctorError('SEND_FAILED', { channel: 'wecom-bot', why: 'no ack' });

test('an open bubble is not ended by the answer to another message', async () => {
  const { clock, frames, streams, asked } = setUp();
  const [first, second] = [asked('1'), asked('2')];
  streams.expect(first, undefined);
  streams.expect(second, undefined);
  streams.take(first, undefined);
  await clock.advance(LEAD_MS);
  streams.done(first, []);
  expect(frames).toMatchObject([{ req: 'req-2', content: 'looking', finish: false }]);
  expect(streams.take(second, undefined)).toMatchObject({ shown: 'looking', state: 'open' });
});

test('the end of a bubble is sent again until it is taken', async () => {
  const { clock, frames, failures, streams, asked } = setUp();
  const [first, second] = [asked('1'), asked('2')];
  streams.expect(first, undefined);
  await clock.advance(LEAD_MS);
  streams.take(second, undefined, ['1']);
  failures.push(unsent(), unsent());
  streams.done(second, ['1']);
  await tick();
  await clock.advance(END_AGAIN_MS * 10);
  const end = { req: 'req-1', content: 'looking\n\ntogether', finish: true };
  expect(frames.slice(1)).toMatchObject([end, end, end]);
});

test('the end of a bubble is not sent again once WeCom has ended it', async () => {
  const { clock, frames, failures, streams, asked } = setUp();
  streams.expect(asked('1'), undefined);
  await clock.advance(LEAD_MS);
  failures.push(...Array.from({ length: 100 }, unsent));
  await clock.advance(STREAM_MS * 3);
  const last = frames.length;
  await clock.advance(STREAM_MS);
  expect(last).toBeGreaterThan(1);
  expect(last).toBeLessThan(5);
  expect(frames).toHaveLength(last);
});

test('an attempt that failed leaves the bubble open for the next, until its time is over', async () => {
  const { clock, frames, streams, asked } = setUp();
  const one = asked('1');
  streams.expect(one, undefined);
  await clock.advance(LEAD_MS);
  const { id } = streams.take(one, undefined);
  streams.failed(one);
  expect(streams.take(one, undefined)).toMatchObject({ id, state: 'open' });
  streams.failed(one);
  await clock.advance(STREAM_MS);
  expect(frames.at(-1)).toMatchObject({ id, content: 'looking', finish: true });
  const next = streams.take(one, undefined);
  expect(next.state).toBe('new');
  expect(next.id).not.toBe(id);
});

test('a message that came before opens nothing; what its first delivery waits for stays', async () => {
  const { clock, frames, streams, asked } = setUp();
  streams.expect(asked('1', 'req-a'), undefined);
  streams.known(asked('1', 'req-b'));
  await clock.advance(LEAD_MS);
  expect(frames).toMatchObject([{ req: 'req-a' }]);
  streams.take(asked('1', 'req-a'), undefined);
  streams.done(asked('1', 'req-a'), []);
  streams.expect(asked('1', 'req-c'), undefined);
  streams.known(asked('1', 'req-c'));
  await clock.advance(LEAD_MS * 2);
  expect(frames.filter(({ req }) => req === 'req-c')).toEqual([]);
});

test('what another process may have begun has the same bubble for as long as it lives, then another', () => {
  const { clock, streams, asked } = setUp();
  const one = asked('1');
  const mark = { id: 'mark' };
  const { id } = fresh(one, mark, clock.now());
  expect(streams.take(one, mark, [], true)).toMatchObject({ id, state: 'finishing', mark: undefined });
  expect(fresh(one, mark, clock.now() + STREAM_MS - 1).id).toBe(id);
  expect(fresh(one, mark, clock.now() + STREAM_MS).id).not.toBe(id);
});

test('without room for it no line is said that can be left out', async () => {
  const { clock, frames, streams, asked } = setUp(() => false);
  streams.expect(asked('1'), undefined);
  await clock.advance(LEAD_MS * 2);
  expect(frames).toEqual([]);
});

test('so many bubbles are kept in mind and no more; those beyond are answered all the same', async () => {
  const { clock, streams, asked } = setUp();
  for (let count = 0; count < STREAMS_MAX + 10; count += 1) streams.expect(asked(`${count}`), undefined);
  expect(streams.size).toBe(STREAMS_MAX);
  expect(streams.take(asked('beyond'), undefined).state).toBe('new');
  expect(streams.size).toBe(STREAMS_MAX);
  streams.stop();
  expect(streams.size).toBe(0);
  await clock.advance(LEAD_MS);
});

test('what is never answered is forgotten when its bubble ends', async () => {
  const { clock, streams, asked } = setUp();
  streams.expect(asked('1'), undefined);
  const two = asked('2');
  streams.take(two, undefined);
  streams.failed(two);
  await clock.advance(STREAM_MS + LEAD_MS);
  expect(streams.size).toBe(0);
});
