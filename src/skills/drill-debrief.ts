/** What is said when a drill is over: the score with its reasons, the trainee's own words, what to practise next. Pure. */
import type { DrillEnd, DrillResult, DrillRun } from '../dialogue/drill-state.js';
import { DRILL } from '../dialogue/drill-words.js';
import { joined, sentence } from '../dialogue/interpreter.js';
import type { Turn } from '../dialogue/world.js';
import { askedBy } from '../drills/asked-by.js';
import { happenedIn } from '../drills/happened.js';
import { type Insight, insightOf } from '../drills/insight.js';
import { nextOf } from '../drills/next.js';
import { openingOf } from '../drills/opening.js';
import { type Item, RULES, type Score } from '../drills/points.js';
import { scoreOf } from '../drills/score.js';
import { causeOf } from '../drills/truth.js';
import type { DrillOver } from '../handover/letter.js';
import { pathTo } from '../knowledge/paths.js';
import type { Drill } from '../knowledge/schema.js';
import { pageLink } from './wording.js';

/** The trainee's own words that are quoted at most. */
const MOST_QUOTES = 5;
/** Questions after which the belief is told. */
const MOST_STEPS = 4;
/** Acts that fit nothing that are named at most. */
const MOST_STRAYS = 3;
/** Minutes wasted from which it is said. */
const WORTH_SAYING = 0.5;

/** Judges the run, says so, and leaves the result for `state.drill` and the journal. @returns how it ended, for whoever else took part */
export function debrief(turn: Turn, run: DrillRun, drill: Drill): DrillOver {
  const { world, session } = turn;
  const insight = insightOf(run, drill, openingOf(drill, world), world);
  const score = scoreOf(run, drill, insight, world);
  const result = resultOf(turn, drill, score, insight);
  session.drilled = result;
  const outcome = endOf(turn.signal.name);
  turn.happenings.push({
    type: 'drill-ended',
    data: {
      run: run.run,
      drill: drill.id,
      fault: drill.fault,
      outcome,
      seed: run.seed,
      timed: run.timed,
      // Who sat in it is written by the seats themselves, each in their own conversation.
      ...(run.team ? { role: run.role } : {}),
      seconds: run.seconds,
      ...summary(result),
      judged: score.items,
      entries: run.entries,
      events: happenedIn(run, drill),
      insight,
    },
  });
  const fault = world.knowledge.faults.get(drill.fault);
  turn.replies.push({
    type: 'summary',
    text: textOf(turn, run, drill, { score, insight, result }),
    options: [],
    links: fault ? [pageLink(turn, pathTo.fault(fault.id), sentence(turn, 'page', { title: fault.title }, DRILL))] : [],
  });
  return { drill: drill.id, outcome, score: score.score };
}

const ENDS: readonly DrillEnd[] = ['finished', 'stopped', 'emergency', 'time', 'silence'];
const endOf = (signal: string): DrillEnd => ENDS.find((one) => one === signal) ?? 'stopped';

const summary = ({ scenario: _, ...rest }: DrillResult) => rest;

function resultOf(turn: Turn, drill: Drill, { score, items }: Score, { asked, bits }: Insight): DrillResult {
  return {
    scenario: drill.id,
    score,
    items: items.map((item) => ({ id: item.id, points: item.points, of: item.of, why: whyOf(turn, item) })),
    questions: asked.length,
    bits: Math.round(bits * 100) / 100,
  };
}

/** Why an item has its points: each rule in a few words, what was lost first. */
function whyOf(turn: Turn, { id, rules, lost, traps = [], strays = [] }: Item): string {
  const parts = rules.map(({ rule, points, of, wrong }) => {
    const kind = points === of ? 'rule' : wrong ? 'wrong' : points === 0 ? 'miss' : 'part';
    const say = (one: string) => sentence(turn, `${one}-${id}-${rule}`, {}, DRILL);
    return say(kind) || say(points === 0 ? 'miss' : 'rule');
  });
  const broken = lost ? [sentence(turn, 'lost-short', { act: labelOf(turn, lost.act) }, DRILL)] : [];
  const fell = traps.map(({ act }) => sentence(turn, 'trap-short', { act: labelOf(turn, act) }, DRILL));
  const n = strays.length > MOST_STRAYS ? strays.length : '';
  const names = strays
    .slice(0, MOST_STRAYS)
    .map(({ act }) => sentence(turn, 'named-act', { act: labelOf(turn, act) }, DRILL));
  const stray = names.length === 0 ? [] : [sentence(turn, 'stray-short', { acts: names.join(''), n }, DRILL)];
  return joined(turn, [...broken, ...fell, ...parts, ...stray], 'clauses');
}

function labelOf({ world }: Turn, act: string): string {
  return world.knowledge.drillActs.get(act)?.label ?? act;
}

