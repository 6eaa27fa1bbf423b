// Compiles src/ and web/ into dist/. npm runs no lifecycle scripts here (ignore-scripts), so start and test call this.
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compile, newest, root } from './compile.js';

const dist = join(root, 'dist');

const inputs = [
  'src',
  'web',
  'knowledge',
  'flows',
  'tsconfig.json',
  'package.json',
  'scripts/build.js',
  'scripts/compile.js',
].map((name) => join(root, name));
const stamp = join(dist, 'cli.js');
// What was written is not to be taken for a whole build.
const failed = () => rmSync(stamp, { force: true });

if (!existsSync(stamp) || Math.max(...inputs.map(newest)) > statSync(stamp).mtimeMs) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(join(dist, 'web'), { recursive: true });
  compile('web/tsconfig.json', failed);
  for (const name of readdirSync(join(root, 'web')))
    if (!/\.ts$|^tsconfig/.test(name)) cpSync(join(root, 'web', name), join(dist, 'web', name), { recursive: true });
  compile('tsconfig.json', failed);
  // npx runs the file itself.
  chmodSync(stamp, 0o755);
  // Parsing two megabytes of YAML takes most of a second: done here, once. A file that changed since is read anew.
  const { compileKnowledge, loadKnowledge } = await import('../dist/knowledge/load.js');
  compileKnowledge();
  const { compileFlows } = await import('../dist/content.js');
  compileFlows();
  // The same for learning the phrases.
  const { keepLearned } = await import('../dist/learned.js');
  keepLearned(loadKnowledge().knowledge);
}
