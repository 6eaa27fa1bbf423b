/** Another card or customer went through: whether that paid this sale decides if anything is left to collect. Pure. */
import { flowOf, prompt, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions } from '../dialogue/options.js';
import type { Turn } from '../dialogue/world.js';
import { UNKNOWN } from '../knowledge/schema.js';
import { caseEvent, noteTried } from './case-events.js';

const SKILL = 'triage';
const PAID_NOW = 'paid-now';

function askPaidNow(turn: Turn): string {
  const options = asReplyOptions(flowOf(turn, SKILL).states['asking-paid-now']?.options ?? []);
  caseEvent(turn, 'question', { question: PAID_NOW });
  prompt(turn, {
    type: 'question',
    text: sentence(turn, 'ask-paid-now', {}, SKILL),
    options,
    links: [],
    question: PAID_NOW,
  });
  return 'asked';
}

/** Paid: the other way of paying was the cure. Unpaid: the first attempt, known to have failed, is the last for this sale. */
function takePaidNow(turn: Turn): string {
  const { session } = turn;
  const { fix } = session;
  const option = turn.signal.option ?? UNKNOWN;
  caseEvent(turn, 'answer', { question: PAID_NOW, option });
  if (option === 'paid') {
    if (fix !== null) noteTried(turn, fix, 'solved');
    return 'paid';
  }
  session.fix = null;
  session.paidOtherwise = false;
  session.case.money = option === 'unpaid' ? 'failed' : 'in-doubt';
  session.lookUp = option === 'unpaid' ? session.lookUp : 'none';
  return option === 'unpaid' ? 'unpaid' : 'money';
}

export const paidNowVerbs = { 'ask-paid-now': askPaidNow, 'take-paid-now': takePaidNow };
