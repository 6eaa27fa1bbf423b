/** Every rule of the local WeCom is proven by a test of this folder that breaks it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RULES } from './rules.js';

const folder = dirname(fileURLToPath(import.meta.url));
const tests = readdirSync(folder)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');

test('no rule is without such a test', () => {
  expect(Object.keys(RULES).filter((rule) => !tests.includes(`'${rule}'`))).toEqual([]);
});
