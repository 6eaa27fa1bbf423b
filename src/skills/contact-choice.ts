/** Which number helps, and whether it may be shown. Pure. */
import { joined, sentence } from '../dialogue/interpreter.js';
import type { Link } from '../dialogue/reply.js';
import type { Turn } from '../dialogue/world.js';
import { isShowable } from '../knowledge/contact.js';
import type { Contact, Fault } from '../knowledge/schema.js';

type Role = Fault['call'][number] | Contact['kind'];

/** The contact a role stands for in this conversation, if the shop's own facts name one. */
export function contactFor(turn: Turn, role: Role): Contact | undefined {
  const { contacts } = turn.world.knowledge;
  const { acquirer, bank, channel } = turn.session.facts;
  switch (role) {
    case 'acquirer':
      return acquirer === undefined ? undefined : contacts.get(acquirer);
    case 'issuer':
      return bank === undefined ? undefined : contacts.get(bank);
    case 'carrier':
      return channel === undefined
        ? undefined
        : [...contacts.values()].find(({ id, kind }) => kind === 'carrier' && id === channel);
    default:
      return [...contacts.values()].find((contact) => contact.kind === role && isShowable(contact));
  }
}

/** One contact in words: number and hours, or why no number is given. */
export function contactLine(turn: Turn, contact: Contact): string {
  const { name, number, hours, role } = contact;
  return isShowable(contact)
    ? sentence(turn, 'contact', { name, number, hours, role }, 'contacts')
    : sentence(turn, 'hidden', { name }, 'contacts');
}

/** The line for a role, whether or not we know the organisation behind it. */
export function roleLine(turn: Turn, role: Role): string {
  const contact = contactFor(turn, role);
  if (contact) return contactLine(turn, contact);
  if (role === 'acquirer') return operatorLine(turn) || sentence(turn, 'acquirer-unknown', {}, 'contacts');
  return sentence(turn, `${role}-unknown`, {}, 'contacts');
}

/** The operator's own hotline, if it has one. */
export function operatorLine(turn: Turn): string {
  const { name, hotline, hotlineHours } = turn.world.knowledge.organization;
  return hotline === '' ? '' : sentence(turn, 'operator', { name, number: hotline, hours: hotlineHours }, 'contacts');
}

/** What to have at hand, from the contacts called, once each. */
export function prepareLine(turn: Turn, contacts: readonly (Contact | undefined)[]): string {
  const items = [...new Set(contacts.flatMap((contact) => contact?.prepare ?? []))];
  return items.length === 0 ? '' : sentence(turn, 'prepare', { prepare: joined(turn, items, 'items') }, 'contacts');
}

/** One tap to dial each number that may be shown, once. */
export function dialLinks(turn: Turn, contacts: readonly (Contact | undefined)[]): Link[] {
  const known = contacts.filter((contact) => contact !== undefined).filter(isShowable);
  const numbers = new Map(known.map(({ name, number }) => [number, name]));
  const { hotline, name } = turn.world.knowledge.organization;
  if (hotline !== '' && known.length === 0) numbers.set(hotline, name);
  return [...numbers].map(([number, title]) => ({
    title: sentence(turn, 'dial', { name: title }, 'contacts'),
    url: `tel:${number.replace(/\D/g, '')}`,
  }));
}
