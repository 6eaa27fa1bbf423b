/** Knowledge pages: from knowledge and an address to a document. Pure. */
import type { Knowledge } from '../knowledge/schema.js';
import { codeInPage, codePage, codesPage } from './code.js';
import { contactsPage } from './contacts.js';
import { causePage, faultPage, fixPage } from './fault.js';
import { preventionIndexPage, preventionPage, scenariosPage, topicPage } from './guide.js';
import { planPage } from './plan.js';
import { indexPage, notFoundPage } from './search.js';
import { type Content, frame, type Page, type Site, siteOf } from './site.js';

/** By the first segment below /kb: the page without further segments, with one, with two. */
const ROUTES: Readonly<Record<string, readonly ((site: Site, ...ids: string[]) => Content | undefined)[]>> = {
  causes: [nothing, (site, id = '') => causePage(site, id)],
  faults: [nothing, (site, id = '') => faultPage(site, id)],
  fixes: [nothing, (site, id = '') => fixPage(site, id)],
  codes: [
    codesPage,
    (site, code = '') => codePage(site, code),
    (site, system = '', code = '') => codeInPage(site, system, code),
  ],
  contacts: [contactsPage],
  scenarios: [scenariosPage],
  prevention: [preventionIndexPage, (site, id = '') => preventionPage(site, id)],
  plan: [(site) => planPage(site), (site, role = '') => planPage(site, role)],
  topics: [nothing, (site, id = '') => topicPage(site, id)],
};

/**
 * The page at an address.
 * @param path as the client sent it, percent-encoded, beginning with /kb.
 * @param query what is searched for on the front page.
 */
export function renderPage(knowledge: Knowledge, path: string, query = ''): Page {
  const site = siteOf(knowledge);
  return frame(site, contentAt(site, path, query) ?? notFoundPage(site));
}

/** What is shown for any address that does not exist. */
export function renderNotFound(knowledge: Knowledge): Page {
  const site = siteOf(knowledge);
  return frame(site, notFoundPage(site));
}

function contentAt(site: Site, path: string, query: string): Content | undefined {
  const segments = decoded(path.replace(/^\/kb\/?|\/$/g, ''));
  if (!segments) return undefined;
  const [kind = '', ...ids] = segments;
  if (kind === '') return ids.length === 0 ? indexPage(site, query) : undefined;
  return Object.hasOwn(ROUTES, kind) ? ROUTES[kind]?.[ids.length]?.(site, ...ids) : undefined;
}

/** Segments of a path, or undefined if it is not valid percent-encoding. */
function decoded(path: string): string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function nothing(): undefined {
  return undefined;
}
