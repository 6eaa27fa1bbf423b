/** What ids are called where people read them. Pure. */

export interface Labels {
  /** A word of ui.yaml, by its whole key, with `{name}` filled in. */
  word(key: string, values?: Readonly<Record<string, string | number>>): string;
  /** A cause in words; undefined if there is none of this id. */
  cause(id: string): string | undefined;
  fault(id: string): string | undefined;
  fix(id: string): string | undefined;
}

/** Why a human is called; another reason is shown as it stands. */
const WHYS: readonly string[] = [
  'asked',
  'impatient',
  'repeated',
  'complaint',
  'emergency',
  'money',
  'cheaper',
  'questions-cap',
  'fixes-cap',
  'nothing-left',
  'turn-failed',
];
const COMPLAINTS: readonly string[] = ['slow', 'many-questions', 'unclear', 'not-fixed', 'words'];

export const camel = (id: string): string => id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

export function whyIn(id: string, { word }: Labels): string {
  return WHYS.includes(id) ? word(`report.why.${camel(id)}`) : id;
}

export function complaintIn(id: string, { word }: Labels): string {
  return COMPLAINTS.includes(id) ? word(`report.complaint.${camel(id)}`) : id;
}
