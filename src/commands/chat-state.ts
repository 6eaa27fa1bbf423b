/** What `/state` prints: belief, evidence and the plan's numbers. English: it is for those who build and operate. */
import type { Reasoning } from '../dialogue/reasoning.js';
import type { PublicState } from '../dialogue/reply.js';
import type { World } from '../dialogue/world.js';
import { CHARGED } from '../knowledge/schema.js';
import { paint } from './paint.js';

const SHOWN_FAULTS = 5;
const BAR_WIDTH = 24;

export function formatState(state: PublicState, reasoning: Reasoning, world: World): string {
  const { status, question, fix, handoff } = state;
  const title = (id: string) => world.knowledge.faults.get(id)?.title ?? id;
  const causes = state.causes.map(({ id, p }) => `  ${id.padEnd(14)} ${bar(p)} ${p.toFixed(3)}`);
  const faults = state.faults.slice(0, SHOWN_FAULTS).map(({ id, p }) => `  ${p.toFixed(3)} ${id} ${title(id)}`);
  const evidence = reasoning.evidence.map(
    ({ what, weight }) => `  ${weight >= 0 ? '+' : ''}${weight.toFixed(2)} ${what}`,
  );
  const { plan } = reasoning;
  const questions = plan.questions.map(
    ({ question: id, gain, cost, eco }) =>
      `  ${id.padEnd(16)} gain ${gain.toFixed(3)} bit, cost ${cost.toFixed(2)} min, ECO ${eco.toFixed(2)} min`,
  );
  const fixes = plan.fixes
    .slice(0, SHOWN_FAULTS)
    .map(({ fix: id, p, cost }) => `  P(works) ${p.toFixed(3)}, ${cost.toFixed(1)} min  ${id}`);
  return [
    paint.bold(
      `status ${status}${question ? `, question ${question}` : ''}${fix ? `, fix ${fix}` : ''}, money ${reasoning.money}, handoff ${state.handoffState ?? handoff}`,
    ),
    paint.bold('causes'),
    ...causes,
    paint.bold('faults'),
    ...faults,
    paint.bold(`evidence (log odds for ${reasoning.target})`),
    ...(evidence.length > 0 ? evidence : ['  none yet']),
    paint.bold(`plan: ${stepOf(plan.step, question)}, ECR ${plan.ecr.toFixed(2)} min`),
    ...questions,
    paint.bold('fixes left'),
    ...fixes,
  ].join('\n');
}

/** In words; what stands in front of it is said as well. */
function stepOf(step: Reasoning['plan']['step'], asked: string | null): string {
  const what = step.kind === 'ask' ? step.question : step.kind === 'fix' ? step.fix : step.why;
  const first = asked === CHARGED ? ` (asks ${CHARGED} first: whether money moved is not settled)` : '';
  return `${step.kind} ${what}${first}`;
}

function bar(p: number): string {
  const filled = Math.round(p * BAR_WIDTH);
  return '█'.repeat(filled) + '·'.repeat(BAR_WIDTH - filled);
}
