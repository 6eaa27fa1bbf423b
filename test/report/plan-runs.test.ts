/** Runs of the emergency plan from the journal's events, and their records. */
import { csvOf } from '../../src/report/csv.js';
import { markdownOf, type PlanWords, planRows } from '../../src/report/plan-record.js';
import { MOST_RUNS, PlanRuns, type RecordedRun } from '../../src/report/plan-runs.js';
import { startOf } from '../../src/report/shanghai.js';
import { Talk } from './talk.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const FROM = startOf('2026-11-23') ?? 0;
const TEN = FROM + 10 * 60 * MINUTE;

const words: PlanWords = {
  word: (key, values = {}) => [key, ...Object.values(values)].join(' '),
  role: (id) => `role of ${id}`,
};

type Events = readonly { type: string; at: number; data: Readonly<Record<string, unknown>>; conversation?: string }[];

function collected(events: Events, span = { from: FROM, to: FROM + DAY }) {
  const runs = new PlanRuns(span, (conversation, run) => `${conversation} ${run}`);
  for (const event of events) runs.take({ id: '', conversation: 'web-1', ...event });
  return runs.finish();
}

const started = (run: number, more: object = {}) => ({
  type: 'plan-started',
  at: run + MINUTE,
  data: { run, situation: 'fraud', title: '被骗', severity: 'emergency', role: 'manager', steps: 3, ...more },
});
const step = (run: number, id: string, more: object = {}) => ({
  type: 'plan-step',
  at: run + 5 * MINUTE,
  data: {
    run,
    step: id,
    title: id,
    role: 'cashier',
    outcome: 'done',
    limit: 2,
    minutes: 3.04,
    given: run + MINUTE,
    done: run + 4 * MINUTE,
    ...more,
  },
});
const ended = (run: number, outcome: string) => ({
  type: 'plan-ended',
  at: run + 9 * MINUTE,
  data: { run, outcome, minutes: 9, left: 1 },
});
const one = (events: Events): RecordedRun => {
  const [run] = collected(events).runs;
  if (!run) throw new Error('there is no run');
  return run;
};

test('a run that was talked through is put together from what the journal got of it', () => {
  // A talk begins ten seconds later.
  const talk = new Talk('web-1', TEN - 10_000);
  talk.say('断网了，启动应急，我是店长');
  talk.say('做完了');
  talk.say('做不了');
  talk.say('结束应急');
  const { runs, dropped } = collected(talk.events);
  expect(dropped).toBe(0);
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ door: 'web', from: TEN, role: 'manager', outcome: 'stopped', human: null });
  expect(runs[0]?.steps.map(({ outcome }) => outcome)).toEqual(['done', 'cannot', 'open']);
  expect(runs[0]?.to).toBeGreaterThan(TEN);
});

test('a run without an end is running; a human asked for within it is noted once', () => {
  const asked = (at: number) => ({ type: 'human', at, data: { case: TEN } });
  const run = one([started(TEN), asked(TEN + MINUTE), asked(TEN + 2 * MINUTE)]);
  expect(run).toMatchObject({ outcome: 'running', minutes: null, to: null, human: TEN + MINUTE });
  const over = one([started(TEN), ended(TEN, 'silence'), asked(TEN + DAY / 2)]);
  expect(over).toMatchObject({ outcome: 'silence', minutes: 9, human: null });
});

test('a step taken back and answered again counts as it was answered last', () => {
  const run = one([started(TEN), step(TEN, 'a', { outcome: 'cannot' }), step(TEN, 'b'), step(TEN, 'a')]);
  expect(run.steps.map(({ step: id, outcome }) => [id, outcome])).toEqual([
    ['b', 'done'],
    ['a', 'done'],
  ]);
});

test('runs are those asked for in the span, the latest first; what is none is passed over', () => {
  const events = [started(FROM - 1), started(FROM), started(FROM + DAY - 1), started(FROM + DAY), started(FROM)];
  const odd = [{ type: 'plan-started', at: TEN, data: { run: 'x' } }, step(TEN, 'of no run'), ended(TEN, 'stopped')];
  expect(collected([...events, ...odd]).runs.map(({ from }) => from)).toEqual([FROM + DAY - 1, FROM]);
});

test('memory is bounded: of too many runs the earliest go and that is told, of too many steps too', () => {
  const many = Array.from({ length: MOST_RUNS + 3 }, (_, n) => started(FROM + n));
  const { runs, dropped } = collected(many);
  expect([runs.length, dropped, runs.at(-1)?.from]).toEqual([MOST_RUNS, 3, FROM + 3]);
  const long = one([started(TEN), ...Array.from({ length: 100 }, (_, n) => step(TEN, `s${n}`))]);
  expect(long.steps).toHaveLength(60);
  expect(long.steps.at(-1)?.step).toBe('s99');
});

describe('a record', () => {
  const HOSTILE = '=HYPERLINK("http://x","|看")';
  const run = () =>
    one([
      started(TEN, { title: HOSTILE, merchant: '822100' }),
      step(TEN, 'a', { title: '+1|*b*\n# c' }),
      step(TEN, 'b', { title: '＝打电话', outcome: 'open', limit: 5 }),
      ended(TEN, 'stopped'),
    ]);

  test('as a table has one row a step, and no cell that a spreadsheet takes for a formula', () => {
    const rows = planRows([run()], words);
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    const csv = csvOf(rows);
    expect(csv).toContain(`"'=HYPERLINK(""http://x"",""|看"")"`);
    expect(csv).toContain(`"'+1|*b*\n# c"`);
    expect(csv).toContain("'＝打电话");
    expect(csv).not.toMatch(/(?:^|,)"?[=+\-@＝＋－＠]/m);
  });

  test('as a document keeps an operator’s words from being markup, and says what was late and what was not done', () => {
    const text = markdownOf(run(), words);
    const table = text.split('\n').filter((line) => line.startsWith('|'));
    expect(table).toHaveLength(4);
    const columns = table.map((line) => line.replaceAll('\\|', '').split('|').length);
    expect(new Set(columns).size).toBe(1);
    expect(table[2]).toContain('+1\\|\\*b\\* \\# c');
    expect(table[2]).toContain('plan.late plan.outcome.done');
    expect(table[3]).not.toContain('plan.late');
    expect(text).toContain('plan.notDone ＝打电话');
    expect(text).toContain('822100');
    expect(text).toContain('plan.ended.stopped');
  });

  test('of a run without an end says so', () => {
    const text = markdownOf(one([started(TEN)]), words);
    expect(text).toContain('plan.noEnd');
    expect(text).toContain('plan.ended.running');
    expect(text).not.toContain('plan.notDone');
  });
});
