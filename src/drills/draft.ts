/** A sound first version of a scenario from any fault of the knowledge base: what checks show is drawn from its likelihoods. Pure. */
import { fill } from '../dialogue/flow.js';
import type { World } from '../dialogue/world.js';
import { CHARGED, DRILL_LIMITS, type Drill, type DrillAct, type Fault } from '../knowledge/schema.js';
import { pick, type Random, randomFrom } from '../simulate/random.js';
import { actsIn } from './acts.js';
import { insightOf } from './insight.js';
import { openingOf } from './opening.js';
import { RULES } from './points.js';
import { rehearse } from './rehearsal.js';
import { shownBy } from './truth.js';

/** Draws until the draft's own path scores `SOUND`; after so many the best is kept. */
const DRAWS = 40;
const SOUND = 95;
/** Fixes work at least this often for one of their acts to count as the cure. */
const CURES = 0.5;
/** How often a payment that nobody answers is still open when it is looked up. An estimate. */
const STILL_OPEN = 0.4;
/** Answers that say that an act has done away with the failure. */
const GOOD = ['works', 'succeeds'] as const;

export interface DraftOptions {
  id: string;
  scenario: Drill['scenario'];
  difficulty: number;
}

/**
 * @param seed the same seed, the same draft
 * @throws {RangeError} if there is no such fault
 */
export function draftDrill(faultId: string, seed: number, world: World, options: DraftOptions): Drill {
  const fault = world.knowledge.faults.get(faultId);
  if (!fault) throw new RangeError(`no fault "${faultId}"`);
  const drawn = (extra: number) => {
    const drill = draw(fault, seed + extra * 7919, world, options);
    return { drill, score: rehearse(drill, world).score };
  };
  let best = drawn(0);
  for (let extra = 1; extra < DRAWS && best.score < SOUND; extra += 1) {
    const next = drawn(extra);
    if (next.score > best.score) best = next;
  }
  return best.drill;
}

