/** Whom an incident concerns, and whether a case is one of them. Pure. */
import { ATTRIBUTES, type Attribute } from './streams.js';

/**
 * Ways of paying that people name by a wider word: who says 扫码 may mean any of these. Ids of the lexicon's channels. What is not
 * listed is as wide as it sounds.
 */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  scan: [
    'wechat',
    'alipay',
    'cloud-quickpass',
    'unionpay',
    'unionpay-qr',
    'huabei',
    'jiebei',
    'credit-pay',
    'digital-rmb',
    'enterprise-pay',
  ],
  'bank-card': ['credit-card', 'foreign-card', 'unionpay', 'contactless', 'prepaid-card'],
  contactless: ['cloud-quickpass', 'credit-card', 'foreign-card', 'digital-rmb'],
  unionpay: ['cloud-quickpass', 'unionpay-qr'],
  'unionpay-qr': ['cloud-quickpass'],
};

/** Ways of paying that fail as well when one is out, though nobody calls them by its name: cards are cleared by UnionPay. */
const CARRIES: Readonly<Record<string, readonly string[]>> = {
  unionpay: ['bank-card', 'credit-card', 'contactless'],
};

/** Ways of paying without those that only say more widely what another one says: of 微信 and 扫码, 微信. */
export function narrowest(channels: readonly string[]): string[] {
  return channels.filter((wide) => !channels.some((one) => one !== wide && WIDER[wide]?.includes(one)));
}

type Partly = Readonly<{ [name in Attribute]?: string | undefined }>;

export interface Fit {
  /** `apart`: the case is about something else. */
  kind: 'whole' | 'part' | 'apart';
  /** Attributes of the incident that are not known of the case, or only by a wider word. */
  missing: Attribute[];
}

/** Of two values of an attribute, does one say more than the other? Regions are written as people write them, the wider part first. */
function isWithin(name: Attribute, narrow: string, wide: string): boolean {
  if (name === 'channel') return WIDER[wide]?.includes(narrow) === true;
  return name === 'region' && narrow.startsWith(wide);
}

const carries = (name: Attribute, wanted: string, given: string): boolean =>
  name === 'channel' && CARRIES[wanted]?.includes(given) === true;

/** Whether a way of paying may be out while another one is: itself, part of it, or called by a wider word that holds it. */
export function mayBeOut(channel: string, out: string): boolean {
  const within = (narrow: string, wide: string) =>
    isWithin('channel', narrow, wide) || carries('channel', wide, narrow);
  return channel === out || within(channel, out) || isWithin('channel', out, channel);
}

/** How an incident's scope and what is known of a case go together. A scope without attributes concerns everybody. */
export function fitOf(scope: Partly, known: Partly): Fit {
  const missing: Attribute[] = [];
  for (const name of ATTRIBUTES) {
    const [wanted, given] = [scope[name], known[name]];
    if (wanted === undefined) continue;
    if (given === undefined || given === '') missing.push(name);
    else if (given === wanted || isWithin(name, given, wanted) || carries(name, wanted, given)) continue;
    else if (isWithin(name, wanted, given)) missing.push(name);
    else return { kind: 'apart', missing: [] };
  }
  return { kind: missing.length === 0 ? 'whole' : 'part', missing };
}

/** The fault or cause that an incident of this scope is taken for: of one bank that bank, of one make of terminal the terminal, else the platform. */
export function meansOf(scope: Partly): string {
  const names = ATTRIBUTES.filter((name) => scope[name] !== undefined).join();
  return names === 'bank' ? 'channel-issuer-down' : names === 'terminal' ? 'device' : 'channel-outage';
}

/**
 * Times as many reports as usual that an operator's word stands for: what a burst has to be for the detector to be built for it
 * (a tenfold rise), as nobody puts less on the board. With it nine of ten cases within the scope are the incident's.
 */
export const OPERATOR_RATIO = 10;
/** Share of the usual cases that one attribute's value stands for, where it is not known: an estimate; 1 of 4. */
const SHARE = 0.25;

/**
 * Times as many cases like this one as usual: that of the incident, mixed with the rest by their usual shares where an attribute is
 * not known (as `Detector.likelihoodRatio`); 1 for a case apart. @param ratio of cases within the scope, 1 …
 */
export function ratioFor(ratio: number, { kind, missing }: Fit): number {
  return kind === 'apart' ? 1 : 1 + SHARE ** missing.length * (Math.max(1, ratio) - 1);
}

/**
 * The factor on a fault's prior. Cases come `ratio` times as often as usual, and all that are more are of this fault: of `ratio`
 * cases `ratio − 1 + prior` are, so its odds grow by (ratio − 1 + prior) ÷ prior. @param prior share of usual cases, 0 … 1
 */
export function factorOf(ratio: number, prior: number): number {
  return prior > 0 ? (Math.max(1, ratio) - 1 + prior) / prior : 1;
}
