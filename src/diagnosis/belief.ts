/** From a case to a distribution over faults: prior times likelihoods, in log space. Pure; about ten microseconds. */
import { CAUSES, CHARGED } from '../knowledge/schema.js';
import type { Answer, Belief, Case } from './case.js';
import { LEAST, logFactors, type Model } from './model.js';

/** Fault or cause id → factor on its prior while an incident is open (1 = none); the fault's own wins over its cause's. */
export type Incidents = ReadonlyMap<string, number>;

/**
 * P(fault | everything in the case), single fault assumed, and the same summed by cause. Both maps are in the model's
 * order and sum to 1 within 1e-9; no entry is 0 or NaN. The order in which evidence came in does not matter, with one
 * exception that is meant: of two answers to one question, or two sightings of one code, the later replaces the earlier.
 *
 * - Prior × scenario × incidents: those of the case unless others are given.
 * - Text: (p(cause | text) ÷ 1/5) ^ share, spread to the cause's faults; see `logText`.
 * - Signs: × sign for each found; if several texts repeat the signs of a fault, the text with most of them counts.
 * - Code: × the mean of P(code | fault) over the readings still possible. A code or system not known tells nothing.
 * - Answers: × P(option | fault). `unknown`, `charged` and options that no longer exist tell nothing.
 * - Failed fixes: × (1 − P(fix works | fault)), each fix once.
 */
export function believe(model: Model, known: Case, incidents?: Incidents): Belief {
  return beliefOf(model, posterior(model, known, incidents));
}

/** Sums a distribution over faults (fault id → p) by cause, in the model's order of causes. */
export function causeBelief(model: Model, faults: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const sums = new Float64Array(model.causes.length);
  model.faults.forEach((id, fault) => {
    const cause = model.causeOf[fault] as number;
    sums[cause] = (sums[cause] as number) + (faults.get(id) ?? 0);
  });
  return asCauses(model, sums);
}

function asCauses(model: Model, sums: Float64Array): ReadonlyMap<string, number> {
  return new Map(model.causes.map((id, cause) => [id, sums[cause] as number]));
}

/** The belief's numbers in the model's order; faults that it does not name have 0. */
export function massOf(model: Model, belief: Belief): Float64Array {
  return Float64Array.from(model.faults, (id) => belief.faults.get(id) ?? 0);
}

/** The other way: wraps a distribution over the model's faults. */
export function beliefOf(model: Model, mass: Float64Array): Belief {
  const faults = new Map<string, number>();
  const sums = new Float64Array(model.causes.length);
  // Loops, here and below: a turn asks for the belief several times.
  for (let fault = 0; fault < mass.length; fault += 1) {
    const cause = model.causeOf[fault] as number;
    faults.set(model.faults[fault] as string, mass[fault] as number);
    sums[cause] = (sums[cause] as number) + (mass[fault] as number);
  }
  return { faults, causes: asCauses(model, sums) };
}

/** Those that the case was last thought about with. */
export function incidentsIn({ incidents }: Case): Incidents | undefined {
  return incidents && new Map(Object.entries(incidents));
}

/** As `believe`, as a plain array in the model's order. */
export function posterior(
  model: Model,
  known: Case,
  incidents: Incidents | undefined = incidentsIn(known),
): Float64Array {
  const log = new Float64Array(model.logPrior);
  const scenario = known.scenario === null ? undefined : model.scenarios.get(known.scenario);
  if (scenario) add(log, scenario);
  if (incidents && incidents.size > 0) {
    const ids = model.faults.map((id, fault) => ({ id, cause: model.causes[model.causeOf[fault] as number] ?? '' }));
    add(
      log,
      logFactors(ids, (id) => incidents.get(id)),
    );
  }
  addText(model, known.texts, log);
  addSigns(model, known.texts, log);
  for (const { code, systems } of latest(known.codes, (seen) => seen.code.toUpperCase()).values())
    addCode(model, code.toUpperCase(), systems, log);
  for (const answer of latestAnswers(known).values()) addAnswer(model, answer, log);
  for (const id of new Set(known.failedFixes)) {
    const fix = model.fixById.get(id);
    fix?.at.forEach((fault, index) => {
      log[fault] = (log[fault] as number) + Math.log1p(-(fix.success[index] as number));
    });
  }
  return normalised(log);
}

/** Question id → the answer that counts. */
export function latestAnswers(known: Case): Map<string, Answer> {
  return latest(known.answers, (answer) => answer.question);
}

function latest<T>(items: readonly T[], key: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [key(item), item]));
}

