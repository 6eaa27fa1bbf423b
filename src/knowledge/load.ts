/** Reads the knowledge folder and an operator's overlay from disk. The only I/O of the knowledge base but watching. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKnowledge } from './build.js';
import { type Compiled, compiledPath, compileFiles, openDocument, readCompiled } from './compile.js';
import { type Content, emptyLayer, type Layer, mergeLayers } from './content.js';
import type { readDocument } from './document.js';
import { KINDS, kindOf } from './kinds.js';
import { hasErrors, KnowledgeError, type Problem } from './problem.js';
import type { Knowledge } from './schema.js';

/** More files than this are a wrong folder, not knowledge. */
const MAX_FILES = 500;

export interface LoadOptions {
  /** The knowledge folder; the package's own by default. */
  folder?: string;
  /** An operator's CONTENT_DIR, whose `knowledge/` wins over ours by id. It may lack `knowledge/`. */
  contentDir?: string | undefined;
  /** Parsed files of earlier loads; pass the same one to make reloads cheap. */
  cache?: ParseCache;
  /** The build's parsed files; in dist/ by default. */
  compiled?: string;
}

/** File name → its bytes and what came of them. */
export type ParseCache = Map<string, { bytes: Buffer; parsed: ReturnType<typeof readDocument> }>;

/** What need not be parsed again. */
interface Known {
  cache: ParseCache;
  compiled: Compiled;
}

export interface Loaded {
  knowledge: Knowledge;
  /** The same, with places; what the linter works on. */
  content: Content;
}

/** The `knowledge/` that comes with the package, whether run from src/ or dist/. */
export function packageKnowledge(): string {
  return fileURLToPath(new URL('../../knowledge', import.meta.url));
}

/**
 * Loads, merges and builds the knowledge base. Cross-references are checked by `lint`, not here.
 * @throws {KnowledgeError} with every problem found: unreadable folder or file, encoding, syntax, schema, duplicate id,
 *   missing or unknown file. Nothing is half loaded.
 */
export function loadKnowledge(options: LoadOptions = {}): Loaded {
  const problems: Problem[] = [];
  const known: Known = { cache: options.cache ?? new Map(), compiled: readCompiled(options.compiled) };
  const base = readLayer(options.folder ?? packageKnowledge(), false, known, problems);
  const overlayFolder = options.contentDir === undefined ? undefined : overlayIn(options.contentDir, problems);
  const overlay = overlayFolder === undefined ? emptyLayer() : readLayer(overlayFolder, true, known, problems);
  if (hasErrors(problems)) throw new KnowledgeError(problems);
  const content = mergeLayers(base, overlay);
  return { content, knowledge: buildKnowledge(content) };
}

/** The build's last step: parses our knowledge ahead of time, so that a start need not. */
export function compileKnowledge(folder: string = packageKnowledge(), out: string = compiledPath()): void {
  compileFiles(
    listFiles(folder, []).map((path) => join(folder, path)),
    out,
  );
}

function overlayIn(contentDir: string, problems: Problem[]): string | undefined {
  const reason = whyUnreadable(contentDir);
  if (reason !== undefined) {
    problems.push(unreadable(contentDir, `${reason}; set CONTENT_DIR to an existing folder or unset it`));
    return undefined;
  }
  problems.push(...unknownEntries(contentDir));
  const folder = join(contentDir, 'knowledge');
  return statSync(folder, { throwIfNoEntry: false }) ? folder : undefined;
}

/** What may lie beside our two folders: documents, and what a mounted volume brings along. */
const BESIDE = /^(?:\..*|lost\+found|(?:README|LICEN[CS]E).*|.*\.md)$/i;

/** A folder with a slip in its name would be ignored without a word. */
function unknownEntries(contentDir: string): Problem[] {
  return readdirSync(contentDir)
    .filter((name) => name !== 'knowledge' && name !== 'flows' && !BESIDE.test(name))
    .sort()
    .map((name) => ({
      ...unreadable(
        join(contentDir, name),
        `"${name}" is not read; content goes in knowledge/ and flows/, so rename or remove it`,
      ),
      rule: 'unknown-entry',
    }));
}

