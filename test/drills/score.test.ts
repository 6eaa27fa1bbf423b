import type { World } from '../../src/dialogue/world.js';
import { rehearse } from '../../src/drills/rehearsal.js';
import { TRAINEES, wordsOf } from '../../src/drills/trainees.js';
import type { Drill } from '../../src/knowledge/schema.js';
import { randomFrom } from '../../src/simulate/random.js';
import { playDrill, readOnce, tapDrill } from '../support/drill.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

const SEEDS = 200;
/** Each goes through the whole dialogue, so there are fewer; all 200 were measured once: see the table in docs/drills.zh-CN.md. */
const TAPPED = 40;
const drills = () => [...realWorld().knowledge.drills.values()];
const resultOf = (id: string, words: readonly string[]) => playDrill(realWorld(), id, words).result;
const scoreOf = (id: string, words: readonly string[]) => resultOf(id, words)?.score ?? -1;
const scoreAs = (trainee: (typeof TRAINEES)[number], drill: Drill, seed = 1) =>
  scoreOf(drill.id, wordsOf(trainee, drill, realWorld(), seed));
const itemOf = (id: string, words: readonly string[], item: string) =>
  resultOf(id, words)?.items.find((one) => one.id === item);
/** The scenarios that a trainee leaves the range in. */
const outside = (trainee: (typeof TRAINEES)[number], least: number, most: number) =>
  drills()
    .map((drill) => ({ id: drill.id, score: scoreAs(trainee, drill) }))
    .filter(({ score }) => score < least || score > most);

describe('scores', () => {
  it('give the model answer of every scenario at least 95', () => {
    expect(outside('model', 95, 100)).toEqual([]);
  });

  it('give an average trainee 40 to 80', () => {
    expect(outside('average', 40, 80)).toEqual([]);
  });

  it('give a bad trainee less than 30', () => {
    expect(outside('bad', 0, 29)).toEqual([]);
  });

  it('give somebody who only calls the hotline 40 at most', () => {
    expect(outside('hotline', 0, 40)).toEqual([]);
  });

  it('give nothing for nothing', () => {
    expect(drills().filter(({ id }) => scoreOf(id, []) !== 0)).toEqual([]);
    expect(drills().filter(({ id }) => scoreOf(id, ['嗯', '我想想', '等等啊']) !== 0)).toEqual([]);
  });

  it('are the same for the same transcript', () => {
    for (const drill of drills().slice(0, 8))
      for (const trainee of TRAINEES) {
        const words = wordsOf(trainee, drill, realWorld(), 7);
        expect(resultOf(drill.id, words)).toEqual(resultOf(drill.id, words));
      }
  });

  it('are sums of their items, each within its bounds', () => {
    for (const drill of drills())
      for (const trainee of TRAINEES) {
        const { score = 0, items = [] } = resultOf(drill.id, wordsOf(trainee, drill, realWorld(), 3)) ?? {};
        expect(items.map(({ of }) => of)).toEqual([10, 20, 15, 20, 20, 10, 5]);
        expect(items.filter(({ points, of }) => points < 0 || points > of)).toEqual([]);
        expect(items.reduce((sum, { points }) => sum + points, 0)).toBe(score);
      }
  });
});

describe('chance', () => {
  const mean = (scores: readonly number[]) => scores.reduce((sum, one) => sum + one, 0) / scores.length;
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const labels = () => new Map([...realWorld().knowledge.drillActs.values()].map(({ id, label }) => [label, id]));
  const actsAtRandom = (drill: Drill, seed: number) =>
    wordsOf('random', drill, realWorld(), seed).map((label) => labels().get(label) ?? '');
  const labelOf = (id: string) => realWorld().knowledge.drillActs.get(id)?.label ?? '';
  const without = (drill: Drill, seed: number, world: World) =>
    rehearse(drill, world, { acts: actsAtRandom(drill, seed), wordsOf: labelOf, seed: 1 }).score;

  it('acts at random average 25 at most on every scenario', () => {
    const world = readOnce(realWorld());
    const lucky = drills()
      .map((drill) => ({ id: drill.id, mean: mean(upTo(SEEDS).map((seed) => without(drill, seed, world))) }))
      .filter((one) => one.mean > 25);
    expect(lucky).toEqual([]);
  }, 60_000);

  it('acts score the same without the dialogue around them', () => {
    for (const drill of drills().slice(0, 10))
      for (const seed of upTo(3)) expect(without(drill, seed, realWorld())).toBe(scoreAs('random', drill, seed));
  });

  it('taps at random average 25 at most on every scenario', () => {
    const world = readOnce(realWorld());
    const lucky = drills()
      .map(({ id }) => ({ id, mean: mean(upTo(TAPPED).map((seed) => tapScore(world, id, seed))) }))
      .filter((one) => one.mean > 25);
    expect(lucky).toEqual([]);
  }, 60_000);

  const tapScore = (world: World, id: string, seed: number) =>
    tapDrill(world, id, seed, randomFrom(seed)).result?.score ?? 0;
});

describe('money safety', () => {
  const money = (words: readonly string[], id = 'sim-unpaid') => itemOf(id, words, 'money')?.points;

  it('is earned by looking the payment up and doing what it shows', () => {
    expect(money(['查末笔'])).toBe(12);
    expect(money(['查末笔', '告诉顾客：没有扣款'])).toBe(20);
    expect(money(['告诉顾客：没有扣款'])).toBe(0);
  });

  it('is lost by collecting before that, whatever comes after', () => {
    expect(money(['再收一次', '查末笔', '告诉顾客：没有扣款'])).toBe(0);
    expect(money(['用另一台收', '查末笔', '告诉顾客：没有扣款'])).toBe(0);
  });

  it('is lost by a second attempt that nobody looked up in between', () => {
    expect(money(['查末笔', '告诉顾客：没有扣款', '再收一次', '再收一次'])).toBe(0);
    expect(money(['查末笔', '告诉顾客：没有扣款', '再收一次', '查末笔', '再收一次'])).toBe(20);
  });

  it.each(['问卡密验证码', '照对方说的转钱'])('is lost by 「%s」', (words) => {
    expect(money(['查末笔', '告诉顾客：没有扣款', words])).toBe(0);
  });

  it('is lost by collecting what was paid or is still open', () => {
    for (const { id, money: shown } of drills())
      if (shown !== 'failed') expect(money(['查末笔', '告诉顾客：先别付了', '再收一次'], id)).toBe(0);
  });
});

describe('steps', () => {
  const steps = (words: readonly string[]) => itemOf('sim-unpaid', words, 'steps')?.points;

  it('are worth nothing after something harmful', () => {
    expect(steps(['查末笔', '连手机热点'])).toBe(15);
    expect(steps(['查末笔', '连手机热点', '拆机器'])).toBe(0);
  });

  it('are worth less after a trap', () => {
    expect(steps(['查末笔', '连手机热点', '关机重启'])).toBe(10);
  });
});
