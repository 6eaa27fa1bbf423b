/** Which drill it shall be: named by its id or its title, described, or any. Pure. */
import { DRILL, drillById, drillWords } from '../dialogue/drill-words.js';
import { prompt, sentence } from '../dialogue/interpreter.js';
import { essence } from '../dialogue/options.js';
import type { Turn } from '../dialogue/world.js';
import { CAUSES, type Drill } from '../knowledge/schema.js';
import { DIFFICULTIES, SCENARIOS } from '../knowledge/schema-drill.js';

/** Scenarios offered by a button. */
const OFFERED = 5;
/** Characters of what was wished for that are kept until one is chosen. */
const LONGEST_WISH = 120;
/** For so long, ms, what was wished for holds for the next choice. */
const WISH_LASTS = 10 * 60_000;

/** The scenario that the words name, or any of those they describe if any will do. */
export function chosenDrill(turn: Turn): Drill | undefined {
  const said = essence(turn.words ?? '');
  const byTitle = () => [...turn.world.knowledge.drills.values()].find(({ title }) => said.includes(essence(title)));
  const any = () => (drillWords(turn, 'any', textOf(turn)) ? ranked(turn).drills[0] : undefined);
  return drillById(turn) ?? byTitle() ?? any();
}

/** Five of them: what the words describe first, then others each time. What was said of how to play is kept. */
export function offer(turn: Turn): string {
  const { drills, matches } = ranked(turn);
  const offered = drills.slice(0, OFFERED);
  const lines = offered.map(({ title, difficulty }, index) => {
    const level = sentence(turn, `difficulty-${difficulty}`, {}, DRILL);
    return sentence(turn, 'which-line', { n: index + 1, title, difficulty: level }, DRILL);
  });
  const text = sentence(turn, matches ? 'which' : 'which-other', { list: lines.join('\n') }, DRILL);
  const options = offered.map(({ id }, index) => ({
    id,
    label: sentence(turn, 'which-label', { n: index + 1 }, DRILL),
  }));
  turn.session.drillWish = { words: wishOf(turn).slice(-LONGEST_WISH), at: turn.at };
  prompt(turn, { type: 'question', text, options, links: [], question: 'drill-which' });
  return 'choosing';
}

/** What was said of how to play, now and while choosing, normalised. */
export function wishOf(turn: Turn): string {
  const { drillWish } = turn.session;
  const before = drillWish !== undefined && turn.at - drillWish.at <= WISH_LASTS ? `${drillWish.words} ` : '';
  return before + textOf(turn);
}

const textOf = (turn: Turn): string => turn.understanding?.normalized ?? turn.words ?? '';

/** All scenarios, those first that fit most of what is wished for. `matches`: false if something was and none fits all of it. */
function ranked(turn: Turn): { drills: Drill[]; matches: boolean } {
  const { knowledge } = turn.world;
  const text = textOf(turn);
  const all = [...knowledge.drills.values()];
  const from = turn.at % all.length;
  const turned = [...all.slice(from), ...all.slice(0, from)];
  const signs = new Set(turn.understanding?.signs.map(({ fault }) => fault));
  const named = <T extends string | number>(list: string, of: readonly T[]): Set<T> =>
    new Set(of.filter((one) => drillWords(turn, `${list}-${one}`, text)));
  const causes = named('wish', CAUSES);
  const levels = named('wish', DIFFICULTIES);
  const scenarios = named('wish', SCENARIOS);
  const codes = new Set(text.toUpperCase().match(/(?<![#\dA-Z])(?:\d{2}|[A-Z]\d)(?![\dA-Z])/g) ?? []);
  const tests: readonly [boolean, (drill: Drill) => boolean][] = [
    [causes.size > 0, ({ fault }) => causes.has(knowledge.faults.get(fault)?.cause ?? 'channel')],
    [levels.size > 0, ({ difficulty }) => [...levels].some((one) => one === difficulty)],
    [scenarios.size > 0, ({ scenario }) => scenarios.has(scenario)],
    [codes.size > 0, ({ screen }) => [...codes].some((code) => screen.includes(code))],
    [signs.size > 0, ({ fault }) => signs.has(fault)],
  ];
  const asked = tests.filter(([is]) => is);
  const fits = (drill: Drill) => asked.filter(([, test]) => test(drill)).length;
  const drills = turned.toSorted((a, b) => fits(b) - fits(a));
  return { drills, matches: drills[0] !== undefined && fits(drills[0]) === asked.length };
}
