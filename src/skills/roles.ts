/** Whom to call in a case, by what it most likely is. Pure. */
import { believe } from '../diagnosis/belief.js';
import { FROZEN } from '../dialogue/danger.js';
import type { Turn } from '../dialogue/world.js';
import type { Fault } from '../knowledge/schema.js';
import { INSTEAD, isOpen } from './contact-choice.js';

export type Role = Fault['call'][number];

/** What the first and the second of a fault's contacts count. */
const ROLE_WEIGHTS = [0.7, 0.3];
const MOST_ROLES = 2;
/** Share of the weight below which calling would most likely be for nothing. */
const LEAST_ROLE = 0.15;
const PAYMENT_APPS: Readonly<Record<string, Role>> = { wechat: 'wechat-pay', alipay: 'alipay' };

/** Whose number is known to be the one to ask why something is frozen: the app or the bank that was named. */
export function frozenBy({ session: { facts } }: Turn): Role | undefined {
  return PAYMENT_APPS[facts.channel ?? ''] ?? (facts.bank === undefined ? undefined : 'issuer');
}

/**
 * Whom to call: what the faults say, weighed by their probability. Without a case, or while a transaction is open, whoever
 * installed the terminal comes first: only they can look it up.
 */
export function rolesToCall(turn: Turn): Role[] {
  if (turn.session.emergency === FROZEN) {
    const by = frozenBy(turn);
    const roles: Role[] = by === undefined ? ['acquirer'] : [by, 'acquirer'];
    return [...roles.filter((role) => isOpen(turn, role)), ...roles.filter((role) => !isOpen(turn, role))];
  }
  const roles = rolesByWeight(turn);
  const first = roles.slice(0, MOST_ROLES);
  const open = first.filter((role) => isOpen(turn, role));
  const closed = first.filter((role) => !open.includes(role));
  // Nobody answers now: the next that does comes first.
  const others = [...roles.slice(MOST_ROLES), ...closed.flatMap((role) => INSTEAD[role] ?? [])];
  const next = others.find((role) => !first.includes(role) && isOpen(turn, role));
  return [...open, ...(open.length === 0 && next !== undefined ? [next] : []), ...closed];
}

/** Whom to try when those do not answer. */
export function otherRoles(turn: Turn): Role[] {
  const called = rolesToCall(turn);
  const rest = rolesByWeight(turn).filter((role) => !called.includes(role));
  return [...rest.filter((role) => isOpen(turn, role)), ...rest].slice(0, 1);
}

function rolesByWeight(turn: Turn): Role[] {
  const { world, session } = turn;
  const weights = new Map<Role, number>();
  for (const [id, p] of believe(world.model, session.case).faults)
    for (const [rank, role] of (world.knowledge.faults.get(id)?.call ?? []).entries())
      weights.set(role, (weights.get(role) ?? 0) + p * (ROLE_WEIGHTS[rank] ?? 0));
  const app = PAYMENT_APPS[session.facts.channel ?? ''];
  const known = session.case.texts.length + session.case.answers.length + session.case.codes.length > 0;
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const byWeight = [...weights]
    .filter(([, weight]) => weight >= LEAST_ROLE * total)
    .sort(([, a], [, b]) => b - a)
    .map(([role]) => role);
  const acquirerFirst = session.case.money === 'in-doubt' || !known;
  const roles: Role[] = [...(acquirerFirst ? ['acquirer' as const] : []), ...(known ? byWeight : [])];
  // The app's own line only if the app is what the shop named.
  const fitting = roles.filter((role) => !Object.values(PAYMENT_APPS).includes(role) || role === app);
  return [...new Set(fitting)];
}
