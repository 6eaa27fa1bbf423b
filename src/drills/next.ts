/** The one thing to practise next. Pure. */
import type { Item, ItemId, Judged } from './points.js';

type Worth = Pick<Judged, 'points' | 'of'>;

/** An item as far as that needs it. */
interface Weighed extends Pick<Item, 'id' | 'points' | 'of'> {
  lost?: unknown;
  rules: readonly Pick<Judged, 'rule' | 'points' | 'of'>[];
}

/**
 * Its sentence in flows/drill.yaml: that of the rule that missed most, in the item that lost most; that of the item where something
 * took its points away. Money comes first where it was lost; undefined if nothing was missed.
 */
export function nextOf(items: readonly Weighed[]): `next-${ItemId}` | `next-${ItemId}-${string}` | undefined {
  const item = items.find(({ points, of, lost }) => points < of && lost !== undefined) ?? mostMissed(items);
  if (item === undefined) return undefined;
  const rule = item.lost === undefined ? mostMissed(item.rules)?.rule : undefined;
  return rule === undefined ? `next-${item.id}` : `next-${item.id}-${rule}`;
}

function mostMissed<T extends Worth>(all: readonly T[]): T | undefined {
  const missed = all.filter(({ points, of }) => points < of);
  return missed.toSorted((a, b) => b.of - b.points - (a.of - a.points))[0];
}