function addAnswer(model: Model, { question: id, option }: Answer, log: Float64Array): void {
  const question = id === CHARGED ? undefined : model.questionById.get(id);
  const index = question?.options.indexOf(option) ?? -1;
  if (!question || index < 0) return;
  const size = log.length;
  add(log, question.logP.subarray(index * size, (index + 1) * size));
}

function addCode(model: Model, code: string, systems: readonly string[], log: Float64Array): void {
  const readings = [...new Set(systems)].flatMap((system) => model.codes.get(code)?.get(system) ?? []);
  if (readings.length === 0) return;
  log.forEach((value, fault) => {
    const sum = readings.reduce((total, reading) => total + (reading[fault] as number), 0);
    log[fault] = value + Math.log(sum / readings.length);
  });
}

function addSigns(model: Model, texts: Case['texts'], log: Float64Array): void {
  const most = new Map<string, number>();
  for (const { signs } of texts) {
    const here = new Map<string, number>();
    for (const fault of signs) here.set(fault, (here.get(fault) ?? 0) + 1);
    for (const [fault, count] of here) most.set(fault, Math.max(count, most.get(fault) ?? 0));
  }
  for (const [id, count] of most) {
    const fault = model.faultIndex.get(id);
    if (fault !== undefined) log[fault] = (log[fault] as number) + count * model.logSign;
  }
}

function addText(model: Model, texts: Case['texts'], log: Float64Array): void {
  const factor = logText(texts, model.textTrust);
  if (!factor) return;
  const byCause = model.causes.map((cause) => factor.byCause.get(cause) ?? factor.neutral);
  for (let fault = 0; fault < log.length; fault += 1)
    log[fault] = (log[fault] as number) + (byCause[model.causeOf[fault] as number] ?? 0);
}

/**
 * What all sentences together say of each cause, as ln of a likelihood ratio.
 *
 * The classifier's p(cause | text) was learnt with causes about equally frequent, so p ÷ 1/5 is proportional to
 * P(text | cause). Sentences of one person are far from independent: their exponents share `trust`, each in proportion to
 * how much it says (Kullback-Leibler divergence from uniform). So repeating a sentence changes nothing, and a sentence
 * that says nothing (the bare error message) does not dilute one that does.
 *
 * A fault that the knowledge does not describe speaks like the average merchant: its factor is the mean of the causes'
 * factors, which is 1 at full trust (P(text | other) = Σ P(text | cause) ÷ 5). Null if no sentence says anything.
 */
function logText(
  texts: Case['texts'],
  trust: number,
): { byCause: ReadonlyMap<string, number>; neutral: number } | null {
  const sentences = texts.map(({ causes }) => {
    const floored = CAUSES.map((cause) => (causes[cause] > LEAST ? causes[cause] : LEAST));
    const sum = floored.reduce((left, right) => left + right, 0);
    const ratios = floored.map((p) => Math.log((p / sum) * CAUSES.length));
    const says = ratios.reduce((total, ratio, index) => total + ((floored[index] as number) / sum) * ratio, 0);
    return { ratios, says: Math.max(0, says) };
  });
  const total = sentences.reduce((sum, { says }) => sum + says, 0);
  if (!(total > 1e-12)) return null;
  const logs = CAUSES.map((_, cause) =>
    sentences.reduce((sum, { ratios, says }) => sum + trust * (says / total) * (ratios[cause] as number), 0),
  );
  const mean = logs.reduce((sum, log) => sum + Math.exp(log), 0) / logs.length;
  return { byCause: new Map(CAUSES.map((cause, index) => [cause, logs[index] as number])), neutral: Math.log(mean) };
}

function add(log: Float64Array, more: Float64Array): void {
  for (let fault = 0; fault < log.length; fault += 1) log[fault] = (log[fault] as number) + (more[fault] as number);
}

/** exp and scale, largest first so that nothing overflows; what would underflow stays a (tiny) positive number. */
function normalised(log: Float64Array): Float64Array {
  let top = -Infinity;
  for (let fault = 0; fault < log.length; fault += 1) top = Math.max(top, log[fault] as number);
  const mass = new Float64Array(log.length);
  let sum = 0;
  for (let fault = 0; fault < log.length; fault += 1) {
    const one = Math.exp(Math.max((log[fault] as number) - top, -700));
    mass[fault] = one;
    sum += one;
  }
  for (let fault = 0; fault < mass.length; fault += 1) mass[fault] = (mass[fault] as number) / sum;
  return mass;
}
