/** The page of telephone numbers: only confirmed ones are shown, for the rest where the right one is printed. */
import type { Contact } from '../knowledge/schema.js';
import { type Html, html } from './html.js';
import { list, mayShow, numberOf, phone, section } from './parts.js';
import { type Content, keyOf, type Site } from './site.js';

export function contactsPage(site: Site): Content {
  const { knowledge, word } = site;
  const { organization } = knowledge;
  const kinds = [...new Set([...knowledge.contacts.values()].map(({ kind }) => kind))];
  return {
    title: word('kb.contacts'),
    trail: [],
    body: html`<p class="notice">${word('kb.contacts.caution')}</p>
${section(
  word('kb.contacts.own'),
  organization.hotline !== '' &&
    html`<div class="contact"><h3>${organization.name}</h3><p>${phone(site, organization.hotline)}</p>
<p>${organization.hotlineHours}</p></div>`,
)}
${kinds.map((kind) =>
  section(
    word(`kb.kind.${keyOf(kind)}`),
    [...knowledge.contacts.values()].filter((contact) => contact.kind === kind).map((contact) => card(site, contact)),
    { id: kind },
  ),
)}`,
  };
}

function card(site: Site, contact: Contact): Html {
  const { knowledge, word } = site;
  const checked = contact.sources.flatMap((id) => knowledge.sources.get(id)?.checked ?? []).sort();
  const date = checked.at(-1);
  const grade = mayShow(contact) ? word(`kb.number.${contact.grade === 'official' ? 'official' : 'multi'}`) : undefined;
  return html`<div class="contact">
<h3>${contact.name}</h3>
<p>${numberOf(site, contact)}</p>
<p>${contact.role}</p>
${mayShow(contact) && contact.hours !== '' && html`<p><small>${contact.hours}</small></p>`}
${contact.prepare.length > 0 && html`<p>${word('kb.prepare')}</p>${list(contact.prepare)}`}
${grade && html`<p><small>${grade}${date && html` · ${word('kb.checked', { date })}`}</small></p>`}
</div>`;
}
