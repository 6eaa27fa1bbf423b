/** A drill under way: what the trainee says or taps, what it shows, and what is put to them next. Pure. */
import type { DrillRun } from '../dialogue/drill-state.js';
import { DRILL, drillWords } from '../dialogue/drill-words.js';
import { prompt, say, sentence } from '../dialogue/interpreter.js';
import { essence } from '../dialogue/options.js';
import type { ReplyOption } from '../dialogue/reply.js';
import { topFrame } from '../dialogue/session.js';
import type { Turn } from '../dialogue/world.js';
import { actsIn } from '../drills/acts.js';
import { MENUS, type Menu, menuActs, pageOf, TOP_ACTS } from '../drills/menu.js';
import { type Moved, passed, play, type Shown } from '../drills/play.js';
import { toldIn } from '../drills/told.js';
import { standingOf } from '../drills/truth.js';
import type { Drill, DrillAct, DrillRole } from '../knowledge/schema.js';
import type { Understanding } from '../nlu/understanding.js';
import { HOST_ROLE, isSeen, passTo, roleMissed, tellSeats } from './drill-team.js';

export const MORE = 'more';

/** The drill under way and its scenario; undefined if an edit took it away. */
export function underWay({ session, world }: Turn): { run: DrillRun; drill: Drill } | undefined {
  const { drill: run } = session;
  const drill = world.knowledge.drills.get(run?.drill ?? '');
  return run && drill ? { run, drill } : undefined;
}

export function takeMove(turn: Turn): string {
  const text = turn.understanding?.normalized ?? '';
  const now = underWay(turn);
  if (!now) return 'over';
  const chosen = namedOption(turn, text);
  if (chosen !== undefined) {
    turn.signal = { name: 'answered', option: chosen };
    return takeTap(turn);
  }
  if (passTo(turn, text, now.run.role ?? HOST_ROLE)) return sayAgain(turn);
  const wish = ASIDES.find((one) => drillWords(turn, one, text));
  if (wish !== undefined) return ASIDE[wish](turn, now.run, now.drill);
  const acts = readActs(turn, text, now);
  const missed = acts.length === 0 ? roleMissed(turn, text) : undefined;
  if (missed === undefined) return move(turn, acts, turn.words ?? '');
  const values = { role: sentence(turn, `role-${missed}`, {}, DRILL), code: now.run.team?.code ?? '' };
  return aside(turn, 'nobody-there', values);
}

/** A number or the label of what is on the table. */
function namedOption(turn: Turn, text: string): string | undefined {
  const options = topFrame(turn.session)?.prompt?.options ?? [];
  const number = /^(\d)$/.exec(text.trim())?.[1];
  if (number !== undefined) return options[Number(number) - 1]?.id;
  return options.find(({ label }) => essence(label) === essence(text))?.id;
}

/** Who acts, if it is not whoever holds the drill; what was understood, if it is not the turn's words. */
interface Mover {
  understanding?: Understanding;
  role?: DrillRole;
}

/** A review is one once there is something to review: before that 「以后」 is a word like any other. */
export function readActs(turn: Turn, text: string, { run, drill }: { run: DrillRun; drill: Drill }): DrillAct[] {
  // What is read out from the screen is no act.
  const { normalized: screen } = turn.world.nlu.understand(drill.screen);
  const { denied, asked, 'names-method': methods = [] } = turn.world.flows.get(DRILL)?.words ?? {};
  const without = text.split(screen).join(' ');
  // A note says how it was paid; whoever writes that down does not do it.
  const left = drillWords(turn, 'notes', without)
    ? methods.reduce((rest, form) => rest.replace(new RegExp(form, 'g'), ''), without)
    : without;
  const acts = actsIn(left, turn.world.knowledge.drillActs, denied, asked);
  const { cured, escalated } = standingOf(run, drill, turn.world);
  const review = acts.find(({ id }) => id === 'review');
  if (!review) return acts;
  if (cured || escalated || drillWords(turn, 'review', text)) return [review];
  return acts.filter((act) => act !== review);
}

