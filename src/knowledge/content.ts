/** Knowledge as it was written: every entry with its place, our layer and an operator's overlay merged. Pure. */
import type { Doc, Path } from './document.js';
import type { LintWords } from './rules.js';
import type {
  CauseEntry,
  CodeReading,
  CodeSystem,
  Contact,
  Costs,
  DoNotUse,
  Drill,
  DrillAct,
  EvidenceRule,
  Fault,
  Lexicon,
  Likelihoods,
  Organization,
  Phrase,
  PlanRole,
  Prevention,
  Question,
  RealUtterance,
  Scenario,
  Situation,
  Source,
  Topic,
} from './schema.js';

/** A value and where it was written. */
export interface Entry<T> {
  value: T;
  doc: Doc;
  path: Path;
  /** True if it comes from an operator's overlay. */
  overlaid: boolean;
}

/** A file that holds one thing; later layers override earlier ones, key by key. */
export interface Single<T> {
  value: T;
  /** Each layer as written, ours first. */
  layers: readonly Entry<Partial<T>>[];
}

export type LocatedFault = Entry<Fault & { cause: CauseEntry['id'] }>;

interface Lists {
  sources: Entry<Source>[];
  causes: Entry<CauseEntry>[];
  faults: LocatedFault[];
  questions: Entry<Question>[];
  systems: Entry<CodeSystem>[];
  codes: Entry<CodeReading>[];
  contacts: Entry<Contact>[];
  doNotUse: Entry<DoNotUse>[];
  scenarios: Entry<Scenario>[];
  prevention: Entry<Prevention>[];
  topics: Entry<Topic>[];
  planRoles: Entry<PlanRole>[];
  situations: Entry<Situation>[];
  drillActs: Entry<DrillAct>[];
  drills: Entry<Drill>[];
  phrases: Entry<Phrase>[];
  realUtterances: Entry<RealUtterance>[];
  evidence: Entry<EvidenceRule>[];
}

interface Singles {
  costs: Costs;
  likelihoods: Likelihoods;
  lexicon: Lexicon;
  organization: Organization;
  words: LintWords;
  ui: Record<string, string>;
}
export type SingleName = keyof Singles;

/** What one folder holds. A single that the folder lacks is absent. */
export interface Layer extends Lists {
  docs: Doc[];
  singles: { [K in SingleName]?: Entry<Partial<Singles[K]>> };
}

/** All layers together. */
export interface Content extends Lists {
  docs: Doc[];
  singles: { [K in SingleName]: Single<Singles[K]> };
}

export function emptyLayer(): Layer {
  return {
    docs: [],
    sources: [],
    causes: [],
    faults: [],
    questions: [],
    systems: [],
    codes: [],
    contacts: [],
    doNotUse: [],
    scenarios: [],
    prevention: [],
    topics: [],
    planRoles: [],
    situations: [],
    drillActs: [],
    drills: [],
    phrases: [],
    realUtterances: [],
    evidence: [],
    singles: {},
  };
}

/** How a code is told from others: its system and its spelling in upper case. */
export const codeKey = (code: { system: string; code: string }): string => `${code.system} ${code.code.toUpperCase()}`;

/**
 * The overlay on top of the base: an entry with a known id takes that entry's place, a new one is appended; new phrases,
 * real utterances, evidence and numbers not to use are added; singles are overridden key by key, lexicon maps merged.
 * @throws {TypeError} if the base lacks a single; the loader has complained about that before
 */
export function mergeLayers(base: Layer, overlay: Layer = emptyLayer()): Content {
  const id = (value: { id: string }): string => value.id;
  const phraseKey = ({ value }: Entry<Phrase>): string => `${value.intent} ${value.text}`;
  const ours = new Set(base.phrases.map(phraseKey));
  return {
    docs: [...base.docs, ...overlay.docs],
    sources: override(base.sources, overlay.sources, id),
    causes: override(base.causes, overlay.causes, id),
    faults: override(base.faults, overlay.faults, id),
    questions: override(base.questions, overlay.questions, id),
    systems: override(base.systems, overlay.systems, id),
    codes: override(base.codes, overlay.codes, codeKey),
    contacts: override(base.contacts, overlay.contacts, id),
    doNotUse: [...base.doNotUse, ...overlay.doNotUse],
    scenarios: override(base.scenarios, overlay.scenarios, id),
    prevention: override(base.prevention, overlay.prevention, id),
    topics: override(base.topics, overlay.topics, id),
    planRoles: override(base.planRoles, overlay.planRoles, id),
    situations: override(base.situations, overlay.situations, id),
    drillActs: override(base.drillActs, overlay.drillActs, id),
    drills: override(base.drills, overlay.drills, id),
    phrases: [...base.phrases, ...overlay.phrases.filter((entry) => !ours.has(phraseKey(entry)))],
    realUtterances: [...base.realUtterances, ...overlay.realUtterances],
    evidence: [...base.evidence, ...overlay.evidence],
    singles: {
      costs: single(base.singles.costs, overlay.singles.costs, shallow),
      likelihoods: single(base.singles.likelihoods, overlay.singles.likelihoods, shallow),
      lexicon: single(base.singles.lexicon, overlay.singles.lexicon, deep),
      organization: single(base.singles.organization, overlay.singles.organization, shallow),
      words: single(base.singles.words, overlay.singles.words, deep),
      ui: single(base.singles.ui, overlay.singles.ui, shallow),
    },
  };
}

function override<T>(base: readonly Entry<T>[], overlay: readonly Entry<T>[], key: (value: T) => string): Entry<T>[] {
  const merged = new Map(base.map((entry) => [key(entry.value), entry]));
  for (const entry of overlay) merged.set(key(entry.value), entry);
  return [...merged.values()];
}

function single<T extends object>(
  base: Entry<Partial<T>> | undefined,
  overlay: Entry<Partial<T>> | undefined,
  merge: (below: T, above: Partial<T>) => T,
): Single<T> {
  if (!base) throw new TypeError('a base layer without one of its singles must not be merged');
  // A base single has passed the full schema, so nothing is missing in it.
  const whole = base.value as T;
  return overlay ? { value: merge(whole, overlay.value), layers: [base, overlay] } : { value: whole, layers: [base] };
}

const shallow = <T extends object>(below: T, above: Partial<T>): T => ({ ...below, ...above });

/** Lists are joined without repeats, maps key by key. */
function deep<T extends object>(below: T, above: Partial<T>): T {
  const merged: Record<string, unknown> = Object.fromEntries(Object.entries(below));
  for (const [key, value] of Object.entries(above)) merged[key] = join(merged[key], value);
  return merged as T;
}

function join(below: unknown, above: unknown): unknown {
  if (Array.isArray(below) && Array.isArray(above)) return [...new Set([...below, ...above])];
  if (typeof below === 'object' && below !== null && typeof above === 'object' && above !== null)
    return deep(below, above as Partial<typeof below>);
  return above;
}
