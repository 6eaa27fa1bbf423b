/** Closed cases as the journal holds them, from this version or an older one: which of them can be learnt from. Pure. */
import { z } from 'zod';
import type { Model } from '../diagnosis/model.js';
import { CAUSES, CHARGED, UNKNOWN } from '../knowledge/schema.js';
import { addCase, type Counts, noCounts, type Solved } from './counts.js';

const share = z.number().min(0).max(1);
const caseSchema = z.object({
  scenario: z.enum(['daily', 'promotion', 'cross-region']).nullable().catch(null),
  texts: z.array(z.object({ causes: z.record(z.enum(CAUSES), share), signs: z.array(z.string()) })),
  codes: z.array(z.object({ code: z.string(), systems: z.array(z.string()) })),
  answers: z.array(z.object({ question: z.string(), option: z.string(), from: z.enum(['answer', 'utterance']) })),
  asked: z.array(z.string()),
  failedFixes: z.array(z.string()),
  money: z.enum(['unknown', 'in-doubt', 'failed', 'paid']),
  /** Fault or cause ids that open incidents made likelier. */
  incidents: z.record(z.string(), z.number()).optional().catch(undefined),
});
const closedSchema = z.object({
  /** Counts the cases of a conversation. */
  case: z.number(),
  outcome: z.string(),
  fix: z.string().nullish(),
  fault: z.string().nullish(),
  known: caseSchema,
});
interface Closed extends z.infer<typeof closedSchema> {
  /** The merchant was told of an incident, and did not say that it is something else. */
  toldOfIncident: boolean;
  /** Said afterwards: it is not fixed. */
  notFixed?: true;
}
/** A step of a case by which something is known of how it ended. */
const stepSchema = z.object({ case: z.number(), step: z.string().optional(), why: z.string().optional() });

/** An event of the journal, as far as it matters here. */
export interface Happening {
  conversation: string;
  type: string;
  data: unknown;
}

/** What came by, and what could not be used. */
export interface Tally {
  /** All events, of whatever type. */
  events: number;
  /** Cases counted. */
  cases: number;
  /** Of them those that a human solved, who does not say what it was; the others are labelled by the fix that ended them. */
  byHuman: number;
  /** Closed cases that do not count, by outcome: cancelled, found paid, left, solved by a human unless asked for; of an incident, not fixed after all. */
  unused: Map<string, number>;
  /** Closed cases that are not in the form of one. */
  malformed: number;
  /** Closed cases whose fix or fault the content no longer has. */
  outdated: number;
  /** Single answers and failed fixes of counted cases that the content no longer has. */
  outdatedParts: number;
}

/** Conversations remembered that were told of an incident. */
const TOLD = 20_000;
/** The complaint that takes the solution back (flows/rating.yaml). */
const NOT_FIXED = 'not-fixed';
/** Closings held back, in case the same case is closed once more. */
const HELD = 2000;
const BY_HUMAN = 'resolved-by-human';
const INCIDENT = 'incident';
/** An outcome that says how it ended; the others only that nobody went on. */
const SETTLED = new Set(['resolved', BY_HUMAN, 'paid']);
/** Different outcomes told apart; a journal that holds more was not written by us. */
const MOST_OUTCOMES = 20;

/**
 * Takes events in and counts the cases that a fix ended, and if asked for those that a human solved. A case that was closed,
 * taken up again and closed anew counts once, as it ended at last. Memory is bounded, however long the journal.
 */
export class Learner {
  readonly counts: Counts;
  readonly tally: Tally = {
    events: 0,
    cases: 0,
    byHuman: 0,
    unused: new Map(),
    malformed: 0,
    outdated: 0,
    outdatedParts: 0,
  };
  /** Conversation → its latest closing; oldest first. */
  readonly #held = new Map<string, Closed>();
  /** Conversation → the case in which it was told of an incident; oldest first. */
  readonly #told = new Map<string, number>();

  /**
   * @param model of the authored numbers, by which cases are shared among faults
   * @param withHuman counts what a human solved as well, shared by the belief alone: less is learnt of such a case, but without
   *   them what no fix cures looks rare, and fixes as if they seldom failed (docs/diagnosis.md)
   */
  constructor(
    private readonly model: Model,
    private readonly withHuman = true,
  ) {
    this.counts = noCounts(model);
  }

