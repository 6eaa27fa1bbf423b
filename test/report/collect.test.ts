/** What a report says of conversations that were really held. */
import { Collector } from '../../src/report/collect.js';
import type { Happened } from '../../src/report/event.js';
import type { Figures } from '../../src/report/figures.js';
import { DAY, startOf } from '../../src/report/shanghai.js';
import { realWorld } from '../support/world.js';
import { Talk } from './talk.js';

const FIRST = startOf('2026-11-23') ?? 0;
const AT = FIRST + 10 * 3_600_000;
const causes = new Map([...realWorld().knowledge.faults].map(([id, { cause }]) => [id, cause]));

function report(talks: readonly Talk[], more: Partial<ConstructorParameters<typeof Collector>[0]> = {}): Figures {
  const collector = new Collector({ from: FIRST, to: FIRST + DAY, now: FIRST + 3 * DAY, door: null, ...more }, causes);
  for (const talk of talks) for (const event of talk.events) collector.take(event);
  return collector.finish();
}

const solved = (id: string, at = AT) => new Talk(id, at).say('余额不足，别人的卡都能刷，没扣款').pass(3).tap('solved');
const called = (id: string, at = AT) => new Talk(id, at).say('提示无效商户，没扣款').say('转人工');

test('a case that a fix solved is told with its cause, its minutes, its questions, and that no human was needed', () => {
  const figures = report([solved('web-1'), solved('wecom-kf:a:b')]);
  expect(figures.cases).toMatchObject({ n: 2, byDoor: { web: 1, 'wecom-kf': 1 } });
  expect(figures.cases.byOutcome).toMatchObject({ solved: 2, left: 0 });
  expect(figures.cases.byCause).toEqual([
    expect.objectContaining({ cause: 'balance', cases: 2, withoutHuman: { n: 2, of: 2, share: null }, handovers: 0 }),
  ]);
  expect(figures.timeToFix.withoutHuman).toEqual({ n: 2, mean: 3.2, median: 3.2, p90: null });
  expect(figures.questions).toMatchObject({ n: 2, mean: 0 });
  expect(figures.fixes).toMatchObject({ n: 2, mean: 1 });
});

test('questions are counted as they were asked, a look-up of the payment among them', () => {
  const talk = new Talk('web-1', AT).say('没网，机器打叉').tap('yes').tap('processing').say('转人工');
  expect(report([talk]).questions.mean).toBe(3);
});

test('what a human solved, went on after, took over or never answered is told apart, with the minutes it took', () => {
  const byHuman = called('web-1').pass(20).tap('solved');
  const goesOn = called('web-2').pass(5).tap('continue');
  const taken = called('wecom-kf:a:b').pass(7).human(true);
  const silent = called('web-4');
  const { handovers, cases, withoutHuman, timeToFix } = report([byHuman, goesOn, taken, silent]);
  expect(handovers).toMatchObject({
    n: 4,
    byWhy: { asked: 4 },
    byEnd: { accepted: 1, solved: 1, 'went-on': 1, unknown: 1 },
  });
  expect(handovers.accepted).toMatchObject({ n: 1, median: 7.2 });
  expect(handovers.wait).toMatchObject({ n: 3, median: 7.2 });
  expect(cases.byOutcome).toMatchObject({ 'solved-by-human': 1, 'handed-over': 3 });
  expect(withoutHuman).toEqual({ n: 0, of: 4, share: null });
  expect(timeToFix).toMatchObject({ withoutHuman: { n: 0 }, withHuman: { n: 1 } });
});

test('a case that was solved and yet needed a human afterwards was not solved without one', () => {
  const figures = report([solved('web-1').say('还是给我转人工吧')]);
  expect(figures.withoutHuman).toEqual({ n: 0, of: 1, share: null });
  expect(figures.cases.byOutcome.solved).toBe(1);
});

test('silence, a case given up, one begun anew and one left in the middle are told apart; one of a moment ago may go on', () => {
  const trouble = (id: string) => new Talk(id, AT).say('机器没网了，顶上打叉');
  const talks = [
    trouble('web-1').pass(300),
    trouble('web-2').say('算了'),
    trouble('web-3').say('重新开始'),
    trouble('web-4'),
  ];
  expect(report(talks).cases.byOutcome).toMatchObject({ silence: 1, cancelled: 1, restarted: 1, left: 1, open: 0 });
  expect(report(talks, { now: AT + 3_600_000 }).cases.byOutcome).toMatchObject({ left: 0, open: 1 });
});

test('what is said without any trouble is no case', () => {
  const talk = new Talk('web-1', AT).say('你好').say('谢谢').say('招商银行电话').say('算了');
  expect(report([talk]).cases.n).toBe(0);
});

test('two cases of one conversation are two; one that is closed twice is one', () => {
  const twice = solved('web-1').say('机器没网了，顶上打叉').say('又能用了');
  expect(report([twice]).cases.n).toBe(2);
  expect(report([solved('web-1').say('算了').say('取消')]).cases).toMatchObject({ n: 1, byOutcome: { solved: 1 } });
});

test('a case belongs to the day and hour in China in which it began', () => {
  const late = solved('web-1', FIRST + DAY - 60_000);
  const early = solved('web-2', FIRST - 60_000);
  const { cases } = report([late, early]);
  expect(cases.n).toBe(1);
  expect(cases.byHour[23]).toBe(1);
  expect(cases.byDay).toEqual([{ day: '2026-11-23', n: 1 }]);
  expect(report([late, early], { from: FIRST - DAY }).cases.byDay).toEqual([
    { day: '2026-11-22', n: 1 },
    { day: '2026-11-23', n: 1 },
  ]);
});

