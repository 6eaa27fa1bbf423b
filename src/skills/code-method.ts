/** Which way of paying a sentence names for a code, and which code systems may have shown it. Pure. */
import type { Turn } from '../dialogue/world.js';

/** Units that may stand between a way of paying and the code that it showed (「微信那边报55」). */
const REACH = 10;
const CLAUSE_END = /[,，。;；!！?？\n]/;
/** Channel of the lexicon → how such a payment is usually made. */
const METHOD_OF: Readonly<Record<string, string>> = {
  wechat: 'scan',
  alipay: 'scan',
  'cloud-quickpass': 'scan',
  huabei: 'scan',
  scan: 'scan',
  'bank-card': 'card',
  'credit-card': 'card',
  'foreign-card': 'card',
  contactless: 'tap',
};
/** Channel → the code system that is its own: no other app shows that one's codes. */
const OWN_SYSTEM: Readonly<Record<string, string>> = {
  wechat: 'wechat-pay',
  alipay: 'alipay',
  huabei: 'alipay',
  'cloud-quickpass': 'unionpay-acp',
};

/** How the payment was made that showed a code. */
export interface NamedWay {
  method: string;
  /** Ids of the systems that may have shown the code. */
  systems: string[];
}

/** The ids of the systems that a way of paying (`card`, `scan`, `tap`) uses. */
export function systemsFor(turn: Turn, method: string): string[] {
  const systems = [...turn.world.knowledge.systems.values()];
  return systems.filter(({ payMethods }) => (payMethods as string[]).includes(method)).map(({ id }) => id);
}

/** The way of paying that the clause names before a code; undefined if it names none. */
export function wayNamed(turn: Turn, code: string): NamedWay | undefined {
  const { entities = [], text = '' } = turn.understanding ?? {};
  const place = entities.find(({ type, value }) => type === 'code' && value === code);
  if (!place) return undefined;
  const before = entities.filter(({ type, value, end }) => {
    const between = text.slice(end, place.start);
    const near = end <= place.start && between.length <= REACH && !CLAUSE_END.test(between);
    return type === 'channel' && METHOD_OF[value] !== undefined && near;
  });
  return wayOf(turn, before.at(-1)?.value ?? '');
}

/** The way of paying that a short answer tells (「微信」), if it is one only. */
export function wayTold(turn: Turn): NamedWay | undefined {
  const { entities } = turn.understanding ?? turn.world.nlu.understand(turn.words ?? '');
  const channels = new Set(entities.filter(({ type }) => type === 'channel').map(({ value }) => value));
  const [only] = channels;
  return channels.size === 1 && only !== undefined ? wayOf(turn, only) : undefined;
}

function wayOf(turn: Turn, channel: string): NamedWay | undefined {
  const method = METHOD_OF[channel];
  if (method === undefined) return undefined;
  const own = OWN_SYSTEM[channel];
  const others = own === undefined ? [] : Object.values(OWN_SYSTEM).filter((system) => system !== own);
  return { method, systems: systemsFor(turn, method).filter((system) => !others.includes(system)) };
}
