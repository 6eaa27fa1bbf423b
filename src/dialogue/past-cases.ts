/** The last cases of a conversation, for whoever takes the next one over. A hint and no evidence: nothing is concluded from them. Pure. */

/** How many are kept, and how long. */
export const PAST_CASES = { kept: 5, days: 90 } as const;

const DAY_MS = 24 * 60 * 60_000;

export interface PastCase {
  /** The case's number in its conversation. */
  case: number;
  /** When it began (ms since the epoch); absent in records of before it was kept. */
  opened?: number;
  /** When it ended (ms since the epoch). */
  at: number;
  /** Merchant number of the shop, as far as it was known. */
  merchant?: string;
  /** Ids of what it most likely was and of what was tried last. */
  cause?: string;
  fault?: string;
  fix?: string;
  /** `open`: it ended without a solution. */
  outcome: 'resolved' | 'resolved-by-human' | 'paid' | 'open';
}

/** With one more; a case that ended twice, as one that was taken up again, counts as it ended last. */
export function withPast(past: readonly PastCase[] | undefined, one: PastCase): PastCase[] {
  return [...(past ?? []).filter((other) => other.case !== one.case), one].slice(-PAST_CASES.kept);
}

/** Those that are not too old at `now` (ms since the epoch). */
export function recentCases(past: readonly PastCase[] | undefined, now: number): PastCase[] {
  return (past ?? []).filter(({ at }) => now - at <= PAST_CASES.days * DAY_MS);
}

/** A case of a shop, whoever of the shop it was with. */
export interface SharedCase extends PastCase {
  merchant: string;
  opened: number;
  /** Who installed the terminal, where somebody of the shop said so. */
  acquirer?: string;
}

/** What the cases of a shop leave to all who ask for it. For our own people and for what need not be asked: it is shown to no user. */
export interface ShopCases {
  /** Oldest first, at most {@link PAST_CASES}.kept of them, none older than its days at `now` (ms since the epoch). */
  of(merchant: string, now: number): readonly SharedCase[];
}

/** The acquirer that the cases of a shop agree on; undefined if none names one, or two name different ones. */
export function acquirerIn(cases: readonly SharedCase[]): string | undefined {
  const named = [...new Set(cases.flatMap(({ acquirer }) => acquirer ?? []))];
  return named.length === 1 ? named[0] : undefined;
}

/** One's own cases and those of others of the shop, oldest first, each once: one's own has seen more of it. */
export function together(own: readonly PastCase[], others: readonly SharedCase[]): PastCase[] {
  const mine = (one: PastCase) => own.some((two) => two.case === one.case && two.opened === one.opened);
  const all = [...own, ...others.filter((one) => !mine(one))];
  return all.sort((a, b) => a.at - b.at).slice(-PAST_CASES.kept);
}
