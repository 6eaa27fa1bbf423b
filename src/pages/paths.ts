/** Addresses of the knowledge pages: those that replies link to, and those that only pages link to. */
import { pathTo as shared } from '../knowledge/paths.js';

export const pathTo = {
  ...shared,
  codes: () => '/kb/codes',
  search: (query: string) => `/kb?q=${encodeURIComponent(query)}`,
  /** A kind of contact on the page of contacts. */
  contactsOf: (kind: string) => `/kb/contacts#${encodeURIComponent(kind)}`,
  scenario: (id: string) => `/kb/scenarios#${encodeURIComponent(id)}`,
  preventionIndex: () => '/kb/prevention',
  chat: () => '/',
} as const;
