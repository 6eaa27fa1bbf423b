import { Stand, wordsOf } from './stand.js';

let stand: Stand;
afterEach(() => stand.close());

describe('a merchant', () => {
  test('is asked, taps, and is told what to do, in their own words', async () => {
    stand = await Stand.open();
    const [asked] = await stand.says('wmLi', '刷卡提示该渠道业务不可用');
    console.log(JSON.stringify(asked), JSON.stringify(stand.log.lines));
    expect(asked?.menu?.items.map(({ content }) => content)).toContain('没扣');
    const answer = await stand.taps('wmLi', '没扣');
    console.log(wordsOf(answer));
  });
});