test('whether it helped is told, with why not, and of how many who were asked', () => {
  const talks = [
    solved('web-1').tap('good'),
    solved('web-2').tap('bad').tap('slow'),
    solved('web-3').tap('bad').say('字太小老人家看着费劲'),
    solved('web-4'),
  ];
  expect(report(talks).satisfaction).toEqual({
    asked: 4,
    good: { n: 1, of: 3, share: null },
    why: { slow: 1, words: 1 },
    words: [{ text: '字太小老人家看着费劲', n: 1 }],
  });
});

test('what turned out not to be solved was not solved', () => {
  const figures = report([solved('web-1').tap('bad').tap('not-fixed')]);
  expect(figures.cases.byOutcome).toMatchObject({ solved: 0, 'not-fixed': 1 });
  expect([figures.withoutHuman.n, figures.timeToFix.withoutHuman.n]).toEqual([0, 0]);
});

test('a door with ratings of its own is not asked', () => {
  const talk = new Talk('wecom-bot:u:1', AT, true).say('余额不足，别人的卡都能刷，没扣款').tap('solved');
  expect(talk.last).not.toContain('帮上忙');
  expect(report([talk]).satisfaction.asked).toBe(0);
  expect(solved('web-1').last).toContain('帮上忙');
});

test('ratings are put to what was said; a changed one counts as it was at last, a withdrawn one not', () => {
  const ask = (id: string) => new Talk(id, AT, true).say('余额不足，别人的卡都能刷，没扣款');
  const talks = [
    ask('wecom-bot:u:1').rate('bad'),
    ask('wecom-bot:u:2').rate('good').rate('bad'),
    ask('wecom-bot:u:3').rate('good'),
    ask('wecom-bot:u:4').rate('bad').rate('withdrawn'),
  ];
  const { answers } = report(talks);
  expect(answers).toMatchObject({ rated: 3, good: { n: 1, of: 3 }, unknown: 0 });
  expect(answers.worst).toEqual([{ text: expect.stringContaining('「'), rated: 3, bad: { n: 2, of: 3, share: null } }]);
});

test('what was not understood is grouped however it was written, and private numbers do not appear', () => {
  const say = (id: string, text: string) => new Talk(id, AT).say('没网，机器打叉').say(text);
  const talks = [
    say('web-1', '阿巴阿巴，歪比'),
    say('web-2', '阿巴阿巴 歪比！'),
    say('web-3', '歪比巴卜4111111111111111'),
  ];
  const { notUnderstood } = report(talks);
  expect(notUnderstood.n).toBe(3);
  expect(notUnderstood.top[0]).toEqual({ text: '阿巴阿巴 歪比！', n: 2 });
  expect(JSON.stringify(notUnderstood)).not.toContain('1111');
});

test('of one door only', () => {
  const talks = [solved('web-1'), solved('wecom-kf:a:b'), called('wecom-kf:a:c')];
  const figures = report(talks, { door: 'wecom-kf' });
  expect([figures.door, figures.cases.n, figures.handovers.n, figures.satisfaction.asked]).toEqual([
    'wecom-kf',
    2,
    1,
    1,
  ]);
});

test('ten cases make a percentage, nine do not', () => {
  const talks = Array.from({ length: 10 }, (_, n) => solved(`web-${n}`));
  expect(report(talks.slice(1)).withoutHuman.share).toBeNull();
  expect(report(talks).withoutHuman.share).toBe(1);
  expect(report(talks).timeToFix.withoutHuman.p90).toBe(3.2);
});

test('an event in no form at all counts as nothing', () => {
  const strange = [null, 7, 'x', [], { case: 1 }, { case: 1, belief: 'x', known: 3, fix: [], why: {} }];
  const types = ['turn', 'plan', 'fix', 'human', 'closed', 'feedback', 'satisfaction', 'not-understood', 'new'];
  const collector = new Collector({ from: 0, to: DAY, now: DAY, door: null }, causes);
  for (const type of types)
    for (const data of strange)
      collector.take({ id: 'x', conversation: 'c', at: 1, type, data: data as Happened['data'] });
  expect(collector.finish().cases.n).toBeLessThanOrEqual(1);
});

test('why answers were rated badly is told, as the last rating of each has it', () => {
  const rate = (
    conversation: string,
    answer: string,
    rating: string,
    more: Record<string, unknown> = {},
  ): Happened => ({
    id: `${conversation}:${answer}:feedback`,
    conversation,
    at: AT,
    type: 'feedback',
    data: { answer, rating, ...more },
  });
  const events = [
    rate('wecom-bot:u:a', 'm1', 'bad', { reasons: [1, 2], text: '步骤不对' }),
    rate('wecom-bot:u:b', 'm1', 'bad', { reasons: [2, 2, 99], text: '步骤不对。' }),
    rate('wecom-bot:u:b', 'm2', 'bad', { reasons: 'x' }),
    rate('wecom-bot:u:c', 'm1', 'bad', { reasons: [3], text: '收回' }),
    rate('wecom-bot:u:c', 'm1', 'good'),
    rate('wecom-bot:u:d', 'm1', 'bad', { reasons: [4] }),
    rate('wecom-bot:u:d', 'm1', 'withdrawn'),
  ];
  const collector = new Collector({ from: FIRST, to: FIRST + DAY, now: FIRST + 3 * DAY, door: null }, causes);
  for (const event of events) collector.take(event);
  const { answers } = collector.finish();
  expect(answers).toMatchObject({ rated: 4, good: { n: 1 }, unknown: 4, words: [{ text: '步骤不对', n: 2 }] });
  expect(answers.why).toEqual({ irrelevant: 1, incomplete: 2, other: 1 });
});
