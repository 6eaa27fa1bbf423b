import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, Running, run, tempFolder } from './cli.js';

afterEach(cleanUp);

describe('pos-doctor simulate', () => {
  test('prints one JSON with both worlds and the targets, and writes the page', async () => {
    const page = join(tempFolder(), 'simulation.html');
    const { code, out, err } = await run(['simulate', '--json', '--cases', '10', '--seed', '3', '--html', page]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { seed, worlds, targets } = JSON.parse(out) as {
      seed: number;
      worlds: { world: string; cases: number }[];
      targets: { met: boolean }[];
    };
    expect(seed).toBe(3);
    expect(worlds.map(({ world, cases }) => [world, cases])).toEqual([
      ['matched', 10],
      ['perturbed', 10],
    ]);
    expect(targets.length).toBeGreaterThan(10);
    expect(readFileSync(page, 'utf8')).toContain('<svg');
  }, 60_000);

  test('refuses a number of cases that is none', async () => {
    const { code, err } = await run(['simulate', '--cases', 'many']);
    expect(code).toBe(2);
    expect(err).toContain('whole number from 10');
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('stopped with Ctrl-C it says so in a line and leaves no file behind', async () => {
    const folder = tempFolder();
    const running = new Running(['simulate', '--cases', '100000', '--html', join(folder, 'simulation.html')]);
    // The handler is there before anything is learnt; an earlier signal would end the process by itself.
    const again = setInterval(() => running.process.kill('SIGINT'), 2000);
    const { out, err, code, signal } = await running.ended;
    clearInterval(again);
    if (signal === null) expect([code, err]).toEqual([130, 'pos-doctor: interrupted, nothing written\n']);
    expect(out).toBe('');
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  }, 60_000);
});
