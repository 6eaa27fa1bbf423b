/** A conversation with the whole assistant on a machine that may stop at any moment, and what must hold afterwards. */
import type { InboundEvent } from '../../src/dialogue/event.js';
import type { Session } from '../../src/dialogue/session.js';
import type { Store, TranscriptLine } from '../../src/store/store.js';
import { FakeChannel, type Sent } from './channel.js';
import { testClock } from './clock.js';
import { House, REMIND, T0 } from './house.js';

/** What the assistant stands on. */
export interface Hardware {
  /** Operations so far, over all lives. */
  readonly operations: number;
  /** It stops at this operation. */
  crashAt: number;
  /** Starts it again on what is left. */
  reboot(): Promise<void> | void;
  /** A store on it, as process `pid` has it. */
  store(pid: number): Store;
  /** Milliseconds by which what a process left may be taken up late; 0 by default. */
  readonly late?: number;
}

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

/** A machine on which the assistant runs, and which may stop at any operation. */
class Machine {
  /** What the door took, over all lives. */
  readonly sent: Sent[] = [];
  crashes = 0;
  #house: House | undefined;
  #pid = 0;
  #now = T0;

  constructor(readonly hardware: Hardware) {}

  get down(): boolean {
    return this.hardware.operations >= this.hardware.crashAt;
  }

  get house(): House {
    if (!this.#house) throw new Error('it does not run');
    return this.#house;
  }

  /** Starts, again and again if it stops meanwhile. */
  async up(crashAgainAfter?: number): Promise<void> {
    for (;;) {
      if (this.down) {
        this.crashes += 1;
        await this.hardware.reboot();
        if (crashAgainAfter !== undefined && this.crashes === 1)
          this.hardware.crashAt = this.hardware.operations + crashAgainAfter;
      }
      this.#pid += 1;
      const pid = this.#pid;
      const channel = new FakeChannel();
      channel.before = (sent) => {
        // Whoever is dead sends nothing.
        if (this.down) throw new Error('the machine is down');
        this.sent.push(sent);
      };
      const ground = { store: () => this.hardware.store(pid), clear: () => undefined };
      this.#house = new House(ground, { channel, clock: testClock(this.#now) });
      await this.#house.assistant.start().catch(() => undefined);
      // Twice: what is found at the start is attended to after that.
      if (!this.down) await this.#house.pass(0);
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

export interface Run {
  machine: Machine;
  transcript: TranscriptLine[];
  session: unknown;
  turns: unknown[];
  problems: string[];
  /** Operations until it was stopped. */
  operations: number;
}

/** Plays the script; whenever the machine stops it is started again and what was not accepted is delivered again. */
export async function run(hardware: Hardware, crashAt: number, crashAgainAfter?: number): Promise<Run> {
  const machine = new Machine(hardware);
  hardware.crashAt = crashAt;
  await machine.up(crashAgainAfter);
  for (const [index, step] of SCRIPT.entries()) {
    if ('pass' in step) await machine.pass(step.pass + (hardware.late ?? 0));
    else {
      const event = await eventOf(step, index, machine, () => machine.up(crashAgainAfter));
      while (!(await machine.accept(event))) await machine.up(crashAgainAfter);
    }
    if (machine.down) await machine.up(crashAgainAfter);
  }
  const { operations } = hardware;
  // The stop may be cut off as well; what the next start finds counts.
  await machine.house.assistant.stop().catch(() => undefined);
  await machine.up(crashAgainAfter);
  const { house } = machine;
  const record = await house.record();
  const turns = await house.turns();
  const problems: string[] = [];
  if (record.inbox.length + record.outbox.length + record.unjournaled.length > 0) problems.push('something is left');
  if (house.log.length > 0) problems.push(house.log.join());
  hardware.crashAt = Number.POSITIVE_INFINITY;
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
export function check(one: Run, whole: Run): void {
  expect(one.problems).toEqual([]);
  // Every message was answered, once, and with the same words.
  expect(one.turns).toEqual(whole.turns);
  expect(words(one.transcript)).toEqual(words(whole.transcript));
  const { said: repeated = [], ...session } = whole.session as Session;
  const any = expect.any(Number) as number;
  const late = one.machine.hardware.late === undefined ? {} : { lastTurnAt: any, saidAt: any };
  const heard = late.saidAt === undefined ? repeated : repeated.map(({ key }) => ({ key, at: any }));
  expect(one.session).toEqual({ ...session, ...(repeated.length > 0 ? { said: heard } : {}), ...late });
  // Everything that was said went out, in order; what went out twice is no more than one round for each crash.
  const said = one.transcript.filter(({ from }) => from === 'assistant').map(({ id }) => id);
  const sent = one.machine.sent.map(({ item }) => item.id);
  expect([...new Set(sent)]).toEqual(said);
  for (const id of said)
    expect(sent.filter((other) => other === id).length).toBeLessThanOrEqual(1 + one.machine.crashes);
}
