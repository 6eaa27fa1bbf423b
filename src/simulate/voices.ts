/**
 * What is wrong with the shops that report, and what the diagnosis believes of it as they talk: the simulated merchants' own
 * sentences, an understanding that never saw them, and the questions that the policy in use then asks. Pure and seeded.
 */
import { believe } from '../diagnosis/belief.js';
import type { Case } from '../diagnosis/case.js';
import type { Model } from '../diagnosis/model.js';
import { plan } from '../diagnosis/plan.js';
import { copyCase } from '../dialogue/session.js';
import { type Attributes, type Report, type Suspects, suspectsOf } from '../incidents/index.js';
import { drawMerchant, type Merchant } from './merchants.js';
import type { Opening } from './openings.js';
import { pick, type Random, weighted } from './random.js';
import type { Settings } from './yardsticks.js';

/** P(nothing is said when a case is counted), P(what is said is beside the matter), P(questions are not answered); estimates. */
const [SILENT, BESIDE, LEAVES] = [0.15, 0.1, 0.3];
/** Merchants drawn for each fault. */
const MERCHANTS = 40;
/** Minutes from the first sentence to the first answer that are not the question's own. */
const SLOW = 1;
/** A channel → an answer of the question how the customer pays. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  wechat: ['scan'],
  alipay: ['scan'],
  digital: ['scan', 'tap'],
  unionpay: ['card', 'tap', 'scan'],
  card: ['card', 'tap'],
};
const PAY_METHOD = 'pay-method';
/** What an outage is to the shops that it hits, by the first of these attributes that it has. Fault id → weight; estimates. */
const OUTAGES: readonly (readonly [keyof Attributes, Readonly<Record<string, number>>])[] = [
  ['channel', { 'channel-outage': 8, 'network-timeout': 2 }],
  ['bank', { 'channel-issuer-down': 1 }],
  ['acquirer', { 'channel-outage': 5, 'network-timeout': 3, 'network-signin-fails': 2 }],
  ['terminal', { 'device-frozen': 3, 'device-not-signed-in': 3, 'network-signin-fails': 4 }],
  ['region', { 'channel-outage': 4, 'network-no-signal': 4, 'network-timeout': 2 }],
];
/** What troubles a street. */
const STREETS = { 'network-no-signal': 5, 'network-wifi-router': 1, 'network-timeout': 2, 'channel-outage': 2 };

/** Times as many faults of a cause as elsewhere, by cause. */
export type Leaning = Readonly<Record<string, number>>;

export interface Voices {
  /** A fault on an ordinary day. `scenario`: id of knowledge/scenarios.yaml. */
  ordinary(channel: string | null, leanings: readonly Leaning[], scenario: string | null, random: Random): string;
  /** What an outage of a stream is. */
  outage(stream: Attributes, random: Random): string;
  street(random: Random): string;
  /** What the detector takes an incident for. */
  suspects: Suspects;
  /** What the diagnosis believes of somebody with that fault, in order of time; nothing if nothing is said. */
  said(fault: string, random: Random): readonly Said[];
}

/** What is believed some minutes after a case began. */
export interface Said {
  after: number;
  faults: NonNullable<Report['faults']>;
}

/** Nobody says anything: reports have no marks. */
export const SPEECHLESS: Voices = {
  ordinary: () => '',
  outage: () => '',
  street: () => '',
  suspects: new Map(),
  said: () => [],
};

/**
 * @param model that the diagnosis believes in, and by which merchants answer; @param unknown P(a question is not answered)
 * @param random for the merchants
 */
export function voicesOf(
  model: Model,
  openings: readonly Opening[],
  settings: Settings,
  unknown: number,
  random: Random,
): Voices {
  const prior = model.logPrior.map(Math.exp);
  const causeOf = (fault: number): string => model.causes[model.causeOf[fault] ?? 0] ?? '';
  const byChannel = new Map(Object.entries(METHODS).map(([id, methods]) => [id, ofMethods(model, prior, methods)]));
  const talks = new Map(
    model.faults.map((fault, at) => {
      const only = { ...model, logPrior: prior.map((_, other) => (other === at ? 0 : -Infinity)) };
      const drawn = Array.from({ length: MERCHANTS }, () =>
        drawMerchant({ model: only, unknown, wrong: 0 }, openings, settings, random),
      );
      return [fault, drawn.map((merchant) => talkOf(model, merchant))];
    }),
  );
  const chosen = (weights: Readonly<Record<string, number>>, chance: Random): string =>
    Object.keys(weights)[weighted(Object.values(weights), chance)] ?? '';
  return {
    ordinary: (channel, leanings, scenario, chance) => {
      const shift = scenario === null ? undefined : model.scenarios.get(scenario);
      const weights = (byChannel.get(channel ?? '') ?? prior).map((weight, fault) =>
        leanings.reduce((sum, leaning) => sum * (leaning[causeOf(fault)] ?? 1), weight * Math.exp(shift?.[fault] ?? 0)),
      );
      return model.faults[weighted(weights, chance)] ?? '';
    },
    outage: (stream, chance) => chosen(OUTAGES.find(([name]) => stream[name] !== undefined)?.[1] ?? {}, chance),
    street: (chance) => chosen(STREETS, chance),
    suspects: suspectsOf(model),
    said: (fault, chance) => {
      const kind = chance();
      if (kind < SILENT) return [];
      const theirs = kind < SILENT + BESIDE ? pick(model.faults, chance) : fault;
      const talk = pick(talks.get(theirs) ?? [], chance);
      return talk.length > 1 && chance() < LEAVES ? talk.slice(0, 1) : talk;
    },
  };
}

/** What is believed after the first sentence, and once the questions are answered that come before the first fix or call. */
function talkOf(model: Model, { opening, answers }: Merchant): Said[] {
  const known: Case = copyCase(opening.known);
  const said: Said[] = [{ after: 0, faults: Object.fromEntries(believe(model, known).faults) }];
  let after = SLOW;
  for (let asked = 0; asked < model.costs.maxQuestions; asked += 1) {
    const { step } = plan(model, believe(model, known), known);
    if (step.kind !== 'ask') break;
    after += model.questionById.get(step.question)?.cost ?? 0;
    known.asked.push(step.question);
    const option = answers.get(step.question);
    if (option === undefined) break;
    known.answers.push({ question: step.question, option, from: 'answer' });
    said[1] = { after, faults: Object.fromEntries(believe(model, known).faults) };
  }
  return said;
}

/** P(fault) × P(the customer pays in one of these ways | fault). */
function ofMethods(model: Model, prior: Float64Array, methods: readonly string[]): Float64Array {
  const question = model.questionById.get(PAY_METHOD);
  if (question === undefined) return prior;
  return prior.map((weight, fault) =>
    methods.reduce((sum, method) => {
      const at = question.options.indexOf(method);
      return sum + (at < 0 ? 0 : weight * (question.p[at * prior.length + fault] ?? 0));
    }, 0),
  );
}
