import type { Morning } from '../../src/simulate/morning.js';
import { figuresOf, type Judged, judged, SAMPLES, samplesOf } from '../../src/simulate/morning-figures.js';
import { morningAsHtml } from '../../src/simulate/morning-page.js';
import { morningAsJson, morningAsText, timelineOf } from '../../src/simulate/morning-report.js';
import { heard, play, truths, world } from './morning-fixture.js';

let all: Judged[] = [];
const first = (): Morning => {
  const [one] = all;
  if (!one) throw new Error('no morning');
  return one.morning;
};
beforeAll(() => {
  all = [1, 2].map((seed) => judged(play(2500, seed), truths));
});

describe('a morning', () => {
  test('is the same for the same seed, and another for another', () => {
    const [one, again, other] = [play(300, 3), play(300, 3), play(300, 4)];
    expect(JSON.stringify(again)).toBe(JSON.stringify(one));
    expect(JSON.stringify(other.with.conversations)).not.toBe(JSON.stringify(one.with.conversations));
  });

  test('brings the same merchants with the board and without, and only with it is anything told', () => {
    const visitors = (run: Morning['with']) => run.conversations.map(({ visitor }) => visitor);
    expect(visitors(first().without)).toEqual(visitors(first().with));
    expect(first().without.conversations.filter(({ told, news }) => told ?? news)).toEqual([]);
    expect(heard(first().without.conversations).filter(({ line }) => /起异常|起计划维护/.test(line.text))).toEqual([]);
  });

  test('has the outage suspected by the detector, then known, then closed, in that order', () => {
    const from = first().with.happened.find(({ kind }) => kind === 'outage')?.from ?? 0;
    const outage = timelineOf(first()).filter(({ kind, at }) => kind === 'outage' && at >= from);
    const order = ['began', 'suspected', 'announced', 'ended', 'closed'].map((what) =>
      outage.findIndex((note) => note.what === what),
    );
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect(order).not.toContain(-1);
  });

  test('of few shops is known by what the acquirer says: the detector has too little to go by', () => {
    const { with: run } = play(100, 5);
    const of = (what: string) => run.notes.find((note) => note.what === what && note.kind === 'outage')?.at ?? 0;
    expect(run.notes.filter(({ what }) => what === 'suspected')).toEqual([]);
    expect(of('announced') - of('began')).toBe(truths.settings.operator.notice * 60_000);
  });
});

describe('what came of it', () => {
  test('whoever is affected saves minutes, questions and calls, and nobody was told anything false', () => {
    const figures = figuresOf(all);
    const affected = figures.groups.find(({ group }) => group === 'affected');
    expect(affected?.merchants).toBeGreaterThan(60);
    expect(affected?.savedEach.value).toBeGreaterThan(2);
    expect(affected?.questions.with.value).toBeLessThan(affected?.questions.without.value ?? 0);
    expect(affected?.calls.with.value).toBeLessThan(affected?.calls.without.value ?? 0);
    expect(figures.soon.value).toBeGreaterThan(0.9);
    expect(figures.heardEnd.value).toBe(1);
    expect(figures.falseStatements).toBe(0);
  });

  test('a sample of each kind shows it, no conversation twice', () => {
    const samples = samplesOf(all);
    expect(samples.map(({ kind }) => kind)).toEqual([...SAMPLES]);
    expect(new Set(samples.map(({ conversation }) => conversation)).size).toBe(samples.length);
  });

  test('the table, the JSON and the page say the same', () => {
    const figures = figuresOf(all);
    const text = morningAsText(all, figures);
    expect(text).toContain('false statements: 0');
    expect(text).not.toMatch(/NaN|undefined/);
    const json = JSON.parse(morningAsJson(all, figures)) as { falseStatements: number; samples: unknown[] };
    expect([json.falseStatements, json.samples.length]).toEqual([0, SAMPLES.length]);
    const page = morningAsHtml(all, figures, (key) => world.knowledge.ui[`morning.${key}`] ?? `<${key}>`);
    expect(page).toContain('<b>0</b>');
    expect(page).toContain('多半不是您店里的问题，微信支付 10:40 起异常');
    expect(page).not.toMatch(/NaN|undefined|Infinity|<script|https?:\/\/|src=|&lt;/);
  });

  test('a single morning has no interval, and says so by leaving it out', () => {
    expect(morningAsText(all.slice(0, 1), figuresOf(all.slice(0, 1)))).not.toMatch(/NaN|± –/);
  });
});
