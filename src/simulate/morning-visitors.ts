/** Merchants of the simulated morning: what is really wrong, what they write first, how they answer, what helps. Pure and seeded. */
import type { World } from '../dialogue/world.js';
import { CAUSES, type Knowledge } from '../knowledge/schema.js';
import { drawMerchant, type Merchant, type Truth } from './merchants.js';
import type { MorningSettings, Trouble } from './morning-settings.js';
import { type Call, drawCalls, type Town } from './morning-town.js';
import { evidenceOf, type Opening } from './openings.js';
import { type Random, randomFrom } from './random.js';
import type { Openings, Settings } from './yardsticks.js';

export interface Visitor {
  id: number;
  /** When the first message is sent, ms since the epoch. */
  at: number;
  shop: string;
  owner?: string;
  /** Came by the sticker of a shop that the operator lists: the acquirer is known. */
  listed: boolean;
  /** Ids of the lexicon. */
  acquirer: string;
  channel: string;
  merchant: Merchant;
  /** The outage or the maintenance that it is; absent: something of the shop's own, of its customer's, or another small trouble. */
  trouble?: Trouble;
  /** Seed of what is left to chance while talking, the same whatever is known of incidents. */
  seed: number;
}

/** What merchants write first. */
export interface Words {
  usual: readonly Opening[];
  of: ReadonlyMap<Trouble, readonly Opening[]>;
}

/** Real sentences for the usual cases, the settings' for the others. The understanding at work has seen the real ones. */
export function wordsOf(world: World, labels: Openings, settings: MorningSettings): Words {
  const byText = new Map(labels.map(({ text, faults }) => [text, faults]));
  const isCause = (id: string): boolean => (CAUSES as readonly string[]).includes(id);
  const usual = world.knowledge.realUtterances
    .filter(({ intent }) => isCause(intent))
    .map(({ text, intent, also }) => ({
      text,
      causes: [intent, ...also].filter(isCause),
      faults: byText.get(text) ?? null,
      ...evidenceOf(world, text),
    }));
  const of = [settings.outage, settings.maintenance].map((trouble): [Trouble, Opening[]] => [
    trouble,
    trouble.openings.map((text) => ({ text, causes: [], faults: [trouble.means], ...evidenceOf(world, text) })),
  ]);
  return { usual, of: new Map(of) };
}

/** Everybody who comes this morning, in order of time. */
export function drawVisitors(
  town: Town,
  world: World,
  words: Words,
  settings: MorningSettings,
  money: Settings,
): Visitor[] {
  const truth: Truth = { model: world.model, unknown: world.knowledge.costs.unknownRate, wrong: 0 };
  const only = new Map([...words.of.keys()].map((trouble) => [trouble, onlyOf(truth, trouble.means)]));
  const { acquirers, channels } = world.knowledge.lexicon;
  const ours = new Set(Object.values(settings.channels));
  // Of two that are named nobody can tell which one fails.
  const ways = (text: string): string[] => namedIn(text, channels).filter((one) => ours.has(one));
  return drawCalls(town, settings).map((call, id) => {
    const random = randomFrom(Math.floor(town.random() * 2 ** 32));
    const acquirer = town.acquirerOf(call.shop);
    const { trouble } = call;
    const openings =
      trouble === undefined
        ? words.usual.filter(
            ({ text }) => namedIn(text, acquirers).every((one) => one === acquirer) && ways(text).length <= 1,
          )
        : (words.of.get(trouble) ?? []);
    const drawn = drawMerchant((trouble && only.get(trouble)) ?? truth, openings, money, random);
    const [said] = ways(drawn.opening.text);
    return {
      ...base(call, id, random),
      listed: town.isListed(call.shop),
      acquirer,
      channel: trouble?.channel ?? said ?? call.channel,
      merchant: trouble === undefined ? drawn : asItIs(drawn, trouble, world),
      ...(trouble === undefined ? {} : { trouble }),
    };
  });
}

const base = (
  { at, shop }: Call,
  id: number,
  random: Random,
): Pick<Visitor, 'id' | 'at' | 'shop' | 'owner' | 'seed'> => ({
  id,
  at,
  shop: shop.id,
  ...(shop.owner === undefined ? {} : { owner: shop.owner }),
  seed: Math.floor(random() * 2 ** 32),
});

/** All merchants have this one fault. */
function onlyOf(truth: Truth, fault: string): Truth {
  const logPrior = truth.model.logPrior.map((_, at) =>
    truth.model.faults[at] === fault ? 0 : Number.NEGATIVE_INFINITY,
  );
  return { ...truth, model: { ...truth.model, logPrior } };
}

/**
 * Who knows the answer gives the one that the trouble leaves; and whatever is to be tried, what helps is to collect another way:
 * either the customers have one or not.
 */
function asItIs(drawn: Merchant, trouble: Trouble, world: World): Merchant {
  const answers = new Map(
    [...drawn.answers].map(([question, option]) => [
      question,
      option === 'unknown' ? option : (trouble.answers[question] ?? option),
    ]),
  );
  const { model, knowledge } = world;
  const another = switchFix(knowledge, trouble.means);
  const hasAnother = another !== undefined && drawn.cures.has(another);
  const fault = model.faultIndex.get(trouble.means) ?? -1;
  const waits = (id: string): boolean => id === another || knowledge.fixes.get(id)?.wait !== undefined;
  const cures = model.fixes.filter(({ id, charges, at }) =>
    charges === 'none' || waits(id) ? drawn.cures.has(id) : hasAnother && at.includes(fault),
  );
  return { ...drawn, answers, cures: new Set(cures.map(({ id }) => id)) };
}

/** The fix of a fault by which the staff collect another way. */
export function switchFix({ faults }: Pick<Knowledge, 'faults'>, fault: string): string | undefined {
  return faults.get(fault)?.fixes.find(({ who }) => who === 'staff')?.id;
}

/** Ids of what a text names, by the lexicon's names. */
function namedIn(text: string, names: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(names).flatMap(([id, all]) => (all.some((name) => text.includes(name)) ? [id] : []));
}
