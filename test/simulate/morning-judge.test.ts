import type { Conversation, Line, Morning } from '../../src/simulate/morning.js';
import { judge, LIES, type Lie } from '../../src/simulate/morning-judge.js';
import { heard, play, settings, truths, world } from './morning-fixture.js';

const MINUTE = 60_000;
let morning: Morning;
beforeAll(() => {
  morning = play(2500, 1);
});

const judged = (conversations: readonly Conversation[]) =>
  judge(conversations, { ...truths, happened: morning.with.happened });
const happened = (kind: 'outage' | 'maintenance') => {
  const found = morning.with.happened.find((one) => one.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
};

/** A sentence that was really said of the outage or the maintenance, of one kind or another. */
function said(pattern: RegExp) {
  const found = heard(morning.with.conversations).find(({ line }) => pattern.test(line.text));
  if (!found) throw new Error(`nobody heard ${String(pattern)}`);
  return found;
}
const TOLD = /^多半不是您店里的问题，微信支付 10:40 起异常[\s\S]*先用刷卡。[\s\S]*预计 11:30/;
const KEPT = /^多半不是您店里的问题，支付宝 08:20 起计划维护/;
const OVER = /微信支付已恢复/;
/** Said to whoever comes back meanwhile. */
const STILL = '微信支付 10:40 起的异常还没恢复。';

/** The same conversation with one line of the assistant's changed. */
function lieIn(pattern: RegExp, change: (line: Line) => Partial<Line>): Conversation {
  const { conversation, index } = said(pattern);
  const lines = conversation.lines.map((line, at) => (at === index ? ({ ...line, ...change(line) } as Line) : line));
  return { ...conversation, lines };
}
const words = (from: string | RegExp, to: string) => (line: Line) => ({ text: line.text.replace(from, to) });
const moved = (at: () => number) => () => ({ at: at() });
/** Said to somebody with a trouble of their own. */
function toAnother(pattern: RegExp, change: (line: Line) => Partial<Line>): Conversation {
  const other = morning.with.conversations.find(({ visitor, told }) => visitor.trouble === undefined && !told);
  if (!other) throw new Error('everybody was told');
  const { line } = said(pattern);
  return { ...other, lines: [...other.lines, { ...line, ...change(line) } as Line] };
}

test('nothing false was said, and there was much to judge', () => {
  for (const run of [morning.with, morning.without]) expect(judged(run.conversations).findings).toEqual([]);
  const { told, over, collect } = judged(morning.with.conversations).judged;
  expect(Math.min(told, over, collect)).toBeGreaterThan(20);
});

const PLANTED: Record<Lie, readonly (() => Conversation)[]> = {
  'not-theirs': [
    () => toAnother(TOLD, words('多半不是', '不是')),
    () => toAnother(KEPT, words('多半不是', '不是')),
    // The right trouble, at another acquirer.
    () => {
      const one = lieIn(TOLD, words('多半不是', '不是'));
      return { ...one, visitor: { ...one.visitor, acquirer: 'lakala' } };
    },
  ],
  unknown: [
    () => toAnother(TOLD, ({ at }) => ({ text: STILL.replace('微信', '云闪付'), at })),
    () => lieIn(TOLD, words('微信支付', '花呗')),
    () => lieIn(OVER, words('微信支付', '花呗')),
  ],
  'too-early': [
    () =>
      lieIn(
        TOLD,
        moved(() => happened('outage').from - 5 * MINUTE),
      ),
  ],
  'too-late': [
    () => toAnother(TOLD, () => ({ text: STILL, at: (happened('outage').over ?? 0) + MINUTE })),
    () =>
      lieIn(
        TOLD,
        moved(() => (happened('outage').over ?? 0) + 5 * MINUTE),
      ),
  ],
  suspected: [
    () =>
      lieIn(
        TOLD,
        moved(() => (happened('outage').announced ?? 0) - MINUTE),
      ),
  ],
  window: [
    () =>
      lieIn(
        KEPT,
        moved(() => happened('maintenance').to + MINUTE),
      ),
    () =>
      lieIn(
        KEPT,
        moved(() => happened('maintenance').from - MINUTE),
      ),
  ],
  since: [
    () => toAnother(TOLD, ({ at }) => ({ text: STILL.replace('10:40', '10:50'), at })),
    () => lieIn(TOLD, words('10:40', '10:20')),
    () => lieIn(KEPT, words('08:20', '02/02 08:20')),
  ],
  until: [
    () => lieIn(TOLD, words('11:30', '11:10')),
    // An end that was expected once, and did not come.
    () =>
      lieIn(
        TOLD,
        moved(() => happened('outage').from + 52 * MINUTE),
      ),
    () => lieIn(KEPT, words(/计划到 \d\d:\d\d/, '计划到 10:20')),
  ],
  workaround: [
    () => lieIn(TOLD, words('先用刷卡', '先用微信')),
    () => lieIn(TOLD, words('先用刷卡', '先用支票')),
    () => lieIn(KEPT, words('先用微信', '先用支付宝')),
  ],
  over: [
    () =>
      lieIn(
        OVER,
        moved(() => happened('outage').to - MINUTE),
      ),
    () => lieIn(OVER, words(/（\d\d:\d\d）/, '（11:20）')),
  ],
  collect: [
    () => lieIn(TOLD, words('查清没扣的，还有下一位，先用刷卡。', '先用刷卡收。')),
    // A question for which somebody has to pay, and a step that charges, before anything is known.
    () => lieIn(TOLD, () => ({ question: 'other-card' })),
    () => lieIn(TOLD, ({ text }) => ({ text: `${text}\n${chargingStep()}` })),
  ],
  unread: [
    () => lieIn(TOLD, words(/^.*$/m, '微信支付坏了，不是您店里的问题。')),
    // Told in words that nobody foresaw: the assistant's own count gives it away.
    () => lieIn(TOLD, () => ({ text: '微信支付出问题了，用刷卡吧。' })),
  ],
};

function chargingStep(): string {
  const step = [...world.knowledge.fixes.values()].flatMap(({ steps }) => steps).find(({ charges }) => charges);
  if (!step) throw new Error('no step charges');
  return step.text;
}

describe('a lie that is planted is found:', () => {
  test.each(LIES.flatMap((lie) => PLANTED[lie].map((plant, number) => [lie, number + 1, plant] as const)))(
    '%s, %i',
    (lie, _, plant) => {
      expect(judged([plant()]).findings.map((finding) => finding.lie)).toContain(lie);
    },
  );
});

test('with 「多半」 it is no lie to somebody with another trouble, but counted', () => {
  const { findings, hedgedWrongly } = judged([toAnother(TOLD, () => ({}))]);
  expect([findings, hedgedWrongly]).toEqual([[], 1]);
});

test('whoever found the payment gone through is not to be led to collect', () => {
  const found = morning.without.conversations.find(({ lines }) =>
    lines.some((line) => line.who === 'merchant' && line.question === 'looked-up' && line.option === 'paid'),
  );
  if (!found) throw new Error('nobody was paid');
  const at = found.lines.at(-1)?.at ?? 0;
  const step: Line = { who: 'assistant', at, text: chargingStep(), options: [] };
  expect(judged([{ ...found, lines: [...found.lines, step] }]).findings.map(({ lie }) => lie)).toEqual(['collect']);
});

test.each([
  ['微信付不了', ['collect']],
  ['付款失败', ['collect']],
  ['微信付不了，没扣款', []],
])('that it fails is not to say that nothing was charged: %s', (text, lies) => {
  const [one] = morning.without.conversations;
  if (!one) throw new Error('nobody came');
  const at = one.visitor.at;
  const lines: Line[] = [
    { who: 'merchant', at, text },
    { who: 'assistant', at, text: chargingStep(), options: [] },
  ];
  expect(judged([{ ...one, lines }]).findings.map(({ lie }) => lie)).toEqual(lies);
});

test('the judge reads every sentence that the flow has for it', () => {
  const { told, over, ended, until, way } = settings.judge;
  const texts = world.flows.get('triage')?.texts ?? {};
  const values: Record<string, string> = {
    what: '微信支付',
    since: '10:40',
    until: '11:30',
    caution: '…',
    now: '刷卡',
    next: '刷卡',
    end: '11:48',
  };
  const sentence = (key: string) =>
    (texts[key] ?? '').replace(/\[\[|\]\]/g, '').replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  for (const kind of ['outage', 'maintenance'])
    for (const fit of ['whole', 'part']) {
      const text = sentence(`incident-${kind}-${fit}`);
      expect(told.exec(text)?.groups).toMatchObject({ what: '微信支付', since: '10:40' });
      expect(settings.judge.hedge.test(text)).toBe(true);
      expect(until.exec(text)?.groups?.until).toBe('11:30');
      expect(way.exec(text)?.groups?.way).toBe('刷卡');
    }
  expect(over.exec(sentence('incident-over-outage'))?.groups).toMatchObject({ what: '微信支付', end: '11:48' });
  expect(ended.exec(sentence('incident-over-maintenance'))?.groups).toMatchObject({ what: '微信支付', end: '11:48' });
});
