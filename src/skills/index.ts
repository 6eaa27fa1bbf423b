/** The skills, by id: the twins of the files in flows/. */
import type { Skill } from '../dialogue/world.js';
import { alerts } from './alerts.js';
import { codeLookup } from './code-lookup.js';
import { contacts } from './contacts.js';
import { drill } from './drill.js';
import { emergencyPlan } from './emergency-plan.js';
import { handoff } from './handoff.js';
import { rating } from './rating.js';
import { repair } from './repair.js';
import { smallTalk } from './small-talk.js';
import { topics } from './topics.js';
import { triage } from './triage.js';

export const SKILLS: ReadonlyMap<string, Skill> = new Map(
  [triage, codeLookup, contacts, handoff, smallTalk, topics, alerts, rating, emergencyPlan, drill, repair].map(
    (skill) => [skill.id, skill],
  ),
);
