// What understanding costs: training, and one utterance warm. Figures for the README's table; nothing here is a test.
import { loadKnowledge } from '../dist/knowledge/load.js';
import { createNlu } from '../dist/nlu/understand.js';

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

/**
 * Trains on the project's knowledge and understands every phrase of it.
 * @returns {{ trainMs: number, p50us: number, p99us: number, phrases: number, utterances: number }} milliseconds of the best of
 *   three trainings in this process (the first one is cold), microseconds an utterance
 */
export function nluBench({ rounds = 5 } = {}) {
  const { knowledge } = loadKnowledge();
  const texts = [...knowledge.phrases, ...knowledge.realUtterances].map(({ text }) => text);
  const trainings = [];
  let nlu;
  for (let i = 0; i < 3; i++) {
    const start = process.hrtime.bigint();
    nlu = createNlu(knowledge);
    trainings.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  // Warm: the compilers have seen every path a few thousand times.
  for (let i = 0; i < 6000; i++) nlu.understand(texts[i % texts.length]);
  const times = [];
  for (let round = 0; round < rounds; round++)
    for (const text of texts) {
      const start = process.hrtime.bigint();
      nlu.understand(text);
      times.push(Number(process.hrtime.bigint() - start) / 1e3);
    }
  times.sort((a, b) => a - b);
  return {
    trainMs: Math.min(...trainings),
    coldTrainMs: trainings[0],
    p50us: quantile(times, 0.5),
    p99us: quantile(times, 0.99),
    phrases: texts.length,
    utterances: times.length,
  };
}

if (import.meta.url === `file://${process.argv[1]}`) console.log(nluBench());
