/** What each answer speaks for and against, on the knowledge base as it ships. */
import { believe } from '../../src/diagnosis/belief.js';
import { modelFrom } from '../../src/diagnosis/model.js';
import { specOf } from '../../src/diagnosis/spec.js';
import { loadKnowledge } from '../../src/knowledge/load.js';
import { CAUSES, type Cause, CHARGED } from '../../src/knowledge/schema.js';
import { answered, caseOf } from './fixtures.js';

const { knowledge } = loadKnowledge();
/** The rows as they were written, without the allowance for wrong answers. */
const model = modelFrom({ ...specOf(knowledge), answerNoise: 0 });
const before = believe(model, caseOf()).causes;

/** How many times as likely an answer makes a cause from which it speaks for it; until which against; until which it all but excludes it. */
const FOR = 1.2;
const AGAINST = 0.8;
const HARDLY = 0.4;

interface Meaning {
  for?: Cause[];
  against?: Cause[];
  hardly?: Cause[];
}

/** The causes that become clearly likelier, less likely, unlikely by one answer alone. */
function spokenOf(question: string, option: string): Required<Meaning> {
  const after = believe(model, answered({ [question]: option })).causes;
  const times = (cause: Cause): number => (after.get(cause) ?? 0) / (before.get(cause) ?? 1);
  return {
    for: CAUSES.filter((cause) => times(cause) >= FOR),
    against: CAUSES.filter((cause) => times(cause) <= AGAINST),
    hardly: CAUSES.filter((cause) => times(cause) <= HARDLY),
  };
}

/** What a technician would say; causes left out of a line may go either way. */
const MEANINGS: readonly (readonly [string, string, Meaning])[] = [
  ['scope', 'one', { for: ['channel', 'balance'], hardly: ['network'] }],
  ['scope', 'all', { for: ['network', 'qualification'], hardly: ['channel', 'balance'] }],
  ['other-card', 'works', { for: ['balance'], against: ['device'], hardly: ['qualification', 'network'] }],
  ['other-card', 'fails-too', { for: ['qualification', 'network', 'device'], hardly: ['balance'] }],
  ['hotspot', 'works', { for: ['network'], hardly: ['channel', 'qualification', 'device', 'balance'] }],
  ['hotspot', 'fails-too', { for: ['channel', 'qualification', 'device', 'balance'], hardly: ['network'] }],
  ['sign-in', 'fails', { for: ['network'], against: ['device'], hardly: ['channel', 'balance'] }],
  ['sign-in', 'succeeds', { for: ['channel', 'balance'], hardly: ['network'] }],
  ['recent-change', 'yes', { for: ['qualification'], hardly: ['balance'] }],
  ['recent-change', 'no', { against: ['qualification'] }],
  ['risk-notice', 'yes', { for: ['qualification'], against: ['channel', 'network'], hardly: ['device', 'balance'] }],
  ['risk-notice', 'no', { against: ['qualification'] }],
  ['small-amount', 'works', { for: ['balance'], against: ['device'], hardly: ['network'] }],
  ['small-amount', 'fails-too', { for: ['network', 'device'], hardly: ['balance'] }],
  ['widespread', 'yes', { for: ['channel'], hardly: ['qualification', 'device', 'balance'] }],
  ['widespread', 'no', { against: ['channel'] }],
  ['other-terminal', 'works', { for: ['device'], against: ['balance'], hardly: ['channel'] }],
  ['other-terminal', 'fails-too', { for: ['channel', 'balance'], hardly: ['device'] }],
  ['card-kind', 'stripe', { for: ['device'] }],
  ['card-kind', 'foreign', { for: ['channel'] }],
  ['stage', 'read', { for: ['device'], hardly: ['channel', 'qualification', 'network', 'balance'] }],
  ['stage', 'reject', { for: ['channel', 'qualification', 'balance'], hardly: ['network'] }],
  ['stage', 'waiting', { for: ['network'], hardly: ['qualification', 'device', 'balance'] }],
  ['stage', 'print', { for: ['device'] }],
  ['stage', 'start', { for: ['device'], hardly: ['channel', 'balance'] }],
  ['link', 'none', { for: ['network'], hardly: ['channel', 'qualification', 'balance'] }],
];

describe('an answer', () => {
  test.each(MEANINGS)('to %s, %s, speaks for and against what it should', (question, option, meaning) => {
    const spoken = spokenOf(question, option);
    expect(spoken.for).toEqual(expect.arrayContaining(meaning.for ?? []));
    expect(spoken.against).toEqual(expect.arrayContaining(meaning.against ?? []));
    expect(spoken.hardly).toEqual(expect.arrayContaining(meaning.hardly ?? []));
  });

  test('of every question that attributes a cause is among these, but for how the customer paid', () => {
    const told = new Set(MEANINGS.map(([question]) => question));
    const asked = [...knowledge.questions.keys()].filter((id) => id !== CHARGED && id !== 'pay-method');
    expect(asked.filter((id) => !told.has(id))).toEqual([]);
  });
});
