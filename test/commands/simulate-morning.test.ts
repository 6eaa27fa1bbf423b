import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, run, tempFolder } from './cli.js';

afterEach(cleanUp);

describe('pos-doctor simulate --morning', () => {
  test('prints one JSON and writes a page with Chinese words', async () => {
    const html = join(tempFolder(), 'morning.html');
    const flags = ['--shops', '500', '--mornings', '1', '--seed', '3', '--json', '--html', html];
    const { code, out, err } = await run(['simulate', '--morning', ...flags]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const told = JSON.parse(out) as { seeds: number[]; shops: number; falseStatements: number; samples: unknown[] };
    expect([told.seeds, told.shops, told.falseStatements]).toEqual([[3], 500, 0]);
    expect(told.samples.length).toBeGreaterThan(0);
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('商户听到的');
    expect(page).not.toMatch(/morning\.|<script|NaN/);
  }, 120_000);

  test.each([['--incidents'], ['--cases', '20']])('refuses flags of the other simulations: %s', async (...flags) => {
    const { code, err } = await run(['simulate', '--morning', ...flags]);
    expect(code).toBe(2);
    expect(err).toContain('cannot be used with');
  });
});
