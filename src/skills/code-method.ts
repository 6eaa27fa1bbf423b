/** Which way of paying a sentence names for a code, and which code systems may have shown it. Pure. */
import type { Turn } from '../dialogue/world.js';
import { METHOD_OF, oneWay, waysBefore } from '../nlu/ways.js';

/** Units that may stand between a way of paying and the code that it showed (「微信那边报55」). */
const REACH = 10;
const CLAUSE_END = /[,，。;；!！?？\n]/;
/** Channel → the code system that is its own: no other app shows that one's codes. */
const OWN_SYSTEM: Readonly<Record<string, string>> = {
  wechat: 'wechat-pay',
  alipay: 'alipay',
  huabei: 'alipay',
  'cloud-quickpass': 'unionpay-acp',
};

/** True for a system that is one app's own. */
export function isAppSystem(system: string): boolean {
  return Object.values(OWN_SYSTEM).includes(system);
}

/** How the payment was made that showed a code. */
export interface NamedWay {
  method: string;
  /** The code system that is the app's own. */
  own?: string;
  /** Ids of the systems that may have shown the code. */
  systems: string[];
}

/** The ids of the systems that a way of paying (`card`, `scan`, `tap`) uses. */
export function systemsFor(turn: Turn, method: string): string[] {
  const systems = [...turn.world.knowledge.systems.values()];
  return systems.filter(({ payMethods }) => (payMethods as string[]).includes(method)).map(({ id }) => id);
}

/** The way of paying that the clause names before a code; undefined if it names none, or two at once. */
export function wayNamed(turn: Turn, code: string): NamedWay | undefined {
  const { entities = [], text = '' } = turn.understanding ?? {};
  const codes = entities.filter(({ type }) => type === 'code');
  const place = codes.find(({ value }) => value === code);
  if (!place) return undefined;
  const named = entities.filter(({ type, value }) => type === 'channel' && METHOD_OF[value] !== undefined);
  const ways = waysBefore(named, codes, place.start);
  const between = text.slice(ways.at(-1)?.end ?? 0, place.start);
  if (between.length > REACH || CLAUSE_END.test(between)) return undefined;
  return wayOf(turn, oneWay(ways.map(({ value }) => value)) ?? '');
}

/** The way of paying that a short answer tells (「微信」, 「扫码 微信」), if it is one only. */
export function wayTold(turn: Turn): NamedWay | undefined {
  const { entities } = turn.understanding ?? turn.world.nlu.understand(turn.words ?? '');
  const channels = entities.filter(({ type }) => type === 'channel').map(({ value }) => value);
  return wayOf(turn, oneWay(channels) ?? '');
}

function wayOf(turn: Turn, channel: string): NamedWay | undefined {
  const method = METHOD_OF[channel];
  if (method === undefined) return undefined;
  const own = OWN_SYSTEM[channel];
  const others = own === undefined ? [] : Object.values(OWN_SYSTEM).filter((system) => system !== own);
  const systems = systemsFor(turn, method).filter((system) => !others.includes(system));
  return { method, systems, ...(own === undefined ? {} : { own }) };
}
