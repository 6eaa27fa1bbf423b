// House rules that no linter knows: file length, imports that point down, no circle, no wording in src/.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const MAX_LINES = 300;

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.name === 'node_modules'
      ? []
      : entry.isDirectory()
        ? filesBelow(join(folder, entry.name))
        : [join(folder, entry.name)],
  );
const sources = [
  ...filesBelow(join(root, 'src')),
  ...filesBelow(join(root, 'test')),
  ...filesBelow(join(root, 'web')),
  ...filesBelow(join(root, 'integrations')),
].filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));

/** From the ground up: a layer may import from its own and lower ones. A file directly in src/ has a layer of its own. */
const LAYERS = [
  ['errors', 'log', 'loopback', 'clock', 'idle', 'assets', 'trace', 'trace-context', 'timers', 'text'],
  ['knowledge'],
  ['nlu', 'diagnosis', 'incidents', 'duty'],
  ['handover'],
  ['dialogue'],
  ['skills', 'drills', 'eval', 'simulate', 'learn', 'report'],
  ['store'],
  ['observer', 'observed-store', 'shared-time', 'merchants'],
  ['channels'],
  [
    'alarms',
    'learned',
    'content',
    'record',
    'outbox',
    'config',
    'config-wecom',
    'outage',
    'load',
    'believed',
    'rounds',
    'incident-board',
    'drill-rooms',
    'incident-cards',
  ],
  ['queue'],
  ['relay'],
  ['mailbox'],
  ['dispatcher'],
  ['sweeper', 'hands-off'],
  ['outgoing', 'switchboard'],
  ['assistant'],
  ['doors'],
  ['care', 'incident-watch'],
  ['metrics', 'log-names', 'log-private'],
  ['pages'],
  ['server', 'lookup'],
  ['commands'],
  ['cli', 'index'],
];
const layerOf = (file) => {
  const first = relative(join(root, 'src'), file).split('/')[0].replace(/\.ts$/, '');
  return LAYERS.findIndex((names) => names.includes(first));
};
/** The pure core: no I/O, clock or randomness. */
const PURE =
  /^src\/(text|nlu|diagnosis|dialogue|skills|incidents|duty|handover|relay|learn|report|drills)\/|^src\/simulate\/(?!load)|^src\/knowledge\/schema\.ts$|^src\/(?:mailbox|queue|record|outbox)\.ts$|^src\/merchants\/(?:csv|row|register)\.ts$/;
const IMPURE = /from 'node:|Date\.now\(|new Date\(\)|Math\.random\(|\bprocess\.[a-z]|performance\.now\(/;

const problems = [];
const imports = new Map();
for (const file of sources) {
  const name = relative(root, file);
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n').length - 1;
  if (lines > MAX_LINES) problems.push(`${name}: ${lines} lines, at most ${MAX_LINES}; split it by what it is about`);
  if (!name.startsWith('src/')) continue;
  if (PURE.test(name) && IMPURE.test(text)) problems.push(`${name}: I/O, clock or randomness in the pure core`);
  text.split('\n').forEach((line, index) => {
    if (!/^\s*(\/\/|\*|\/\*)/.test(line) && /['"`/][^'"`]*\p{Script=Han}/u.test(line.replace(/\/\/.*$/, '')))
      problems.push(`${name}:${index + 1}: Chinese in code; wording belongs in flows/ or knowledge/`);
    // Its punctuation too, but for classes of characters that text is cut at.
    if (
      !/^\s*(\/\/|\*|\/\*)/.test(line) &&
      /(['"`])[^'"`[\]]*[、，。；：（）「」？！][^'"`[\]]*\1/u.test(line.replace(/\/\/.*$/, ''))
    )
      problems.push(`${name}:${index + 1}: Chinese punctuation in code; wording belongs in flows/ or knowledge/`);
  });
  const layer = layerOf(file);
  if (layer < 0) problems.push(`${name}: belongs to no layer; add it to scripts/check-house.js`);
  const targets = [...text.matchAll(/(?:from |import\()'(\.[^']+)\.js'/g)].map((match) =>
    join(dirname(file), `${match[1]}.ts`),
  );
  imports.set(file, targets);
  for (const target of targets)
    if (layerOf(target) > layer) problems.push(`${name}: imports ${relative(root, target)}, which lies above it`);
}

const done = new Set();
const visit = (file, path) => {
  if (path.includes(file)) {
    problems.push(`circle: ${[...path.slice(path.indexOf(file)), file].map((one) => relative(root, one)).join(' → ')}`);
    return;
  }
  if (done.has(file)) return;
  for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
  done.add(file);
};
for (const file of imports.keys()) visit(file, []);

for (const problem of problems) console.error(problem);
console.error(
  problems.length === 0 ? `house rules hold over ${sources.length} files` : `${problems.length} problem(s)`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
