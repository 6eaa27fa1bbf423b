/** Who plays the system instead of the drill gets little for it; who says it in everyday words gets what is theirs. */
import { nextOf } from '../../src/drills/next.js';
import { type Trainee, wordsOf } from '../../src/drills/trainees.js';
import { playDrill } from '../support/drill.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

const drills = () => [...realWorld().knowledge.drills.values()];
const whyOf = (id: string, words: readonly string[], item: string) =>
  playDrill(realWorld(), id, words).result?.items.find((one) => one.id === item)?.why ?? '';
const above = (trainee: Trainee, most: number) =>
  drills()
    .map((drill) => ({
      id: drill.id,
      score: playDrill(realWorld(), drill.id, wordsOf(trainee, drill, realWorld(), 1)).result?.score ?? -1,
    }))
    .filter(({ score }) => score < 0 || score > most);

describe('whoever plays the system', () => {
  it('gets 40 at most by one polite call and a review of everything', () => {
    expect(above('polite', 40)).toEqual([]);
  });

  it('gets 45 at most with the same lines in every drill', () => {
    expect(above('parrot', 45)).toEqual([]);
  });

  it('gets 50 at most by doing everything that harms nobody', () => {
    expect(above('shotgun', 50)).toEqual([]);
  });
});

describe('the cause in a review', () => {
  const review = (cause: string) => `复盘：原因是${cause}，以后提前准备备用收款，店长负责`;
  const named = (id: string, cause: string) => whyOf(id, [review(cause)], 'review').includes('说对了原因');

  it.each([
    ['card-51', '卡里可用的钱不够'],
    ['sim-unpaid', '流量卡到期没续费'],
    ['issuer-91', '顾客那个银行自己的系统坏了'],
    ['pin-75', '密码输错太多次被锁'],
    ['moved-lock', '机器挪了地方没报备，被锁了'],
    ['router-cut', '宽带断了，片区检修'],
    ['no-slip', '打印机没纸了，款其实已经收到'],
    ['wechat-restricted', '微信那边说经营异常，限制了我们收款'],
  ])('of %s counts in everyday words: 「%s」', (id, cause) => {
    expect(named(id, cause)).toBe(true);
  });

  it.each([
    ['sim-unpaid', '顾客余额不足'],
    ['sim-unpaid', '不是网络，是机器坏了'],
    ['card-51', '网络断了'],
    ['sim-unpaid', '网络、机器、银行、余额、资质都有可能'],
    ['sim-unpaid', '不知道'],
  ])('of %s is not 「%s」', (id, cause) => {
    expect(named(id, cause)).toBe(false);
  });
});

describe('facts that are noted', () => {
  const details = (words: string) => whyOf('sim-unpaid', [words], 'record');

  it('count if they fit the story', () => {
    const { at, amount } = realWorld().knowledge.drills.get('sim-unpaid') ?? { at: '', amount: 0 };
    expect(details(`记录：${at}，刷卡，${amount}元`)).toContain('记了时间、方式、金额');
  });

  it('count for nothing if they do not, and the debrief says so', () => {
    expect(details('记录：凌晨三点，扫码，9999元')).toContain('时间、方式、金额没记对');
    expect(details('记录：机器坏了')).toContain('没记时间、方式、金额');
  });
});

it('what to practise next is what was missed, not what was done', () => {
  const drill = realWorld().knowledge.drills.get('card-51');
  if (!drill) throw new Error('no drill');
  const nextAfter = (words: readonly string[]) =>
    playDrill(realWorld(), 'card-51', words)
      .replies.map(({ text }) => /下次先练：(.*)/.exec(text)?.[1])
      .find((one) => one !== undefined);
  expect(nextAfter(wordsOf('hotline', drill, realWorld(), 1))).toBe('先查这一笔，再谈收钱');
  expect(nextAfter(wordsOf('average', drill, realWorld(), 1))).toBe('五分钟内开出备用收款');
  expect(nextOf([])).toBeUndefined();
});
