/** Folds for cross-validation in which no two sides of the split hold versions of one sentence. Pure. */

/** A sentence to be put into a fold. */
export interface Item {
  text: string;
  /** Items of one source stay together: a page repeats itself. */
  source?: string;
}

/** Sentences that share this part of their pairs of characters (Jaccard) are versions of one. */
const ALIKE = 0.5;

function pairsOf(text: string): Set<string> {
  const units = Array.from(text.toLowerCase().replace(/[\p{P}\p{S}\p{Z}\s]/gu, ''));
  // One character alone still has its borders.
  return new Set(['^', ...units].map((unit, i, all) => unit + (all[i + 1] ?? '$')));
}

/** Disjoint sets with path halving. */
function createSets(size: number): { find(i: number): number; join(i: number, j: number): void } {
  const parent = Int32Array.from({ length: size }, (_, i) => i);
  const find = (start: number): number => {
    let i = start;
    while (parent[i] !== i) {
      parent[i] = parent[parent[i] ?? i] ?? i;
      i = parent[i] ?? i;
    }
    return i;
  };
  return {
    find,
    join(i, j) {
      parent[find(i)] = find(j);
    },
  };
}

/** Group of each item: versions of one sentence, and what shares a source with them. */
export function groupAlike(items: readonly Item[], alike = ALIKE): Int32Array {
  const sets = createSets(items.length);
  const pairs = items.map(({ text }) => pairsOf(text));
  const having = new Map<string, number[]>();
  const bySource = new Map<string, number>();
  const shared = new Map<number, number>();
  items.forEach(({ source }, i) => {
    shared.clear();
    const own = pairs[i] ?? new Set<string>();
    for (const pair of own) {
      const others = having.get(pair);
      if (others === undefined) having.set(pair, [i]);
      else {
        for (const other of others) shared.set(other, (shared.get(other) ?? 0) + 1);
        others.push(i);
      }
    }
    for (const [other, count] of shared) {
      const union = own.size + (pairs[other]?.size ?? 0) - count;
      if (count >= alike * union) sets.join(i, other);
    }
    if (source === undefined) return;
    const before = bySource.get(source);
    if (before === undefined) bySource.set(source, i);
    else sets.join(i, before);
  });
  return Int32Array.from(items, (_, i) => sets.find(i));
}

/** Fold (0 … folds - 1) of each item: groups whole, the largest first, each into the fold that is emptiest. */
export function assignFolds(groups: Int32Array, folds: number): Uint8Array {
  const members = new Map<number, number[]>();
  groups.forEach((group, i) => {
    const list = members.get(group);
    if (list === undefined) members.set(group, [i]);
    else list.push(i);
  });
  const filled = new Array<number>(folds).fill(0);
  const assigned = new Uint8Array(groups.length);
  // Equal sizes are spread by a hash of their place, so that the phrases of one file, which stand together, fall apart.
  const order = [...members.entries()].sort(
    (a, b) => b[1].length - a[1].length || Math.imul(a[0] + 1, 0x9e3779b1) - Math.imul(b[0] + 1, 0x9e3779b1),
  );
  for (const [, list] of order) {
    const fold = filled.indexOf(Math.min(...filled));
    for (const i of list) assigned[i] = fold;
    filled[fold] = (filled[fold] ?? 0) + list.length;
  }
  return assigned;
}
