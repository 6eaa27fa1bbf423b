/** Finds the option that a short utterance chooses: its number, its label, its id, or one of the ways it is said. Pure. */

import { syllable } from '../text/pinyin.js';
import type { FlowOption } from './flow.js';
import type { ReplyOption } from './reply.js';

type Choice = ReplyOption & { said?: readonly string[] };

/** Nothing but ideographs: as most answers are, there is nothing to drop. */
const PLAIN = /^[\u4e00-\u9fa5]*$/;

const CIRCLED = /[①-⑨]/u;

/**
 * What two ways of writing have in common: width, case, spaces, punctuation and sentence-final particles are dropped.
 * `particles` are single characters (of the lexicon's fillers) that carry nothing at the end of an answer.
 */
export function essence(text: string, particles: readonly string[] = []): string {
  let bare = PLAIN.test(text)
    ? text
    : text
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
 * The option that the whole utterance names: by number, id, label or one of its sayings.
 *
 * @param ordinals words for first, second … as {@link essence} leaves them, in order.
 */
export function namedOption(
  utterance: string,
  options: readonly Choice[],
  ordinals: readonly (readonly string[])[],
  particles: readonly string[],
): string | undefined {
  const index = ordinalOf(utterance, ordinals);
  if (index !== undefined && index < options.length) return options[index]?.id;
  const said = essence(utterance, particles);
  if (said === '') return undefined;
  return options.find((option) => option.id === said || formsOf(option, particles).includes(said))?.id;
}

/** What turns a saying round, standing right before it (「没解决」, 「怎么解决」) or right after it (「解决不了」). */
export interface Turned {
  before: RegExp;
  after: RegExp;
}

function holds(said: string, form: string, { before, after }: Turned): boolean {
  for (let at = said.indexOf(form); at >= 0; at = said.indexOf(form, at + 1))
    if (!before.test(said.slice(0, at)) && !after.test(said.slice(at + form.length))) return true;
  return false;
}

/**
 * The option one of whose sayings is contained in a short utterance, if that holds for one option only. The longest saying wins
 * inside another (「没扣款」 contains 「扣款」).
 */
export function mentionedOption(
  utterance: string,
  options: readonly Choice[],
  particles: readonly string[],
  turned: Turned,
): string | undefined {
  const said = essence(utterance, particles);
  // A long sentence says more than one option's name; the classifier reads it better.
  if (said.length > LONGEST_ANSWER) return undefined;
  const hits = options.flatMap((option) =>
    formsOf(option, particles)
      .filter((form) => form.length >= 2 && holds(said, form, turned))
      .map((form) => ({ id: option.id, form })),
  );
  const longest = hits.filter((hit) => !hits.some((other) => other.form !== hit.form && other.form.includes(hit.form)));
  const ids = new Set(longest.map((hit) => hit.id));
  return ids.size === 1 ? longest[0]?.id : undefined;
}

/** Syllables from which sounding alike is no accident. */
const SPOKEN = 3;

/** The option one of whose sayings sounds like the whole utterance: voice input writes 「没口款」 for 「没扣款」. */
export function soundingOption(
  utterance: string,
  options: readonly Choice[],
  particles: readonly string[],
): string | undefined {
  const said = soundOf(essence(utterance, particles));
  if (said.length < SPOKEN) return undefined;
  const alike = (form: string) => form.length === said.length && soundOf(form).every((one, at) => one === said[at]);
  return options.find((option) => formsOf(option, particles).some(alike))?.id;
}

function soundOf(text: string): number[] {
  return text.split('').map((unit) => syllable(unit.charCodeAt(0)) || -unit.charCodeAt(0));
}

/** How alike two short texts are from which they count as the same answer, and how far the next option must be behind. */
const ALIKE = 0.5;
const APART = 0.15;

/** The option whose way of saying it is most like a short utterance, if no other comes near. Both must negate, or neither. */
export function resemblingOption(
  utterance: string,
  options: readonly Choice[],
  particles: readonly string[],
  negations: readonly string[],
  turned: Turned,
): string | undefined {
  const said = essence(utterance, particles);
  if (said.length < 3 || said.length > LONGEST_ANSWER) return undefined;
  const negates = (text: string) => negations.some((word) => text.includes(word));
  const ranked = options
    .map((option) => {
      const forms = formsOf(option, particles).filter(
        (form) => negates(form) === negates(said) && (!said.includes(form) || holds(said, form, turned)),
      );
      return { id: option.id, alike: Math.max(0, ...forms.map((form) => likeness(form, said))) };
    })
    .sort((a, b) => b.alike - a.alike);
  const [first, second] = ranked;
  if (!first || first.alike < ALIKE || first.alike - (second?.alike ?? 0) < APART) return undefined;
  return first.id;
}

/** Dice coefficient of character pairs, 0 … 1 (Dice 1945). */
function likeness(a: string, b: string): number {
  const left = pairsOf(a);
  const right = pairsOf(b);
  const size = left.size + right.size;
  if (size === 0) return 0;
  let shared = 0;
  for (const pair of left) if (right.has(pair)) shared += 1;
  return (2 * shared) / size;
}

function pairsOf(text: string): Set<string> {
  const pairs = new Set<string>();
  for (let at = 1; at < text.length; at += 1) pairs.add(text.slice(at - 1, at + 1));
  return pairs;
}

/** Essences of what content says, by the particles they were made with: content is replaced, never changed, so each is made once. */
const essences = new WeakMap<readonly string[], Map<string, string>>();

/** {@link essence} of a form that stands in flows/ or knowledge/. Not for what users write: that would grow without bound. */
export function formEssence(form: string, particles: readonly string[]): string {
  let known = essences.get(particles);
  if (!known) {
    known = new Map();
    essences.set(particles, known);
  }
  let made = known.get(form);
  if (made === undefined) {
    made = essence(form, particles);
    known.set(form, made);
  }
  return made;
}

/** Characters of an answer in which a saying may be looked for. */
const LONGEST_ANSWER = 14;

function formsOf(option: Choice, particles: readonly string[]): string[] {
  const forms: string[] = [];
  for (const form of [option.label, ...(option.said ?? [])]) {
    const made = formEssence(form, particles);
    if (made !== '') forms.push(made);
  }
  return forms;
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
