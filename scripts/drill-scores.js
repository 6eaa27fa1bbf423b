/**
 * What written trainees come to in every drill, as the table of the READMEs. Needs a build. Takes about a minute.
 * Usage: node scripts/drill-scores.js
 */
import { loadWorld } from '../dist/content.js';
import { takeTurn } from '../dist/dialogue/turn.js';
import { wordsOf } from '../dist/drills/trainees.js';

/** Seeds of the one who acts at random. */
const SEEDS = 200;
const AT = Date.UTC(2026, 10, 24, 2);

const world = loadWorld({ publicUrl: 'http://127.0.0.1:3000' });

function scoreOf(drill, words) {
  let session = null;
  for (const text of [`演练 ${drill.id} #1`, ...words, '结束演练']) {
    session = takeTurn(session, { kind: 'message', texts: [text], hidden: [] }, AT, world).session;
    if (session.drilled) return session.drilled.score;
  }
  throw new Error(`${drill.id} does not end`);
}

const drills = [...world.knowledge.drills.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
const columns = ['model', 'average', 'bad', 'hotline'];
const sums = [0, 0, 0, 0, 0];
console.log('| | model | average | bad | hotline | random |\n|---|---|---|---|---|---|');
for (const drill of drills) {
  const fixed = columns.map((trainee) => scoreOf(drill, wordsOf(trainee, drill, world, 1)));
  const random = Array.from({ length: SEEDS }, (_, seed) => scoreOf(drill, wordsOf('random', drill, world, seed + 1)));
  const mean = random.reduce((sum, score) => sum + score, 0) / SEEDS;
  [...fixed, mean].forEach((score, index) => {
    sums[index] += score;
  });
  console.log(`| ${drill.id} | ${fixed.join(' | ')} | ${mean.toFixed(1)} |`);
}
console.log(`| mean | ${sums.map((sum) => (sum / drills.length).toFixed(1)).join(' | ')} |`);
