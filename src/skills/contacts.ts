/** Finds the phone number asked for: verified ones only. Pure. */

import { wordList } from '../dialogue/choice.js';
import { flowOf, prompt, say, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions, essence } from '../dialogue/options.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { pathTo } from '../knowledge/paths.js';
import { type Contact, UNKNOWN } from '../knowledge/schema.js';
import type { Entity } from '../nlu/understanding.js';
import {
  contactFor,
  contactLine,
  dialLinks,
  here,
  insteadLine,
  insteadOf,
  ownIsOpen,
  prepareLine,
  roleLine,
} from './contact-choice.js';
import { headOf, nationwide } from './contact-region.js';
import { pageLink } from './wording.js';

const SKILL = 'contacts';
/** Entities of the sentence that name an organisation with a number. */
const NAMED = ['acquirer', 'bank', 'channel'] as const;
/** The most specific first. */
const RANKED: readonly string[] = ['acquirer', 'issuer', 'wechat-pay', 'alipay', 'unionpay', 'carrier'];

/** Organisations given at once at most. */
const MOST_NAMED = 3;

/**
 * The organisations this sentence names, each by the number for the shop's region. Names are taken longest first, so that 「银联商务」
 * names no 「银联」; what two contacts are both called is the earlier one of the file.
 */
function namedContacts(turn: Turn): Contact[] {
  const { contacts } = turn.world.knowledge;
  let left = turn.understanding?.normalized ?? turn.words ?? '';
  const forms = [...contacts.values()].flatMap((contact) =>
    [contact.name, ...contact.aliases].map((form) => ({ form, contact })),
  );
  const taken: { form: string; contact: Contact }[] = [];
  for (const { form, contact } of forms.sort((a, b) => b.form.length - a.form.length)) {
    if (!left.includes(form)) continue;
    left = left.replaceAll(form, ' ');
    taken.push({ form, contact });
  }
  // What was understood besides, misspelt say, unless its words are part of a longer name.
  const { entities = [], text = '' } = turn.understanding ?? {};
  const isPart = ({ start, end, value }: Entity): boolean =>
    taken.some(({ form, contact }) => contact.id !== value && form.includes(text.slice(start, end)));
  const others = NAMED.flatMap((type) => entities.filter((entity) => entity.type === type && !isPart(entity)));
  const named = [...others.map(({ value }) => contacts.get(value)), ...taken.map(({ contact }) => contact)];
  const found = named.filter((one) => one !== undefined);
  const heads = found.map((contact) => headOf(turn, contact)).filter((one) => one !== undefined);
  const rank = ({ kind }: Contact): number => (RANKED.includes(kind) ? RANKED.indexOf(kind) : RANKED.length);
  const unique = [...new Map(heads.map((contact) => [contact.id, contact])).values()];
  return unique
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST_NAMED)
    .map((contact) => here(turn, contact));
}

/** Characters that may stand beside a kind of organisation and the words for a number: 「顾客卡是青岛」. */
const MOST_BESIDE = 6;

/** The kind of organisation whose number is asked for without a name: 「青岛银行的电话」, of which we know none. */
function kindAsked(turn: Turn): string | undefined {
  const { understanding } = turn;
  if (understanding === null || understanding.evidence.length > 0 || understanding.signs.length > 0) return undefined;
  const options = flowOf(turn, SKILL).states['asking-which']?.options ?? [];
  const forms = options.flatMap(({ id, label, said = [] }) => [label, ...said].map((form) => ({ id, form })));
  const whole = essence(understanding.normalized, wordList(turn, 'particles'));
  const [longest] = forms.filter(({ form }) => whole.includes(form)).sort((a, b) => b.form.length - a.form.length);
  if (longest === undefined) return undefined;
  const words = [longest.form, ...wordList(turn, 'number-words')];
  const rest = words.reduce((text, word) => text.replaceAll(word, ''), whole);
  return rest.length <= MOST_BESIDE ? longest.id : undefined;
}

/** An organisation that is named and of which we know no number. */
function unlistedName({ understanding, world: { knowledge } }: Turn): string | undefined {
  const known = understanding?.entities.find(({ type }) => type === 'acquirer' || type === 'bank');
  if (known === undefined || knowledge.contacts.has(known.value)) return undefined;
  const lists = { ...knowledge.lexicon.acquirers, ...knowledge.lexicon.banks };
  return lists[known.value]?.[0];
}

function findContact(turn: Turn): string {
  const named = namedContacts(turn);
  if (named.length > 0) {
    const lines = named.map((contact) => contactLine(turn, contact));
    give(turn, { lines, asked: named, own: false });
    return 'found';
  }
  const unlisted = unlistedName(turn);
  if (unlisted !== undefined) {
    const line = sentence(turn, 'hidden', { name: unlisted }, SKILL);
    give(turn, { lines: [line], asked: [undefined], own: false });
    return 'found';
  }
  // Asked which number, somebody who tells of the failure wants that mended.
  if (turn.signal.name === 'told' && turn.understanding?.intents[0]?.id !== 'contacts') return 'told';
  const asked = kindAsked(turn);
  if (asked !== undefined) {
    giveRole(turn, asked as Contact['kind']);
    return 'found';
  }
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

function giveKind(turn: Turn): string {
  // 「工商银行的电话」 chooses the bank and names it too.
  if (namedContacts(turn).length > 0) return findContact(turn);
  // Who does not know whom to call is best served by whoever installed the terminal.
  const { option = UNKNOWN } = turn.signal;
  giveRole(turn, (option === UNKNOWN ? 'acquirer' : option) as Contact['kind']);
  return 'found';
}

function giveRole(turn: Turn, role: Contact['kind']): void {
  const all = nationwide(turn).filter(({ kind }) => kind === role);
  if (role === 'carrier' || role === 'regulator') {
    const asked = all.map((contact) => here(turn, contact));
    give(turn, { lines: asked.map((contact) => contactLine(turn, contact)), asked, own: false });
    return;
  }
  const asked = [contactFor(turn, role)];
  give(turn, { lines: [roleLine(turn, role)], asked, role, own: role === 'acquirer' });
}

interface Given {
  lines: readonly string[];
  asked: readonly (Contact | undefined)[];
  /** What they are to the shop, if nobody was named. */
  role?: Contact['kind'];
  /** The operator's own number stands among the lines. */
  own: boolean;
}

function give(turn: Turn, { lines, asked, role, own }: Given): void {
  const instead = own && ownIsOpen(turn) ? undefined : insteadOf(turn, asked);
  const substitute = instead === undefined ? undefined : contactFor(turn, instead);
  const contacts = substitute === undefined ? asked : [...asked, substitute];
  const called = substitute === undefined ? asked : [substitute];
  const text = [
    ...lines,
    insteadLine(turn, instead),
    // For the call that can be made now.
    prepareLine(turn, called) || (role === undefined ? '' : sentence(turn, `${role}-prepare`, {}, SKILL)),
    sentence(turn, 'keep-private', {}, SKILL),
  ].filter((line) => line !== '');
  const link = pageLink(turn, pathTo.contacts(), sentence(turn, 'contacts-link', {}, SKILL));
  say(turn, text.join('\n'), 'contact', [...dialLinks(turn, contacts, own || instead === 'acquirer'), link]);
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
