/** The page of telephone numbers: only confirmed ones are shown, for the rest where the right one is printed. */
import { isShowable } from '../knowledge/contact.js';
import type { Contact } from '../knowledge/schema.js';
import { type Child, type Html, html } from './html.js';
import { numberOf, phone, section } from './parts.js';
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
    html`<div class="contact"><div class="line"><h3>${organization.name}</h3> ${phone(site, organization.hotline)}</div>
<p>${organization.hotlineHours}</p></div>`,
)}
${kinds.map((kind) => kindSection(site, kind))}`,
  };
}

/** The contacts of a kind; what all of them ask for is said once. */
function kindSection(site: Site, kind: Contact['kind']): Child {
  const contacts = [...site.knowledge.contacts.values()].filter((contact) => contact.kind === kind);
  const lists = new Set(contacts.map(({ prepare }) => prepare.join('\n')));
  const common = lists.size === 1 && contacts.length > 1;
  return section(
    site.word(`kb.kind.${keyOf(kind)}`),
    html`${common && toPrepare(site, contacts[0]?.prepare ?? [])}${contacts.map((contact) => card(site, contact, common))}`,
    { id: kind },
  );
}

function toPrepare(site: Site, prepare: readonly string[]): Child {
  return (
    prepare.length > 0 &&
    html`<p class="prepare">${site.word('kb.prepare')}${prepare.join(site.word('kb.listComma'))}</p>`
  );
}

function card(site: Site, contact: Contact, prepared: boolean): Html {
  const { knowledge, word } = site;
  const checked = contact.sources.flatMap((id) => knowledge.sources.get(id)?.checked ?? []).sort();
  const date = checked.at(-1);
  // 110 needs no proof; of every other number shown it says how it was confirmed.
  const confirmed = contact.grade === 'official' || contact.grade === 'multi';
  const grade = confirmed && word(`kb.number.${contact.grade}`);
  return html`<div class="contact">
<div class="line"><h3>${contact.name}</h3> ${numberOf(site, contact)}</div>
<p>${contact.role}</p>
${isShowable(contact) && contact.hours !== '' && html`<p><small>${contact.hours}</small></p>`}
${!prepared && toPrepare(site, contact.prepare)}
${grade && html`<p><small>${grade}${date && html` · ${word('kb.checked', { date })}`}</small></p>`}
</div>`;
}
