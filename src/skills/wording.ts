/** Words shared by the skills: links, evidence in words, lists. Everything said comes from flows/ and knowledge/. Pure. */

import type { Contribution } from '../diagnosis/explain.js';
import { joined, sentence } from '../dialogue/interpreter.js';
import type { Link, Reply, ReplyOption } from '../dialogue/reply.js';
import type { Turn } from '../dialogue/world.js';
import type { Question, Source } from '../knowledge/schema.js';
import { CHARGED, UNKNOWN } from '../knowledge/schema.js';

/** A link to a knowledge page. */
export function pageLink(turn: Turn, path: string, title: string): Link {
  return { title, url: `${turn.world.publicUrl}${path}` };
}

/** Sources that may be shown as links: official and vendor ones that have an address. */
export function sourceLinks(turn: Turn, ids: readonly string[]): Link[] {
  return ids
    .map((id) => turn.world.knowledge.sources.get(id))
    .filter((source): source is Source & { url: string } => source?.url !== undefined)
    .filter((source) => source.grade === 'official' || source.grade === 'vendor')
    .map((source) => ({ title: source.title, url: source.url }));
}

/** How an answer is cited, or '' if it tells nothing. */
export function because(turn: Turn, question: string, option: string): string {
  return turn.world.knowledge.questions.get(question)?.because[option] ?? '';
}

/** What this turn's words already answered, cited. `except`: the question they were an answer to. */
export function heardNow(turn: Turn, except?: string): string {
  const { answers } = turn.session.case;
  const looksUp = turn.session.case.money === 'in-doubt' && turn.session.lookUp === 'none';
  const cited = (turn.understanding?.evidence ?? [])
    .filter(({ question }) => question !== except)
    // The look-up that comes next says itself that money may have moved.
    .filter(({ question }) => question !== CHARGED || !looksUp)
    // Not everything heard is taken: during a look-up the customer's word settles nothing.
    .filter(({ question, option }) =>
      answers.some((answer) => answer.question === question && answer.option === option),
    )
    .map(({ question, option }) => because(turn, question, option));
  return joined(turn, [...new Set(cited)], 'clauses');
}

/** The options of a knowledge question, 不清楚 last. */
export function questionOptions(turn: Turn, question: Question): ReplyOption[] {
  const known = question.options.map(({ id, label }) => ({ id, label }));
  return [...known, { id: UNKNOWN, label: sentence(turn, 'unknown', {}, 'repair') }];
}

/** A reply that puts a knowledge question. */
export function questionReply(turn: Turn, question: Question, text: string): Reply {
  return { type: 'question', text, options: questionOptions(turn, question), links: [], question: question.id };
}

/** A percentage without false precision: whole, never 0 or 100. */
export function percent(p: number): number {
  return Math.min(99, Math.max(1, Math.round(p * 100)));
}

/** Reasons in words, heaviest first: answers as they are cited, codes, the user's own words. What can't be said briefly is left out. */
export function citations(turn: Turn, reasons: readonly Contribution[]): string[] {
  const cited = reasons.map(({ item }) => {
    switch (item.kind) {
      case 'answer':
        return because(turn, item.question, item.option);
      case 'code':
        return sentence(turn, 'because-code', { code: item.code }, 'triage');
      case 'sign':
        return sentence(turn, 'because-sign', { words: turn.session.signs[item.fault] ?? '' }, 'triage');
      default:
        return '';
    }
  });
  return [...new Set(cited.filter((text) => text !== ''))];
}