  take({ conversation, type, data }: Happening): void {
    this.tally.events += 1;
    if (type === 'incident' || type === 'satisfaction-why') this.#step(conversation, type, data);
    if (type !== 'closed') return;
    const parsed = closedSchema.safeParse(data);
    if (!parsed.success) {
      this.tally.malformed += 1;
      return;
    }
    const closed = { ...parsed.data, toldOfIncident: this.#told.get(conversation) === parsed.data.case };
    const before = this.#held.get(conversation);
    if (before?.case === closed.case && SETTLED.has(before.outcome) && !SETTLED.has(closed.outcome)) return;
    if (before && before.case !== closed.case) this.#count(before);
    this.#held.delete(conversation);
    this.#held.set(conversation, closed);
    const oldest = overflow(this.#held, HELD);
    if (oldest) this.#count(oldest);
  }

  #step(conversation: string, type: string, data: unknown): void {
    const parsed = stepSchema.safeParse(data);
    if (!parsed.success) return;
    const { case: number, step, why } = parsed.data;
    const held = this.#held.get(conversation);
    if (type === 'satisfaction-why') {
      if (held?.case === number && why === NOT_FIXED) held.notFixed = true;
      return;
    }
    if (step !== 'told' && step !== 'denied') return;
    this.#told.delete(conversation);
    if (step === 'told') this.#told.set(conversation, number);
    overflow(this.#told, TOLD);
  }

  /** No more will come. */
  finish(): void {
    for (const closed of this.#held.values()) this.#count(closed);
    this.#held.clear();
  }

  #count(closed: Closed): void {
    const { tally, model } = this;
    const { outcome, fix, fault, known: all } = closed;
    const { incidents: _, ...known } = all;
    const byHuman = outcome === BY_HUMAN && this.withHuman;
    const without = this.#uselessFor(closed);
    if (without !== undefined) {
      const told = tally.unused.has(without) || tally.unused.size < MOST_OUTCOMES ? without : 'other';
      tally.unused.set(told, (tally.unused.get(told) ?? 0) + 1);
      return;
    }
    const goneFault = fault && !model.faultIndex.has(fault);
    const solved: Solved = { fix: byHuman ? null : (fix ?? null), known };
    if (goneFault || !addCase(this.counts, model, solved)) {
      tally.outdated += 1;
      return;
    }
    tally.cases += 1;
    tally.byHuman += Number(byHuman);
    tally.outdatedParts += known.failedFixes.filter((id) => !model.fixById.has(id)).length;
    tally.outdatedParts += known.answers.filter(
      ({ question, option }) =>
        question !== CHARGED && option !== UNKNOWN && !model.questionById.get(question)?.options.includes(option),
    ).length;
  }
  /** Why nothing is learnt of a case; undefined: it counts. */
  #uselessFor(closed: Closed): string | undefined {
    const { outcome, fix } = closed;
    const byHuman = outcome === BY_HUMAN && this.withHuman;
    if (!byHuman && outcome !== 'resolved') return outcome.slice(0, 40);
    if (closed.notFixed) return NOT_FIXED;
    if (this.#isOfIncident(closed)) return INCIDENT;
    return byHuman || fix ? undefined : 'resolved without a fix';
  }

  /**
   * What an incident caused says nothing of how often shops have it, nor what cures it: when it is over everything seems to. Of what
   * fell within an incident a case is of use only where a fix of something else ended it.
   */
  #isOfIncident({ toldOfIncident, fault, known: { incidents = {} } }: Closed): boolean {
    if (toldOfIncident) return true;
    const meant = Object.keys(incidents).filter((id) => (incidents[id] ?? 1) > 1);
    if (meant.length === 0) return false;
    const { faultIndex, causes, causeOf } = this.model;
    const at = fault ? faultIndex.get(fault) : undefined;
    if (!fault || at === undefined) return true;
    return meant.includes(fault) || meant.includes(causes[causeOf[at] ?? -1] ?? '');
  }
}

/** Lets go of the oldest beyond a bound. */
function overflow<T>(map: Map<string, T>, most: number): T | undefined {
  if (map.size <= most) return undefined;
  for (const [oldest, value] of map) {
    map.delete(oldest);
    return value;
  }
  return undefined;
}
