/** Drills: the bot plays customer, terminal and back office, and judges. Nothing here touches the case. Pure. */
import type { DrillRun } from '../dialogue/drill-state.js';
import { DRILL, drillWords } from '../dialogue/drill-turn.js';
import { prompt, say, sentence } from '../dialogue/interpreter.js';
import type { ReplyOption } from '../dialogue/reply.js';
import { topFrame } from '../dialogue/session.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { actsIn } from '../drills/acts.js';
import { MENUS, type Menu, menuActs, pageOf, TOP_ACTS } from '../drills/menu.js';
import { type Moved, newRun, play, type Shown } from '../drills/play.js';
import { toldIn } from '../drills/told.js';
import { standingOf } from '../drills/truth.js';
import type { Drill, DrillAct } from '../knowledge/schema.js';
import { debrief } from './drill-debrief.js';

/** Scenarios offered by a button. */
const OFFERED = 5;
const MORE = 'more';

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

/** Five of them, others each time. */
function choose(turn: Turn): string {
  const all = [...turn.world.knowledge.drills.values()];
  const from = turn.session.turns % all.length;
  const offered = [...all.slice(from), ...all.slice(0, from)].slice(0, OFFERED);
  const options = offered.map(({ id, title }) => ({ id, label: title.slice(0, 10) }));
  prompt(turn, {
    type: 'question',
    text: sentence(turn, 'which', {}, DRILL),
    options,
    links: [],
    question: 'drill-which',
  });
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
  const text = turn.understanding?.normalized ?? words ?? '';
  const seed = Number(/#(\d{1,9})/.exec(words ?? '')?.[1] ?? at % 1_000_000_007);
  const run = newRun(drill, {
    run: at,
    seed,
    timed: drillWords(turn, 'timed', text),
    hints: !drillWords(turn, 'no-hints', text),
  });
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
  ask(turn, run, drill, sentence(turn, 'opening', values, DRILL));
  return 'playing';
}

/** The drill under way and its scenario; undefined if an edit took it away. */
function underWay({ session, world }: Turn): { run: DrillRun; drill: Drill } | undefined {
  const { drill: run } = session;
  const drill = world.knowledge.drills.get(run?.drill ?? '');
  return run && drill ? { run, drill } : undefined;
}

function takeMove(turn: Turn): string {
  const text = turn.understanding?.normalized ?? '';
  const now = underWay(turn);
  if (!now) return 'over';
  const chosen = namedOption(turn, text);
  if (chosen !== undefined) {
    turn.signal = { name: 'answered', option: chosen };
    return takeTap(turn);
  }
  if (drillWords(turn, 'hint', text) && now.run.hints) return hint(turn, now.run, now.drill);
  return move(turn, readActs(turn, text, now), turn.words ?? '');
}

/** A number or the label of what is on the table. */
function namedOption(turn: Turn, text: string): string | undefined {
  const options = topFrame(turn.session)?.prompt?.options ?? [];
  const number = /^(\d)$/.exec(text.trim())?.[1];
  if (number !== undefined) return options[Number(number) - 1]?.id;
  return options.find(({ label }) => label.toLowerCase() === text.trim())?.id;
}

/** A review is one once there is something to review: before that 「以后」 is a word like any other. */
function readActs(turn: Turn, text: string, { run, drill }: { run: DrillRun; drill: Drill }): DrillAct[] {
  // What is read out from the screen is no act.
  const { normalized: screen } = turn.world.nlu.understand(drill.screen);
  const { denied } = turn.world.flows.get(DRILL)?.words ?? {};
  const acts = actsIn(text.split(screen).join(' '), turn.world.knowledge.drillActs, denied);
  const { cured, escalated } = standingOf(run, drill, turn.world);
  const review = acts.find(({ id }) => id === 'review');
  if (!review) return acts;
  if (cured || escalated || drillWords(turn, 'review', text)) return [review];
  return acts.filter((act) => act !== review);
}

function takeTap(turn: Turn): string {
  const { option = '' } = turn.signal;
  const now = underWay(turn);
  if (!now) return 'over';
  const { run, drill } = now;
  const act = turn.world.knowledge.drillActs.get(option);
  if (act) return move(turn, [act], act.label);
  const menu = option === MORE ? run.menu?.id : MENUS.find((one) => one === option);
  const page = option === MORE ? (run.menu?.page ?? 0) + 1 : 0;
  const opened: DrillRun = menu === undefined ? run : { ...run, menu: { id: menu, page } };
  turn.session.drill = opened;
  ask(
    turn,
    opened,
    drill,
    menu === undefined ? sentence(turn, 'ask-more', {}, DRILL) : sentence(turn, `menu-${menu}`, {}, DRILL),
  );
  return 'playing';
}

function move(turn: Turn, acts: readonly DrillAct[], words: string): string {
  const now = underWay(turn);
  if (!now) return 'over';
  const { run, drill } = now;
  const { world, at } = turn;
  const understanding = turn.understanding ?? world.nlu.understand(words);
  const screen = world.nlu.understand(drill.screen).normalized;
  const patterns = world.flows.get(DRILL)?.words ?? {};
  const moved = play(
    { ...run, menu: undefined },
    drill,
    { words, acts, told: toldIn(understanding, drill, screen, patterns, world), role: run.role ?? 'cashier', at },
    world,
  );
  turn.session.drill = moved.run;
  if (moved.over) {
    turn.signal = { name: moved.over };
    say(turn, moved.shown.map((one) => inWords(turn, one)).join('\n'));
    return 'over';
  }
  ask(turn, moved.run, drill, told(turn, moved, acts.length > 0, run, drill));
  return 'playing';
}

/** What happened, what the clock says, and once it is over how to end. */
function told(turn: Turn, moved: Moved, understood: boolean, before: DrillRun, drill: Drill): string {
  const was = standingOf(before, drill, turn.world);
  const { standing } = moved;
  const isOver = (one: typeof standing) => one.cured || (one.escalated && drill.cures.length === 0);
  const wrap = isOver(standing) && !isOver(was) ? sentence(turn, 'wrap-up', {}, DRILL) : '';
  return [
    ...moved.shown.map((one) => inWords(turn, one)),
    understood ? '' : sentence(turn, 'not-understood', {}, DRILL),
    sentence(turn, 'clock', { time: clockOf(drill, moved.run.seconds) }, DRILL),
    wrap,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function inWords(turn: Turn, shown: Shown): string {
  if ('from' in shown) return sentence(turn, `from-${shown.from}`, { text: shown.text }, DRILL);
  return 'key' in shown ? sentence(turn, shown.key, shown.values, DRILL) : shown.text;
}

/** HH:MM of the story. */
export function clockOf({ at }: Pick<Drill, 'at'>, seconds: number): string {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const now = (hours * 60 + minutes + Math.floor(seconds / 60)) % 1440;
  return `${String(Math.floor(now / 60)).padStart(2, '0')}:${String(now % 60).padStart(2, '0')}`;
}

function ask(turn: Turn, run: DrillRun, drill: Drill, text: string): void {
  prompt(turn, { type: 'question', text, options: buttons(turn, run, drill), links: [], question: DRILL });
}

function buttons(turn: Turn, run: DrillRun, drill: Drill): ReplyOption[] {
  const { knowledge } = turn.world;
  const asOption = ({ id, label }: DrillAct): ReplyOption => ({ id, label });
  const menu = MENUS.find((one) => one === run.menu?.id);
  if (menu) {
    const { acts, more } = pageOf(menuActs(menu, drill, run.seed, knowledge), run.menu?.page ?? 0);
    return [...acts.map(asOption), ...(more ? [{ id: MORE, label: sentence(turn, 'more', {}, DRILL) }] : [])];
  }
  const { cured, escalated } = standingOf(run, drill, turn.world);
  const top = [cured || escalated ? 'review' : TOP_ACTS[0], TOP_ACTS[1]].map((id) => knowledge.drillActs.get(id));
  const doors = MENUS.map((id: Menu) => ({ id, label: sentence(turn, `door-${id}`, {}, DRILL) }));
  return [...top.filter((act) => act !== undefined).map(asOption), ...doors];
}

/** What a good trainee would do next, without the answer. */
function hint(turn: Turn, run: DrillRun, drill: Drill): string {
  const { acts, cured, escalated } = standingOf(run, drill, turn.world);
  const checked = run.entries.flatMap(({ done }) => done).filter(({ found }) => found).length;
  const next = ['record', 'inform', 'look-up', 'backup'].find((id) => !acts.has(id));
  const later = cured || escalated ? 'review' : checked < 2 ? 'check' : drill.cures.length > 0 ? 'measure' : 'call';
  ask(turn, run, drill, sentence(turn, `hint-${next ?? later}`, {}, DRILL));
  return 'playing';
}

function sayAgain(turn: Turn): string {
  const now = underWay(turn);
  if (!now) return 'over';
  ask(turn, now.run, now.drill, sentence(turn, 'ask-more', {}, DRILL));
  return 'playing';
}

/** What interrupted it was a word of the drill after all. */
function resumeDrill(turn: Turn): string {
  const { session } = turn;
  if (!session.drill) return 'over';
  const { held, ...run } = session.drill;
  session.drill = run;
  if (held === undefined || held === '') return sayAgain(turn);
  turn.understanding = turn.world.nlu.understand(held);
  const now = underWay(turn);
  return now ? move(turn, readActs(turn, turn.understanding.normalized, now), held) : 'over';
}

function endDrill(turn: Turn): string {
  const now = underWay(turn);
  if (now) debrief(turn, now.run, now.drill);
  else say(turn, sentence(turn, 'stopped', {}, DRILL));
  turn.session.drill = undefined;
  return 'ended';
}

export const drill: Skill = {
  id: DRILL,
  verbs: {
    'start-drill': startDrill,
    'take-choice': takeChoice,
    'take-move': takeMove,
    'take-tap': takeTap,
    'say-again': sayAgain,
    'resume-drill': resumeDrill,
    'end-drill': endDrill,
  },
};
