import { readFileSync } from 'node:fs';
import { type Measurement, measureHeld, measureQuickly, regressions } from '../../src/eval/guard.js';
import { knowledge } from './fixture.js';

const baseline = JSON.parse(readFileSync(new URL('./baseline.json', import.meta.url), 'utf8')) as Measurement;

test('no figure of the understanding fell by more than its noise (if it had to: node scripts/baseline.js)', () => {
  expect(regressions(baseline, measureQuickly(knowledge))).toEqual([]);
}, 60_000);

describe('a fall is told', () => {
  const was: Measurement = {
    up: { value: 0.9, noise: 0.01, better: 'more' },
    down: { value: 0.02, noise: 0.01, better: 'less' },
  };
  const is = (up: number, down: number): Measurement => ({
    up: { value: up, noise: 0, better: 'more' },
    down: { value: down, noise: 0, better: 'less' },
  });
  test.each([
    ['within the noise', is(0.895, 0.025), []],
    ['better', is(0.99, 0.001), []],
    ['less where more is better', is(0.88, 0.02), ['up was 0.900 and is 0.880']],
    ['more where less is better', is(0.9, 0.04), ['down was 0.020 and is 0.040']],
    ['gone', {}, ['up is not measured', 'down is not measured']],
  ])('%s', (_, now, told) => {
    const found = regressions(was, now);
    expect(found).toHaveLength(told.length);
    told.forEach((part, i) => {
      expect(found[i]).toContain(part);
    });
  });

  test('a model that learned nothing of the network falls through', () => {
    const spoilt = { ...knowledge, phrases: knowledge.phrases.filter(({ intent }) => intent !== 'network') };
    const held = Object.fromEntries(Object.entries(baseline).filter(([name]) => name.startsWith('held.')));
    expect(regressions(held, measureHeld(spoilt))).not.toEqual([]);
  }, 60_000);
});
