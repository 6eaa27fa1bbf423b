/** Which conversations are a person's, over all doors, and where else the person's id occurs. */
import { addressOf } from '../channels/wecom/address.js';
import { PosDoctorError } from '../errors.js';
import { type Found, inJson } from '../store/keeping.js';
import type { Store } from '../store/store.js';

export interface Person {
  /** What the platform calls them, or the id of their only conversation. */
  user: string;
  /** In order. */
  conversations: string[];
  /** Keys of small records that name them. */
  small: string[];
}

/** `given`: a WeCom userid or external_userid, or the id of any of the person's conversations. */
export function userOf(given: string): string {
  return addressOf(given)?.user ?? given;
}

/** A conversation is theirs if its id says so: in a group each member has one of their own. */
export function isOf(user: string, conversation: string): boolean {
  return conversation === user || addressOf(conversation)?.user === user;
}

/** Throws BAD_ARGUMENTS. */
export function expectUser(given: string): void {
  if (given.trim() === '') throw new PosDoctorError('BAD_ARGUMENTS', { what: 'no user is named' });
}

/** Throws BAD_ARGUMENTS. Reads all there is: a conversation whose record is gone may have events, or have been set aside. */
export async function findPerson(store: Store, given: string): Promise<Person> {
  expectUser(given);
  const user = userOf(given);
  const conversations = new Set<string>();
  const small = new Set<string>();
  for await (const found of store.search([user])) {
    if (found.conversation !== undefined && isOf(user, found.conversation)) conversations.add(found.conversation);
    if (found.small !== undefined && names(inJson(found.small), user)) small.add(found.small);
  }
  return { user, conversations: [...conversations].sort(), small: [...small].sort() };
}

/**
 * True if an id stands in a stored text as a whole: 「li」 is not in 「alipay」. A dash, a dot and an @ within letters may belong to
 * another id.
 */
export function names(text: string, id: string): boolean {
  const wanted = inJson(id);
  if (wanted === '') return false;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1))
    if (!joins(text, at - 1, -1) && !joins(text, at + wanted.length, 1)) return true;
  return false;
}

const LETTER = /[A-Za-z0-9_]/;

/** Whether the character there is part of the same word. */
function joins(text: string, at: number, step: 1 | -1): boolean {
  const char = text[at] ?? '';
  if (LETTER.test(char)) return true;
  return /[-.@]/.test(char) && LETTER.test(text[at + step] ?? '');
}

/** Whose piece of what is stored it is: theirs, somebody else's or nobody's. */
export function isTheirs({ user, small }: Person, found: Found): boolean {
  if (found.small !== undefined) return small.includes(found.small);
  return found.conversation !== undefined && isOf(user, found.conversation);
}