/** Reads one folder, adding to `problems` whatever is wrong with it. */
function readLayer(folder: string, overlaid: boolean, known: Known, problems: Problem[]): Layer {
  const layer = emptyLayer();
  const reason = whyUnreadable(folder);
  if (reason !== undefined) {
    problems.push(unreadable(folder, `${reason}; a knowledge folder is needed here`));
    return layer;
  }
  const found = listFiles(folder, problems);
  for (const path of found.slice(0, MAX_FILES)) {
    const kind = kindOf(path);
    const file = shown(join(folder, path));
    if (!kind) {
      problems.push(wrongPlace(file));
      continue;
    }
    const parsed = readFile(join(folder, path), file, known);
    problems.push(...parsed.problems);
    if (!parsed.doc) continue;
    layer.docs.push(parsed.doc);
    problems.push(...kind.collect(parsed.doc, layer, overlaid));
  }
  if (found.length > MAX_FILES)
    problems.push(unreadable(folder, `over ${MAX_FILES} files; this is not a knowledge folder`));
  if (overlaid) return layer;
  for (const { pattern, required } of KINDS)
    if (required && !found.some((path) => kindOf(path)?.pattern === pattern))
      problems.push({
        ...unreadable(join(folder, pattern), 'this file is missing; the knowledge base is not whole without it'),
        rule: 'missing-file',
      });
  return layer;
}

function readFile(path: string, file: string, { cache, compiled }: Known): ReturnType<typeof readDocument> {
  try {
    const bytes = readFileSync(path);
    const earlier = cache.get(path);
    if (earlier?.bytes.equals(bytes)) return earlier.parsed;
    const parsed = openDocument(file, bytes, compiled);
    cache.set(path, { bytes, parsed });
    return parsed;
  } catch (error) {
    return { problems: [unreadable(path, `${reasonOf(error)}; make the file readable`)] };
  }
}

/** YAML files at the top and in any folder below it, by name, with `/` between. Hidden files are an editor's or a mount's. */
function listFiles(folder: string, problems: Problem[]): string[] {
  const names = (path: string): string[] => {
    try {
      return readdirSync(path)
        .filter((name) => !name.startsWith('.'))
        .sort();
    } catch (error) {
      problems.push(unreadable(path, `${reasonOf(error)}; make the folder readable`));
      return [];
    }
  };
  const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name);
  return names(folder).flatMap((name) =>
    isFolder(join(folder, name))
      ? names(join(folder, name))
          .filter(isYaml)
          .map((inner) => `${name}/${inner}`)
      : isYaml(name)
        ? [name]
        : [],
  );
}

/** A link that leads nowhere or in a circle is no folder; reading it as a file says what is wrong with it. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function whyUnreadable(folder: string): string | undefined {
  try {
    if (!statSync(folder).isDirectory()) return 'this is not a folder';
    readdirSync(folder);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'no permission to read it',
  ENOTDIR: 'this is not a folder',
  EISDIR: 'this is a folder, not a file',
  EMFILE: 'too many files are open',
};

function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? `it cannot be read (${code || 'unknown reason'})`;
}

const wrongPlace = (file: string): Problem => ({
  file,
  line: 1,
  column: 1,
  rule: 'unknown-file',
  severity: 'error',
  message: `no knowledge file has this name; known are ${KINDS.map((kind) => kind.pattern).join(', ')}`,
});

const unreadable = (path: string, message: string): Problem => ({
  file: shown(path),
  line: 1,
  column: 1,
  rule: 'unreadable',
  severity: 'error',
  message,
});

/** Relative to the working folder when inside it: short, and clickable in a terminal. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short !== '' && !short.startsWith('..') ? short : path;
}
