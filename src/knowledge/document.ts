/** Bytes of one YAML file → data that remembers where each value stands. Pure. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import type { Problem, Severity } from './problem.js';

/** Keys and indexes from the top of a file. */
export type Path = readonly (string | number)[];

/** 1-based line and column. */
export interface Spot {
  line: number;
  column: number;
}

/** A parsed file. */
export interface Doc {
  /** Name shown in problems. */
  file: string;
  data: unknown;
  /** Where the value at a path stands (a map's value: at its key); the nearest enclosing value if the path leads nowhere. */
  locate(path: Path): Spot;
}

/** No knowledge file comes near this; it keeps a wrong mount from filling the memory. Bytes. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Errors shown of one broken file: the rest usually follow from the first. */
const MAX_SYNTAX_PROBLEMS = 5;

const ADVICE: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'indent with spaces, never with a tab',
  DUPLICATE_KEY: 'the same key stands twice in one map; remove or rename one of the two',
  MULTIPLE_DOCS: 'keep one document a file; remove the --- line',
  BAD_ALIAS: 'put the text in quotes if it starts with * or &',
  TAG_RESOLVE_FAILED: 'put the text in quotes if it starts with !',
  BAD_SCALAR_START: 'put the text in quotes if it starts with a special character such as @ or `',
  BAD_INDENT: 'line entries of one list or map up under each other',
};

/**
 * Decodes and parses one file. Never throws: whatever is wrong comes back as problems, and `doc` is absent then.
 * @param file name shown in problems
 */
export function readDocument(file: string, bytes: Uint8Array): { doc?: Doc; problems: Problem[] } {
  const problem = (spot: Spot, rule: string, message: string, severity: Severity = 'error'): Problem => ({
    file,
    ...spot,
    rule,
    severity,
    message,
  });
  const top = { line: 1, column: 1 };
  if (bytes.length > MAX_FILE_BYTES)
    return { problems: [problem(top, 'too-large', `the file is over ${MAX_FILE_BYTES} bytes; split it up`)] };
  const broken = findBrokenUtf8(bytes);
  if (broken)
    return { problems: [problem(broken, 'encoding', 'the file is not valid UTF-8 here; save it again as UTF-8')] };
  const source = new TextDecoder().decode(bytes);
  const lines = new LineCounter();
  const spotAt = (offset: number): Spot => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const yaml = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
    const faults = [...yaml.errors, ...yaml.warnings];
    if (faults.length > 0)
      return {
        problems: faults.slice(0, MAX_SYNTAX_PROBLEMS).map((fault) => {
          const advice = ADVICE[fault.code] ?? 'check indentation, colons and quotes on this line and the one above';
          const rule = fault.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'syntax';
          return problem(spotAt(fault.pos[0]), rule, `${oneLine(fault.message)}: ${advice}`);
        }),
      };
    if (yaml.contents === null || (isScalar(yaml.contents) && yaml.contents.value === null))
      return { problems: [problem(top, 'empty', 'the file is empty; fill it in or delete it')] };
    const lost = source.includes('*') ? unresolvedAlias(yaml) : undefined;
    if (lost !== undefined)
      return { problems: [problem(spotAt(lost), 'syntax', `an alias leads nowhere: ${ADVICE.BAD_ALIAS}`)] };
    const data: unknown = yaml.toJS({ maxAliasCount: 100 });
    return { doc: { file, data, locate: (path) => spotAt(offsetOf(yaml, path)) }, problems: [] };
  } catch (error) {
    // Aliases that multiply and nesting without end make the parser itself give up.
    const reason = error instanceof Error ? oneLine(error.message) : 'unknown reason';
    return { problems: [problem(top, 'syntax', `cannot be parsed (${reason}); simplify aliases and nesting`)] };
  }
}

/** Offset of the first alias without an anchor: usually a text that starts with an asterisk. */
function unresolvedAlias(yaml: Document): number | undefined {
  let offset: number | undefined;
  visit(yaml, {
    Alias(_key, alias) {
      if (alias.resolve(yaml)) return undefined;
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** First place that is not UTF-8. Lines can be decoded one by one: no UTF-8 sequence contains the byte 0x0A. */
function findBrokenUtf8(bytes: Uint8Array): Spot | undefined {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return undefined;
  } catch {
    let start = 0;
    for (let line = 1; start <= bytes.length; line += 1) {
      const newline = bytes.indexOf(0x0a, start);
      const end = newline < 0 ? bytes.length : newline;
      const decoded = new TextDecoder('utf-8').decode(bytes.subarray(start, end));
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end));
      } catch {
        return { line, column: Math.max(0, decoded.indexOf('\uFFFD')) + 1 };
      }
      start = end + 1;
    }
    return { line: 1, column: 1 };
  }
}

/** Offset of the value at a path, or of its nearest ancestor that exists. */
function offsetOf(yaml: Document, path: Path): number {
  let node: unknown = yaml.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const segment of path) {
    if (isAlias(node)) node = node.resolve(yaml);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(segment));
      if (!pair) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(segment)];
      if (!isNode(item)) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}
