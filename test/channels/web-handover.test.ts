/** What the web door tells of a hand-over. */
import { BEAT_MS } from '../../src/channels/web.js';
import { harness, type ServerEvent } from './harness.js';

const stateOf = ({ data }: ServerEvent) => (data as { handoffState?: string }).handoffState;
const STEPS = ['requested', 'notified', 'accepted', 'timed-out'] as const;

test.each(STEPS)('an open page hears of %s though nothing is said, and that it is over', async (step) => {
  const { visit, assistant, clock } = await harness();
  const visitor = await visit();
  const events = await visitor.stream();
  await visitor.post({ id: 'message-1', text: '找人' });
  const conversation = assistant.events[0]?.conversation ?? '';
  await events.until('reply');
  assistant.handOver(conversation, 'requested');
  await assistant.colleague(conversation, '小王', '稍等');
  await events.until('reply');
  while (stateOf(await events.until('state')) !== 'requested');
  assistant.handOver(conversation, step);
  await clock.advance(BEAT_MS);
  const told = await events.until('state');
  expect([stateOf(told), told.data]).toMatchObject([step, { handoff: true }]);
  assistant.handOver(conversation);
  await clock.advance(BEAT_MS);
  const { data } = await events.until('state');
  expect(data).toMatchObject({ handoff: false });
  expect(data).not.toHaveProperty('handoffState');
  await events.close();
});

test('the state is read for nobody who has no hand-over, nor for a page that is gone', async () => {
  const { visit, assistant, clock } = await harness();
  const visitor = await visit();
  const events = await visitor.stream();
  await visitor.post({ id: 'message-1', text: '刷不了' });
  const conversation = assistant.events[0]?.conversation ?? '';
  await events.until('state');
  let asked = 0;
  const read = assistant.state.bind(assistant);
  assistant.state = (id) => {
    asked += 1;
    return read(id);
  };
  await clock.advance(BEAT_MS);
  expect(asked).toBe(0);
  assistant.handOver(conversation, 'notified');
  await assistant.colleague(conversation, '小王', '稍等');
  await events.close();
  asked = 0;
  await clock.advance(2 * BEAT_MS);
  expect(asked).toBe(0);
});

test('what a colleague says bears their name, in the stream and in the history', async () => {
  const { visit, assistant } = await harness();
  const visitor = await visit();
  const events = await visitor.stream();
  await visitor.post({ id: 'message-1', text: '找人' });
  const { data } = await events.until('reply');
  expect(data).not.toHaveProperty('by');
  await assistant.colleague(assistant.events[0]?.conversation ?? '', '小王', '稍等');
  expect(await events.until('reply')).toMatchObject({ data: { by: '小王', reply: { text: '小王：稍等' } } });
  const history = (await (await visitor.get('/api/history')).json()) as { transcript: { by?: string }[] };
  expect(history.transcript.map(({ by }) => by)).toEqual([undefined, undefined, '小王']);
  await events.close();
});
