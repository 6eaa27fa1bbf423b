/** linked-source-grade, bad-date, stale-source, conflicting-grade: what facts rest on. Missing sources, grades and dates are the schema's. */
import type { Problem } from '../problem.js';
import { type LintContext, type Rule, report } from './context.js';

const DAY_MS = 86_400_000;
/** Days after which a fact should be looked up again. */
const STALE_AFTER = 365;

export const sources: Rule = (context) => [...dates(context), ...grades(context), ...links(context)];

function dates({ content, today }: LintContext): Problem[] {
  const now = today === undefined ? undefined : Date.parse(today);
  return content.sources.flatMap((entry) => {
    const { checked } = entry.value;
    const then = Date.parse(checked);
    // Date.parse takes 2026-02-30 for a day in March.
    if (Number.isNaN(then) || new Date(then).toISOString().slice(0, 10) !== checked)
      return [report(entry, ['checked'], 'bad-date', `${checked} is no day of the calendar; correct it`)];
    if (now === undefined) return [];
    const age = (now - then) / DAY_MS;
    // One day of grace: the author's clock may be ahead of ours by a time zone.
    if (age < -1)
      return [report(entry, ['checked'], 'bad-date', `${checked} is in the future; write the day it was checked`)];
    if (age <= STALE_AFTER) return [];
    const message = `checked ${Math.floor(age)} days ago; look the source up again and renew the date`;
    return [report(entry, ['checked'], 'stale-source', message, 'warning')];
  });
}

/** One page cannot be official in one file and a forum in another. */
function grades({ content }: LintContext): Problem[] {
  const first = new Map<string, (typeof content.sources)[number]>();
  return content.sources.flatMap((entry) => {
    const { url, grade } = entry.value;
    const earlier = url === undefined ? undefined : first.get(url);
    if (url !== undefined && !earlier) first.set(url, entry);
    if (!earlier || earlier.value.grade === grade) return [];
    const message = `the same page is ${earlier.value.grade} in "${earlier.value.id}"; give both the same grade`;
    return [report(entry, ['grade'], 'conflicting-grade', message, 'warning')];
  });
}

function links({ content }: LintContext): Problem[] {
  const known = new Map(content.sources.map(({ value }) => [value.id, value]));
  return content.faults.flatMap((fault) =>
    fault.value.fixes.flatMap((fix, index) =>
      fix.links.flatMap((id, number) => {
        const complain = (rule: string, message: string): Problem[] => [
          report(fault, ['fixes', index, 'links', number], rule, message),
        ];
        const source = known.get(id);
        if (!source)
          return complain('dangling-reference', `no source "${id}"; add it to sources/*.yaml or correct the id`);
        if (source.grade !== 'official' && source.grade !== 'vendor')
          return complain(
            'linked-source-grade',
            `source "${id}" is ${source.grade}; link official and vendor sources only, keep others under sources`,
          );
        if (source.url === undefined)
          return complain('linked-source-grade', `source "${id}" has no url to open; add it or remove the link`);
        return [];
      }),
    ),
  );
}
