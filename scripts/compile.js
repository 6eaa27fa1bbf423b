// What the scripts that build share.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** Newest modification time (ms) below a path, so that a build with nothing to do takes no time. */
export const newest = (path) =>
  statSync(path).isDirectory()
    ? Math.max(statSync(path).mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
    : statSync(path).mtimeMs;

/** A compiler's complaint says it all; a stack trace of a script would only bury it. `failed`: before the end. */
export const compile = (project, failed) => {
  try {
    execFileSync(process.execPath, [tsc, '-p', join(root, project)], { stdio: 'inherit' });
  } catch {
    failed();
    console.error(`build: ${project} does not compile`);
    process.exit(1);
  }
};
