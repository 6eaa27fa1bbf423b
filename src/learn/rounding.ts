/** Numbers as they are written: a few digits, never 0 or 1, rows that still sum to 1. Pure. */

/** To so many digits after the point; at least one unit of the last and at most one below 1. */
export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.min(scale - 1, Math.max(1, Math.round(value * scale))) / scale;
}

/**
 * A distribution to so many digits that sums to 1 as written: rounded down, what is missing goes to the largest remainders
 * (Hamilton). None is below one unit of the last digit; the largest pays for that.
 */
export function roundedRow(row: readonly number[], digits: number): number[] {
  const scale = 10 ** digits;
  const units = row.map((value) => Math.max(1, Math.floor(value * scale + 1e-9)));
  const missing = scale - units.reduce((sum, unit) => sum + unit, 0);
  const order = row
    .map((value, at) => ({ at, rest: value * scale - (units[at] ?? 0) }))
    .sort((a, b) => b.rest - a.rest || a.at - b.at);
  for (const { at } of order.slice(0, Math.max(0, missing))) units[at] = (units[at] ?? 0) + 1;
  if (missing < 0) {
    const largest = units.indexOf(Math.max(...units));
    units[largest] = (units[largest] ?? 0) + missing;
  }
  return units.map((unit) => unit / scale);
}
