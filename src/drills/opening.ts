/** What the first words and the screen tell of a drill: the case from which the trainee starts, as the dialogue would read it. Pure. */
import type { Case } from '../diagnosis/case.js';
import { absorb } from '../dialogue/absorb.js';
import { newSession } from '../dialogue/session.js';
import type { Turn, World } from '../dialogue/world.js';
import type { Drill } from '../knowledge/schema.js';

export function openingOf({ screen, opening, scenario, pay }: Drill, world: World): Case {
  const session = newSession();
  const words = `${screen}\n${opening}`;
  const turn: Turn = {
    world,
    session,
    at: 0,
    words,
    understanding: world.nlu.understand(words),
    signal: { name: 'told' },
    corrected: new Map(),
    absorbed: false,
    rated: false,
    replies: [],
    briefing: '',
    happenings: [],
    letters: [],
    visited: [],
  };
  absorb(turn);
  const known = session.case;
  // How it was paid stands in the opening for all to see.
  const answers = [...known.answers.filter(({ question }) => question !== 'pay-method'), paid(pay)];
  return { ...known, scenario, answers };
}

function paid(option: string): Case['answers'][number] {
  return { question: 'pay-method', option, from: 'utterance' };
}
