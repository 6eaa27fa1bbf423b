import fc from 'fast-check';
import { addressOf, conversationAt } from '../../../src/channels/wecom/address.js';

describe('who a WeCom conversation is with', () => {
  test.each([
    ['wecom-bot:u:zhangsan', { channel: 'wecom-bot', user: 'zhangsan', chat: 'zhangsan' }],
    ['wecom-bot:g:wr%3AGroup:zhangsan', { channel: 'wecom-bot', user: 'zhangsan', chat: 'wr:Group' }],
    ['wecom-app:zhangsan', { channel: 'wecom-app', user: 'zhangsan', chat: 'zhangsan' }],
    ['wecom-kf:wkAAAA:wmBBBB', { channel: 'wecom-kf', user: 'wmBBBB', chat: 'wkAAAA' }],
  ])('%s', (conversation, address) => {
    expect(addressOf(conversation)).toEqual(address);
    expect(conversationAt(address)).toBe(conversation);
  });

  test('is nobody where the conversation is another door’s', () => {
    for (const conversation of ['web:abc', 'console', '', 'wecom-kf:only', 'wecom-bot:']) {
      expect(addressOf(conversation)).toBeNull();
    }
  });

  test('is found again from the address, whatever the ids', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9_@.-]{1,64}$/);
    fc.assert(
      fc.property(fc.constantFrom('wecom-bot', 'wecom-app', 'wecom-kf'), id, id, (channel, user, chat) => {
        const address = { channel, user, chat: channel === 'wecom-app' ? user : chat };
        expect(addressOf(conversationAt(address))).toEqual(address);
      }),
    );
  });
});
