import { isPosDoctorError } from '../src/errors.js';
import { FakeChannel } from './support/channel.js';
import { GROUNDS, House, TROUBLE } from './support/house.js';

describe('a channel that is mounted in the assistant', () => {
  const [, makeGround] = GROUNDS[0] ?? [];
  if (!makeGround) throw new Error('there is no ground to test on');
  let house: House;

  beforeEach(() => {
    house = new House(makeGround());
  });
  afterEach(() => house.assistant.stop());

  const says = (channel: string) =>
    house.assistant.accept(channel, {
      kind: 'message',
      id: 'm1',
      conversation: `${channel}:c`,
      at: house.clock.now(),
      text: TROUBLE,
    });

  test.each(['before', 'after'] as const)('%s the start takes part in it, and stops with the others', async (when) => {
    const guest = new FakeChannel('guest');
    if (when === 'after') await house.assistant.start();
    await house.assistant.mount(guest);
    expect(guest.running).toBe(when === 'after');
    if (when === 'before') await house.assistant.start();
    expect(guest.running).toBe(true);
    await says('guest');
    await house.assistant.settled();
    expect(guest.texts('guest:c').length).toBeGreaterThan(0);
    expect(house.channel.sent).toEqual([]);
    await house.assistant.stop();
    expect(guest.running).toBe(false);
  });

  test('gets what waited for it while it was not there', async () => {
    await house.assistant.start();
    await says('guest');
    await house.assistant.settled();
    const guest = new FakeChannel('guest');
    await house.assistant.mount(guest);
    await house.pass(1_000);
    expect(guest.texts('guest:c').length).toBeGreaterThan(0);
  });

  test('cannot take the place of another', async () => {
    const error = await house.assistant.mount(new FakeChannel('web')).catch((refused: unknown) => refused);
    expect(isPosDoctorError(error, 'BAD_ARGUMENTS')).toBe(true);
    await house.assistant.start();
    await says('web');
    await house.assistant.settled();
    expect(house.channel.texts('web:c').length).toBeGreaterThan(0);
  });
});
