/**
 * What is wrong with the shops that report, and what their first sentence makes the diagnosis believe: the simulated merchants'
 * own sentences and the understanding that never saw them. Pure and seeded.
 */
import { posterior } from '../diagnosis/belief.js';
import type { Model } from '../diagnosis/model.js';
import type { Attributes, Report } from '../incidents/index.js';
import { drawOpening } from './merchants.js';
import type { Opening } from './openings.js';
import { pick, type Random, weighted } from './random.js';
import type { Settings } from './yardsticks.js';

/** P(nothing was said yet when a case is counted), P(the sentence says nothing of the fault: it is anyone's). */
const [SILENT, BESIDE] = [0.15, 0.1];
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
  /** What the diagnosis believes after the first sentence of somebody with that fault. */
  causes(fault: string, random: Random): Report['causes'];
}

/** Nobody says anything: reports have no marks. */
export const SPEECHLESS: Voices = {
  ordinary: () => '',
  outage: () => '',
  street: () => '',
  causes: () => undefined,
};

export function voicesOf(model: Model, openings: readonly Opening[], settings: Settings): Voices {
  const prior = model.logPrior.map(Math.exp);
  const causeOf = (fault: number): string => model.causes[model.causeOf[fault] ?? 0] ?? '';
  const believed = new Map(openings.map((opening) => [opening, causesOf(model, opening)]));
  const byChannel = new Map(Object.entries(METHODS).map(([id, methods]) => [id, ofMethods(model, prior, methods)]));
  const chosen = (weights: Readonly<Record<string, number>>, random: Random): string =>
    Object.keys(weights)[weighted(Object.values(weights), random)] ?? '';
  return {
    ordinary: (channel, leanings, scenario, random) => {
      const shift = scenario === null ? undefined : model.scenarios.get(scenario);
      const weights = (byChannel.get(channel ?? '') ?? prior).map((weight, fault) =>
        leanings.reduce((sum, leaning) => sum * (leaning[causeOf(fault)] ?? 1), weight * Math.exp(shift?.[fault] ?? 0)),
      );
      return model.faults[weighted(weights, random)] ?? '';
    },
    outage: (stream, random) => chosen(OUTAGES.find(([name]) => stream[name] !== undefined)?.[1] ?? {}, random),
    street: (random) => chosen(STREETS, random),
    causes: (fault, random) => {
      const said = random();
      if (said < SILENT) return undefined;
      if (said < SILENT + BESIDE) return believed.get(pick(openings, random));
      const cause = causeOf(model.faultIndex.get(fault) ?? 0);
      return believed.get(drawOpening(fault, cause, openings, settings, random));
    },
  };
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

function causesOf(model: Model, { known }: Opening): Record<string, number> {
  const mass = posterior(model, known);
  const causes: Record<string, number> = {};
  mass.forEach((p, fault) => {
    const cause = model.causes[model.causeOf[fault] ?? 0] ?? '';
    causes[cause] = Math.min(1, (causes[cause] ?? 0) + p);
  });
  return causes;
}
