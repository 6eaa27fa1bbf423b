import { createOurs } from './fixture.js';

const nlu = createOurs();

describe('causes that a sentence rules out', () => {
  test.each([
    ['不是余额问题', 'balance'],
    ['不是网的问题，机器就是报该渠道业务不可用', 'network'],
    ['网络没问题，机器一直转圈', 'network'],
    ['不对，网好的', 'network'],
    ['不是机器的问题', 'device'],
    ['我手机连同一个wifi好好的', 'network'],
  ])('%s rules out %s, which falls to the end', (text, cause) => {
    const { denied, causes } = nlu.understand(text);
    expect(denied).toEqual([cause]);
    expect(causes.find(({ id }) => id === cause)?.p).toBeLessThan(0.5);
  });

  test.each([
    '是不是网络的问题',
    '不是刷卡',
    '扫码没事',
    '网络有问题',
    '没提示余额不足',
    '别的卡都没问题',
    '连手机热点没问题',
  ])('%s rules out none', (text) => {
    expect(nlu.understand(text).denied).toEqual([]);
  });
});
