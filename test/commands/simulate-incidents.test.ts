import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, run, tempFolder } from './cli.js';

afterEach(cleanUp);

describe('pos-doctor simulate --incidents', () => {
  test('prints one JSON and draws the curve with Chinese words', async () => {
    const svg = join(tempFolder(), 'curve.svg');
    const { code, out, err } = await run([
      'simulate',
      '--incidents',
      '--months',
      '1',
      '--seed',
      '3',
      '--json',
      '--svg',
      svg,
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const summary = JSON.parse(out) as { seed: number; months: number; curve: unknown[]; delays: { size: string }[] };
    expect([summary.seed, summary.months]).toEqual([3, 1]);
    expect(summary.delays.map(({ size }) => size)).toEqual(['large', 'medium', 'small', 'rare', 'all']);
    expect(readFileSync(svg, 'utf8')).toContain('每月误报次数');
  }, 120_000);

  test('refuses flags of the other simulation', async () => {
    const { code, err } = await run(['simulate', '--incidents', '--cases', '20']);
    expect(code).toBe(2);
    expect(err).toContain('cannot be used with');
  });
});
