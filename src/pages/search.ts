/** The front page of the knowledge pages, and its search. */

import { searchBox } from './code.js';
import { type Child, html } from './html.js';
import { list, section } from './parts.js';
import { pathTo } from './paths.js';
import type { Content, Site } from './site.js';

/** Results of one kind that are shown; more means that the words were too general. */
const MOST = 20;
const QUERY_MAX = 80;

export function indexPage(site: Site, query: string): Content {
  const { word } = site;
  const words = query.slice(0, QUERY_MAX).trim();
  if (words !== '')
    return { title: word('kb.searchTitle', { query: words }), trail: [], body: resultsBody(site, words) };
  return { title: word('kb.title'), body: indexBody(site) };
}

/** What is shown for an address that does not exist. */
export function notFoundPage(site: Site): Content {
  const { word } = site;
  return {
    title: word('kb.notFound'),
    trail: [],
    status: 404,
    body: html`<p>${word('kb.notFoundHelp')}</p>${searchBox(site, '')}`,
  };
}

function indexBody(site: Site) {
  const { knowledge, word } = site;
  const link = (path: string, title: string) => html`<a href="${path}">${title}</a>`;
  return html`<p class="lead">${word('kb.lead')}</p>
${searchBox(site, '')}
${[...knowledge.causes.values()].map((cause) =>
  section(
    link(pathTo.cause(cause.id), cause.label),
    html`<p>${cause.summary}</p>
${list(cause.faults.map((fault) => link(pathTo.fault(fault.id), fault.title)))}`,
    { kind: 'cause' },
  ),
)}
${section(
  word('kb.also'),
  list([
    link(pathTo.codes(), word('kb.codes')),
    link(pathTo.contacts(), word('kb.contacts')),
    link(pathTo.scenarios(), word('kb.scenarios')),
    link(pathTo.preventionIndex(), word('kb.prevention')),
    link(pathTo.plan(), word('kb.plan')),
    ...[...knowledge.topics.values()].map((topic) => link(pathTo.topic(topic.id), topic.title)),
  ]),
)}`;
}

/** Same letters whatever their width and case. */
const fold = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');

function resultsBody(site: Site, query: string) {
  const { knowledge, word } = site;
  const wanted = fold(query);
  const has = (...texts: readonly string[]) => texts.some((text) => fold(text).includes(wanted));
  const part = (title: string, items: readonly Child[]) =>
    section(title, items.length > 0 && list(items.slice(0, MOST), 'cards'));

  const codes = [...knowledge.codes.entries()].filter(
    ([code, readings]) => fold(code).includes(wanted) || readings.some(({ meaning }) => has(meaning)),
  );
  // An exact code comes first, then codes that contain it, then meanings.
  const rank = (code: string) => (fold(code) === wanted ? 0 : fold(code).includes(wanted) ? 1 : 2);
  codes.sort(([one], [two]) => rank(one) - rank(two));
  const faults = [...knowledge.faults.values()].filter(({ title, symptoms, signs }) =>
    has(title, ...symptoms, ...signs),
  );
  const fixes = [...knowledge.fixes.values()].filter(({ title, steps }) =>
    has(title, ...steps.map(({ text }) => text)),
  );
  const contacts = [...knowledge.contacts.values()].filter(({ name, aliases }) => has(name, ...aliases));
  const topics = [...knowledge.topics.values()].filter(({ title, answer }) => has(title, answer));
  const found = codes.length + faults.length + fixes.length + contacts.length + topics.length;
  return html`${searchBox(site, query)}
${found === 0 && html`<p class="notice">${word('kb.nothingFound')}</p>`}
${part(
  word('kb.codes'),
  codes.map(
    ([, readings]) =>
      html`<a href="${pathTo.code(readings[0]?.code ?? '')}">${readings[0]?.code}</a><p>${readings
        .map(({ meaning }) => meaning)
        .slice(0, 3)
        .join(word('kb.meaningOr'))}</p>`,
  ),
)}
${part(
  word('kb.faults'),
  faults.map(({ id, title, symptoms }) => html`<a href="${pathTo.fault(id)}">${title}</a><p>${symptoms[0]}</p>`),
)}
${part(
  word('kb.fixes'),
  fixes.map(({ id, title }) => html`<a href="${pathTo.fix(id)}">${title}</a>`),
)}
${part(
  word('kb.contacts'),
  contacts.map(({ name, kind }) => html`<a href="${pathTo.contactsOf(kind)}">${name}</a>`),
)}
${part(
  word('kb.also'),
  topics.map(({ id, title }) => html`<a href="${pathTo.topic(id)}">${title}</a>`),
)}`;
}
