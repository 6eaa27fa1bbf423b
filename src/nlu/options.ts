/** Reads a short utterance as the answer to the question on the table. */
import type { Lexicon, Question } from '../knowledge/schema.js';
import { indexWords, wordAt } from './words.js';

/** Longer utterances say more than the name of an option. */
const SHORT = 16;
/** A way of saying it that is one character long (有, 是) is looked for only in so short an utterance. */
const TINY = 4;

/** Visible characters only: what two ways of writing have in common. */
export function bareText(text: string): string {
  return text.replace(/[\p{P}\p{S}\s]/gu, '');
}

interface Form {
  form: string;
  option: string;
}

/**
 * Makes the function that chooses an option's id, or null. An exact match with a label or a way of saying it comes first, then
 * one that is contained; the longest wins, then the last. 「有」 is not contained in 「没有」: what a negation stands before is
 * another answer.
 */
export function createOptions(
  questions: ReadonlyMap<string, Question>,
  lexicon: Pick<Lexicon, 'negations' | 'fillers' | 'questionWords'>,
  normalise: (text: string) => string,
): (question: string, text: string) => string | null {
  const negations = lexicon.negations.map(normalise);
  const fillers = indexWords(lexicon.fillers.map((word) => [normalise(word), word]));
  const forms = new Map<string, Form[]>();
  for (const question of questions.values()) {
    forms.set(
      question.id,
      question.options.flatMap((option) =>
        [option.label, ...option.said].map((said) => ({ form: essence(normalise(said)), option: option.id })),
      ),
    );
  }

  /** Without marks and fillers, unless nothing else is there. */
  function essence(text: string): string {
    const bare = bareText(text);
    let out = '';
    for (let at = 0; at < bare.length; ) {
      const filler = wordAt(fillers, bare, at);
      if (filler === undefined) out += bare[at++];
      else at += filler.word.length;
    }
    return out === '' ? bare : out;
  }

  const denied = (text: string, at: number): boolean => negations.some((word) => text.slice(0, at).endsWith(word));

  return (question, text) => {
    const said = essence(text);
    const known = forms.get(question);
    if (known === undefined || said === '' || said.length > SHORT) return null;
    const exact = known.find(({ form }) => form === said);
    if (exact !== undefined) return exact.option;
    // 「扣了吗」 asks what 「扣了」 would answer.
    if (text.endsWith('?') || lexicon.questionWords.some((word) => said.includes(word))) return null;
    let best: { option: string; length: number; at: number } | null = null;
    for (const { form, option } of known) {
      if (form === '' || (form.length === 1 && said.length > TINY)) continue;
      const at = said.lastIndexOf(form);
      if (at < 0 || denied(said, at)) continue;
      if (best === null || form.length > best.length || (form.length === best.length && at > best.at))
        best = { option, length: form.length, at };
    }
    return best?.option ?? null;
  };
}
