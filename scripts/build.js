// Compiles src/ and web/ into dist/. npm runs no lifecycle scripts here (ignore-scripts), so start and test call this.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** Newest modification time (ms) below a path, so that a build with nothing to do takes no time. */
const newest = (path) =>
  statSync(path).isDirectory()
    ? Math.max(statSync(path).mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
    : statSync(path).mtimeMs;

const inputs = ['src', 'web', 'knowledge', 'tsconfig.json', 'package.json', 'scripts/build.js'].map((name) =>
  join(root, name),
);
const stamp = join(dist, 'cli.js');
/** A compiler's complaint says it all; a stack trace of this script would only bury it. */
const compile = (project) => {
  try {
    execFileSync(process.execPath, [tsc, '-p', join(root, project)], { stdio: 'inherit' });
  } catch {
    // What was written is not to be taken for a whole build.
    rmSync(stamp, { force: true });
    console.error(`build: ${project} does not compile`);
    process.exit(1);
  }
};

if (!existsSync(stamp) || Math.max(...inputs.map(newest)) > statSync(stamp).mtimeMs) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(join(dist, 'web'), { recursive: true });
  compile('web/tsconfig.json');
  for (const name of readdirSync(join(root, 'web')))
    if (!/\.ts$|^tsconfig/.test(name)) cpSync(join(root, 'web', name), join(dist, 'web', name), { recursive: true });
  compile('tsconfig.json');
  // npx runs the file itself.
  chmodSync(stamp, 0o755);
  // Parsing two megabytes of YAML takes most of a second: done here, once. A file that changed since is read anew.
  const { compileKnowledge, loadKnowledge } = await import('../dist/knowledge/load.js');
  compileKnowledge();
  // The same for learning the phrases.
  const { keepLearned } = await import('../dist/learned.js');
  keepLearned(loadKnowledge().knowledge);
}
