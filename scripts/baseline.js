// Measures the understanding quickly and writes test/nlu/baseline.json, which the guard in `npm test` compares with.
// Run `npm run build && node scripts/baseline.js` when figures rose, or fell for a reason that the commit message gives.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { measureQuickly } from '../dist/eval/guard.js';
import { loadKnowledge } from '../dist/knowledge/load.js';

const file = fileURLToPath(new URL('../test/nlu/baseline.json', import.meta.url));
const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const round = (value) => Number(value.toFixed(4));
const now = Object.fromEntries(
  Object.entries(measureQuickly(loadKnowledge().knowledge)).map(([name, { value, noise, better }]) => [
    name,
    { value: round(value), noise: round(noise), better },
  ]),
);
for (const [name, { value, noise }] of Object.entries(now))
  console.log(
    `${name.padEnd(18)} ${before[name]?.value?.toFixed(4) ?? '–'} → ${value.toFixed(4)} (noise ${noise.toFixed(4)})`,
  );
writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`);
