/** The last cases of a conversation, for whoever takes the next one over. A hint and no evidence: nothing is concluded from them. Pure. */

/** How many are kept, and how long. */
export const PAST_CASES = { kept: 5, days: 90 } as const;

const DAY_MS = 24 * 60 * 60_000;

export interface PastCase {
  /** The case's number in its conversation. */
  case: number;
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
