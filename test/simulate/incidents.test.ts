import { curveAsSvg } from '../../src/simulate/incident-curve.js';
import { boundsOf, incidentsAsText, quantile, summaryOf } from '../../src/simulate/incident-report.js';
import { type IncidentResult, simulateIncidents } from '../../src/simulate/incidents.js';
import { loadMorning, loadYardsticks } from '../../src/simulate/load.js';
import { wordsOf } from '../../src/simulate/morning-visitors.js';
import { randomFrom } from '../../src/simulate/random.js';
import { type Voices, voicesOf } from '../../src/simulate/voices.js';
import { realWorld } from '../support/world.js';

let result: IncidentResult;

/** By the understanding at work, which has seen the sentences: training others takes a while, and `simulate` does. */
function readVoices(): Voices {
  const world = realWorld();
  const { openings, settings } = loadYardsticks();
  const { usual } = wordsOf(world, openings, loadMorning());
  return voicesOf(world.model, usual, settings, 0.08, randomFrom(7));
}

beforeAll(() => {
  const voices = readVoices();
  const running = simulateIncidents(1, 7, voices);
  for (let next = running.next(); ; next = running.next())
    if (next.done === true) {
      result = next.value;
      return;
    }
}, 120_000);

describe('a simulated month', () => {
  test('has at least two hundred streams and few false alarms', () => {
    expect(result.streams.all).toBeGreaterThanOrEqual(200);
    // One a month is allowed; more than five would come by chance once in 1,600 months.
    expect(result.falseAlarms).toBeLessThanOrEqual(5);
  });

  test('sees nearly every tenfold rise, half of them in eight reports or nearly', () => {
    const { delays } = summaryOf(result);
    const all = delays.find(({ size }) => size === 'all');
    expect(all?.missed).toBeLessThan(0.1);
    expect(all?.reports.median).toBeLessThanOrEqual(9);
    expect(all?.named).toBeGreaterThan(0.8);
  });

  test('a lower threshold never sees later', () => {
    for (const { seen } of result.trials)
      for (let at = 1; at < seen.length; at += 1)
        expect(seen[at - 1]?.reports ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(
          seen[at]?.reports ?? Number.POSITIVE_INFINITY,
        );
  });

  test('is drawn with the words given, escaped, and told as tables', () => {
    const svg = curveAsSvg(summaryOf(result), (key) => `<${key}>`);
    expect(svg).toContain('&lt;x&gt;');
    expect(svg).toContain('&lt;used&gt;');
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(incidentsAsText(summaryOf(result))).toContain('false alarms a month');
  });

  test('says of both targets whether they are met, of rare streams apart', () => {
    const { targets, delays } = summaryOf(result);
    const all = delays.find(({ size }) => size === 'all');
    expect(targets.falseAlarms.met).toBe(result.falseAlarms <= 1);
    expect(targets.delay.inTime).toBe(all?.inTime);
    expect(targets.delay.met).toBe((all?.inTime ?? 0) >= 0.5);
    expect(all?.outages).toBe(result.trials.filter(({ size }) => size !== 'rare').length);
    expect(incidentsAsText(summaryOf(result))).toMatch(/asked: at most 1 a month: (NOT )?met/);
  });
});

test('what was missed is later than everything', () => {
  expect(quantile([3, null, 1], 0.5)).toBe(3);
  expect(quantile([3, null, null], 0.5)).toBeNull();
});

test('bounds of a count are those of a Poisson rate', () => {
  // Exact by Garwood: 4.80 … 18.39 for ten.
  const { low, high } = boundsOf(10, 1);
  expect(low).toBeCloseTo(4.8, 1);
  expect(high).toBeCloseTo(18.4, 1);
  expect(boundsOf(0, 1).low).toBe(0);
});
