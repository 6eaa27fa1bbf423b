/** Which numbers may be shown to users. Pure. */
import type { Contact } from './schema.js';

/** Confirmed by the organisation itself or by several sources, and 110, which everybody knows; all others stay hidden. */
export function isShowable(contact: Pick<Contact, 'grade' | 'number'>): boolean {
  return contact.grade === 'official' || contact.grade === 'multi' || contact.number === '110';
}
