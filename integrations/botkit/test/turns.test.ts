import { isPosDoctorError } from 'pos-doctor';
import { TURNS_MAX, Turns } from '../src/turns.js';

function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('turns', () => {
  test('of one conversation run in order, those of another meanwhile', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const { opened, open } = gate();
    const first = turns.run('a', async () => {
      await opened;
      log.push('a1');
    });
    const second = turns.run('a', async () => void log.push('a2'));
    await turns.run('b', async () => void log.push('b1'));
    expect(log).toEqual(['b1']);
    open();
    await Promise.all([first, second]);
    expect(log).toEqual(['b1', 'a1', 'a2']);
    await Promise.resolve();
    expect(turns.size).toBe(0);
  });

  test('go on after one that failed', async () => {
    const turns = new Turns();
    const failed = turns.run('a', () => Promise.reject(new Error('a defect')));
    const next = turns.run('a', async () => 'fine');
    await expect(failed).rejects.toThrow('a defect');
    expect(await next).toBe('fine');
  });

  test('that a running one begins are a part of it, however they are nested', async () => {
    const turns = new Turns();
    const inner = await turns.run('a', () => turns.run('b', () => turns.run('a', async () => 'inner')));
    expect(inner).toBe('inner');
  });

  test('that are begun by what a turn left running wait like any other', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const left = gate();
    const busy = gate();
    let late = Promise.resolve();
    await turns.run('a', async () => {
      late = left.opened.then(() => turns.run('a', async () => void log.push('late')));
    });
    const running = turns.run('a', async () => {
      left.open();
      await busy.opened;
      log.push('running');
    });
    await left.opened;
    busy.open();
    await Promise.all([running, late]);
    expect(log).toEqual(['running', 'late']);
  });

  test('are refused when too many wait, in that conversation only', async () => {
    const turns = new Turns();
    const { opened, open } = gate();
    const waiting = Array.from({ length: TURNS_MAX }, () => turns.run('a', () => opened));
    const refused = await turns.run('a', async () => undefined).catch((error: unknown) => error);
    expect(isPosDoctorError(refused, 'QUEUE_FULL')).toBe(true);
    expect(await turns.run('b', async () => 'fine')).toBe('fine');
    open();
    await Promise.all(waiting);
    expect(await turns.run('a', async () => 'fine')).toBe('fine');
  });
});
