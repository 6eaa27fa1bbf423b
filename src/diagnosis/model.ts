/** The knowledge compiled for arithmetic: typed arrays over faults, made once a content version. Immutable by convention. */
import { CAUSES, CHARGED, type Knowledge, OTHER } from '../knowledge/schema.js';
import {
  type CodeSpec,
  type CostSpec,
  type FixSpec,
  type ModelSpec,
  type QuestionSpec,
  specOf,
  type Weights,
} from './spec.js';

/**
 * No likelihood is below this: no single piece of evidence, however wrong the author's number, may rule a fault out for
 * good. For the same reason no fix works with a probability above 1 − LEAST.
 */
export const LEAST = 1e-4;

export interface QuestionModel {
  readonly id: string;
  readonly options: readonly string[];
  /** P(option | fault) at `option * faults + fault`; a fault's column sums to 1. */
  readonly p: Float64Array;
  /** The natural logarithm of `p`. */
  readonly logP: Float64Array;
  /** H(option | fault) in bits, by fault. */
  readonly entropy: Float64Array;
  /** Minutes. */
  readonly cost: number;
  readonly charges: boolean;
  readonly requires: readonly { question: string; options: readonly string[] }[];
  /** False if every fault answers alike, so that asking tells nothing. */
  readonly informative: boolean;
}

export interface FixModel {
  readonly id: string;
  /** Minutes. */
  readonly cost: number;
  readonly charges: 'none' | 'some' | 'all';
  /** Indices of the faults that it can cure … */
  readonly at: Int32Array;
  /** … and P(works | that fault), beside each. */
  readonly success: Float64Array;
}

/** Who cures what: the entries of fix (or fault) i are at `start[i]` up to `start[i + 1]`. */
export interface Cures {
  /** Minutes, by fix. */
  readonly cost: Float64Array;
  /** By fix: 1 if some step charges. */
  readonly charges: Uint8Array;
  readonly byFix: CureList;
  readonly byFault: CureList;
}

export interface CureList {
  readonly start: Int32Array;
  /** The fault that is cured, or the fix that cures. */
  readonly at: Int32Array;
  /** P(works | fault). */
  readonly success: Float64Array;
}

export interface Model {
  /** Fault ids; every array over faults is in this order. */
  readonly faults: readonly string[];
  readonly faultIndex: ReadonlyMap<string, number>;
  /** Cause ids, in the order of CAUSES, then any others, `other` last. */
  readonly causes: readonly string[];
  /** Index into `causes`, by fault. */
  readonly causeOf: Int32Array;
  /** ln P(fault), by fault. */
  readonly logPrior: Float64Array;
  /** Scenario id → ln of the factor on the prior, by fault. */
  readonly scenarios: ReadonlyMap<string, Float64Array>;
  readonly questions: readonly QuestionModel[];
  readonly questionById: ReadonlyMap<string, QuestionModel>;
  readonly fixes: readonly FixModel[];
  readonly fixById: ReadonlyMap<string, FixModel>;
  /** The same fixes as flat arrays, by fix and by fault, for the loop that everything else waits for. */
  readonly cures: Cures;
  /** Code → system → P(code | fault), by fault. */
  readonly codes: ReadonlyMap<string, ReadonlyMap<string, Float64Array>>;
  /** Minutes that asking `charged` costs, or null if the model has no such question. */
  readonly chargedCost: number | null;
  readonly costs: CostSpec;
  readonly textTrust: number;
  /** ln of the factor for a sign. */
  readonly logSign: number;
}

/** Compiles the knowledge base. Pure; a few milliseconds. */
export function createModel(knowledge: Knowledge): Model {
  return modelFrom(specOf(knowledge));
}

/**
 * Compiles a plain description: fixtures, random and perturbed models. Priors and rows are normalised; ids that name no
 * fault or question are ignored, since an operator's overlay may have taken them out.
 * @throws {RangeError} if there is no fault, an id occurs twice, or a cost or prior is not a positive number.
 */
export function modelFrom(spec: ModelSpec): Model {
  const faults = unique(
    spec.faults.map((fault) => fault.id),
    'fault',
  );
  if (faults.length === 0) throw new RangeError('a model needs a fault');
  const faultIndex = indexOf(faults);
  const known = [...CAUSES, ...spec.faults.map((fault) => fault.cause)].filter((cause) => cause !== OTHER);
  const causes = [...new Set(known), OTHER].filter((cause) => spec.faults.some((fault) => fault.cause === cause));
  const causeOf = Int32Array.from(spec.faults, (fault) => causes.indexOf(fault.cause));
  const total = spec.faults.reduce((sum, fault) => sum + positive(fault.prior, fault.id), 0);
  const questions = spec.questions.map((question) => compileQuestion(question, spec));
  const fixes = spec.fixes.map((fix) => compileFix(fix, faultIndex));
  unique(
    questions.map((question) => question.id),
    'question',
  );
  unique(
    fixes.map((fix) => fix.id),
    'fix',
  );
  positive(spec.costs.humanCall, 'humanCall');
  const scenarios = Object.entries(spec.scenarios ?? {}).map(
    ([id, factors]) => [id, logFactors(spec.faults, (name) => factors[name])] as const,
  );
  return {
    faults,
    faultIndex,
    causes,
    causeOf,
    logPrior: Float64Array.from(spec.faults, (fault) => Math.log(fault.prior / total)),
    scenarios: new Map(scenarios),
    questions,
    questionById: new Map(questions.map((question) => [question.id, question])),
    fixes,
    fixById: new Map(fixes.map((fix) => [fix.id, fix])),
    cures: compileCures(faults, fixes),
    codes: compileCodes(spec.codes ?? [], faults),
    chargedCost: questions.find((question) => question.id === CHARGED)?.cost ?? null,
    costs: spec.costs,
    textTrust: spec.textTrust ?? 1,
    logSign: Math.log(positive(spec.sign ?? 1, 'sign')),
  };
}

