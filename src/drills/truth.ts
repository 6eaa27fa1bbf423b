/** What is so in a drill, whoever looks: what each check shows, what cures. Pure. */
import type { Case } from '../diagnosis/case.js';
import type { Model } from '../diagnosis/model.js';
import type { DrillRun, Standing } from '../dialogue/drill-state.js';
import { CHARGED, type Drill, type DrillAct, type Knowledge, OTHER } from '../knowledge/schema.js';
import { randomFrom, weighted } from '../simulate/random.js';

export interface DrillWorld {
  knowledge: Knowledge;
  model: Model;
}

/**
 * The option that a check shows: as the scenario writes it, else drawn from P(option | fault) by the run's seed. The same
 * question shows the same, however often it is asked. `charged` is what the customer says, which follows from the money.
 */
export function shownBy(question: string, drill: Drill, seed: number, { model }: DrillWorld): string | undefined {
  const written = drill.shows[question]?.option;
  if (written !== undefined) return written;
  if (question === CHARGED) return drill.money === 'failed' ? 'no' : 'yes';
  if (question === 'pay-method') return drill.pay;
  const asked = model.questionById.get(question);
  const fault = model.faultIndex.get(drill.fault);
  if (!asked || fault === undefined) return undefined;
  const weights = asked.options.map((_, option) => asked.p[option * model.faults.length + fault] ?? 0);
  return asked.options[weighted(weights, randomFrom(seedOf(seed, question)))];
}

/** Id of the cause that the hidden fault belongs to. */
export function causeOf({ fault }: Drill, { knowledge }: Pick<DrillWorld, 'knowledge'>): string {
  return knowledge.faults.get(fault)?.cause ?? OTHER;
}

/** A seed of its own for each question, so that the order of asking changes nothing (FNV-1a). */
function seedOf(seed: number, name: string): number {
  let hash = (2166136261 ^ seed) >>> 0;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 16777619) >>> 0;
  return hash;
}

/** What all the entries of a run come to. */
export function standingOf(
  run: Pick<DrillRun, 'entries'>,
  drill: Drill,
  { knowledge }: Pick<DrillWorld, 'knowledge'>,
): Standing {
  const standing: Standing & { acts: Set<string> } = {
    money: 'unknown',
    breach: undefined,
    cured: false,
    escalated: false,
    settled: false,
    acts: new Set(),
  };
  run.entries.forEach(({ done }, entry) => {
    for (const { act: id } of done) {
      const act = knowledge.drillActs.get(id);
      if (!act) continue;
      standing.acts.add(id);
      const blind = act.charges && standing.money !== 'failed';
      if (act.forfeits || blind) standing.breach ??= { entry, act: id };
      take(standing, act, drill, blind);
    }
  });
  return standing;
}

/** `blind`: it takes money that is not known to have failed, so nobody can tell what came of it. */
function take(standing: Standing, act: DrillAct, drill: Drill, blind: boolean): void {
  if (act.id === 'look-up') standing.money = drill.money;
  if (act.call !== undefined && drill.call.includes(act.call)) standing.escalated = true;
  if (drill.cures.includes(act.id) && !blind) standing.cured = true;
  const known = standing.money;
  if (act.charges) {
    // It went through: this sale is over. Else whether the new attempt was charged is open again.
    if (standing.cured && known === 'failed') {
      standing.money = 'paid';
      standing.settled = true;
    } else standing.money = 'unknown';
  }
  if (act.id === 'inform' && (known === 'paid' || known === 'processing')) standing.settled = true;
  if (act.id === 'backup' && known === 'failed') standing.settled = true;
}

/** The case as an answer after the other makes it: what a check shows is evidence, as in any other case. */
export function withFound(known: Case, question: string, option: string): Case {
  if (question === CHARGED) return known;
  return {
    ...known,
    asked: [...known.asked, question],
    answers: [...known.answers.filter((one) => one.question !== question), { question, option, from: 'answer' }],
  };
}
