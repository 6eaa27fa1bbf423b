/** The shipped understanding measured on labelled utterances, as `eval --data` reads them. Pure. */
import { CAUSES, INTENTS, type Intent } from '../knowledge/schema.js';
import type { Nlu } from '../nlu/understanding.js';
import { calibrationError, type Forecast, share } from './metrics.js';
import type { RowKind } from './rows.js';

/** An utterance with every intent that counts as right. */
export interface Utterance {
  text: string;
  /** Of the first label: several if the label covers them. */
  first: readonly Intent[];
  /** Of all labels, the first one included; a set for each label. */
  labels: readonly (readonly Intent[])[];
  kind: string;
}

const OUT: Intent = 'out-of-scope';
/** Labels that are no intent's own id or cover more than that one. */
const WIDER: Readonly<Record<string, readonly Intent[]>> = { agent: ['agent', 'contacts'], oos: [OUT] };

/** The intents that a label stands for, or none if it is no label. */
export function intentsOf(label: unknown): readonly Intent[] {
  if (typeof label !== 'string') return [];
  return WIDER[label] ?? INTENTS.filter((intent) => intent === label);
}

const shown = (label: unknown): string => JSON.stringify(label)?.slice(0, 40) ?? 'nothing';

/** Rows as {"text","cause","also":[],"kind"?}; `intent` may stand for `cause`. */
export const UTTERANCE_ROWS: RowKind<Utterance> = {
  parse(value, text) {
    const cause = value.cause ?? value.intent;
    const first = intentsOf(cause);
    if (first.length === 0) return `has the unknown label ${shown(cause)}`;
    const also = value.also ?? [];
    if (!Array.isArray(also)) return 'has an "also" that is no list';
    const others = also.map((label: unknown) => ({ label, intents: intentsOf(label) }));
    const strange = others.find(({ intents }) => intents.length === 0);
    if (strange !== undefined) return `has the unknown label ${shown(strange.label)}`;
    return {
      text,
      first,
      labels: [first, ...others.map(({ intents }) => intents)],
      kind: typeof value.kind === 'string' ? value.kind : '',
    };
  },
  label: ({ first }) => first.join(),
  part: () => '',
};

/** Shares 0 … 1; null: no row to measure it on. */
export interface UtteranceResult {
  /** The likeliest intent, or one of the two likeliest, is among the row's labels. */
  anyTop1: number | null;
  anyTop2: number | null;
  /** The likeliest intent is the row's first label. */
  single: number | null;
  /** `anyTop1` over posts of real people. */
  realPeople: number | null;
  ece: number | null;
  n: number;
  nRealPeople: number;
}

const REAL_PEOPLE = new Set(['user_post', 'news_quote']);
/** Labels whose probabilities are checked. */
const CHECKED: readonly Intent[] = [...CAUSES, OUT];

/** What the understanding said of an utterance, as far as it is measured. */
export interface Judged {
  anyTop1: boolean;
  anyTop2: boolean;
  single: boolean;
  /** One for each of the five causes and out-of-scope: a row's target is spread evenly over its labels. */
  forecasts: Forecast[];
  told: Intent;
  p: number;
}

/** Measures one utterance. */
export function judge(nlu: Nlu, { text, first, labels }: Utterance): Judged {
  const { intents } = nlu.understand(text);
  const [top, second] = intents;
  const right = (intent: Intent | undefined): boolean =>
    intent !== undefined && labels.some((label) => label.includes(intent));
  const told = top?.id ?? OUT;
  return {
    anyTop1: right(told),
    anyTop2: right(told) || right(second?.id),
    single: first.includes(told),
    forecasts: CHECKED.map((intent) => ({
      p: intents.find(({ id }) => id === intent)?.p ?? 0,
      target: labels.filter((label) => label.includes(intent)).length / labels.length,
    })),
    told,
    p: top?.p ?? 0,
  };
}

/** Sums up what `judge` said of each row. */
export function summarise(rows: readonly Utterance[], judged: readonly Judged[]): UtteranceResult {
  const people = judged.filter((_, i) => REAL_PEOPLE.has(rows[i]?.kind ?? ''));
  return {
    anyTop1: share(judged.map(({ anyTop1 }) => anyTop1)),
    anyTop2: share(judged.map(({ anyTop2 }) => anyTop2)),
    single: share(judged.map(({ single }) => single)),
    realPeople: share(people.map(({ anyTop1 }) => anyTop1)),
    ece: calibrationError(judged.flatMap(({ forecasts }) => forecasts)),
    n: rows.length,
    nRealPeople: people.length,
  };
}
