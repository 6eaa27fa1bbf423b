/** The patient does not contradict itself, and nothing is gained by taking money blindly. */
import { playDrill } from '../support/drill.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

const told = (drill: string, ...words: string[]): string[] =>
  playDrill(realWorld(), drill, words).replies.map(({ text }) => text);

describe('money that is taken before it is known to have failed', () => {
  it('shows nothing and cures nothing, whatever the act would have shown', () => {
    const [, said] = told('card-51', '换一张卡');
    expect(said).toMatch(/又收了一次/);
    expect(said).not.toMatch(/到账|可以收尾/);
  });

  it('cures once the payment has been looked up', () => {
    expect(told('card-51', '查这一笔', '换一张卡').at(2)).toMatch(/699 元到账[\s\S]*可以收尾/);
  });

  it('earns nothing for isolating', () => {
    const { result } = playDrill(realWorld(), 'card-51', ['换一张卡']);
    expect(result?.items.find(({ id }) => id === 'isolate')?.points).toBe(0);
  });
});

describe('the patient', () => {
  it('works once it works', () => {
    expect(told('magstripe-45', '插卡', '您再插卡试').at(2)).not.toMatch(/还是同样的提示/);
  });

  it('cannot be hung up on before anybody has called', () => {
    const replies = told('fraud-unfreeze', '挂断电话', '看网络图标', '记下提示', '查这一笔', '挂断电话');
    expect(replies.at(1)).toMatch(/没有人打来/);
    expect(replies.at(5)).toMatch(/电话挂了/);
  });

  it.each([
    ['sim-unpaid', '没有扣，也可以走这边'],
    ['no-slip', '已经付成，不用再付'],
    ['frozen-processing', '还没有结果，先不收'],
  ])('in %s, the second way of paying goes by what the look-up has shown', (drill, after) => {
    expect(told(drill, '开备用收款').at(1)).toMatch(/还没查清，先不收/);
    expect(told(drill, '查这一笔', '开备用收款').at(2)).toContain(after);
  });

  it('tells of an act in the words of its story', () => {
    expect(told('maintenance-96', '看公告').at(1)).toMatch(/5:00–8:00/);
  });

  it('lets what is due anyway be done when it works again, and says of the rest that it need not', () => {
    const replies = told('foreign-card', '查这一笔', '请顾客换付法', '申请开通', '开关网络换位置');
    expect(replies.at(2)).toMatch(/到账/);
    expect(replies.at(3)).toMatch(/申请递上去了/);
    expect(replies.at(4)).toMatch(/这一步不用再做/);
  });

  it('answers the telephone as whoever was called', () => {
    expect(told('fraud-unfreeze', '打 96110').at(1)).toMatch(/对方说：正规机构/);
    expect(told('fraud-unfreeze', '打收单机构').at(1)).toMatch(/客服说：账户是要补材料/);
  });
});
