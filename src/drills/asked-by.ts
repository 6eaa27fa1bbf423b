/** By which act something was asked. Pure. */
import type { Found } from '../dialogue/drill-state.js';
import type { DrillAct, Knowledge } from '../knowledge/schema.js';

/** As much of a run as is looked at. */
interface Played {
  entries: readonly { done: readonly { act: string; found?: Found | undefined }[] }[];
}

/** The act with which the trainee found it out, else the first that would. */
export function askedBy(
  question: string,
  { entries }: Played,
  { drillActs }: Pick<Knowledge, 'drillActs'>,
): DrillAct | undefined {
  const done = entries.flatMap((entry) => entry.done).find(({ found }) => found?.question === question);
  return drillActs.get(done?.act ?? '') ?? [...drillActs.values()].find((act) => act.question === question);
}