export function takeTap(turn: Turn): string {
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

export function move(
  turn: Turn,
  acts: readonly DrillAct[],
  words: string,
  { understanding = turn.understanding ?? turn.world.nlu.understand(words), role }: Mover = {},
): string {
  const now = underWay(turn);
  if (!now) return 'over';
  const { run, drill } = now;
  const { world, at } = turn;
  const screen = world.nlu.understand(drill.screen).normalized;
  const patterns = world.flows.get(DRILL)?.words ?? {};
  const told = toldIn(understanding, drill, { screen, seconds: run.seconds }, patterns, world);
  const own = run.role ?? HOST_ROLE;
  const moved = play({ ...run, menu: undefined }, drill, { words, acts, told, role: role ?? own, at }, world);
  turn.session.drill = moved.run;
  const line = (one: Shown): string => inWords(turn, one);
  // What is done is seen by whoever does it, what happens by whoever it happens to.
  tellSeats(turn, moved, role ?? own, line);
  const here = moved.shown.filter((one) => isSeen(one, run.team ? own : undefined, role ?? own));
  if (moved.over) {
    turn.signal = { name: moved.over };
    say(turn, here.map(line).join('\n'));
    return 'over';
  }
  if (role !== undefined && here.length === 0) return 'playing';
  ask(
    turn,
    moved.run,
    drill,
    reported(turn, { ...moved, shown: here }, acts.length > 0 || role !== undefined, run, drill),
  );
  return 'playing';
}

/** What happened, what the clock says, and once it is over how to end. */
function reported(turn: Turn, moved: Moved, understood: boolean, before: DrillRun, drill: Drill): string {
  const was = standingOf(before, drill, turn.world);
  const { standing } = moved;
  const isOver = (one: typeof standing) => one.cured || (one.escalated && drill.cures.length === 0);
  const wrap = isOver(standing) && !isOver(was) ? sentence(turn, 'wrap-up', {}, DRILL) : '';
  return [
    ...moved.shown.map((one) => inWords(turn, one)),
    understood ? '' : sentence(turn, nothingIn(before) ? 'not-understood-again' : 'not-understood', {}, DRILL),
    sentence(turn, 'clock', { time: clockOf(drill, moved.run.seconds) }, DRILL),
    wrap,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** True if what was said last was not understood either. */
const nothingIn = ({ entries }: DrillRun): boolean => entries.at(-1)?.done.length === 0;

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

export function ask(turn: Turn, run: DrillRun, drill: Drill, text: string): void {
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

/** What is no move: it takes no time and is not written down. */
const ASIDES = ['hint', 'say-again', 'what-time', 'another', 'human'] as const;
const ASIDE: Record<(typeof ASIDES)[number], (turn: Turn, run: DrillRun, drill: Drill) => string> = {
  hint,
  'say-again': (turn, run, drill) => {
    ask(turn, run, drill, topFrame(turn.session)?.prompt?.text ?? sentence(turn, 'ask-more', {}, DRILL));
    return 'playing';
  },
  'what-time': (turn, run, drill) => aside(turn, 'clock', { time: clockOf(drill, run.seconds) }),
  another: (turn) => aside(turn, 'another-after'),
  human: (turn) => aside(turn, 'human-inside'),
};

function aside(turn: Turn, key: string, values: Readonly<Record<string, string>> = {}): string {
  say(turn, sentence(turn, key, values, DRILL));
  return 'playing';
}

/** What a good trainee would do next, without the answer. */
function hint(turn: Turn, run: DrillRun, drill: Drill): string {
  if (!run.hints) {
    ask(turn, run, drill, sentence(turn, 'no-hint', {}, DRILL));
    return 'playing';
  }
  const { acts, cured, escalated } = standingOf(run, drill, turn.world);
  const checked = run.entries.flatMap(({ done }) => done).filter(({ found }) => found).length;
  const next = ['record', 'inform', 'look-up', 'backup'].find((id) => !acts.has(id));
  const later = cured || escalated ? 'review' : checked < 2 ? 'check' : drill.cures.length > 0 ? 'measure' : 'call';
  ask(turn, run, drill, sentence(turn, `hint-${next ?? later}`, {}, DRILL));
  return 'playing';
}

/** Against the clock: what happens while nothing is said. */
export function wait(turn: Turn): string {
  const now = underWay(turn);
  if (!now) return 'over';
  const { run, shown } = passed(now.run, now.drill, turn.at);
  turn.session.drill = run;
  const line = (one: Shown): string => inWords(turn, one);
  const own = run.role ?? HOST_ROLE;
  tellSeats(turn, { run, shown }, own, line);
  const here = shown.filter((one) => isSeen(one, run.team ? own : undefined, own)).map(line);
  const clock = sentence(turn, 'clock', { time: clockOf(now.drill, run.seconds) }, DRILL);
  if (here.length > 0) ask(turn, run, now.drill, [...here, clock].join('\n'));
  return 'playing';
}

export function sayAgain(turn: Turn): string {
  const now = underWay(turn);
  if (!now) return 'over';
  ask(turn, now.run, now.drill, sentence(turn, 'ask-more', {}, DRILL));
  return 'playing';
}
