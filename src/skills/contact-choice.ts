/** Which number helps, and whether it may be shown. Pure. */
import { joined, sentence } from '../dialogue/interpreter.js';
import type { Link } from '../dialogue/reply.js';
import type { Turn } from '../dialogue/world.js';
import { calendarOf } from '../duty/calendar.js';
import { type Opening, openingAt } from '../duty/hours.js';
import { isShowable } from '../knowledge/contact.js';
import type { Contact, Fault } from '../knowledge/schema.js';
import { momentInWords } from './duty.js';

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

/** Whom to ask while a kind of contact is closed: those who see the same payment. */
export const INSTEAD: Readonly<Partial<Record<Role, readonly Fault['call'][number][]>>> = {
  'wechat-pay': ['acquirer'],
  alipay: ['acquirer'],
  unionpay: ['acquirer'],
  carrier: ['acquirer'],
  issuer: ['unionpay', 'acquirer'],
  acquirer: ['unionpay'],
};

/** Whether these hours are running; null if they do not say so for certain. */
function opening(turn: Turn, hours: string): Opening | null {
  return openingAt(hours, turn.at, calendarOf(turn.world.knowledge.organization));
}

const isClosed = (turn: Turn, hours: string): boolean => opening(turn, hours)?.open === false;

/** False if whoever a role stands for does not answer now for certain. */
export function isOpen(turn: Turn, role: Role): boolean {
  const contact = contactFor(turn, role);
  const { hotline, hotlineHours } = turn.world.knowledge.organization;
  if (contact) return !isShowable(contact) || !isClosed(turn, contact.hours);
  return role !== 'acquirer' || hotline === '' || !isClosed(turn, hotlineHours);
}

/** The role to ask while all of these contacts are closed; undefined while one is open, and where nobody can stand in. */
export function insteadOf(turn: Turn, contacts: readonly (Contact | undefined)[]): Fault['call'][number] | undefined {
  const known = contacts.filter((contact) => contact !== undefined);
  const closed = known.filter((contact) => isShowable(contact) && isClosed(turn, contact.hours));
  if (known.length === 0 || known.length < contacts.length || closed.length < known.length) return undefined;
  const roles = closed.flatMap(({ kind }) => INSTEAD[kind] ?? []);
  return roles.find((role) => isOpen(turn, role) && !closed.some(({ id }) => id === contactFor(turn, role)?.id));
}

/** The line that names whom to ask in the meantime; '' if nobody. */
export function insteadLine(turn: Turn, role: Role | undefined): string {
  return role === undefined ? '' : sentence(turn, 'instead', { line: roleLine(turn, role) }, 'contacts');
}

/** One contact in words: number and hours, that it is closed and until when, or why no number is given. */
export function contactLine(turn: Turn, contact: Contact): string {
  const { name, number, hours, role } = contact;
  if (!isShowable(contact)) return sentence(turn, 'hidden', { name }, 'contacts');
  return numberLine(turn, 'contact', { name, number, hours, role });
}

/** A number with its hours; while nobody answers there, when somebody does. */
function numberLine(
  turn: Turn,
  key: 'contact' | 'operator',
  values: { hours: string } & Record<string, string>,
): string {
  const now = opening(turn, values.hours);
  if (now?.open !== false) return sentence(turn, key, values, 'contacts');
  const opens = now.until === null ? '' : momentInWords(turn, now.until);
  return sentence(turn, `${key}-closed`, { ...values, opens }, 'contacts');
}

/** The line for a role, whether or not we know the organisation behind it. */
export function roleLine(turn: Turn, role: Role): string {
  const contact = contactFor(turn, role);
  if (contact) return contactLine(turn, contact);
  const unknown = sentence(turn, `${role}-unknown`, {}, 'contacts');
  if (role === 'acquirer' && isOpen(turn, role) && operatorLine(turn) !== '') return operatorLine(turn);
  if (role === 'acquirer') return [operatorLine(turn), unknown].filter((line) => line !== '').join('\n');
  return unknown;
}

/** The operator's own hotline, if it has one. */
export function operatorLine(turn: Turn): string {
  const { name, hotline, hotlineHours } = turn.world.knowledge.organization;
  return hotline === '' ? '' : numberLine(turn, 'operator', { name, number: hotline, hours: hotlineHours });
}

/** What to have at hand, from the contacts called, once each. */
export function prepareLine(turn: Turn, contacts: readonly (Contact | undefined)[]): string {
  const items = [...new Set(contacts.flatMap((contact) => contact?.prepare ?? []))];
  return items.length === 0 ? '' : sentence(turn, 'prepare', { prepare: joined(turn, items, 'items') }, 'contacts');
}

/** One tap to dial each number that may be shown and where somebody may answer, once. */
export function dialLinks(turn: Turn, contacts: readonly (Contact | undefined)[]): Link[] {
  const known = contacts.filter((contact) => contact !== undefined).filter(isShowable);
  const open = known.filter(({ hours }) => !isClosed(turn, hours));
  const numbers = new Map(open.map(({ name, number }) => [number, name]));
  const { hotline, hotlineHours, name } = turn.world.knowledge.organization;
  if (hotline !== '' && known.length === 0 && !isClosed(turn, hotlineHours)) numbers.set(hotline, name);
  return [...numbers].map(([number, title]) => ({
    title: sentence(turn, 'dial', { name: title }, 'contacts'),
    url: `tel:${number.replace(/\D/g, '')}`,
  }));
}
