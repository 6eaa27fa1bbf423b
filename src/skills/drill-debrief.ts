/** What is said when a drill is over: the score with its reasons, the trainee's own words, what to practise next. Pure. */
import type { DrillEnd, DrillResult, DrillRun } from '../dialogue/drill-state.js';
import { DRILL } from '../dialogue/drill-turn.js';
import { joined, sentence } from '../dialogue/interpreter.js';
import type { Turn } from '../dialogue/world.js';
import { askedBy } from '../drills/asked-by.js';
import { happenedIn } from '../drills/happened.js';
import { type Insight, insightOf } from '../drills/insight.js';
import { openingOf } from '../drills/opening.js';
import type { Item, ItemId, Score } from '../drills/points.js';
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
function whyOf(turn: Turn, { id, rules, lost, traps = [] }: Item): string {
  const parts = rules.map(({ rule, points, of }) => {
    const kind = points === of ? 'rule' : points === 0 ? 'miss' : 'part';
    const say = (one: string) => sentence(turn, `${one}-${id}-${rule}`, {}, DRILL);
    return say(kind) || say(points === 0 ? 'miss' : 'rule');
  });
  const broken = lost ? [sentence(turn, 'lost-short', { act: labelOf(turn, lost.act) }, DRILL)] : [];
  const fell = traps.map(({ act }) => sentence(turn, 'trap-short', { act: labelOf(turn, act) }, DRILL));
  return joined(turn, [...broken, ...fell, ...parts], 'clauses');
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
      questions: questionsOf(turn, insight),
      belief: beliefOf(turn, run, drill, insight),
      next: nextOf(turn, score),
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
  const best = items
    .flatMap(({ id, rules }) => rules.map((rule) => ({ ...rule, id })))
    .filter(({ points, of, entry }) => points === of && entry !== undefined)
    .sort((a, b) => b.points - a.points);
  const good = best.map(({ id, rule, entry = 0, points }) =>
    said(
      'quote',
      entry,
      sentence(turn, 'earned', { why: sentence(turn, `rule-${id}-${rule}`, {}, DRILL), points }, DRILL),
    ),
  );
  return [...lost, ...traps, ...good].slice(0, MOST_QUOTES);
}

function harmOf(turn: Turn, act: string): string {
  return turn.world.knowledge.drillActs.get(act)?.harm ?? sentence(turn, 'lost-charged', {}, DRILL);
}

function questionsOf(turn: Turn, { asked, bits, wasted, model, modelBits }: Insight): string {
  const shown = (value: number) => value.toFixed(1);
  return sentence(
    turn,
    'questions-line',
    {
      n: asked.length,
      bits: shown(bits),
      m: model.length,
      best: shown(modelBits),
      wasted: wasted >= WORTH_SAYING ? shown(wasted) : '',
    },
    DRILL,
  );
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

function nextOf(turn: Turn, { items }: Score): string {
  const next = weakest(items);
  return next ? sentence(turn, `next-${next}`, {}, DRILL) : '';
}

/** An item as far as that needs it. */
type Weighed = Pick<Item, 'id' | 'points' | 'of'> & { lost?: unknown };

/** The item that lost most of its points; undefined if none lost any. Money comes first where it was lost. */
export function weakest(items: readonly Weighed[]): ItemId | undefined {
  const missing = items.filter(({ points, of }) => points < of);
  const money = missing.find(({ lost }) => lost !== undefined);
  const worst = [...missing].sort((a, b) => b.of - b.points - (a.of - a.points))[0];
  return (money ?? worst)?.id;
}
