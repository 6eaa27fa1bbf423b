/** Where the numbers of a change are written, and the authored numbers as they are written. Pure. */
import { type ModelSpec, specOf } from '../diagnosis/spec.js';
import type { Content, Entry } from '../knowledge/content.js';
import type { Path } from '../knowledge/document.js';
import type { Knowledge } from '../knowledge/schema.js';
import type { Edit } from './edit.js';
import type { Change } from './estimate.js';

/** Edits of one file. */
export interface Place {
  /** As the content names it. */
  file: string;
  edits: Edit[];
}

/** The knowledge as a model description whose priors stand on the scale on which they are written. */
export function writtenSpec(knowledge: Knowledge, content: Content): ModelSpec {
  const spec = specOf(knowledge);
  const { otherPrior } = content.singles.likelihoods.value;
  const written = new Map(content.faults.map(({ value }) => [value.id, value.prior]));
  return { ...spec, faults: spec.faults.map((fault) => ({ ...fault, prior: written.get(fault.id) ?? otherPrior })) };
}

/** What has to be written for a change; null if some of it was never written, but came from a default. */
export function placeOf(content: Content, change: Change): Place | null {
  switch (change.kind) {
    case 'prior':
      return atFault(content, change.fault, [], { prior: change.to });
    case 'answers': {
      if (change.byFault) return atFault(content, change.of, ['answers', change.question], change.to);
      const entry = content.questions.find(({ value }) => value.id === change.question);
      return entry ? place(entry, ['likelihood', change.of], change.to) : null;
    }
    case 'success': {
      for (const entry of content.faults) {
        const at = entry.value.fixes.findIndex(({ id }) => id === change.fix);
        if (at < 0) continue;
        const own = entry.value.id === change.fault;
        return own
          ? place(entry, ['fixes', at], { success: change.to })
          : place(entry, ['fixes', at, 'helps'], { [change.fault]: change.to });
      }
      return null;
    }
  }
}

function atFault(content: Content, id: string, path: Path, to: Readonly<Record<string, number>>): Place | null {
  const entry = content.faults.find(({ value }) => value.id === id);
  return entry ? place(entry, path, to) : null;
}

/** The numbers below `path` that are to be others. */
function place(entry: Entry<unknown>, path: Path, to: Readonly<Record<string, number>>): Place | null {
  const table = path.reduce<unknown>(under, entry.value);
  const edits: Edit[] = [];
  for (const [key, value] of Object.entries(to)) {
    const from = under(table, key);
    if (typeof from !== 'number') return null;
    if (from !== value) edits.push({ path: [...entry.path, ...path, key], from, to: value });
  }
  return { file: entry.doc.file, edits };
}

function under(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === String(key))?.[1];
}