/** ln of a factor a fault; `of` is asked for the fault first, then for its cause. Nonsense counts as 1. */
export function logFactors(
  faults: readonly { id: string; cause: string }[],
  of: (id: string) => number | undefined,
): Float64Array {
  return Float64Array.from(faults, ({ id, cause }) => {
    const factor = of(id) ?? of(cause) ?? 1;
    return factor > 0 && Number.isFinite(factor) ? Math.log(factor) : 0;
  });
}

function compileQuestion(question: QuestionSpec, spec: ModelSpec): QuestionModel {
  const { options } = question;
  const size = spec.faults.length;
  const p = new Float64Array(options.length * size);
  const entropy = new Float64Array(size);
  let informative = false;
  spec.faults.forEach(({ id, cause }, fault) => {
    const row = question.byFault?.[id] ?? question.byCause?.[cause] ?? question.byCause?.[OTHER] ?? null;
    const column = distribution(row, options, spec.answerNoise ?? 0);
    column.forEach((value, option) => {
      p[option * size + fault] = value;
      informative ||= Math.abs(value - (p[option * size] ?? 0)) > 1e-12;
    });
    entropy[fault] = -column.reduce((sum, value) => sum + value * Math.log2(value), 0);
  });
  return {
    id: question.id,
    options,
    p,
    logP: p.map(Math.log),
    entropy,
    cost: positive(question.cost, question.id),
    charges: question.charges ?? false,
    requires: Object.entries(question.requires ?? {}).map(([id, accepted]) => ({ question: id, options: accepted })),
    informative,
  };
}

/** A row over exactly these options, mixed with `noise` of an even one: none below LEAST, sum 1; even where nothing is known. */
function distribution(row: Weights | null, options: readonly string[], noise: number): number[] {
  const raw = options.map((option) => Math.max(0, row?.[option] ?? 0));
  const sum = raw.reduce((left, right) => left + right, 0);
  if (!(sum > 0 && Number.isFinite(sum))) return options.map(() => 1 / options.length);
  const kept = raw.map((value) => floored((1 - noise) * (value / sum) + noise / options.length));
  const total = kept.reduce((left, right) => left + right, 0);
  return kept.map((value) => value / total);
}

/** Not below LEAST; what is not a number counts as that, too. */
const floored = (value: number): number => (value > LEAST ? value : LEAST);

function compileFix(fix: FixSpec, faultIndex: ReadonlyMap<string, number>): FixModel {
  const cures = Object.entries(fix.success).flatMap(([id, success]) => {
    const fault = faultIndex.get(id);
    return fault !== undefined && success > 0 ? [{ fault, success: Math.min(success, 1 - LEAST) }] : [];
  });
  return {
    id: fix.id,
    cost: positive(fix.cost, fix.id),
    charges: fix.charges ?? 'none',
    at: Int32Array.from(cures, (cure) => cure.fault),
    success: Float64Array.from(cures, (cure) => cure.success),
  };
}

function compileCures(faults: readonly string[], fixes: readonly FixModel[]): Cures {
  const pairs = fixes.map((fix) => [...fix.at].map((at, index) => ({ at, success: fix.success[index] as number })));
  const mirrored = faults.map((_, fault) =>
    pairs.flatMap((cures, at) => cures.filter((cure) => cure.at === fault).map(({ success }) => ({ at, success }))),
  );
  return {
    cost: Float64Array.from(fixes, (fix) => fix.cost),
    charges: Uint8Array.from(fixes, (fix) => (fix.charges === 'none' ? 0 : 1)),
    byFix: cureList(pairs),
    byFault: cureList(mirrored),
  };
}

function cureList(lists: readonly (readonly { at: number; success: number }[])[]): CureList {
  const flat = lists.flat();
  let end = 0;
  return {
    start: Int32Array.of(0, ...lists.map(({ length }) => (end += length))),
    at: Int32Array.from(flat, (cure) => cure.at),
    success: Float64Array.from(flat, (cure) => cure.success),
  };
}

function compileCodes(codes: readonly CodeSpec[], faults: readonly string[]): Map<string, Map<string, Float64Array>> {
  const compiled = new Map<string, Map<string, Float64Array>>();
  for (const { code, system, byFault, rest } of codes) {
    const systems = compiled.get(code) ?? new Map<string, Float64Array>();
    systems.set(
      system,
      Float64Array.from(faults, (fault) => floored(byFault[fault] ?? rest)),
    );
    compiled.set(code, systems);
  }
  return compiled;
}

const indexOf = (ids: readonly string[]): Map<string, number> => new Map(ids.map((id, index) => [id, index]));

function unique(ids: readonly string[], what: string): readonly string[] {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new RangeError(`${what} ${twice} occurs twice`);
  return ids;
}

function positive(value: number, what: string): number {
  if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`${what}: ${value} is not a positive number`);
  return value;
}
