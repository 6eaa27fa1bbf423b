/** A colleague's side of hand-overs: who asked them, whom they have. Pure. One at a time, so that their words are never misdirected. */
import type { Place, Severity } from './types.js';

/** Requests that a colleague is remembered to have been asked; the oldest are forgotten beyond it, others were asked as well. */
export const ASKED_MAX = 20;

export interface Asked {
  /** By which the colleague names it: on buttons, in words. */
  n: number;
  handover: string;
  merchant: Place;
  /** How pressing it is; absent: `normal`. */
  severity?: Severity;
}

export interface Duty {
  /** Requests so far. */
  count: number;
  asked: readonly Asked[];
  /** Requests that are over, and who has or had each; '' if nobody. Nothing else of them is kept. */
  past?: readonly { n: number; name: string }[];
  /** Whom they have; `sure`: the merchant's conversation has said so. */
  mine?: Asked & { sure: boolean };
}

export const NO_DUTY: Duty = { count: 0, asked: [] };

/**
 * A request came; one that was known keeps its number and may have become more pressing. `as`: the number it has in the group that
 * was asked.
 */
export function wasAsked(
  duty: Duty,
  handover: string,
  merchant: Place,
  { as, severity = 'normal' }: { as?: number; severity?: Severity } = {},
): { duty: Duty; n: number } {
  const known = duty.asked.find((one) => one.handover === handover && isSame(one.merchant, merchant));
  const pressing = severity === 'normal' ? {} : { severity };
  if (known) {
    const asked = duty.asked.map((one) => (one === known ? { ...one, ...pressing } : one));
    return { duty: { ...duty, asked }, n: known.n };
  }
  const n = as ?? duty.count + 1;
  const asked = bounded([...duty.asked, { n, handover, merchant, ...pressing }]);
  return { duty: { ...duty, count: Math.max(n, duty.count), asked }, n };
}

/** The oldest is forgotten, an emergency last. */
function bounded(asked: readonly Asked[]): readonly Asked[] {
  if (asked.length <= ASKED_MAX) return asked;
  const oldest = asked.find(({ severity }) => severity !== 'emergency') ?? asked[0];
  return asked.filter((one) => one !== oldest);
}

const RANKS: readonly Severity[] = ['emergency', 'urgent', 'normal'];
const rankOf = ({ severity = 'normal' }: Asked): number => RANKS.indexOf(severity);

/** Open requests, the most pressing first; of those that press alike, whoever waits longest. */
export function byPressure({ asked }: Duty): Asked[] {
  return [...asked].sort((a, b) => rankOf(a) - rankOf(b) || a.n - b.n);
}

/** The colleague wants it. @returns null if there is none of that number, 'busy' if they have another one */
export function take(duty: Duty, n: number): { duty: Duty; asked: Asked } | 'busy' | null {
  const asked = duty.asked.find((one) => one.n === n);
  if (asked === undefined) return null;
  if (duty.mine && duty.mine.n !== n) return 'busy';
  return { duty: { ...duty, mine: { ...asked, sure: duty.mine?.sure ?? false } }, asked };
}

/** It is theirs. */
export function confirmed(duty: Duty, handover: string): Duty {
  return duty.mine?.handover === handover ? { ...duty, mine: { ...duty.mine, sure: true } } : duty;
}

/** It is over, or somebody else's (`name`). */
export function over(duty: Duty, handover: string, name = ''): Duty {
  const { mine, ...rest } = duty;
  const asked = duty.asked.filter((one) => one.handover !== handover);
  const gone = duty.asked.filter((one) => one.handover === handover).map(({ n }) => ({ n, name }));
  const past = [...(duty.past ?? []), ...gone].slice(-ASKED_MAX);
  return { ...rest, asked, past, ...(mine && mine.handover !== handover ? { mine } : {}) };
}

function isSame(a: Place, b: Place): boolean {
  return a.conversation === b.conversation;
}
