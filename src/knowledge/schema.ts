/**
 * What a knowledge file may contain. One zod schema a file kind; `load.ts` turns a complaint into file, line and column.
 * Texts are zh-CN and shown to users as they stand; ids are ASCII kebab-case and stable (conversations store them).
 */
import type { z } from 'zod';
import type { CAUSES, GRADES, INTENTS, payMethod } from './schema-base.js';
import type * as domain from './schema-domain.js';
import type * as drill from './schema-drill.js';
import type * as duty from './schema-duty.js';
import type * as language from './schema-language.js';
import type * as plan from './schema-plan.js';
import type * as team from './schema-team.js';

export * from './schema-base.js';
export * from './schema-domain.js';
export * from './schema-drill.js';
export * from './schema-duty.js';
export * from './schema-language.js';
export * from './schema-plan.js';
export * from './schema-team.js';

export type Cause = (typeof CAUSES)[number];
export type Intent = (typeof INTENTS)[number];
export type Grade = (typeof GRADES)[number];
export type PayMethod = z.infer<typeof payMethod>;
export type Source = z.infer<typeof domain.sourceSchema>;
export type Step = z.infer<typeof domain.stepSchema>;
export type Fix = z.infer<typeof domain.fixSchema>;
export type Fault = z.infer<typeof domain.faultSchema>;
export type CauseEntry = z.infer<typeof domain.causeSchema>;
export type Option = z.infer<typeof domain.optionSchema>;
export type Question = z.infer<typeof domain.questionSchema>;
export type CodeEntry = z.infer<typeof domain.codeSchema>;
export type CodeSystem = z.infer<typeof domain.codeSystemSchema>;
export type Contact = z.infer<typeof domain.contactSchema>;
export type DoNotUse = z.infer<typeof domain.doNotUseSchema>;
export type Scenario = z.infer<typeof domain.scenarioSchema>;
export type Prevention = z.infer<typeof domain.preventionSchema>;
export type Topic = z.infer<typeof domain.topicSchema>;
export type PlanRole = z.infer<typeof plan.planRoleSchema>;
export type PlanStep = z.infer<typeof plan.planStepSchema>;
export type Situation = z.infer<typeof plan.situationSchema>;
export type DrillAct = z.infer<typeof drill.drillActSchema>;
export type DrillEvent = z.infer<typeof drill.drillEventSchema>;
export type Drill = z.infer<typeof drill.drillSchema>;
export type DrillTeam = z.infer<typeof team.drillTeamSchema>;
export type DrillRole = (typeof drill.DRILL_ROLES)[number];
export type Costs = z.infer<typeof domain.costsSchema>;
export type Likelihoods = z.infer<typeof domain.likelihoodsSchema>;
export type RealUtterance = z.infer<typeof language.realUtteranceSchema>;
export type Lexicon = z.infer<typeof language.lexiconSchema>;
export type EvidenceRule = z.infer<typeof language.evidenceRuleSchema>;
export type Severity = (typeof duty.SEVERITIES)[number];
export type Person = z.infer<typeof duty.personSchema>;
export type Shift = z.infer<typeof duty.shiftSchema>;
export type Organization = z.infer<typeof language.organizationSchema>;

/** A phrase with everything it may stand for, from whatever file it came. */
export interface Phrase {
  text: string;
  intent: Intent;
  also: Intent[];
}

/** The whole knowledge base, loaded, merged with an overlay and cross-referenced. Immutable by convention. */
export interface Knowledge {
  /** Changes with any content; 16 hex digits. */
  version: string;
  sources: ReadonlyMap<string, Source>;
  causes: ReadonlyMap<Cause, CauseEntry>;
  /** Fault id → fault with its cause, in file order. */
  faults: ReadonlyMap<string, Fault & { cause: Cause }>;
  /** Fix id → fix with the fault it belongs to. */
  fixes: ReadonlyMap<string, Fix & { fault: string }>;
  questions: ReadonlyMap<string, Question>;
  systems: ReadonlyMap<string, CodeSystem>;
  /** Code as written in upper case → every reading. */
  codes: ReadonlyMap<string, readonly CodeReading[]>;
  contacts: ReadonlyMap<string, Contact>;
  doNotUse: readonly DoNotUse[];
  scenarios: ReadonlyMap<string, Scenario>;
  prevention: readonly Prevention[];
  topics: ReadonlyMap<string, Topic>;
  /** The emergency plan, in file order. */
  planRoles: ReadonlyMap<string, PlanRole>;
  situations: ReadonlyMap<string, Situation>;
  /** What a trainee can do, in file order. */
  drillActs: ReadonlyMap<string, DrillAct>;
  drills: ReadonlyMap<string, Drill>;
  costs: Costs;
  likelihoods: Likelihoods;
  phrases: readonly Phrase[];
  realUtterances: readonly RealUtterance[];
  lexicon: Lexicon;
  evidence: readonly EvidenceRule[];
  organization: Organization;
  ui: Readonly<Record<string, string>>;
}

/** A code in one system. */
export interface CodeReading extends CodeEntry {
  system: string;
}
