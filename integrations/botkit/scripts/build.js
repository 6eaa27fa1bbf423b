// Compiles src/ into dist/, with the compiler of the package above, which is installed and built first if it is not.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const above = join(here, '../..');
const run = (command, args, cwd) => execFileSync(command, args, { cwd, stdio: 'inherit' });

if (!existsSync(join(above, 'node_modules'))) {
  console.error('installing the package above …');
  run('npm', ['ci', '--no-audit', '--no-fund'], above);
}
run(process.execPath, [join(above, 'scripts/build.js')], above);
rmSync(join(here, 'dist'), { recursive: true, force: true });
const tsc = createRequire(join(above, 'package.json')).resolve('typescript/bin/tsc');
try {
  run(process.execPath, [tsc, '-p', here], here);
} catch {
  // The compiler has said it all.
  process.exit(1);
}
