/** Drills: the bot plays customer, terminal and back office, and judges. Nothing here touches the case. Pure. */
import { roleIn } from '../dialogue/drill-seat.js';
import { DRILL, drillWords } from '../dialogue/drill-words.js';
import { say, sentence } from '../dialogue/interpreter.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { newRun } from '../drills/play.js';
import type { Drill } from '../knowledge/schema.js';
import { chosenDrill, offer, wishOf } from './drill-choice.js';
import { debrief } from './drill-debrief.js';
import { ask, move, readActs, sayAgain, takeMove, takeTap, underWay, wait } from './drill-move.js';
import { openRoom, passTo, sayOver, takeLetter } from './drill-team.js';

function startDrill(turn: Turn): string {
  const { drills } = turn.world.knowledge;
  // One that was interrupted.
  if (turn.session.drill) return turn.signal.name === 'stopped' ? 'over' : 'resumed';
  if (drills.size === 0) {
    say(turn, sentence(turn, 'none', {}, DRILL));
    return 'none';
  }
  const named = chosenDrill(turn);
  return named ? begin(turn, named) : offer(turn);
}

function takeChoice(turn: Turn): string {
  const chosen = turn.world.knowledge.drills.get(turn.signal.option ?? '') ?? chosenDrill(turn);
  return chosen ? begin(turn, chosen) : offer(turn);
}

function begin(turn: Turn, drill: Drill): string {
  const { session, at, words } = turn;
  const said = wishOf(turn);
  delete session.drillWish;
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
  const acts = now ? readActs(turn, read.normalized, now) : [];
  return now && acts.length > 0 ? move(turn, acts, held, { understanding: read }) : sayAgain(turn);
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
