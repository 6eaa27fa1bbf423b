/** What a case tells whoever looks out for outages: a till does not collect, and what is known of it. For the journal. Pure. */
import { posterior } from '../diagnosis/belief.js';
import { ATTRIBUTES, type Attributes, type Mark, markFrom } from '../incidents/index.js';
import { attributesIn } from './incidents.js';
import type { Turn } from './world.js';

/** The journal's event. */
export const REPORT = 'report';
/** So long a conversation stands for the same shop, ms, whatever numbers are typed in it: as long as a shop counts once. */
const SAME_MS = 6 * 3_600_000;
/** Happenings that show that a failure was looked into. */
const LOOKED_INTO: ReadonlySet<string> = new Set(['plan', 'incident', 'question']);

/**
 * Reports the case as soon as it was looked into, and again when more is known of it: the detector counts it once in each of its
 * streams.
 */
export function noteReport(turn: Turn): void {
  const { session, at, happenings } = turn;
  const { reported: last, caseNumber } = session;
  const isKnown = last?.case === caseNumber;
  if (caseNumber === 0 || session.closed !== null) return;
  if (!isKnown && !happenings.some(({ type }) => LOOKED_INTO.has(type))) return;
  const attributes = attributesIn(session);
  const mark = looksLike(turn);
  if (isKnown && !saysMore(attributes, last.attributes) && isSame(mark, last.faults)) return;
  const faults = faultsOf(mark);
  const stands = last !== undefined && at - last.at < SAME_MS;
  const shop = stands ? last.shop : session.shop?.name === undefined ? undefined : session.shop.merchant;
  const known = shop === undefined ? {} : { shop };
  session.reported = { case: caseNumber, at: stands ? last.at : at, ...known, attributes, faults };
  happenings.push({ type: REPORT, data: { case: caseNumber, ...known, ...attributes, faults } });
}

/** Nothing that is out already: what is believed because of an incident must not prove it. */
const NO_INCIDENTS: ReadonlyMap<string, number> = new Map();

/** What the case is likeliest to be. */
function looksLike({ session, world: { model } }: Turn): Mark {
  return markFrom(model.faults, posterior(model, session.case, NO_INCIDENTS));
}

/** Fault id → belief, in hundredths. */
const faultsOf = (mark: Mark): Readonly<Record<string, number>> =>
  Object.fromEntries(mark.map(([id, percent]) => [id, percent / 100]));

/** As reported, in the same order. */
function isSame(mark: Mark, reported: Readonly<Record<string, number>> | undefined): boolean {
  let at = 0;
  for (const id in reported) {
    const [known, percent] = mark[at] ?? [];
    if (known !== id || percent === undefined || percent / 100 !== reported[id]) return false;
    at += 1;
  }
  return reported !== undefined && at === mark.length;
}

const saysMore = (now: Attributes, before: Attributes): boolean =>
  ATTRIBUTES.some((name) => now[name] !== undefined && now[name] !== before[name]);
