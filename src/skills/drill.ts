/** Drills: the bot plays customer, terminal and back office, and judges. Nothing here touches the case. Pure. */
import { roleIn } from '../dialogue/drill-seat.js';
import { DRILL, drillWords } from '../dialogue/drill-turn.js';
import { prompt, say, sentence } from '../dialogue/interpreter.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { newRun } from '../drills/play.js';
import type { Drill } from '../knowledge/schema.js';
import { debrief } from './drill-debrief.js';
import { ask, move, readActs, sayAgain, takeMove, takeTap, underWay, wait } from './drill-move.js';
import { openRoom, passTo, sayOver, takeLetter } from './drill-team.js';

/** Scenarios offered by a button. */
const OFFERED = 5;

function startDrill(turn: Turn): string {
  const { drills } = turn.world.knowledge;
  // One that was interrupted.
  if (turn.session.drill) return turn.signal.name === 'stopped' ? 'over' : 'resumed';
  if (drills.size === 0) {
    say(turn, sentence(turn, 'none', {}, DRILL));
    return 'none';
  }
  const named = drillIn(turn);
  if (named) return begin(turn, named);
  return choose(turn);
}

/** Five of them: what the words are about first, then others each time. */
function choose(turn: Turn): string {
  const all = [...turn.world.knowledge.drills.values()];
  const from = turn.session.turns % all.length;
  const turned = [...all.slice(from), ...all.slice(0, from)];
  const named = new Set(turn.understanding?.signs.map(({ fault }) => fault));
  const meant = turned.filter(({ fault }) => named.has(fault));
  const offered = [...meant, ...turned.filter((one) => !meant.includes(one))].slice(0, OFFERED);
  const lines = offered.map(({ title, difficulty }, index) => {
    const level = sentence(turn, `difficulty-${difficulty}`, {}, DRILL);
    return sentence(turn, 'which-line', { n: index + 1, title, difficulty: level }, DRILL);
  });
  const text = sentence(turn, 'which', { list: lines.join('\n') }, DRILL);
  const options = offered.map(({ id }, index) => ({
    id,
    label: sentence(turn, 'which-label', { n: index + 1 }, DRILL),
  }));
  prompt(turn, { type: 'question', text, options, links: [], question: 'drill-which' });
  return 'choosing';
}

/** The scenario that the words name by its id. */
function drillIn({ words, world }: Turn): Drill | undefined {
  const said = (words ?? '').toLowerCase().split(/[^a-z0-9.-]+/);
  return said.map((id) => world.knowledge.drills.get(id)).find((drill) => drill !== undefined);
}

function takeChoice(turn: Turn): string {
  const chosen = turn.world.knowledge.drills.get(turn.signal.option ?? '') ?? drillIn(turn);
  return chosen ? begin(turn, chosen) : choose(turn);
}

function begin(turn: Turn, drill: Drill): string {
  const { session, at, words } = turn;
  const said = turn.understanding?.normalized ?? words ?? '';
  const seed = Number(/#(\d{1,9})/.exec(words ?? '')?.[1] ?? at % 1_000_000_007);
  const role = roleIn(turn, said);
  const alone = newRun(drill, {
    run: at,
    seed,
    timed: drillWords(turn, 'timed', said),
    hints: !drillWords(turn, 'no-hints', said),
    ...(role ? { role } : {}),
  });
  const run = drillWords(turn, 'together', said) ? openRoom(turn, alone) : alone;
  session.drill = run;
  turn.happenings.push({ type: 'drill-started', data: { run: at, drill: drill.id, seed, timed: run.timed } });
  const hint = [
    sentence(turn, run.hints ? 'opening-hint' : 'opening-bare', {}, DRILL),
    run.timed ? sentence(turn, 'opening-timed', {}, DRILL) : '',
  ];
  const values = {
    time: drill.at,
    hint: hint.filter((line) => line !== '').join('\n'),
    screen: drill.screen,
    pay: sentence(turn, `pay-${drill.pay}`, {}, DRILL),
    amount: drill.amount,
    customer: drill.opening,
  };
  const named = run.role ? { ...values, role: sentence(turn, `role-${run.role}`, {}, DRILL) } : values;
  const room = run.team ? sentence(turn, 'room', { code: run.team.code }, DRILL) : '';
  const text = sentence(turn, run.role ? 'opening-role' : 'opening', named, DRILL);
  ask(turn, run, drill, [text, room].filter((line) => line !== '').join('\n'));
  return 'playing';
}

/** What interrupted it was a word of the drill after all. */
function resumeDrill(turn: Turn): string {
  const { session } = turn;
  if (!session.drill) return 'over';
  const { held, ...run } = session.drill;
  session.drill = run;
  if (held === undefined || held === '') return sayAgain(turn);
  const now = underWay(turn);
  // Read apart from the turn: what sounds like an emergency was answered as one already.
  const read = turn.world.nlu.understand(held);
  return now ? move(turn, readActs(turn, read.normalized, now), held, { understanding: read }) : 'over';
}

function endDrill(turn: Turn): string {
  const now = underWay(turn);
  if (now) {
    sayOver(turn, now.run, debrief(turn, now.run, now.drill));
  } else say(turn, sentence(turn, 'stopped', {}, DRILL));
  turn.session.drill = undefined;
  return 'ended';
}

/** What others in the same drill write; what they say is played as theirs. */
function takeDrillLetter(turn: Turn): string {
  return takeLetter(turn, underWay(turn), (words, role) => {
    const understanding = turn.world.nlu.understand(words);
    const now = underWay(turn);
    if (!now || passTo(turn, understanding.normalized, role)) return 'playing';
    return move(turn, readActs(turn, understanding.normalized, now), words, { understanding, role });
  });
}

export const drill: Skill = {
  id: DRILL,
  verbs: {
    'start-drill': startDrill,
    'take-choice': takeChoice,
    'take-move': takeMove,
    'take-tap': takeTap,
    'say-again': sayAgain,
    wait,
    'resume-drill': resumeDrill,
    'take-letter': takeDrillLetter,
    'end-drill': endDrill,
  },
};
