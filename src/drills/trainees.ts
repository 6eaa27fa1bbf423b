/**
 * Trainees that are written down: the model answer, an average one, a bad one, one who only calls, one who acts at random, and three
 * who play the system: a polite caller, a parrot with the same lines in every drill, one who tries everything. What they
 * say is what a person would type. Pure.
 */
import { fill } from '../dialogue/flow.js';
import type { World } from '../dialogue/world.js';
import type { Drill, DrillAct } from '../knowledge/schema.js';
import { pick, type Random, randomFrom } from '../simulate/random.js';

export const TRAINEES = ['model', 'average', 'bad', 'hotline', 'polite', 'parrot', 'shotgun', 'random'] as const;
export type Trainee = (typeof TRAINEES)[number];

/** Messages of the one who acts at random. */
const RANDOM_MOVES = 12;

/** Whom the parrot calls, one after the other. */
const EVERYBODY = ['call-acquirer', 'call-issuer', 'call-carrier', 'call-wechat', 'call-alipay', 'call-anti-fraud'];
/** Acts of the model's way that the average trainee leaves out: each second check, the review. */
const OFTEN_LEFT_OUT: readonly string[] = ['record', 'review'];

/**
 * What a trainee says, one message after the other; whoever plays stops when the drill is over.
 * @param seed only the one at random uses it
 */
export function wordsOf(trainee: Trainee, drill: Drill, world: World, seed: number): string[] {
  switch (trainee) {
    case 'model':
      return drill.path.map((id) => said(id, drill, world));
    case 'average':
      return average(drill, world);
    case 'bad':
      return bad(drill, world);
    case 'hotline':
      return Array.from({ length: 3 }, () => labelOf(callOf(drill, world), world));
    case 'polite':
      return [said(callOf(drill, world), drill, world, 'polite'), said('review', drill, world, 'parrot')];
    case 'parrot':
      return parrot(drill, world, []);
    case 'shotgun':
      return parrot(drill, world, harmless(world));
    case 'random':
      return atRandom(world, randomFrom(seed));
  }
}

/** The model's way without what people forget at a full till: notes, the second way to pay, half of the questions, the review. */
function average(drill: Drill, world: World): string[] {
  const checks = drill.path.filter((id) => isCheck(world.knowledge.drillActs.get(id)));
  const dropped = new Set([...OFTEN_LEFT_OUT, 'backup', ...checks.filter((_, index) => index % 2 === 1)]);
  const kept = drill.path.filter((id) => !dropped.has(id) || drill.cures.includes(id));
  return kept.map((id) => (id === 'look-up' ? said(id, drill, world) : labelOf(id, world)));
}

/** The same in every drill, whatever it is about; in the middle what else is done. */
function parrot(drill: Drill, world: World, between: readonly string[]): string[] {
  const acts = ['record', 'look-up', 'inform', 'backup', ...between, ...EVERYBODY, 'review'];
  return acts.map((id) => said(id, drill, world, 'parrot'));
}

/** Every measure that neither takes money nor harms. */
function harmless({ knowledge }: World): string[] {
  const acts = [...knowledge.drillActs.values()];
  return acts.filter((act) => act.measure && !act.charges && act.harm === undefined).map(({ id }) => id);
}

/** Collects once more at once, restarts, does what tempts, calls somebody. */
function bad(drill: Drill, world: World): string[] {
  const acts = ['collect', 'reboot', ...drill.traps.map(({ act }) => act), 'collect', callOf(drill, world)];
  return acts.map((id) => labelOf(id, world));
}

function atRandom({ knowledge }: World, random: Random): string[] {
  const acts = [...knowledge.drillActs.values()];
  return Array.from({ length: RANDOM_MOVES }, () => pick(acts, random).label);
}

const isCheck = (act: DrillAct | undefined): boolean => act?.question !== undefined;

/** Whom somebody would call who does nothing else. */
function callOf(drill: Drill, { knowledge }: World): string {
  const calls = [...knowledge.drillActs.values()].filter(({ call }) => call !== undefined);
  return calls.find(({ call }) => call === drill.call[0])?.id ?? calls[0]?.id ?? 'call-acquirer';
}

function labelOf(id: string, { knowledge }: World): string {
  return knowledge.drillActs.get(id)?.label ?? id;
}

/**
 * An act in the words of somebody who does it well: notes and calls name everything, the review all three.
 * @param who whose words these are; those who have none of their own for an act say its label
 */
export function said(id: string, drill: Drill, world: World, who = 'model'): string {
  const { texts = {} } = world.flows.get('drill') ?? {};
  const act = world.knowledge.drillActs.get(id);
  const key = act?.call !== undefined ? `${who}-call` : `${who}-${id}`;
  const fault = world.knowledge.faults.get(drill.fault);
  const values = {
    act: act?.label ?? id,
    screen: drill.screen,
    time: drill.at,
    pay: texts[`pay-${drill.pay}`] ?? '',
    amount: drill.amount,
    fault: fault?.title ?? '',
    prevention: texts['model-prevention'] ?? '',
  };
  return fill(texts[key] ?? labelOf(id, world), values);
}
