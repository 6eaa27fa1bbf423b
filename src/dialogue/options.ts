/** Finds the option that a short utterance chooses: its number, its label, its id, or one of the ways it is said. Pure. */
import type { FlowOption } from './flow.js';
import type { ReplyOption } from './reply.js';

type Choice = ReplyOption & { said?: readonly string[] };

const CIRCLED = /[①-⑨]/u;

/**
 * What two ways of writing have in common: width, case, spaces, punctuation and sentence-final particles are dropped.
 * `particles` are single characters (of the lexicon's fillers) that carry nothing at the end of an answer.
 */
export function essence(text: string, particles: readonly string[] = []): string {
  let bare = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{S}\s]/gu, '');
  for (let cut = true; cut; ) {
    const tail = particles.find((particle) => bare.length > particle.length && bare.endsWith(particle));
    cut = tail !== undefined;
    if (tail !== undefined) bare = bare.slice(0, -tail.length);
  }
  return bare;
}

/**
 * The option meant, or undefined. Exact matches first; then an option one of whose sayings is contained, if that holds for
 * one option only — and the longest saying wins inside another (「没扣款」 contains 「扣款」).
 *
 * @param ordinals words for first, second … as {@link essence} leaves them, in order.
 */
export function chooseOption(
  utterance: string,
  options: readonly Choice[],
  ordinals: readonly (readonly string[])[],
  particles: readonly string[],
): string | undefined {
  const index = ordinalOf(utterance, ordinals);
  if (index !== undefined && index < options.length) return options[index]?.id;
  const said = essence(utterance, particles);
  if (said === '') return undefined;
  const forms = options.map((option) => ({
    id: option.id,
    forms: [option.label, ...(option.said ?? [])].map((form) => essence(form, particles)).filter((form) => form !== ''),
  }));
  const exact = forms.find((option) => option.id === said || option.forms.includes(said));
  if (exact) return exact.id;
  // A long sentence says more than one option's name; the classifier reads it better.
  if (said.length > 14) return undefined;
  const hits = forms.flatMap((option) =>
    option.forms.filter((form) => form.length >= 2 && said.includes(form)).map((form) => ({ id: option.id, form })),
  );
  const longest = hits.filter((hit) => !hits.some((other) => other.form !== hit.form && other.form.includes(hit.form)));
  const ids = new Set(longest.map((hit) => hit.id));
  return ids.size === 1 ? longest[0]?.id : undefined;
}

/** The zero-based index that 「2」, 「②」, 「2.」, 「第二个」 name, or undefined. */
function ordinalOf(utterance: string, ordinals: readonly (readonly string[])[]): number | undefined {
  const word = essence(utterance.replace(CIRCLED, (circled) => circled.normalize('NFKC')));
  const found = ordinals.findIndex((forms) => forms.includes(word));
  return found >= 0 ? found : undefined;
}

/** Options of a flow state as a reply carries them. */
export function asReplyOptions(options: readonly FlowOption[]): ReplyOption[] {
  return options.map(({ id, label }) => ({ id, label }));
}
