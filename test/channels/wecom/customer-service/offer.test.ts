import { renderOffer, splitOffer } from '../../../../src/channels/wecom/customer-service/offer.js';
import { unsent } from '../../../support/channel.js';
import { item, QUESTION, reply, T0 } from '../items.js';
import { again, answering, batch, CONVERSATION, desk, failureOf, HOUR, LONG } from './sender-desk.js';

const words = () => '请选一个';
const SUMMARY = '【情况说明】\n判断：网络';
const ASKING = { ...QUESTION, text: `${SUMMARY}\n\n想接着自己查，点下面。`, handover: SUMMARY };
const options = QUESTION.options.map(({ label }) => label);

describe('an answer that asks for a human', () => {
  test('is split into what is said and what is offered', () => {
    const items = [item('a', reply('好')), item('b', ASKING)];
    const { said, offer } = splitOffer(items);
    expect(said.map(({ reply: { text, options: left } }) => [text, left])).toEqual([
      ['好', []],
      [SUMMARY, []],
    ]);
    expect(renderOffer(offer, words)).toMatchObject({
      msgtype: 'msgmenu',
      msgmenu: { head_content: '想接着自己查，点下面。', list: options.map((content) => ({ click: { content } })) },
    });
  });

  test('whose words an operator has changed loses none of them', () => {
    const { said, offer } = splitOffer([item('b', { ...ASKING, text: `请看：\n${SUMMARY}` })]);
    expect(said[0]?.reply.text).toBe(`请看：\n${SUMMARY}`);
    expect(renderOffer(offer, words)).toMatchObject({ msgmenu: { head_content: '请选一个' } });
  });

  test('offers nothing if there is nothing to choose', () => {
    const items = [item('b', { ...ASKING, options: [] })];
    expect(splitOffer(items)).toEqual({ said: items, offer: null });
    expect(renderOffer(null, words)).toBeNull();
  });

  const send = (d: ReturnType<typeof desk>, items: ReturnType<typeof batch>, progress = unsent()) =>
    d.sender.send(CONVERSATION, items, progress);

  test('offers once nobody has taken it over, and nothing if somebody has', async () => {
    for (const takes of [true, false]) {
      const one = desk();
      one.state.takes = takes;
      await send(one, batch('a', answering('m1'), ASKING));
      expect(one.handedOver).toEqual([CONVERSATION]);
      const types = one.asked.map(({ body }) => (body.text ? 'text' : 'menu'));
      expect(types).toEqual(takes ? ['text'] : ['text', 'menu']);
    }
  });

  test('has only its offer sent again if that got lost', async () => {
    const one = desk(0, 'lost');
    one.state.takes = false;
    const progress = unsent();
    const items = batch('a', answering('m1'), ASKING);
    expect((await failureOf(send(one, items, progress)))?.code).toBe('SEND_FAILED');
    await send(one, again(items), progress);
    expect(one.asked).toHaveLength(3);
    expect(one.asked[2]?.body).toEqual(one.asked[1]?.body);
  });

  test('stays within what may be sent, the offer included', async () => {
    const one = desk();
    one.state.takes = false;
    const huge = reply(LONG.text.repeat(12));
    await send(one, batch('a', answering('m1'), huge, ASKING));
    expect(one.asked).toHaveLength(5);
    expect(one.asked.at(-1)?.body.text).toBeUndefined();
  });

  test('that is the fifth message is complete without the offer', async () => {
    const one = desk();
    one.state.takes = false;
    const progress = { taken: 0, memory: { v: 1, message: 'm1', until: T0 + 48 * HOUR, sends: 4 } };
    await send(one, batch('a', answering('m1'), ASKING), progress);
    expect(one.asked).toHaveLength(1);
  });
});
