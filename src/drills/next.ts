/** The one thing to practise next. Pure. */
import type { Item, ItemId, Judged } from './points.js';

/** An item as far as that needs it. */
interface Weighed extends Pick<Item, 'id' | 'points' | 'of'> {
  lost?: unknown;
}

interface Ruled extends Weighed {
  rules: readonly Pick<Judged, 'rule' | 'points' | 'of'>[];
}

/** The item that lost most of its points; undefined if none lost any. Money comes first where it was lost. */
export function weakest<T extends Weighed>(items: readonly T[]): T | undefined {
  const missing = items.filter(({ points, of }) => points < of);
  const money = missing.find(({ lost }) => lost !== undefined);
  return money ?? missing.toSorted((a, b) => b.of - b.points - (a.of - a.points))[0];
}

/** Its sentence in flows/drill.yaml: that of the rule that missed most; that of the item where something took its points away. */
export function nextOf(items: readonly Ruled[]): `next-${ItemId}` | `next-${ItemId}-${string}` | undefined {
  const item = weakest(items);
  if (item === undefined) return undefined;
  const missed = item.rules.filter(({ points, of }) => points < of);
  const rule = missed.toSorted((a, b) => b.of - b.points - (a.of - a.points))[0];
  return item.lost !== undefined || rule === undefined ? `next-${item.id}` : `next-${item.id}-${rule.rule}`;
}
