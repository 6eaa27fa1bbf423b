/** A merchant who takes a cause back: 「断网了」 and then 「不对，网是好的」, or names it only to clear it. Pure. */
import { OTHER, type Question } from '../knowledge/schema.js';
import type { Understanding } from '../nlu/understanding.js';
import type { Turn } from './world.js';

/**
 * P(option | cause) ÷ the mean of the other causes' from which an answer speaks for that cause before all others; the inverse speaks
 * against it.
 */
const SPEAKS_FOR = 3;

/**
 * Drops what was heard before and speaks for a cause that this turn rules out: descriptions, signs of its faults, and answers read
 * from sentences. An answer given to its question stays: that was looked at, not guessed.
 */
export function dropDenied(turn: Turn): void {
  const { session, understanding, world } = turn;
  const denied: ReadonlySet<string> = new Set(understanding?.denied ?? []);
  if (denied.size === 0) return;
  const { case: current } = session;
  const isDenied = (fault: string): boolean => denied.has(world.knowledge.faults.get(fault)?.cause ?? '');
  current.texts = current.texts
    .filter(({ causes }) => !denied.has(likeliest(causes)))
    .map((text) => ({ ...text, signs: text.signs.filter((fault) => !isDenied(fault)) }));
  session.signs = Object.fromEntries(Object.entries(session.signs).filter(([fault]) => !isDenied(fault)));
  current.answers = current.answers.filter(({ question, option, from }) => {
    const cause = from === 'utterance' ? spokenFor(world.knowledge.questions.get(question), option) : undefined;
    return cause === undefined || !denied.has(cause);
  });
}

function likeliest(causes: Readonly<Record<string, number>>): string {
  return Object.entries(causes).reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0] as [string, number])[0];
}

/** The cause that an answer speaks for before all others; undefined if there is none. */
function spokenFor(question: Question | undefined, option: string): string | undefined {
  const rows = Object.entries(question?.likelihood ?? {}).filter(([cause]) => cause !== OTHER);
  const p = rows.map(([cause, row]) => ({ cause, p: row?.[option] ?? 0 })).sort((a, b) => b.p - a.p);
  const [first, ...others] = p;
  if (first === undefined || others.length === 0) return undefined;
  const mean = others.reduce((sum, one) => sum + one.p, 0) / others.length;
  return first.p >= SPEAKS_FOR * mean ? first.cause : undefined;
}

/** 「换了 wifi 还是一样」: the words are those of a cause, and an answer among them speaks against it. */
export function clearsWhatItNames({ causes, evidence }: Understanding, turn: Turn): boolean {
  const named = causes[0]?.id;
  return evidence.some(({ question, option }) => {
    const rows = Object.entries(turn.world.knowledge.questions.get(question)?.likelihood ?? {});
    const others = rows.filter(([cause]) => cause !== OTHER && cause !== named).map(([, row]) => row?.[option] ?? 0);
    const p = rows.find(([cause]) => cause === named)?.[1]?.[option];
    const mean = others.reduce((sum, one) => sum + one, 0) / others.length;
    return p !== undefined && p * SPEAKS_FOR <= mean;
  });
}
