/** A scenario in a file of one's own, checked like those of the package. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Config } from '../config.js';
import { PosDoctorError } from '../errors.js';
import { readDocument } from '../knowledge/document.js';
import { lint } from '../knowledge/lint.js';
import { loadKnowledge } from '../knowledge/load.js';
import { formatProblem, hasErrors, KnowledgeError, type Problem, sortProblems } from '../knowledge/problem.js';
import { type Drill, drillSchema } from '../knowledge/schema.js';
import { validate } from '../knowledge/validate.js';
import { codeOf } from '../store/fs.js';

/** Whether a scenario is named by a file rather than by its id. */
export function isFile(named: string): boolean {
  return /\.ya?ml$/i.test(named) || (existsSync(named) && statSync(named).isFile());
}

/** Problems told of one by one; the rest usually follow from them. */
const MOST_TOLD = 20;

/** Everything that is wrong goes to standard error, with its place. @throws UNREADABLE_FILE, BAD_CONTENT */
export function drillFrom(file: string, config: Pick<Config, 'contentDir'>): Drill {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new PosDoctorError('UNREADABLE_FILE', { file, why: codeOf(error) || String(error) }, { cause: error });
  }
  const { drill, problems } = checkDrill(file, bytes, config);
  for (const problem of sortProblems(problems).slice(0, MOST_TOLD)) process.stderr.write(`${formatProblem(problem)}\n`);
  if (drill === undefined || hasErrors(problems)) throw new KnowledgeError(problems);
  return drill;
}

/** Everything that `knowledge check` would find in it if it lay in `knowledge/drills/`. */
export function checkDrill(
  file: string,
  bytes: Uint8Array,
  { contentDir }: Pick<Config, 'contentDir'>,
): { drill?: Drill; problems: readonly Problem[] } {
  const { doc, problems } = readDocument(file, bytes);
  if (!doc) return { problems };
  const checked = validate(doc, drillSchema);
  if (!checked.value) return { problems: [...problems, ...checked.problems] };
  const drill = checked.value;
  const { content } = loadKnowledge({ contentDir });
  const drills = [
    ...content.drills.filter(({ value }) => value.id !== drill.id),
    { value: drill, doc, path: [], overlaid: true },
  ];
  const found = lint({ ...content, drills }).filter((problem) => problem.file === file);
  return { drill, problems: [...problems, ...checked.problems, ...found] };
}
