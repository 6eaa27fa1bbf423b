import { runScript } from '../../src/eval/script.js';
import { readScripts } from '../support/scripts.js';
import { realWorld } from '../support/world.js';

const scripts = readScripts();

describe('conversations in the users’ words', () => {
  test.each(scripts)('$name: $script.title', ({ script }) => {
    expect(runScript(script, realWorld()).failures).toEqual([]);
  });

  test('there are enough of them, and each subject has one', () => {
    expect(scripts.length).toBeGreaterThanOrEqual(60);
    const covered = new Set(scripts.flatMap(({ script }) => script.covers));
    const subjects = ['channel', 'qualification', 'device', 'network', 'balance', 'daily', 'promotion', 'cross-region'];
    const patterns = [
      'two-meanings',
      'money-taken',
      'negation',
      'contrast',
      'correction',
      'interruption',
      'burst',
      'human',
      'masking',
    ];
    expect([...subjects, ...patterns].filter((subject) => !covered.has(subject))).toEqual([]);
  });

  test('reach every state of every flow', () => {
    const visited = new Set(scripts.flatMap(({ script }) => [...runScript(script, realWorld()).visited]));
    const states = [...realWorld().flows.values()].flatMap(({ id, states: all }) =>
      Object.keys(all).map((state) => `${id}.${state}`),
    );
    // A letter comes from another conversation: test/drills/team.test.ts writes them.
    expect(states.filter((state) => !visited.has(state) && state !== 'drill.take-letter')).toEqual([]);
  });

  test('give the same replies when played again', () => {
    for (const { script } of scripts) {
      const first = runScript(script, realWorld());
      const again = runScript(script, realWorld());
      expect(again.turns).toEqual(first.turns);
      expect(again.session).toEqual(first.session);
    }
  });

  test('never put a step that charges to the user before the money is settled', () => {
    const charging = [...realWorld().knowledge.fixes.values()].flatMap(({ steps }) =>
      steps.filter(({ charges }) => charges).map(({ text }) => text),
    );
    for (const { script } of scripts)
      for (const { replies, state, money } of runScript(script, realWorld()).turns) {
        const asksToCharge = realWorld().knowledge.questions.get(state.question ?? '')?.charges === true;
        const saysToCharge = replies.some(({ text }) => charging.some((step) => text.includes(step)));
        if (asksToCharge || saysToCharge)
          expect({ script: script.title, money }).toEqual({ script: script.title, money: 'failed' });
      }
  });
});
