/**
 * YAML parsed ahead of time. Parsing takes most of the time that a start takes; at build time it is done once and kept by the
 * hash of each file's bytes. A file that has changed since simply misses, so a stale or absent result is never wrong.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { type Doc, readDocument } from './document.js';

/** SHA-256 of a file's bytes, hex → the data in it. */
export type Compiled = ReadonlyMap<string, unknown>;

/** Where the build puts it, whether run from src/ or dist/. */
export function compiledPath(of: 'knowledge' | 'flows' = 'knowledge'): string {
  return fileURLToPath(new URL(`../../dist/${of}.json`, import.meta.url));
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Parses these files and writes the result. Files with problems are left out; the loader will say what is wrong. */
export function compileFiles(files: readonly string[], out: string = compiledPath()): void {
  const parsed = files.flatMap((file) => {
    const bytes = readFileSync(file);
    const { doc } = readDocument(file, bytes);
    // What JSON cannot say (an infinite number) is left to the parser.
    return doc && isDeepStrictEqual(JSON.parse(JSON.stringify(doc.data)), doc.data) ? [[digest(bytes), doc.data]] : [];
  });
  writeFileSync(out, JSON.stringify(Object.fromEntries(parsed)));
}

/** What an earlier build has parsed; empty if there is none or it is damaged. */
export function readCompiled(path: string = compiledPath()): Compiled {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return new Map(typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : []);
  } catch {
    return new Map();
  }
}

/** The document of these bytes, from `compiled` if it is there; places are then found by parsing, when first asked for. */
export function openDocument(file: string, bytes: Uint8Array, compiled: Compiled): ReturnType<typeof readDocument> {
  const data = compiled.size > 0 ? compiled.get(digest(bytes)) : undefined;
  if (data === undefined) return readDocument(file, bytes);
  let parsed: Doc | undefined;
  return {
    doc: {
      file,
      data,
      locate(path) {
        parsed ??= readDocument(file, bytes).doc;
        return parsed?.locate(path) ?? { line: 1, column: 1 };
      },
    },
    problems: [],
  };
}
