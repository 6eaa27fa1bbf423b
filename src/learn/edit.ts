/** Puts numbers in place of others in a YAML text; comments and layout stay. Pure. */
import { type Document, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Path } from '../knowledge/document.js';

/** A number to be written. */
export interface Edit {
  path: Path;
  /** What stands there, as a check that it is the right place. */
  from: number;
  to: number;
}

/** A text that numbers can be put in. */
export interface Editable {
  /** True if the number stands there in so many digits. One that is shared by an alias does not: another would change with it. */
  has(edit: Pick<Edit, 'path' | 'from'>): boolean;
  /**
   * The text with the numbers replaced.
   * @throws {RangeError} if one does not stand there
   */
  with(edits: readonly Edit[]): string;
}

const BOM = '\uFEFF';

/** @param text that has been parsed without a complaint before */
export function editable(text: string): Editable {
  const start = text.startsWith(BOM) ? BOM.length : 0;
  const yaml = parseDocument(text.slice(start), { prettyErrors: false });
  const place = ({ path, from }: Pick<Edit, 'path' | 'from'>): readonly [number, number] | null => {
    const range = numberAt(yaml, path);
    if (!range || Number(text.slice(start + range[0], start + range[1])) !== from) return null;
    return [start + range[0], start + range[1]];
  };
  return {
    has: (edit) => place(edit) !== null,
    with(edits) {
      const placed = edits.map((edit) => {
        const range = place(edit);
        if (!range) throw new RangeError(`${edit.path.join('.')} is not ${edit.from}`);
        return { range, to: edit.to };
      });
      // From the end, so that the places before stay where they are.
      return placed
        .sort((a, b) => b.range[0] - a.range[0])
        .reduce((done, { range, to }) => done.slice(0, range[0]) + String(to) + done.slice(range[1]), text);
    },
  };
}

/** Where the scalar at a path stands, as offsets; null if there is none, or it is anchored or reached by an alias. */
function numberAt(yaml: Document, path: Path): readonly [number, number] | null {
  let node: unknown = yaml.contents;
  for (const segment of path) {
    if ((isMap(node) || isSeq(node)) && node.anchor !== undefined) return null;
    if (isMap(node)) node = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment))?.value;
    else if (isSeq(node)) node = node.items[Number(segment)];
    else return null;
  }
  if (!isScalar(node) || node.anchor !== undefined || !node.range) return null;
  return [node.range[0], node.range[1]];
}
