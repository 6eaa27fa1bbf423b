import type { Store } from '../src/store/store.js';
import type { Reboot } from './store/sim-disk.js';
import { newDisk, seeded, storeOn } from './store/sim-machine.js';
import { check, type Hardware, type Run, run } from './support/crash.js';

class DiskMachine implements Hardware {
  readonly disk = newDisk();

  constructor(private readonly how: Reboot) {}

  get operations(): number {
    return this.disk.operations;
  }

  get crashAt(): number {
    return this.disk.crashAt;
  }

  set crashAt(operation: number) {
    this.disk.crashAt = operation;
  }

  reboot(): void {
    this.disk.reboot(this.how, seeded(this.disk.operations));
  }

  store(pid: number): Store {
    return storeOn(this.disk, pid);
  }
}

describe('the assistant when the machine stops at any operation of its disk', () => {
  let whole: Run;
  beforeAll(async () => {
    whole = await run(new DiskMachine('kill'), Number.POSITIVE_INFINITY);
  });

  test('without a crash goes through the script as written', () => {
    expect(whole.problems).toEqual([]);
    expect(whole.turns).toEqual([
      ['该渠道业务不可用'],
      ['刷卡的', '换卡也不行'],
      'option',
      ['机器显示代码 A0'],
      'remind',
      ['转人工'],
    ]);
    expect(whole.machine.sent.length).toBeGreaterThan(6);
    expect(whole.operations).toBeGreaterThan(60);
  });

  test.each<Reboot>(['kill', 'torn'])(
    'answers every accepted message once, loses none and repeats a reply at most once (%s)',
    async (reboot) => {
      for (let at = 1; at <= whole.operations; at += 1) {
        const disk = new DiskMachine(reboot);
        const one = await run(disk, at);
        try {
          expect(one.machine.crashes).toBe(1);
          check(one, whole);
        } catch (error) {
          throw new Error(`stopped at operation ${at}: ${disk.disk.log[at - 1]}: ${String(error)}`);
        }
      }
    },
    60_000,
  );

  test('also when it stops again while it recovers', async () => {
    for (let at = 5; at <= whole.operations; at += 9)
      for (const again of [3, 8, 13, 18]) {
        const one = await run(new DiskMachine('torn'), at, again);
        try {
          check(one, whole);
        } catch (error) {
          throw new Error(`stopped at operation ${at} and ${again} later: ${String(error)}`);
        }
      }
  }, 60_000);
});
