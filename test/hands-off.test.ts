/** A person is forgotten while the service runs: nothing that was under way is written after it. */
import { careOf } from '../src/care/care.js';
import { all } from './store/records.js';
import { gate } from './support/channel.js';
import { GROUNDS, type House, houseForEach, REMIND, TROUBLE } from './support/house.js';

describe.each(GROUNDS)('forgetting beside a running service over %s', (_, makeGround) => {
  let house: House;
  houseForEach(makeGround, (made) => {
    house = made;
  });
  const forget = () => careOf(house.store, house.clock, house.assistant).forget({ user: 'c' });

  test('waits for the reply under way, and nothing of it comes back', async () => {
    const { opened, open } = gate();
    const { opened: entered, open: enter } = gate();
    house.channel.before = async () => {
      enter();
      await opened;
    };
    const said = house.assistant.accept('web', {
      kind: 'message',
      id: 'm1',
      conversation: 'c',
      at: house.clock.now(),
      text: TROUBLE,
    });
    await entered;
    const receipt = forget();
    open();
    await said;
    expect(await receipt).toMatchObject({ complete: true, records: 1 });
    await house.pass(2 * REMIND);
    expect(await house.store.read('c')).toBeNull();
    expect(await all(house.store.readJournal({ conversation: 'c' }))).toEqual([]);
    // Neither is anybody reminded of anything.
    expect(house.channel.sent.filter(({ item }) => item.inReplyTo === '')).toEqual([]);
  });

  test('lets the doors forget, and takes what comes afterwards as from somebody new', async () => {
    const forgotten: string[] = [];
    Object.assign(house.channel, { forget: (conversation: string) => forgotten.push(conversation) });
    await house.say(TROUBLE);
    await house.say('谢谢', 'other');
    const before = await house.store.read('other');
    await forget();
    expect(forgotten).toEqual(['c']);
    expect(await house.store.read('other')).toEqual(before);
    await house.say(TROUBLE);
    expect(await house.record()).toMatchObject({ version: 2, outbox: [] });
    expect(await house.turns()).toEqual([[TROUBLE]]);
  });

  test('a reply that died is sent when an operator says so', async () => {
    house.channel.before = () => {
      throw new Error('away');
    };
    await house.say('谢谢');
    await house.pass(30 * 60_000);
    const care = careOf(house.store, house.clock, house.assistant);
    const { letters } = await care.letters({ text: false });
    expect(letters).toMatchObject([{ state: 'dead', reason: 'expired', kind: 'text' }]);
    house.channel.before = () => undefined;
    await care.resend({ ids: [letters[0]?.id ?? ''], all: false });
    await house.assistant.settled();
    expect(house.channel.sent).toHaveLength(1);
    expect((await care.letters({ text: false })).letters).toEqual([]);
  });
});