interface Judgement {
  score: Score;
  insight: Insight;
  result: DrillResult;
}

function textOf(turn: Turn, run: DrillRun, drill: Drill, { score, insight, result }: Judgement): string {
  const name = (id: string) => sentence(turn, `item-${id}`, {}, DRILL);
  const items = result.items.map(({ id, points, of, why }) =>
    sentence(turn, 'item', { name: name(id), points, of, why }, DRILL),
  );
  const quotes = quotesOf(turn, run, drill, score);
  return sentence(
    turn,
    'summary',
    {
      title: drill.title,
      score: result.score,
      minutes: sentence(turn, 'minutes', { n: Math.max(1, Math.round(run.seconds / 60)) }, DRILL),
      items: items.join('\n'),
      quotes: quotes.length === 0 ? '' : [sentence(turn, 'quotes-head', {}, DRILL), ...quotes].join('\n'),
      questions: questionsOf(turn, run, insight),
      belief: beliefOf(turn, run, drill, insight),
      next: sentence(turn, nextOf(score.items) ?? 'next-done', {}, DRILL),
      lesson: drill.lesson,
    },
    DRILL,
  );
}

/** The words that lost most, then those that earned most. */
function quotesOf(turn: Turn, run: DrillRun, drill: Drill, { items }: Score): string[] {
  const wordsOf = (entry: number) => run.entries[entry]?.words ?? '';
  const said = (key: string, entry: number, why: string) => sentence(turn, key, { words: wordsOf(entry), why }, DRILL);
  const lost = items.flatMap(({ lost: one }) => (one ? [said('lost', one.entry, harmOf(turn, one.act))] : []));
  const traps = items.flatMap(({ traps: all = [] }) =>
    all.map(({ act, entry }) => said('trap', entry, drill.traps.find((trap) => trap.act === act)?.why ?? '')),
  );
  const rules = items.flatMap(({ id, rules: all }) => all.map((rule) => ({ ...rule, id })));
  const full = rules.filter(({ points, of, entry }) => points === of && entry !== undefined);
  const byEntry = [...new Set(full.map(({ entry = 0 }) => entry))].map((entry) => {
    const earned = full.filter((rule) => rule.entry === entry);
    const whys = earned.map(({ id, rule }) => sentence(turn, `rule-${id}-${rule}`, {}, DRILL));
    return { entry, whys, points: earned.reduce((sum, { points }) => sum + points, 0) };
  });
  const good = byEntry
    .sort((a, b) => b.points - a.points)
    .map(({ entry, whys, points }) =>
      said('quote', entry, sentence(turn, 'earned', { why: joined(turn, whys, 'clauses'), points }, DRILL)),
    );
  return [...lost, ...traps, ...good].slice(0, MOST_QUOTES);
}

function harmOf(turn: Turn, act: string): string {
  return turn.world.knowledge.drillActs.get(act)?.harm ?? sentence(turn, 'lost-charged', {}, DRILL);
}

/** What was looked at, how much of what could be known it told, and what the plan would have looked at. Bits are for the record. */
function questionsOf(turn: Turn, run: DrillRun, { asked, bits, wasted, model, modelBits }: Insight): string {
  const { knowledge } = turn.world;
  const best = model.map(({ question }) => askedBy(question, run, knowledge)?.label ?? question).slice(0, MOST_STEPS);
  const values = {
    n: asked.length,
    share: Math.round(100 * Math.min(1, bits / modelBits)),
    best: joined(turn, best, 'items'),
    wasted: wasted >= WORTH_SAYING ? wasted.toFixed(1) : '',
  };
  const key = modelBits < RULES.tells ? 'questions-needless' : asked.length === 0 ? 'questions-none' : 'questions-line';
  return sentence(turn, key, values, DRILL);
}

/** How the true cause stood in the belief: at first, and after each of the last questions. What the picture of it shows, in words. */
function beliefOf(turn: Turn, run: DrillRun, drill: Drill, { start, asked }: Insight): string {
  const { knowledge } = turn.world;
  const truth = causeOf(drill, turn.world);
  const cause = [...knowledge.causes.values()].find(({ id }) => id === truth)?.label;
  if (cause === undefined || asked.length === 0) return '';
  const percent = (causes: Readonly<Record<string, number>>) => Math.round((causes[truth] ?? 0) * 100);
  const steps = asked.slice(-MOST_STEPS).map(({ question, causes }) => {
    const what = askedBy(question, run, knowledge)?.label ?? question;
    return sentence(turn, 'belief-step', { what, percent: percent(causes) }, DRILL);
  });
  return sentence(turn, 'belief-line', { cause, percent: percent(start), steps: steps.join('') }, DRILL);
}
