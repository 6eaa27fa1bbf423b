// What one step of a diagnosis costs on the knowledge that ships: belief, plan, reasons. Figures for the README's table;
// nothing here is a test.
import { believe } from '../dist/diagnosis/belief.js';
import { explainQuestion, reasonsFor } from '../dist/diagnosis/explain.js';
import { createModel } from '../dist/diagnosis/model.js';
import { plan } from '../dist/diagnosis/plan.js';
import { loadKnowledge } from '../dist/knowledge/load.js';

const SEED = 20261123;
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
const microseconds = (start) => Number(process.hrtime.bigint() - start) / 1e3;

/** A number in 0 … 1 each call, the same in every run. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Cases as they stand at each step of made-up conversations that follow the plan and answer at random. */
function walk(model, conversations) {
  const random = randomFrom(SEED);
  const cases = [];
  for (let i = 0; i < conversations; i++) {
    let known = { scenario: null, texts: [], codes: [], answers: [], asked: [], failedFixes: [], money: 'unknown' };
    for (;;) {
      cases.push(known);
      const { step } = plan(model, believe(model, known), known);
      if (step.kind === 'human') break;
      if (step.kind === 'fix') {
        known = { ...known, failedFixes: [...known.failedFixes, step.fix] };
        continue;
      }
      const { options } = model.questionById.get(step.question);
      const option = step.question === 'charged' ? 'no' : options[Math.floor(random() * options.length)];
      known = {
        ...known,
        asked: [...known.asked, step.question],
        answers: [...known.answers, { question: step.question, option, from: 'answer' }],
        money: step.question === 'charged' ? 'failed' : known.money,
      };
    }
  }
  return cases;
}

function timed(items, task) {
  for (let i = 0; i < 5000; i++) task(items[i % items.length]);
  const times = items.map((item) => {
    const start = process.hrtime.bigint();
    task(item);
    return microseconds(start);
  });
  times.sort((a, b) => a - b);
  return { p50us: quantile(times, 0.5), p99us: quantile(times, 0.99) };
}

/**
 * @returns microseconds a call (p50, p99) of believe, plan, both (a step), and what explains a question and a conclusion;
 *   milliseconds to compile the model; the model's size
 */
export function diagnosisBench({ conversations = 2000 } = {}) {
  const { knowledge } = loadKnowledge();
  const start = process.hrtime.bigint();
  const model = createModel(knowledge);
  const compileMs = microseconds(start) / 1e3;
  const items = walk(model, conversations).map((known) => {
    const belief = believe(model, known);
    return { known, belief, top: [...belief.faults].reduce((a, b) => (b[1] > a[1] ? b : a))[0] };
  });
  return {
    compileMs,
    faults: model.faults.length,
    questions: model.questions.length,
    fixes: model.fixes.length,
    steps: items.length,
    believe: timed(items, ({ known }) => believe(model, known)),
    plan: timed(items, ({ known, belief }) => plan(model, belief, known)),
    step: timed(items, ({ known }) => plan(model, believe(model, known), known)),
    whyAsk: timed(items, ({ belief }) => explainQuestion(model, belief, 'scope')),
    whyConclude: timed(items, ({ known, top }) => reasonsFor(model, known, top)),
  };
}

if (import.meta.url === `file://${process.argv[1]}`) console.log(diagnosisBench());
