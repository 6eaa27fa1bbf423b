/** What a debrief calls things: from the knowledge base of today, or by their ids where it has them no more. Pure. */
import { askedBy } from '../drills/asked-by.js';
import type { Curve } from '../drills/curve.js';
import type { CurveWords } from '../drills/curve-svg.js';
import type { DrillRecord } from '../drills/record.js';
import { OTHER } from '../knowledge/schema.js';
import type { Site } from './site.js';

export interface DebriefWords extends Site {
  /** A sentence of flows/drill.yaml; '' if there is none. */
  say(key: string, values?: Readonly<Record<string, string | number>>): string;
  /** Public URL, without a slash at its end. */
  home: string;
}

/** How many causes are named at each moment. */
const NAMED = 2;

/** Minutes and seconds of the drill. */
export function clockOf(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Id of the cause of the hidden fault. */
export function truthOf({ fault }: Pick<DrillRecord, 'fault'>, { knowledge }: Site): string {
  return knowledge.faults.get(fault)?.cause ?? OTHER;
}

export function causeName(id: string, { knowledge, word }: Site): string {
  return (
    [...knowledge.causes].find(([cause]) => cause === id)?.[1].label ?? (id === OTHER ? word('debrief.other') : id)
  );
}

export function actName(id: string, { knowledge }: Site): string {
  return knowledge.drillActs.get(id)?.label ?? id;
}

/** The act with which the trainee asked it, else the one that would. */
export function questionName(question: string, run: Pick<DrillRecord, 'entries'>, { knowledge }: Site): string {
  const act = askedBy(question, run, knowledge);
  return act?.label ?? knowledge.questions.get(question)?.ask ?? question;
}

export function answerName(question: string, option: string, { knowledge }: Site): string {
  const asked = knowledge.questions.get(question);
  return asked?.because[option] ?? asked?.options.find(({ id }) => id === option)?.label ?? option;
}

/** All that the picture shows, in words: what lies where, and the likeliest causes after each question. */
export function curveInWords(curve: Curve, record: Pick<DrillRecord, 'entries'>, words: DebriefWords): string {
  const { word } = words;
  const comma = word('debrief.comma');
  const names = curve.causes.map((id, index) => {
    const cause = causeName(id, words);
    return index === 0 ? word('debrief.curve.truth', { cause }) : cause;
  });
  const lines = curve.steps.map(({ at, question, p }) => {
    const likely = p
      .map((share, index) => ({ share, cause: causeName(curve.causes[index] ?? '', words) }))
      .sort((a, b) => b.share - a.share)
      .slice(0, NAMED);
    const shares = likely
      .map(({ share, cause }) => word('debrief.curve.share', { cause, percent: Math.round(share * 100) }))
      .join(comma);
    return question === undefined
      ? word('debrief.curve.start', { shares })
      : word('debrief.curve.after', { time: clockOf(at), what: questionName(question, record, words), shares });
  });
  return [word('debrief.curve.order', { causes: names.join(comma) }), ...lines].join('\n');
}

/** For the SVG. */
export function curveWords(curve: Curve, record: Pick<DrillRecord, 'entries'>, words: DebriefWords): CurveWords {
  const { word } = words;
  return {
    title: word('debrief.curve.title'),
    description: curveInWords(curve, record, words),
    time: word('debrief.curve.time'),
    belief: word('debrief.curve.belief'),
    cause: (id) => causeName(id, words),
    mark: (kind) => word(`debrief.mark.${kind}`),
  };
}
