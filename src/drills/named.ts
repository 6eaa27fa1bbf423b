/**
 * Which cause words name. The true fault counts in any of the words for it: its title, its signs and symptoms in the knowledge base,
 * what the scenario adds. One of the five causes counts by its everyday names (`named-…` of flows/drill.yaml), alone. Pure.
 */
import { regExpOf } from '../dialogue/regexp.js';
import type { CauseEntry, Drill } from '../knowledge/schema.js';
import { bare } from '../text/bare.js';
import { RULES } from './points.js';
import { causeOf, type DrillWorld } from './truth.js';

/** Patterns over normalised words, by name. */
export type Patterns = Readonly<Record<string, readonly string[]>>;

const CLAUSE = /[,.;:!?、。\n]+/;
/** Signs that are patterns of the language's own kind are left to it. */
const PLAIN = /^[^(){}[\]|…?*+^$\\]+$/;
/** Words that only the reading of a screen gives; shorter ones say too little. */
const SHORTEST = 2;

interface Place {
  at: number;
  length: number;
}

/** True if the text says the scenario's own words for the cause, or the fault's title; of what others say, these alone count. */
export function namesFault(text: string, drill: Drill, { knowledge }: DrillWorld): boolean {
  const title = knowledge.faults.get(drill.fault)?.title;
  const said = bare(text);
  return (title !== undefined && said.includes(bare(title))) || drill.cause.some((form) => regExpOf(form).test(said));
}

/** What a review, or anything else that is said, names as the cause. */
export interface Named {
  /** The true fault, or the true one of the five causes and no other. */
  right: boolean;
  /** So many of the five that nothing is named. */
  every: boolean;
}

/**
 * @param text normalised
 * @param signs words of it in which the language sees the fault
 */
export function namedIn(
  text: string,
  drill: Drill,
  signs: readonly string[],
  patterns: Patterns,
  world: DrillWorld,
): Named {
  const truth = causeOf(drill, world);
  const clauses = clausesOf(text, patterns);
  let fault = false;
  const causes = new Set<string>();
  for (const clause of clauses) {
    const { rest, named } = withoutFault(clause, drill, signs, patterns, world);
    fault ||= named;
    for (const cause of world.knowledge.causes.values()) if (namesCause(rest, cause, patterns)) causes.add(cause.id);
  }
  const named = new Set(fault ? [...causes, truth] : causes);
  const only = fault ? named.size < RULES.allCauses : named.size === 1 && named.has(truth);
  return { right: only, every: named.size >= RULES.allCauses };
}

/** The clauses that speak of what was, not of what is to be done from now on. */
function clausesOf(text: string, patterns: Patterns): string[] {
  const says = (key: string, clause: string) => patterns[key]?.some((form) => regExpOf(form).test(clause)) === true;
  let ahead = false;
  return text.split(CLAUSE).flatMap((spaced) => {
    const clause = spaced.replaceAll(' ', '');
    if (says('cause-begins', clause)) ahead = false;
    const cut = ahead ? 0 : cutAt(clause, patterns);
    if (cut !== undefined) ahead = true;
    const kept = cut === undefined ? clause : clause.slice(0, cut);
    return kept === '' ? [] : [kept];
  });
}

/** Where a clause begins to speak of prevention or of who is responsible. */
function cutAt(clause: string, patterns: Patterns): number | undefined {
  const places = (patterns['cause-ends'] ?? []).map((form) => regExpOf(form).exec(clause)?.index);
  const found = places.filter((at) => at !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** The clause without the words that name the fault, so that 「流量卡」 in 「流量卡欠费」 counts for nothing else. */
function withoutFault(
  clause: string,
  drill: Drill,
  signs: readonly string[],
  patterns: Patterns,
  { knowledge }: DrillWorld,
): { rest: string; named: boolean } {
  const fault = knowledge.faults.get(drill.fault);
  const words = [
    fault?.title ?? '',
    ...(fault?.symptoms ?? []),
    ...(fault?.signs ?? []).filter((one) => PLAIN.test(one)),
  ];
  const said = bare(clause);
  const plain = [...words, ...signs].map(bare).filter((one) => one.length >= SHORTEST);
  const places = [
    ...plain.map((one) => ({ at: said.indexOf(one), length: one.length })).filter(({ at }) => at >= 0),
    ...drill.cause.flatMap((form) => {
      const found = regExpOf(form).exec(said);
      return found ? [{ at: found.index, length: found[0].length }] : [];
    }),
  ].filter((place) => !isDenied(said, place, patterns));
  if (places.length === 0) return { rest: said, named: false };
  const rest = [...said].filter((_, index) => !places.some(({ at, length }) => index >= at && index < at + length));
  return { rest: rest.join(''), named: true };
}

function namesCause(said: string, { id, label }: CauseEntry, patterns: Patterns): boolean {
  const at = said.indexOf(bare(label));
  const places = [
    ...(at >= 0 ? [{ at, length: bare(label).length }] : []),
    ...(patterns[`named-${id}`] ?? []).flatMap((form) => {
      const found = regExpOf(form).exec(said);
      return found ? [{ at: found.index, length: found[0].length }] : [];
    }),
  ];
  return places.some((place) => !isDenied(said, place, patterns));
}

/** 「不是网络」, 「网络没问题」. */
function isDenied(said: string, { at, length }: Place, patterns: Patterns): boolean {
  const fits = (key: string, part: string) => patterns[key]?.some((form) => regExpOf(form).test(part)) === true;
  return fits('not-cause-before', said.slice(0, at)) || fits('not-cause-after', said.slice(at + length));
}
