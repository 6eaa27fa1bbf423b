/** row-sum, missing-row: a row of probabilities is over the answers to one question, so it sums to 1; a cause without one is as good as unknown. */
import type { Entry } from '../content.js';
import type { Path } from '../document.js';
import type { Problem } from '../problem.js';
import { OTHER } from '../schema.js';
import { type LintContext, type Rule, report } from './context.js';

const RULE = 'row-sum';
/** Rows are estimates, rounded by hand; further from 1 than this is a slip of the pen. */
const TOLERANCE = 0.05;
/** 0.95 written as a sum of decimals may fall short of itself. */
const ROUNDING = 1e-9;

export const rows: Rule = ({ content }) => [
  ...missing(content),
  ...content.questions.flatMap((entry) => rowsOf(entry, 'likelihood', entry.value.likelihood)),
  ...content.faults.flatMap((entry) => rowsOf(entry, 'answers', entry.value.answers)),
];

function rowsOf(
  entry: Entry<unknown>,
  field: 'likelihood' | 'answers',
  written: Readonly<Record<string, Readonly<Record<string, number>> | undefined>>,
): Problem[] {
  return Object.entries(written).flatMap(([key, row = {}]) => {
    const path: Path = [field, key];
    const sum = Object.values(row).reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) <= TOLERANCE + ROUNDING) return [];
    const message = `the row of "${key}" sums to ${Number(sum.toFixed(4))}; give every answer its probability, together 1`;
    return [report(entry, path, RULE, message)];
  });
}

/** Causes whose faults would answer like `other`, so that the answer says nothing for or against them. */
function missing({ questions, faults }: LintContext['content']): Problem[] {
  return questions.flatMap((entry) => {
    const { id, likelihood } = entry.value;
    const given = new Set(Object.keys(likelihood));
    if (given.size === 0) return [];
    const silent = faults.filter(({ value }) => !given.has(value.cause) && value.answers[id] === undefined);
    return [...new Set(silent.map(({ value }) => value.cause))].map((cause) => {
      const message = `"${id}" has no row for "${cause}", so its faults would answer like "${OTHER}"; add one`;
      return report(entry, ['likelihood'], 'missing-row', message, 'warning');
    });
  });
}
