// Chat with the service through a local WeCom, in the browser: npm run sandbox (-- --help shows its flags).
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, newest, root } from './compile.js';

const out = join(root, '.sandbox');
const page = join(root, 'test', 'wecom-sandbox', 'page');
const inputs = [
  'test/wecom-sandbox',
  'src/clock.ts',
  'web/dom.ts',
  'web/icon.svg',
  'web/tsconfig.json',
  'tsconfig.json',
  'scripts/sandbox.js',
  'scripts/compile.js',
].map((name) => join(root, name));
const stamp = join(out, 'built');

if (!existsSync(stamp) || Math.max(...inputs.map(newest)) > statSync(stamp).mtimeMs) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'page'), { recursive: true });
  const failed = () => rmSync(out, { recursive: true, force: true });
  compile('test/wecom-sandbox/tsconfig.json', failed);
  compile('test/wecom-sandbox/page/tsconfig.json', failed);
  for (const name of readdirSync(page))
    if (/\.(?:html|css)$/.test(name)) cpSync(join(page, name), join(out, 'page', name));
  cpSync(join(root, 'web', 'icon.svg'), join(out, 'page', 'icon.svg'));
  writeFileSync(stamp, '');
}

const { main } = await import('../.sandbox/test/wecom-sandbox/run/main.js');
process.exit(await main(process.argv.slice(2)));
