/** Which number helps, and whether it may be shown. Pure. */
import { joined, sentence } from '../dialogue/interpreter.js';
import type { Link } from '../dialogue/reply.js';
import type { Turn } from '../dialogue/world.js';
import { calendarOf } from '../duty/calendar.js';
import { type Opening, openingAt } from '../duty/hours.js';
import { isShowable } from '../knowledge/contact.js';
import type { Contact, Fault } from '../knowledge/schema.js';
import { inRegion, nationwide } from './contact-region.js';
import { momentInWords } from './duty.js';

type Role = Fault['call'][number] | Contact['kind'];

/** The contact a role stands for in this conversation, if the shop's own facts name one. */
export function contactFor(turn: Turn, role: Role): Contact | undefined {
  const contact = nationwideFor(turn, role);
  return contact && here(turn, contact);
}

function nationwideFor(turn: Turn, role: Role): Contact | undefined {
  const { acquirer, bank, channel } = turn.session.facts;
  const all = nationwide(turn);
  switch (role) {
    case 'acquirer':
      return all.find(({ id }) => id === acquirer);
    case 'issuer':
      return all.find(({ id }) => id === bank);
    case 'carrier':
      return all.find(({ id, kind }) => kind === 'carrier' && id === channel);
    default:
      // Of several the first of the file, whatever the operator's own order: an overlay replaces in place and adds at the end.
      return all.find((contact) => contact.kind === role && isShowable(contact));
  }
}

/** The number for the shop's region, unless nobody answers there now and somebody does at the nationwide one. */
export function here(turn: Turn, contact: Contact): Contact {
  const regional = inRegion(turn, contact);
  const better = isClosed(turn, regional.hours) && isShowable(contact) && !isClosed(turn, contact.hours);
  return better ? contact : regional;
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
  if (role === 'acquirer' && ownIsOpen(turn)) return true;
  if (contact) return !isShowable(contact) || !isClosed(turn, contact.hours);
  // Whoever installed the terminal has their number on it.
  return true;
}

/** Whether the operator has a hotline that may be answered now. */
export function ownIsOpen(turn: Turn): boolean {
  const { hotline, hotlineHours } = turn.world.knowledge.organization;
  return hotline !== '' && !isClosed(turn, hotlineHours);
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
  const { name, number, hours, role, cannot, regions } = contact;
  if (!isShowable(contact)) return sentence(turn, 'hidden', { name }, 'contacts');
  const only =
    regions.length === 0 ? '' : sentence(turn, 'only', { regions: joined(turn, regions, 'items') }, 'contacts');
  const limits = cannot === '' ? '' : sentence(turn, 'cannot', { cannot }, 'contacts');
  const line = numberLine(turn, 'contact', { name: `${name}${only}`, number, hours, role });
  return [line, limits].filter((text) => text !== '').join('\n');
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
  if (contact && role === 'acquirer') {
    // Whoever runs this service installed the terminal, and knows the shop: they come first while they answer.
    const isOwn = digits(contact.number) === digits(turn.world.knowledge.organization.hotline);
    const lines = [isOwn ? '' : ownLine(turn), contactLine(turn, contact)].filter((line) => line !== '');
    return (ownIsOpen(turn) ? lines : lines.reverse()).join('\n');
  }
  if (contact) return contactLine(turn, contact);
  const unknown = sentence(turn, `${role}-unknown`, {}, 'contacts');
  if (role === 'acquirer' && ownIsOpen(turn)) return operatorLine(turn);
  // A line that is closed comes last.
  if (role === 'acquirer') return [unknown, ownLine(turn)].filter((line) => line !== '').join('\n');
  return unknown;
}

/** The operator's own hotline; in an emergency only while somebody answers there. */
function ownLine(turn: Turn): string {
  return turn.session.emergency !== undefined && !ownIsOpen(turn) ? '' : operatorLine(turn);
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

/** One tap to dial each number that may be shown and where somebody may answer, once. `own`: the operator's as well, first. */
export function dialLinks(
  turn: Turn,
  contacts: readonly (Contact | undefined)[],
  own = contacts.some((contact) => contact === undefined || contact.kind === 'acquirer'),
): Link[] {
  const known = contacts.filter((contact) => contact !== undefined).filter(isShowable);
  const { hotline, name } = turn.world.knowledge.organization;
  const first = own && ownIsOpen(turn) ? [{ number: hotline, name }] : [];
  const all = [...first, ...known.filter(({ hours }) => !isClosed(turn, hours))];
  const numbers = new Map(all.map(({ number, name: title }) => [digits(number), title]));
  return [...numbers].map(([number, title]) => ({
    title: sentence(turn, 'dial', { name: title }, 'contacts'),
    url: `tel:${number}`,
  }));
}

const digits = (number: string): string => number.replace(/\D/g, '');
