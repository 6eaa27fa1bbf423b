/** What merchants write first: real sentences, read as the dialogue reads them by an understanding that never saw them. Pure. */

import type { Case } from '../diagnosis/case.js';
import { absorb, needsLookUp, readingsOf } from '../dialogue/absorb.js';
import { newSession } from '../dialogue/session.js';
import type { Turn, World } from '../dialogue/world.js';
import { CAUSES, type Cause, type Knowledge } from '../knowledge/schema.js';
import { createNlu, learn, lessonReader } from '../nlu/understand.js';
import type { Openings } from './yardsticks.js';

export interface Opening {
  text: string;
  /** Ids of the causes that whoever says it may have. */
  causes: readonly string[];
  /** Ids of the faults that whoever says it may have; null: any fault of its causes. */
  faults: readonly string[] | null;
  /** What the dialogue makes of it. */
  known: Case;
  /** The fault that its words or codes name, as a person would hear it. */
  heard: string | null;
  /** The cause that the sentence leans towards most, with P(cause | sentence); null if it says nothing. */
  lean: { cause: string; p: number } | null;
}

/** Understandings trained, each without a share of the real sentences. */
const FOLDS = 5;

/**
 * Reads every real sentence about one of the five causes. Sentences of one page are read by an understanding that saw none of
 * that page: errors of understanding count as they would for a stranger's sentence. Takes `FOLDS` trainings, and yields after
 * each: how many are done, of how many.
 */
export function* readOpenings(world: World, labels: Openings): Generator<{ done: number; of: number }, Opening[]> {
  const { knowledge } = world;
  const isCause = (id: string): id is Cause => (CAUSES as readonly string[]).includes(id);
  const rows = knowledge.realUtterances.filter(({ intent }) => isCause(intent));
  const byText = new Map(labels.map(({ text, faults }) => [text, faults]));
  const pages = [...new Set(knowledge.realUtterances.map(({ source, text }) => source ?? text))];
  const foldOf = (row: { source?: string | undefined; text: string }) => pages.indexOf(row.source ?? row.text) % FOLDS;
  const inputOf = lessonReader(knowledge);
  const openings: Opening[] = [];
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const seen = { ...knowledge, realUtterances: knowledge.realUtterances.filter((row) => foldOf(row) !== fold) };
    const nlu = createNlu(seen, learn(seen, inputOf));
    const strange: World = { ...world, nlu };
    const unseen = rows.filter((row) => foldOf(row) === fold);
    openings.push(
      ...unseen.map(({ text, intent, also }) => ({
        text,
        causes: [intent, ...also].filter(isCause),
        faults: byText.get(text) ?? null,
        ...evidenceOf(strange, text),
      })),
    );
    yield { done: fold + 1, of: FOLDS };
  }
  return openings;
}

/** Takes a sentence in as the dialogue does at the start of a case. */
export function evidenceOf(world: World, text: string): Pick<Opening, 'known' | 'heard' | 'lean'> {
  const session = newSession();
  const turn: Turn = {
    world,
    session,
    at: 0,
    words: text,
    understanding: world.nlu.understand(text),
    signal: { name: 'told' },
    corrected: new Map(),
    absorbed: false,
    rated: false,
    replies: [],
    briefing: '',
    happenings: [],
    letters: [],
    visited: [],
  };
  absorb(turn);
  if (needsLookUp(turn)) session.case.money = 'in-doubt';
  const { case: known } = session;
  const [top] = CAUSES.map((cause) => ({ cause, p: known.texts.at(-1)?.causes[cause] ?? 0 })).sort((a, b) => b.p - a.p);
  return { known, heard: heardFault(turn, world.knowledge), lean: top && top.p > 0 ? top : null };
}

/** The fault that most words name, else the one that a code names if its readings agree on the cause. */
function heardFault(turn: Turn, knowledge: Knowledge): string | null {
  const { texts, codes } = turn.session.case;
  const counts = new Map<string, number>();
  for (const fault of texts.flatMap(({ signs }) => signs)) counts.set(fault, (counts.get(fault) ?? 0) + 1);
  const [named] = [...counts].sort((a, b) => b[1] - a[1]);
  if (named) return named[0];
  for (const { code, systems } of codes) {
    const readings = readingsOf(turn, code, systems);
    const causes = new Set(readings.map(({ cause }) => cause));
    const fault = readings.flatMap(({ faults }) => faults).find((id) => knowledge.faults.has(id));
    if (causes.size === 1 && fault !== undefined) return fault;
  }
  return null;
}
