/** A sound first version of a scenario from any fault of the knowledge base: what checks show is drawn from its likelihoods. Pure. */
import { fill } from '../dialogue/flow.js';
import type { World } from '../dialogue/world.js';
import { CHARGED, DRILL_LIMITS, type Drill, type DrillAct, type Fault } from '../knowledge/schema.js';
import { pick, randomFrom } from '../simulate/random.js';
import { actsIn } from './acts.js';
import { insightOf } from './insight.js';
import { openingOf } from './opening.js';
import { shownBy } from './truth.js';

/** Draws until what the checks show leads to the cause; after so many the last is kept, and lint says that it does not. */
const DRAWS = 40;
const PAY = ['card', 'scan', 'tap'] as const;
/** Fixes work at least this often for one of their acts to count as the cure. */
const CURES = 0.5;

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
  let drawn = draw(fault, seed, world, options);
  for (let extra = 1; extra < DRAWS && !isSound(drawn, world); extra += 1)
    drawn = draw(fault, seed + extra * 7919, world, options);
  return drawn;
}

/** The plan's own way leads to the true cause. */
function isSound(drill: Drill, world: World): boolean {
  const { model } = insightOf({ entries: [], seed: 0 }, drill, openingOf(drill, world), world);
  const last = model.at(-1);
  return last !== undefined && (last.causes[world.knowledge.faults.get(drill.fault)?.cause ?? ''] ?? 0) > 0.3;
}

function draw(fault: Fault & { cause: string }, seed: number, world: World, options: DraftOptions): Drill {
  const random = randomFrom(seed);
  const { texts = {} } = world.flows.get('drill') ?? {};
  const text = (key: string, values: Readonly<Record<string, string | number>> = {}) => fill(texts[key] ?? '', values);
  const pay = pick(PAY, random);
  const amount = pick([12, 36, 58, 99, 168, 320], random);
  const minute = Math.floor(random() * 60);
  const bare: Drill = {
    ...options,
    title: fault.title.slice(0, 30),
    fault: fault.id,
    minutes: 10,
    at: `${String(9 + Math.floor(random() * 11)).padStart(2, '0')}:${String(minute).padStart(2, '0')}`,
    pay,
    amount,
    screen: text('draft-screen'),
    opening: pick(fault.symptoms, random),
    money: random() < 0.8 ? 'failed' : 'processing',
    shows: {},
    events: [
      { after: 90, from: 'customer', text: text('draft-impatient') },
      { after: 300, from: 'customer', text: text('draft-leaving') },
    ],
    traps: [],
    ...cureOf(fault, world),
    call: fault.call.slice(0, 4),
    path: ['look-up'],
    lesson: text('draft-lesson', { why: fault.why }),
    sources: fault.sources,
  };
  const shown = { ...bare, shows: showsOf(bare, seed, world) };
  return { ...shown, path: pathOf(shown, world) };
}

/** Every check with its answer in the knowledge base's own words. */
function showsOf(drill: Drill, seed: number, world: World): Drill['shows'] {
  const { questions, drillActs } = world.knowledge;
  const checked = [...new Set([...drillActs.values()].map(({ question }) => question))].filter(
    (id) => id !== undefined,
  );
  return Object.fromEntries(
    checked.slice(0, DRILL_LIMITS.shows).flatMap((id) => {
      const option = shownBy(id, drill, seed, world);
      const text = questions.get(id)?.because[option ?? ''];
      return option === undefined || text === undefined || id === CHARGED ? [] : [[id, { option, text }]];
    }),
  );
}

/** Acts that the fault's own fixes name, and those of them that cure: an act of a fix that staff carry out and that mostly works. */
function cureOf(fault: Fault, world: World): Pick<Drill, 'right' | 'cures'> {
  const { drillActs } = world.knowledge;
  const actsOf = (fix: Fault['fixes'][number]): DrillAct[] => {
    const sentences = [fix.title, ...fix.steps.map(({ text }) => text)];
    const named = sentences.flatMap((sentence) => actsIn(world.nlu.understand(sentence).normalized, drillActs));
    return [...new Set(named)].filter(({ measure, harm }) => measure && harm === undefined);
  };
  const right = [...new Set(fault.fixes.flatMap(actsOf))];
  const own = fault.fixes.filter(({ who, success }) => (who === 'staff' || who === 'merchant') && success >= CURES);
  const cure = own.flatMap(actsOf).find(({ id }) => id !== 'stop-using');
  const call = [...drillActs.values()].find((act) => act.call !== undefined && act.call === fault.call[0]);
  const ids = [...right, ...(cure === undefined && call ? [call] : [])].map(({ id }) => id);
  return { right: ids.slice(0, 10), cures: cure === undefined ? [] : [cure.id] };
}

/** Note, tell, look up, open a second way; the plan's own questions; the cure; whom it takes; the review. */
function pathOf(drill: Drill, world: World): string[] {
  const { drillActs } = world.knowledge;
  const { model } = insightOf({ entries: [], seed: 0 }, drill, openingOf(drill, world), world);
  const checks = model.map(({ question }) => [...drillActs.values()].find((act) => act.question === question)?.id);
  const cure = drill.cures[0];
  const other = drill.right.find((id) => id !== cure && drillActs.get(id)?.charges !== true);
  const charges = drillActs.get(cure ?? '')?.charges === true;
  const call = [...drillActs.values()].find((act) => act.call !== undefined && drill.call.includes(act.call))?.id;
  const ways = ['record', 'inform', 'look-up', 'backup', ...checks, other, cure];
  const collect = cure !== undefined && !charges && drill.money === 'failed' ? ['collect'] : [];
  return [...new Set([...ways, ...collect, call, 'review'].filter((id) => id !== undefined))].slice(
    0,
    DRILL_LIMITS.path,
  );
}
