/** The YAML files that learnt numbers go into, and the patch that puts them there. */
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { PosDoctorError } from '../errors.js';
import type { Content } from '../knowledge/content.js';
import { type Edit, type Editable, editable } from '../learn/edit.js';
import type { Change } from '../learn/estimate.js';
import { unifiedDiff } from '../learn/patch.js';
import { placeOf } from '../learn/places.js';
import { codeOf } from '../store/fs.js';

export interface Draft {
  /** Those whose numbers stand where they can be replaced. */
  changes: Change[];
  /** How many do not. */
  unwritable: number;
  /** A unified diff of the files that were read. */
  patch: string;
  /** The command that applies it. */
  how: string;
}

interface Source {
  text: string;
  editable: Editable;
  edits: Edit[];
}

/**
 * Drafts a patch of the files that the content came from, an overlay's included.
 * @throws UNREADABLE_FILE if one is gone since
 */
export function draftOf(content: Content, changes: readonly Change[]): Draft {
  const sources = new Map<string, Source>();
  const kept = changes.filter((change) => {
    const place = placeOf(content, change);
    if (!place) return false;
    const file = resolve(place.file);
    const source = sources.get(file) ?? open(file);
    sources.set(file, source);
    if (!place.edits.every((edit) => source.editable.has(edit))) return false;
    source.edits.push(...place.edits);
    return true;
  });
  const files = [...sources].filter(([, { edits }]) => edits.length > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const root = rootOf(files.map(([file]) => file));
  const patch = files
    .map(([file, { text, editable: open, edits }]) =>
      unifiedDiff(relative(root, file).split(sep).join('/'), text, open.with(edits)),
    )
    .join('');
  const here = root === process.cwd();
  return {
    changes: kept,
    unwritable: changes.length - kept.length,
    patch,
    how: here ? '`git apply` here' : `\`patch -p1\` in ${root}`,
  };
}

function open(file: string): Source {
  try {
    const text = readFileSync(file, 'utf8');
    return { text, editable: editable(text), edits: [] };
  } catch (error) {
    throw new PosDoctorError('UNREADABLE_FILE', { file, why: codeOf(error) || String(error) }, { cause: error });
  }
}

/** The working folder if all files lie below it, else the deepest folder that holds them all. */
function rootOf(files: readonly string[]): string {
  const holds = (folder: string): boolean =>
    files.every((file) => {
      const path = relative(folder, file);
      return !path.startsWith('..') && !isAbsolute(path);
    });
  if (holds(process.cwd())) return process.cwd();
  let folder = dirname(files[0] ?? process.cwd());
  while (!holds(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
