import { createConsoleChannel } from '../../src/channels/console.js';
import { isPosDoctorError } from '../../src/errors.js';
import { reply } from '../store/records.js';
import { unsent } from '../support/channel.js';

describe('the terminal as a door', () => {
  test('collects the replies of its conversation, in order, and hands each over once', async () => {
    const channel = createConsoleChannel('c');
    for (const id of ['r1', 'r2']) await channel.send('c', [reply(id)], unsent());
    expect(channel.take().map(({ text }) => text)).toEqual(['回复 r1', '回复 r2']);
    expect(channel.take()).toEqual([]);
  });

  test('does not take the replies of another conversation: they wait until that one is opened', async () => {
    const channel = createConsoleChannel('c');
    const refused = await channel.send('d', [reply('r1')], unsent()).catch((error: unknown) => error);
    expect(isPosDoctorError(refused, 'SEND_FAILED')).toBe(true);
    expect(channel.take()).toEqual([]);
  });

  test('cannot write first: nobody is reminded in a terminal', () => {
    expect(createConsoleChannel('c').capabilities).toMatchObject({ canPush: false, cards: false, buttons: 0 });
  });
});
