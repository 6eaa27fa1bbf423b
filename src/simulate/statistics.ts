/** Means and shares with 95 % intervals, from merchants that come in blocks: those of one block met one world. Pure. */

export interface Estimate {
  value: number;
  /** Half of the 95 % interval's width, same unit. */
  half: number;
}

/** 95 % of a normal distribution lies within this many standard errors. */
const WITHIN = 1.96;

/** A sum over a block and what it is a mean over. */
export interface Block {
  sum: number;
  count: number;
}

/** Σ sum ÷ Σ count, with the interval of a ratio over independent blocks (Cochran 1977, 6.3). NaN without a count. */
export function ratio(blocks: readonly Block[]): Estimate {
  const count = blocks.reduce((total, block) => total + block.count, 0);
  const value = blocks.reduce((total, block) => total + block.sum, 0) / count;
  const squares = blocks.reduce((total, block) => total + (block.sum - value * block.count) ** 2, 0);
  const { length } = blocks;
  return { value, half: length > 1 ? (WITHIN * Math.sqrt((squares * length) / (length - 1))) / count : Number.NaN };
}

/** 1 − Σ ours ÷ Σ theirs over the same merchants: what ours saves, paired. */
export function saving(ours: readonly number[], theirs: readonly number[]): Estimate {
  const { value, half } = ratio(ours.map((sum, block) => ({ sum, count: theirs[block] ?? 0 })));
  return { value: 1 - value, half };
}
