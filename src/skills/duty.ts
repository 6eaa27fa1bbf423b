/** Who is on duty for this case, in words, and times as a user reads them. Pure. */

import { joined, sentence } from '../dialogue/interpreter.js';
import { graver } from '../dialogue/plan-run.js';
import type { Session } from '../dialogue/session.js';
import type { Turn } from '../dialogue/world.js';
import { type Duty, dutyAt } from '../duty/duty.js';
import { momentOf } from '../duty/time.js';
import type { Severity } from '../knowledge/schema.js';

/**
 * How pressing a case is: an emergency that was told of, else a payment that is open, whatever else is known; the plan that is walked
 * through presses as well.
 */
export function severityOf({ emergency, case: { money }, plan }: Session): Severity {
  if (emergency !== undefined) return 'emergency';
  const severity = money === 'in-doubt' ? 'urgent' : 'normal';
  return plan ? graver(severity, plan.severity) : severity;
}

/** Who is on duty now, for this case. */
export function dutyNow(turn: Turn): Duty {
  return dutyAt(turn.world.knowledge.organization, severityOf(turn.session), turn.at);
}

/** Who is on duty, who is called all the same, or when somebody is back; '' if the operator has written nobody down. */
export function dutyLine(turn: Turn): string {
  const { onCall, afterHours, nextAt } = dutyNow(turn);
  const people = onCall.map(({ name, duty }) => sentence(turn, 'on-call-one', { name, duty }, 'handoff'));
  if (people.length > 0)
    return sentence(
      turn,
      afterHours ? 'on-call-anyway' : 'on-call',
      { names: joined(turn, people, 'items') },
      'handoff',
    );
  return backLine(turn, nextAt);
}

/** When somebody is back, if nobody is there to be called; else ''. */
export function offDutyLine(turn: Turn): string {
  const { onCall, nextAt } = dutyNow(turn);
  return onCall.length > 0 ? '' : backLine(turn, nextAt);
}

function backLine(turn: Turn, nextAt: number | null): string {
  return nextAt === null ? '' : sentence(turn, 'off-duty', { when: momentInWords(turn, nextAt) }, 'handoff');
}

const NAMED_DAYS = ['today', 'tomorrow'];

/** 「今天 09:00」, 「明天 09:00」, 「10月8日 09:00」. `at`: milliseconds since the epoch. */
export function momentInWords(turn: Turn, at: number): string {
  const { ahead, month, day, time } = momentOf(at, turn.at);
  return sentence(turn, `at-${NAMED_DAYS[ahead] ?? 'date'}`, { month, day, time }, 'contacts');
}
