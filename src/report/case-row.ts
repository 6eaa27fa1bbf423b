/** One case as a row of a table: what it was, what was done, how it ended. Nobody's words, nobody's name, no conversation. Pure. */
import type { CaseRecord } from './case-record.js';
import { camel, complaintIn, type Labels, whyIn } from './labels.js';
import { dateOf, timeOf } from './shanghai.js';

const COLUMNS = [
  'day',
  'time',
  'door',
  'cause',
  'fault',
  'fix',
  'minutes',
  'questions',
  'tried',
  'outcome',
  'handovers',
  'why',
  'severity',
  'wait',
  'handed',
  'satisfaction',
  'complaint',
] as const;

/** The names of the columns, in the words of ui.yaml. */
export function caseHeader({ word }: Labels): string[] {
  return COLUMNS.map((column) => word(`report.case.${column}`));
}

/** In the order of {@link caseHeader}; what is not known is empty. Of several hand-overs the last one is told. */
export function caseRow(record: CaseRecord, labels: Labels): (string | number)[] {
  const { word } = labels;
  const last = record.handovers.at(-1);
  const handed = camel(last?.end ?? 'unknown');
  const cells: Record<(typeof COLUMNS)[number], string | number> = {
    day: dateOf(record.openedAt),
    time: timeOf(record.openedAt),
    door: word(`report.door.${camel(record.door)}`),
    cause: record.cause === null ? word('report.unknown') : (labels.cause(record.cause) ?? record.cause),
    fault: record.fault === null ? '' : (labels.fault(record.fault) ?? record.fault),
    fix: record.fix === null ? '' : (labels.fix(record.fix) ?? record.fix),
    minutes: tenth(record.minutes),
    questions: record.questions,
    tried: record.tried.map((id) => labels.fix(id) ?? id).join(' / '),
    outcome: word(`report.outcome.${camel(record.outcome)}`),
    handovers: record.handovers.length,
    why: last ? whyIn(last.why, labels) : '',
    severity: last ? word(`report.severity.${last.severity}`) : '',
    wait: last?.minutes === undefined || last.minutes === null ? '' : tenth(last.minutes),
    handed: last ? word(`report.handed.${handed}`) : '',
    satisfaction: record.satisfaction === null ? '' : word(`report.satisfaction.${record.satisfaction}`),
    complaint: record.complaint === null ? '' : complaintIn(record.complaint, labels),
  };
  return COLUMNS.map((column) => cells[column]);
}

function tenth(minutes: number): number {
  return Math.round(minutes * 10) / 10;
}