function draw(fault: Fault, seed: number, world: World, options: DraftOptions): Drill {
  const random = randomFrom(seed);
  const { texts = {} } = world.flows.get('drill') ?? {};
  const text = (key: string, values: Readonly<Record<string, string | number>> = {}) => fill(texts[key] ?? '', values);
  const minute = Math.floor(random() * 60);
  const at = `${String(9 + Math.floor(random() * 11)).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  const bare: Drill = {
    ...options,
    title: text('draft-title', { at }),
    fault: fault.id,
    cause: [],
    minutes: 10,
    at,
    pay: 'card',
    amount: pick([12, 36, 58, 99, 168, 320], random),
    screen: text('draft-screen'),
    opening: text(pick(['draft-opening-1', 'draft-opening-2', 'draft-opening-3'], random)),
    money: 'failed',
    shows: {},
    tells: {},
    events: [
      { after: 60, from: 'phone', text: text('draft-colleague', { symptom: pick(fault.symptoms, random) }) },
      { after: 120, from: 'customer', text: text('draft-impatient') },
      { after: 300, from: 'customer', text: text('draft-leaving') },
    ],
    traps: [],
    right: [],
    cures: [],
    call: fault.call.slice(0, 4),
    path: ['look-up'],
    lesson: text('draft-lesson', { why: fault.why }),
    sources: fault.sources,
  };
  const paid: Drill = { ...bare, pay: payOf(fault, random, world) };
  const open: Drill = { ...paid, money: moneyOf(shownBy('stage', paid, seed, world), random) };
  const mended: Drill = { ...open, ...cureOf(fault, open, shownBy('hotspot', open, seed, world), world) };
  const shown: Drill = { ...mended, traps: trapsOf(fault, mended, world), shows: showsOf(mended, seed, world) };
  return { ...shown, path: pathOf(shown, world) };
}

/** How it was paid, as often as this fault meets it. */
function payOf({ id }: Fault, random: Random, { model }: World): Drill['pay'] {
  const asked = model.questionById.get('pay-method');
  const fault = model.faultIndex.get(id) ?? 0;
  let left = random();
  for (const [option, pay] of (['card', 'scan', 'tap'] as const).entries()) {
    left -= asked?.p[option * model.faults.length + fault] ?? 0;
    if (left < 0) return pay;
  }
  return 'card';
}

/** What looking it up shows has to fit how far it got: without a slip it was paid, what was never sent was not. */
function moneyOf(stage: string | undefined, random: Random): Drill['money'] {
  if (stage === 'print') return 'paid';
  return stage === 'waiting' && random() < STILL_OPEN ? 'processing' : 'failed';
}

/** Every check with its answer in the knowledge base's own words. */
function showsOf(drill: Drill, seed: number, world: World): Drill['shows'] {
  const { questions, drillActs } = world.knowledge;
  const acts = [...drillActs.values()].filter(({ question }) => question !== undefined && question !== CHARGED);
  return Object.fromEntries(
    acts.slice(0, DRILL_LIMITS.shows).flatMap(({ id, question = '' }) => {
      const asked = questions.get(question);
      if (asked?.requires['pay-method']?.includes(drill.pay) === false) return [];
      const good = asked?.options.find((option) => GOOD.some((one) => one === option.id))?.id;
      const option = drill.cures.includes(id) ? good : shownBy(question, drill, seed, world);
      const text = asked?.because[option ?? ''];
      return option === undefined || text === undefined ? [] : [[question, { option, text }]];
    }),
  );
}

/**
 * Acts that the fault's own fixes name, and those of them that cure: an act of a fix that staff carry out and that mostly works.
 * Nothing that charges where the payment isn't known to have failed.
 */
function cureOf(
  fault: Fault,
  { money }: Drill,
  hotspot: string | undefined,
  world: World,
): Pick<Drill, 'right' | 'cures'> {
  const { drillActs } = world.knowledge;
  const may = ({ measure, harm, charges }: DrillAct) =>
    measure && harm === undefined && (money === 'failed' || !charges);
  const actsOf = (fix: Fault['fixes'][number]): DrillAct[] => {
    const sentences = [fix.title, ...fix.steps.map(({ text }) => text)];
    const named = sentences.flatMap((sentence) => readIn(sentence, drillActs, world));
    return [...new Set(named)].filter(may);
  };
  const own = fault.fixes.filter(({ who, success }) => (who === 'staff' || who === 'merchant') && success >= CURES);
  const cure = own.flatMap(actsOf).find(({ id, question }) => !WAYS_ROUND.has(id) && (id !== 'hotspot' || question));
  // If it works on another network, that is a cure, whatever the fixes say.
  const cures = [cure?.id, hotspot === 'works' ? 'hotspot' : undefined].filter((id) => id !== undefined);
  const call = [...drillActs.values()].find((act) => act.call !== undefined && act.call === fault.call[0]);
  const named = fault.fixes.flatMap(actsOf).map(({ id }) => id);
  const right = [...new Set([...cures, ...named, ...(call ? [call.id] : [])])];
  return {
    right: right.filter((id) => id !== 'hotspot' || hotspot === 'works').slice(0, 10),
    cures: [...new Set(cures.filter((id) => id !== 'hotspot' || hotspot === 'works'))],
  };
}

/** Steps that keep the shop open or the machine safe and mend nothing. */
const WAYS_ROUND: ReadonlySet<string> = new Set(['stop-using', 'announcement', 'hang-up']);

/** What the fixes warn of, else what never helps. */
function trapsOf(fault: Fault, { right, cures, money }: Drill, world: World): Drill['traps'] {
  const { drillActs } = world.knowledge;
  const warned = fault.fixes
    .flatMap(({ avoid }) => avoid)
    .flatMap((words) => [...drillActs.values()].filter((act) => act.harm !== undefined && names(words, act, world)));
  const collect = money === 'failed' ? [] : [drillActs.get('collect')];
  const found = [...collect, ...warned, drillActs.get('factory-reset')].filter((act) => act !== undefined);
  const why = ({ harm }: DrillAct) => harm ?? world.flows.get('drill')?.texts['lost-charged'] ?? '';
  return [...new Set(found)]
    .filter(({ id }) => !right.includes(id) && !cures.includes(id))
    .slice(0, 2)
    .map((act) => ({ act: act.id, why: why(act) }));
}

const names = (words: string, act: DrillAct, { nlu }: World): boolean =>
  actsIn(nlu.understand(words).normalized, new Map([[act.id, act]])).length > 0;

const readIn = (words: string, acts: ReadonlyMap<string, DrillAct>, { nlu, flows }: World): DrillAct[] =>
  actsIn(nlu.understand(words).normalized, acts, flows.get('drill')?.words.denied);

/** The plan's own questions; where they don't narrow the causes, the first other one in the place of the last that does. */
function checksOf(drill: Drill, world: World): string[] {
  const opening = openingOf(drill, world);
  const { model } = insightOf({ entries: [], seed: 0 }, drill, opening, world);
  const acts = [...world.knowledge.drillActs.values()].filter(({ question = CHARGED }) => question in drill.shows);
  const plans = model.flatMap(({ question }) => acts.find((act) => act.question === question) ?? []);
  const narrows = (asked: readonly DrillAct[]) => {
    const done = asked.map(({ id, question = '' }) => ({ act: id, at: 0, found: { question, option: '' } }));
    const run = { entries: [{ at: 0, role: 'cashier' as const, words: '', told: [], done }], seed: 0 };
    const { narrowed } = insightOf(run, drill, opening, world);
    return narrowed !== null && narrowed <= RULES.questions;
  };
  const kept = plans.slice(0, RULES.questions);
  const others = acts.filter((act) => !act.charges && !plans.includes(act) && !drill.cures.includes(act.id));
  const ways = [kept, ...others.map((act) => [...kept.slice(0, RULES.questions - 1), act])];
  return (ways.find(narrows) ?? kept).map(({ id }) => id);
}

/** Note, tell, look up, open a second way; the plan's own questions; the cure; whom it takes; the review. */
function pathOf(drill: Drill, world: World): string[] {
  const { drillActs } = world.knowledge;
  const failed = drill.money === 'failed';
  const checks = checksOf(drill, world);
  const isMeasure = (id: string) => drillActs.get(id)?.call === undefined;
  const cure = drill.cures[0];
  const charges = (id: string | undefined) => drillActs.get(id ?? '')?.charges === true;
  const others = drill.right.filter((id) => id !== cure && isMeasure(id) && !charges(id) && !checks.includes(id));
  const call = [...drillActs.values()].find((act) => act.call !== undefined && drill.call.includes(act.call))?.id;
  const first = failed ? ['record', 'inform', 'look-up', 'backup'] : ['record', 'look-up', 'inform', 'backup'];
  const collect = cure !== undefined && failed && !charges(cure) ? 'collect' : undefined;
  const acts = [...first, ...checks, others[0], cure, collect, call, 'review'].filter((id) => id !== undefined);
  // After each attempt the money is unknown again, until it has been looked up.
  let known = false;
  const path = [...new Set(acts)].flatMap((id) => {
    const again = charges(id) && !known ? ['look-up'] : [];
    known = (known || again.length > 0 || id === 'look-up') && !charges(id);
    return [...again, id];
  });
  return path.slice(0, DRILL_LIMITS.path);
}
