/** Tells the others of a shop of a case: what is noted for the journal, from which the last cases of a shop are known to all of it. Pure. */
import type { PastCase, SharedCase } from './past-cases.js';
import { isOfShop } from './shop.js';
import type { Turn } from './world.js';

/** Type of the event. */
export const SHOP_CASE = 'shop-case';

/** At the end of a turn: a case that was closed in it, and once a case that a human was asked for. */
export function shareCase(turn: Turn): void {
  const { session, happenings, at } = turn;
  const { shop } = session;
  const merchant = shop?.merchant;
  // A number that somebody typed and no list has is nobody's yet.
  if (merchant === undefined || (shop?.name === undefined && !isOfShop(shop))) return;
  const closed = happenings.flatMap(({ type, data }) => (type === 'closed' ? [data.case] : []));
  for (const past of session.past ?? [])
    if (closed.includes(past.case) && (past.merchant ?? merchant) === merchant) share(turn, merchant, past);
  const { shared, caseNumber } = session;
  if (!session.handoff || (shared?.case === caseNumber && shared.merchant === merchant)) return;
  session.shared = { case: caseNumber, merchant };
  const fault = session.suspect;
  const fix = session.tried.at(-1)?.fix;
  share(turn, merchant, {
    case: caseNumber,
    opened: session.caseOpenedAt,
    at,
    ...(fault === null ? {} : { fault }),
    ...(fix === undefined ? {} : { fix }),
    outcome: 'open',
  });
}

function share({ session, happenings }: Turn, merchant: string, past: PastCase): void {
  const { shop, facts, caseOpenedAt } = session;
  // Only what the user said: the list's is looked up anew, and what others said stands with theirs.
  const said = isOfShop(shop) && facts.acquirer !== shop.acquirer ? facts.acquirer : undefined;
  const one: SharedCase = {
    opened: caseOpenedAt,
    ...past,
    merchant,
    ...(said === undefined ? {} : { acquirer: said }),
  };
  happenings.push({ type: SHOP_CASE, data: { ...one } });
}

/** Whether what a journal holds is one: it may have been written by another version. */
export function isSharedCase(
  data: Readonly<Record<string, unknown>>,
): data is Readonly<Record<string, unknown>> & SharedCase {
  const { merchant, case: number, opened, at, outcome } = data;
  return (
    typeof merchant === 'string' &&
    [number, opened, at].every((one) => typeof one === 'number') &&
    OUTCOMES.includes(String(outcome))
  );
}

const OUTCOMES: readonly string[] = ['resolved', 'resolved-by-human', 'paid', 'open'] satisfies PastCase['outcome'][];
