import { createMachine, transition } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { type Flow, parseTarget } from '../../src/dialogue/flow.js';
import { realWorld } from '../support/world.js';

/** A flow as XState sees it: leaving it by `done`, `call:` … is a final state of that name. */
function machineOf(flow: Flow) {
  const leave = (written: string) => `leave-${written.replace(':', '-')}`;
  const outside = new Set(
    Object.values(flow.states)
      .flatMap(({ on }) => Object.values(on))
      .filter((written) => parseTarget(written).kind !== 'state'),
  );
  const states = Object.fromEntries(
    Object.entries(flow.states).map(([name, { on }]) => [
      name,
      {
        on: Object.fromEntries(
          Object.entries(on).map(([outcome, written]) => [
            outcome,
            parseTarget(written).kind === 'state' ? written : leave(written),
          ]),
        ),
      },
    ]),
  );
  const exits = Object.fromEntries([...outside].map((written) => [leave(written), { type: 'final' as const }]));
  return createMachine({ id: flow.id, initial: flow.initial, states: { ...states, ...exits } });
}

const flows = [...realWorld().flows.values()];

describe('XState as the oracle of our interpreter', () => {
  test.each(flows.map((flow) => ({ flow, id: flow.id })))('reads the same transitions from $id', ({ flow }) => {
    const machine = machineOf(flow);
    for (const [name, { on }] of Object.entries(flow.states))
      for (const [outcome, written] of Object.entries(on)) {
        const from = machine.resolveState({ value: name, context: {} });
        const [next] = transition(machine, from, { type: outcome });
        const target = parseTarget(written);
        expect(next.value).toBe(target.kind === 'state' ? target.name : `leave-${written.replace(':', '-')}`);
      }
  });

  test.each(flows.filter(({ id }) => id !== 'repair').map((flow) => ({ flow, id: flow.id })))(
    'finds a path to every state of $id',
    ({ flow }) => {
      const reached = new Set(getShortestPaths(machineOf(flow)).map(({ state }) => String(state.value)));
      expect(Object.keys(flow.states).filter((name) => !reached.has(name))).toEqual([]);
    },
  );
});
