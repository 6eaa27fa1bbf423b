import type { InboundEvent } from '../src/dialogue/event.js';
import type { TranscriptLine } from '../src/store/store.js';
import type { Reboot, SimDisk } from './store/sim-disk.js';
import { newDisk, seeded, storeOn } from './store/sim-machine.js';
import { FakeChannel, type Sent } from './support/channel.js';
import { testClock } from './support/clock.js';
import { House, REMIND, T0 } from './support/house.js';

/** A message, a tap on the first option on the table, or time that passes to the moment at which something is due. */
type Step = { say: string } | { tap: 'first' } | { pass: number };

/** Answered at once, held and joined, tapped, reminded, a code, a human. */
const SCRIPT: readonly Step[] = [
  { say: '该渠道业务不可用' },
  { say: '刷卡的' },
  { say: '换卡也不行' },
  { pass: 2_000 },
  { pass: 60_000 },
  { tap: 'first' },
  { say: '机器显示代码 A0' },
  { pass: REMIND },
  { say: '转人工' },
  { pass: 2_000 },
];

/** A machine on which the assistant runs, and which may stop at any operation of its disk. */
class Machine {
  readonly disk: SimDisk = newDisk();
  /** What the door took, over all lives. */
  readonly sent: Sent[] = [];
  crashes = 0;
  #house: House | undefined;
  #pid = 0;
  #now = T0;

  get down(): boolean {
    return this.disk.operations >= this.disk.crashAt;
  }

  get house(): House {
    if (!this.#house) throw new Error('it does not run');
    return this.#house;
  }

  /** Starts, again and again if it stops meanwhile. */
  async up(reboot: Reboot, crashAgainAfter?: number): Promise<void> {
    for (;;) {
      if (this.down) {
        this.crashes += 1;
        this.disk.reboot(reboot, seeded(this.disk.operations));
        if (crashAgainAfter !== undefined && this.crashes === 1)
          this.disk.crashAt = this.disk.operations + crashAgainAfter;
      }
      this.#pid += 1;
      const pid = this.#pid;
      const channel = new FakeChannel();
      channel.before = (sent) => {
        // Whoever is dead sends nothing.
        if (this.down) throw new Error('the machine is down');
        this.sent.push(sent);
      };
      const ground = { store: () => storeOn(this.disk, pid), clear: () => undefined };
      this.#house = new House(ground, { channel, clock: testClock(this.#now) });
      await this.#house.assistant.start().catch(() => undefined);
      if (!this.down) await this.#house.pass(0);
      if (!this.down) return;
    }
  }

  /** False if the machine stopped before the event was accepted. */
  async accept(event: InboundEvent): Promise<boolean> {
    const accepted = await this.house.assistant.accept('web', event).then(
      () => true,
      () => false,
    );
    await this.house.assistant.settled();
    if (!accepted && !this.down) throw new Error('it was refused');
    return accepted;
  }

  async pass(ms: number): Promise<void> {
    await this.house.pass(ms);
    this.#now += ms;
  }

  get now(): number {
    return this.#now;
  }
}

interface Run {
  machine: Machine;
  transcript: TranscriptLine[];
  session: unknown;
  turns: unknown[];
  problems: string[];
  /** Disk operations until it was stopped. */
  operations: number;
}

/** Plays the script; whenever the machine stops it is started again and what was not accepted is delivered again. */
async function run(crashAt: number, reboot: Reboot, crashAgainAfter?: number): Promise<Run> {
  const machine = new Machine();
  machine.disk.crashAt = crashAt;
  await machine.up(reboot, crashAgainAfter);
  for (const [index, step] of SCRIPT.entries()) {
    if ('pass' in step) await machine.pass(step.pass);
    else {
      const event = await eventOf(step, index, machine, () => machine.up(reboot, crashAgainAfter));
      while (!(await machine.accept(event))) await machine.up(reboot, crashAgainAfter);
    }
    if (machine.down) await machine.up(reboot, crashAgainAfter);
  }
  const { operations } = machine.disk;
  // The stop may be cut off as well; what the next start finds counts.
  await machine.house.assistant.stop().catch(() => undefined);
  await machine.up(reboot, crashAgainAfter);
  const { house } = machine;
  const record = await house.record();
  const turns = await house.turns();
  const problems: string[] = [];
  if (record.inbox.length + record.outbox.length + record.unjournaled.length > 0) problems.push('something is left');
  if (house.log.length > 0) problems.push(house.log.join());
  machine.disk.crashAt = Number.POSITIVE_INFINITY;
  await house.assistant.stop();
  return { machine, transcript: record.transcript, session: record.session, turns, problems, operations };
}

async function eventOf(
  step: Exclude<Step, { pass: number }>,
  index: number,
  machine: Machine,
  again: () => Promise<void>,
): Promise<InboundEvent> {
  const base = { id: `e${index}`, conversation: 'c', at: machine.now };
  if ('say' in step) return { ...base, kind: 'message', text: step.say };
  if (machine.down) await again();
  const lines = await machine.house.assistant.transcript('c');
  const option = lines.findLast(({ reply }) => (reply?.options.length ?? 0) > 0)?.reply?.options[0]?.id ?? 'none';
  return { ...base, kind: 'option', option };
}

const words = (transcript: readonly TranscriptLine[]) => transcript.map(({ from, text }) => `${from}: ${text}`);

/** What must hold after any crash, compared with a run without one. */
function check(one: Run, whole: Run): void {
  expect(one.problems).toEqual([]);
  // Every message was answered, once, and with the same words.
  expect(one.turns).toEqual(whole.turns);
  expect(words(one.transcript)).toEqual(words(whole.transcript));
  expect(one.session).toEqual(whole.session);
  // Everything that was said went out, in order; what went out twice is no more than one round for each crash.
  const said = one.transcript.filter(({ from }) => from === 'assistant').map(({ id }) => id);
  const sent = one.machine.sent.map(({ item }) => item.id);
  expect([...new Set(sent)]).toEqual(said);
  for (const id of said)
    expect(sent.filter((other) => other === id).length).toBeLessThanOrEqual(1 + one.machine.crashes);
}

describe('the assistant when the machine stops at any operation of its disk', () => {
  let whole: Run;
  beforeAll(async () => {
    whole = await run(Number.POSITIVE_INFINITY, 'kill');
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
        const one = await run(at, reboot);
        try {
          expect(one.machine.crashes).toBe(1);
          check(one, whole);
        } catch (error) {
          throw new Error(`stopped at operation ${at}: ${one.machine.disk.log[at - 1]}: ${String(error)}`);
        }
      }
    },
    60_000,
  );

  test('also when it stops again while it recovers', async () => {
    for (let at = 5; at <= whole.operations; at += 9)
      for (const again of [3, 8, 13, 18]) {
        const one = await run(at, 'torn', again);
        try {
          check(one, whole);
        } catch (error) {
          throw new Error(`stopped at operation ${at} and ${again} later: ${String(error)}`);
        }
      }
  }, 60_000);
});
