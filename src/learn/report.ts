/** What `learn` found, for people and for programs. Pure. */
import type { Tally } from './closed.js';
import type { Comparison } from './compare.js';
import { type Change, DIGITS, type Strength } from './estimate.js';

export interface Findings {
  strength: Strength;
  tally: Tally;
  /** Lines of the journal that are no events. */
  corrupt: number;
  /** Those that can be written, largest first. */
  changes: readonly Change[];
  /** Changes left out: the number is shared by an alias, or never written. */
  unwritable: number;
  /** Empty if nothing changes. */
  comparisons: readonly Comparison[];
  /** Why nothing is written; empty if nothing speaks against it. */
  objections: readonly string[];
}

/** One JSON object. */
export function asJson(findings: Findings): string {
  const { tally, corrupt, ...rest } = findings;
  const { unused, malformed, outdated, outdatedParts, ...counted } = tally;
  return JSON.stringify({
    ...counted,
    unused: Object.fromEntries(unused),
    skipped: { corrupt, malformed, outdated, outdatedParts },
    ...rest,
  });
}

/** Several lines, without a newline at the end. */
export function asText(findings: Findings): string {
  const { changes, unwritable, comparisons } = findings;
  const left =
    unwritable > 0
      ? [`${unwritable} more cannot be written in place: an alias shares the number, or it is a default`]
      : [];
  return [
    ...summary(findings),
    '',
    ...(changes.length === 0 ? ['nothing would change'] : table(HEAD, changes.slice(0, SHOWN).map(row))),
    ...(changes.length > SHOWN
      ? [`… and ${changes.length - SHOWN} smaller changes: --json and --write have them all`]
      : []),
    ...left,
    ...(comparisons.length === 0 ? [] : ['', ...table(COMPARED, comparisons.map(compared))]),
  ].join('\n');
}

function summary({ tally, corrupt, strength }: Findings): string[] {
  const { cases, byHuman, unused } = tally;
  const parts = (named: readonly (readonly [string, number])[]): string =>
    named.flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : [])).join(', ') || 'none';
  return [
    `${cases} cases counted, of ${tally.events} events: ${cases - byHuman} solved by a fix, ${byHuman} by a human`,
    `not used: ${parts([...unused].sort(([a], [b]) => (a < b ? -1 : 1)))}`,
    `skipped: ${parts([
      ['lines that are no events', corrupt],
      ['closed cases in another form', tally.malformed],
      ['cases of faults or fixes that are no more', tally.outdated],
      ['answers and failed fixes that are no more', tally.outdatedParts],
    ])}`,
    `the authored numbers count as ${strength.priors} cases, ${strength.answers} answers a row, ${strength.fixes} trials a fix`,
  ];
}

/** Changes that people see; the rest are smaller. */
const SHOWN = 30;
const HEAD = ['what', 'from → to', 'cases'];

function row(change: Change): string[] {
  const cases = change.cases.toFixed(1);
  switch (change.kind) {
    case 'prior':
      return [`prior of ${change.fault}`, arrow(change.from, change.to, DIGITS.prior), cases];
    case 'success':
      return [`${change.fix} cures ${change.fault}`, arrow(change.from, change.to, DIGITS.success), cases];
    case 'answers': {
      const moves = Object.entries(change.to).flatMap(([option, to]) =>
        to === change.from[option] ? [] : [`${option} ${arrow(change.from[option] ?? 0, to, DIGITS.answers)}`],
      );
      return [`${change.question} of ${change.of}`, moves.join(', '), cases];
    }
  }
}

const arrow = (from: number, to: number, digits: number): string =>
  `${Number(from.toFixed(digits))} → ${Number(to.toFixed(digits))}`;

const COMPARED = ['merchants', 'cost, old numbers', 'new numbers', 'difference', 'wrong money %'];

function compared({ world, drawnFrom, cost, wrongMoney }: Comparison): string[] {
  const percent = (value: number): string => (100 * value).toFixed(2);
  return [
    `${world}, of the ${drawnFrom} numbers`,
    cost.old.toFixed(2),
    cost.new.toFixed(2),
    `${cost.more.value.toFixed(2)} ± ${cost.more.half.toFixed(2)}`,
    `${percent(wrongMoney.old)} → ${percent(wrongMoney.new)}`,
  ];
}

/** Columns of equal width, the first line being their names. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
