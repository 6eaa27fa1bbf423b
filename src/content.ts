/**
 * The content in use: knowledge and flows read from disk, linted, and compiled with the trained understanding and the model
 * into one `World`. Built whole or not at all.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, parse, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createModel } from './diagnosis/model.js';
import { type Flow, flowSchema } from './dialogue/flow.js';
import { type LocatedFlow, lintFlows, problemAt } from './dialogue/flow-lint.js';
import { lintOverlayFlow } from './dialogue/flow-overlay-lint.js';
import { NO_MERCHANTS } from './dialogue/merchants.js';
import type { World } from './dialogue/world.js';
import { checkKnowledge } from './knowledge/check.js';
import { type Compiled, compiledPath, compileFiles, openDocument, readCompiled } from './knowledge/compile.js';
import { type Rule, report } from './knowledge/lint/context.js';
import { loadKnowledge } from './knowledge/load.js';
import { hasErrors, KnowledgeError, type Problem } from './knowledge/problem.js';
import type { Knowledge } from './knowledge/schema.js';
import { validate } from './knowledge/validate.js';
import { learnedFrom } from './learned.js';
import { createNlu } from './nlu/understand.js';
import { SKILLS } from './skills/index.js';
import { createMask } from './text/mask.js';

/** The `flows/` that comes with the package, whether run from src/ or dist/. */
export function packageFlows(): string {
  return fileURLToPath(new URL('../flows', import.meta.url));
}

/**
 * Reads the flows; a file of the overlay replaces ours of the same id, and must keep what the program relies on.
 * @returns the flows (those that could be read) and everything that is wrong with them
 */
export function loadFlows(
  contentDir: string | undefined,
  contacts: ReadonlySet<string>,
): { flows: ReadonlyMap<string, Flow>; problems: Problem[] } {
  const problems: Problem[] = [];
  const located = new Map<string, LocatedFlow>();
  const compiled = readCompiled(compiledPath('flows'));
  for (const one of readFlows(packageFlows(), compiled, problems)) located.set(one.flow.id, one);
  const overlay = contentDir === undefined ? [] : readFlows(join(contentDir, 'flows'), compiled, problems);
  for (const one of overlay) {
    const ours = located.get(one.flow.id);
    if (ours) problems.push(...lintOverlayFlow(one, ours.flow));
  }
  for (const one of overlay) located.set(one.flow.id, one);
  problems.push(...lintFlows([...located.values()], SKILLS, contacts));
  return { flows: new Map([...located].map(([id, { flow }]) => [id, flow])), problems };
}

/**
 * For `checkKnowledge`: the flows, and what the two say of each other. Flows name contacts, situations of the emergency plan name
 * alerts.
 */
export function flowRule(contentDir: string | undefined): Rule {
  return ({ content: { contacts, situations } }) => {
    const { flows, problems } = loadFlows(contentDir, new Set(contacts.map(({ value }) => value.id)));
    const alerts = new Set([...flows.values()].flatMap((flow) => flow.alerts.map(({ id }) => id)));
    const unknown = situations.flatMap((situation) =>
      situation.value.alerts.flatMap((id, at) =>
        alerts.has(id)
          ? []
          : [report(situation, ['alerts', at], 'dangling-reference', `no flow has an alert "${id}"; correct the id`)],
      ),
    );
    return [...problems, ...unknown];
  };
}

/** The build's last step: parses our flows ahead of time, so that a start need not. */
export function compileFlows(folder: string = packageFlows(), out: string = compiledPath('flows')): void {
  compileFiles(
    flowFiles(folder).map((name) => join(folder, name)),
    out,
  );
}

const flowFiles = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.') && /\.ya?ml$/i.test(name))
    .sort();

function readFlows(folder: string, compiled: Compiled, problems: Problem[]): LocatedFlow[] {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return [];
  if (!found.isDirectory()) {
    problems.push({ ...problemAt(undefined, [], 'unreadable', 'this is not a folder'), file: folder });
    return [];
  }
  return flowFiles(folder).flatMap((name) => {
    const path = join(folder, name);
    const shown = relative(process.cwd(), path);
    const read = openDocument(shown.startsWith('..') ? path : shown, readFileSync(path), compiled);
    problems.push(...read.problems);
    if (!read.doc) return [];
    const checked = validate(read.doc, flowSchema);
    problems.push(...checked.problems);
    if (checked.value && checked.value.id !== parse(name).name)
      problems.push(
        problemAt(
          read.doc,
          ['id'],
          'flow-file-name',
          `the file is "${name}" and its id "${checked.value.id}"; give both the same name`,
        ),
      );
    return checked.value ? [{ doc: read.doc, flow: checked.value }] : [];
  });
}

/** Compiles a world from knowledge and flows that were checked. Trains the classifier where nobody has: a second or two. */
export function buildWorld(knowledge: Knowledge, flows: ReadonlyMap<string, Flow>, publicUrl: string): World {
  const mask = createMask(knowledge.lexicon.privateWords);
  return {
    knowledge,
    nlu: createNlu(knowledge, learnedFrom(knowledge)),
    model: createModel(knowledge),
    flows,
    skills: SKILLS,
    mask,
    merchants: NO_MERCHANTS,
    publicUrl,
  };
}

/**
 * Ours was checked before it was shipped; what an operator lays over it is checked here, without a day: a start must not
 * depend on the clock, and sources that grew old are for `knowledge check`.
 */
export function soundKnowledge(contentDir: string | undefined): Knowledge {
  if (contentDir === undefined) return loadKnowledge().knowledge;
  const checked = checkKnowledge({ contentDir });
  if (!checked.knowledge) throw new KnowledgeError(checked.problems);
  return checked.knowledge;
}

/**
 * Loads everything.
 * @throws {KnowledgeError} naming file and line of whatever is wrong
 */
export function loadWorld(options: { contentDir?: string | undefined; publicUrl: string }): World {
  const knowledge = soundKnowledge(options.contentDir);
  const { flows, problems } = loadFlows(options.contentDir, new Set(knowledge.contacts.keys()));
  if (hasErrors(problems)) throw new KnowledgeError(problems);
  return buildWorld(knowledge, flows, options.publicUrl);
}
