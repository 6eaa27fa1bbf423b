/** Finds the phone number asked for: verified ones only. Pure. */

import { flowOf, prompt, say, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions } from '../dialogue/options.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { pathTo } from '../knowledge/paths.js';
import { type Contact, UNKNOWN } from '../knowledge/schema.js';
import { contactFor, contactLine, dialLinks, insteadLine, insteadOf, prepareLine, roleLine } from './contact-choice.js';
import { pageLink } from './wording.js';

const SKILL = 'contacts';
/** Entities of the sentence that name an organisation with a number, the most specific first. */
const NAMED = ['acquirer', 'bank', 'channel'] as const;

/** The organisations this sentence names. */
function namedContacts(turn: Turn): Contact[] {
  const { contacts } = turn.world.knowledge;
  const entities = turn.understanding?.entities ?? [];
  const ids = NAMED.flatMap((type) => entities.filter((entity) => entity.type === type).map(({ value }) => value));
  const words = turn.understanding?.normalized ?? turn.words ?? '';
  const byName = [...contacts.values()].filter(({ name, aliases }) =>
    [name, ...aliases].some((form) => words.includes(form)),
  );
  const found = [...ids.map((id) => contacts.get(id)), ...byName].filter((contact) => contact !== undefined);
  return [...new Map(found.map((contact) => [contact.id, contact])).values()].slice(0, 3);
}

function findContact(turn: Turn): string {
  const named = namedContacts(turn);
  // Asked which number, somebody who tells of the failure wants that mended.
  if (named.length === 0 && turn.signal.name === 'told' && turn.understanding?.intents[0]?.id !== 'contacts')
    return 'told';
  if (named.length === 0) {
    const kinds = asReplyOptions(flowOf(turn, SKILL).states['asking-which']?.options ?? []);
    const options = [...kinds, { id: UNKNOWN, label: sentence(turn, 'unknown', {}, 'repair') }];
    prompt(turn, {
      type: 'question',
      text: sentence(turn, 'which', {}, SKILL),
      options,
      links: [],
      question: 'contact-kind',
    });
    return 'which';
  }
  give(
    turn,
    named.map((contact) => contactLine(turn, contact)),
    named,
  );
  return 'found';
}

function giveKind(turn: Turn): string {
  // 「工商银行的电话」 chooses the bank and names it too.
  if (namedContacts(turn).length > 0) return findContact(turn);
  // Who does not know whom to call is best served by whoever installed the terminal.
  const { option = UNKNOWN } = turn.signal;
  const role = (option === UNKNOWN ? 'acquirer' : option) as Contact['kind'];
  const all = [...turn.world.knowledge.contacts.values()].filter(({ kind }) => kind === role);
  const several = role === 'carrier' || role === 'regulator';
  const lines = several ? all.map((contact) => contactLine(turn, contact)) : [roleLine(turn, role)];
  give(turn, lines, several ? all : [contactFor(turn, role)]);
  return 'found';
}

function give(turn: Turn, lines: readonly string[], asked: readonly (Contact | undefined)[]): void {
  const instead = insteadOf(turn, asked);
  const substitute = instead === undefined ? undefined : contactFor(turn, instead);
  const contacts = substitute === undefined ? asked : [...asked, substitute];
  const text = [
    ...lines,
    insteadLine(turn, instead),
    // For the call that can be made now.
    prepareLine(turn, substitute === undefined ? asked : [substitute]),
    sentence(turn, 'keep-private', {}, SKILL),
  ].filter((line) => line !== '');
  const link = pageLink(turn, pathTo.contacts(), sentence(turn, 'contacts-link', {}, SKILL));
  say(turn, text.join('\n'), 'contact', [...dialLinks(turn, contacts), link]);
  turn.session.numberGiven = turn.session.turns;
  turn.happenings.push({ type: 'contact', data: { given: contacts.map((contact) => contact?.id ?? null) } });
}

/** Skipped: whatever was interrupted goes on; with nothing beneath, something is said all the same. */
function nothing(turn: Turn): string {
  if (turn.session.frames.length === 1) say(turn, sentence(turn, 'skipped', {}, SKILL));
  return 'found';
}

export const contacts: Skill = {
  id: SKILL,
  verbs: { 'find-contact': findContact, 'give-kind': giveKind, nothing },
};
