// A whole turn without I/O over the conversations of the tests, the flow step beside XState's, and what the service weighs.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createMachine, transition } from 'xstate';
import { parse } from 'yaml';
import { loadWorld } from '../dist/content.js';
import { takeTurn } from '../dist/dialogue/turn.js';
import { scriptSchema } from '../dist/eval/script.js';

const folder = fileURLToPath(new URL('../test/conversations/', import.meta.url));
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
const elapsed = (start) => Number(process.hrtime.bigint() - start) / 1e3;

/** Every conversation of the tests as a list of turn inputs. */
export function conversations(world) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) =>
      scriptSchema.parse(parse(readFileSync(folder + name, 'utf8'))).turns.map((turn) => inputOf(turn, world)),
    );
}

function inputOf(turn, world) {
  if (turn.tap !== undefined)
    return { kind: 'option', option: turn.tap, ...(turn.question ? { question: turn.question } : {}) };
  if (turn.wake !== undefined) return { kind: 'wake', name: turn.wake };
  if (turn.reset) return { kind: 'reset' };
  if (turn.enter) return { kind: 'enter' };
  const masked = (turn.burst ?? [turn.say ?? '']).map((text) => world.mask(text));
  const attachments = turn.attach === undefined ? {} : { attachments: [turn.attach] };
  const hidden = masked.flatMap(({ found }) => [...found]);
  return { kind: 'message', texts: masked.map(({ text }) => text), hidden, ...attachments };
}

/** @returns {{ turns: number, p50us: number, p99us: number, perSecond: number, perCpuSecond: number }} microseconds a turn; turns a
 *   second of one thread by the clock, and of processor time over all threads */
export function turnBench({ seconds = 6 } = {}) {
  const world = loadWorld({ publicUrl: 'http://127.0.0.1:3000' });
  const scripts = conversations(world);
  const play = (times) => {
    for (const script of scripts) {
      let session = null;
      let at = Date.UTC(2026, 10, 23, 2);
      for (const input of script) {
        at += 10_000;
        const start = process.hrtime.bigint();
        session = takeTurn(session, input, at, world).session;
        times?.push(elapsed(start));
      }
    }
  };
  for (let round = 0; round < 3; round += 1) play();
  const times = [];
  const until = Date.now() + seconds * 1000;
  const start = process.hrtime.bigint();
  // Processor time counts the garbage collector's and the compiler's threads as well, and does not mind other programs.
  const before = process.cpuUsage();
  while (Date.now() < until) play(times);
  const { user, system } = process.cpuUsage(before);
  const wall = elapsed(start);
  times.sort((a, b) => a - b);
  return {
    turns: times.length,
    p50us: quantile(times, 0.5),
    p99us: quantile(times, 0.99),
    perSecond: (times.length / wall) * 1e6,
    perCpuSecond: (times.length / (user + system)) * 1e6,
  };
}

/** One transition of the triage flow: ours is a look-up in the flow; XState's is its pure `transition`. Microseconds. */
export function flowStepBench() {
  const world = loadWorld({ publicUrl: 'http://127.0.0.1:3000' });
  const flow = world.flows.get('triage');
  const local = Object.fromEntries(
    Object.entries(flow.states).map(([name, { on }]) => [
      name,
      { on: Object.fromEntries(Object.entries(on).filter(([, to]) => flow.states[to])) },
    ]),
  );
  const machine = createMachine({ id: flow.id, initial: flow.initial, states: local });
  const steps = Object.entries(local).flatMap(([name, { on }]) => Object.keys(on).map((outcome) => [name, outcome]));
  const time = (step) => {
    for (let round = 0; round < 200; round += 1) for (const [name, outcome] of steps) step(name, outcome);
    const start = process.hrtime.bigint();
    for (let round = 0; round < 500; round += 1) for (const [name, outcome] of steps) step(name, outcome);
    return elapsed(start) / (500 * steps.length);
  };
  return {
    ours: time((name, outcome) => flow.states[name].on[outcome]),
    xstate: time((name, outcome) =>
      transition(machine, machine.resolveState({ value: name, context: {} }), { type: outcome }),
    ),
  };
}
