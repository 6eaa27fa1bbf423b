// Compiles src/ and web/ into dist/. npm runs no lifecycle scripts here (ignore-scripts), so start and test call this.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
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

const inputs = ['src', 'web', 'tsconfig.json', 'package.json', 'scripts/build.js'].map((name) => join(root, name));
const stamp = join(dist, 'cli.js');
if (!existsSync(stamp) || Math.max(...inputs.map(newest)) > statSync(stamp).mtimeMs) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(join(dist, 'web'), { recursive: true });
  execFileSync(process.execPath, [tsc, '-p', join(root, 'web/tsconfig.json')], { stdio: 'inherit' });
  for (const name of readdirSync(join(root, 'web')))
    if (!/\.ts$|^tsconfig/.test(name)) cpSync(join(root, 'web', name), join(dist, 'web', name), { recursive: true });
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' });
}
