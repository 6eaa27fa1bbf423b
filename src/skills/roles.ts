/** Whom to call in a case, by what it most likely is. Pure. */
import { posterior } from '../diagnosis/belief.js';
import { alertOf, FROZEN } from '../dialogue/danger.js';
import type { Turn } from '../dialogue/world.js';
import type { Contact, Fault } from '../knowledge/schema.js';
import { contactFor, INSTEAD, isOpen } from './contact-choice.js';

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

/** Called in person whatever else is wrong: no fault of a payment names them. */
const URGENT: readonly string[] = ['police', 'anti-fraud'];

/** Kinds of contacts that the steps of the plan under way name. */
function planned({ world, session }: Turn): Contact['kind'][] {
  const { steps = [] } = world.knowledge.situations.get(session.plan?.situation ?? '') ?? {};
  return [...new Set(steps.flatMap(({ call }) => call))];
}

/** Those whom the emergency, or the plan that is walked through, names by itself. */
export function urgentContacts(turn: Turn): Contact[] {
  const { knowledge } = turn.world;
  const named = (alertOf(turn.world, turn.session.emergency)?.contacts ?? []).map((id) => knowledge.contacts.get(id));
  const all = [
    ...named,
    ...planned(turn)
      .filter((kind) => URGENT.includes(kind))
      .map((kind) => contactFor(turn, kind)),
  ].filter((contact) => contact !== undefined);
  return [...new Map(all.map((contact) => [contact.id, contact])).values()];
}

/** What the emergency or the plan names, whatever the case looks like; with the bank or the app that was named beside it. */
function rolesNamed(turn: Turn, app: Role | undefined): Role[] {
  const { facts, emergency } = turn.session;
  const named = alertOf(turn.world, emergency)?.call ?? [];
  const steps = planned(turn).filter((kind): kind is Role => !URGENT.includes(kind));
  const roles = named.length > 0 ? named : steps;
  if (roles.length === 0) return [];
  const bank: Role[] = named.length > 0 && facts.bank !== undefined ? ['issuer'] : [];
  return [...roles, ...(app ? [app] : []), ...bank];
}

function rolesByWeight(turn: Turn): Role[] {
  const { world, session } = turn;
  const weights = new Map<Role, number>();
  const mass = posterior(world.model, session.case);
  world.model.faults.forEach((id, fault) => {
    world.knowledge.faults.get(id)?.call.forEach((role, rank) => {
      weights.set(role, (weights.get(role) ?? 0) + (mass[fault] ?? 0) * (ROLE_WEIGHTS[rank] ?? 0));
    });
  });
  const app = PAYMENT_APPS[session.facts.channel ?? ''];
  const named = rolesNamed(turn, app);
  if (named.length > 0) return [...new Set(named)];
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
  // Whoever may have taken the money twice is the app that was paid with, not the bank behind it.
  const took = session.case.money === 'in-doubt' ? app : undefined;
  if (took === undefined) return [...new Set(fitting)];
  const [first, ...rest] = fitting.filter((role) => role !== 'issuer' && role !== took);
  return [...new Set([...(first === undefined ? [] : [first]), took, ...rest])];
}
