/** Pieces that several pages share. */
import { isShowable } from '../knowledge/contact.js';
import type { Contact, Fix } from '../knowledge/schema.js';
import { type Child, type Html, html } from './html.js';
import { pathTo } from './paths.js';
import { keyOf, type Site } from './site.js';

export function list(items: readonly Child[], kind?: string): Html {
  return html`<ul${kind && html` class="${kind}"`}>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/** A section with a heading; nothing at all if there is nothing in it. */
export function section(title: Child, body: Child, options: { id?: string; kind?: string } = {}): Child {
  if (body === undefined || body === false) return undefined;
  const { id, kind } = options;
  return html`<section${id && html` id="${id}"`}${kind && html` class="${kind}"`}><h2>${title}</h2>${body}</section>\n`;
}

/** Steps in order; one that takes money says so before its text. */
export function stepList(site: Site, steps: readonly { text: string; charges: boolean }[]): Html {
  return html`<ol class="steps">${steps.map(
    (step) =>
      html`<li${step.charges && html` class="charges"`}>${
        step.charges && html`<strong class="warning">${site.word('kb.charges')}</strong> `
      }${step.text}</li>`,
  )}</ol>`;
}

/** How often something works, in words: the figures behind are estimates and would look exacter than they are. */
export function oftenness(site: Site, success: number): string {
  const step = success >= 0.75 ? 'most' : success >= 0.5 ? 'often' : success >= 0.25 ? 'sometimes' : 'rarely';
  return site.word(`kb.works.${step}`);
}

/** Who does it, how long, how often it works. */
export function fixFacts(site: Site, fix: Fix): Html {
  const { word } = site;
  return html`<dl class="facts">
<div><dt>${word('kb.who')}</dt><dd>${word(`kb.who.${fix.who}`)}</dd></div>
<div><dt>${word('kb.time')}</dt><dd>${word('kb.minutes', { n: fix.minutes })}</dd></div>
<div><dt>${word('kb.works')}</dt><dd>${oftenness(site, fix.success)}</dd></div>
${fix.wait && html`<div><dt>${word('kb.wait')}</dt><dd>${fix.wait}</dd></div>`}
</dl>`;
}

/**
 * Where it was read: official and vendor sources by name and linked, all others as one line with the date, because a
 * merchant cannot judge them and some of them sell terminals.
 */
export function sourceBlock(site: Site, ids: readonly string[]): Child {
  const { knowledge, word } = site;
  const sources = [...new Set(ids)].flatMap((id) => knowledge.sources.get(id) ?? []);
  const named = sources.filter(({ grade }) => grade === 'official' || grade === 'vendor');
  const others = sources.filter((source) => !named.includes(source)).map(({ checked }) => checked);
  const items = named.map(({ title, url, publisher, grade, checked }) => {
    const what = url === undefined ? title : html`<a href="${url}" rel="noopener" target="_blank">${title}</a>`;
    return html`${what}<br><small>${publisher} · ${word(`kb.grade.${grade}`)} · ${word('kb.checked', { date: checked })}</small>`;
  });
  const latest = others.sort().at(-1);
  const rest = latest === undefined ? [] : [html`<small>${word('kb.compiled', { date: latest })}</small>`];
  return section(word('kb.sources'), items.length + rest.length > 0 && list([...items, ...rest]), { kind: 'sources' });
}

/** The number to tap, or what to do instead. */
export function numberOf(site: Site, contact: Contact): Html {
  if (!isShowable(contact)) return html`<span class="no-number">${site.word('kb.numberOnMachine')}</span>`;
  return phone(site, contact.number);
}

export function phone(site: Site, number: string): Html {
  const label = site.word('kb.call', { number });
  return html`<a class="phone" href="tel:${number}" aria-label="${label}">${number}</a>`;
}

/** Whom to call, first one first; with the number where the role has only one or two. */
export function callList(site: Site, kinds: readonly string[]): Child {
  if (kinds.length === 0) return undefined;
  return section(site.word('kb.whomToCall'), list(callItems(site, kinds)));
}

/** A line for each of those. */
export function callItems(site: Site, kinds: readonly string[]): Html[] {
  return kinds.map((kind) => {
    const contacts = [...site.knowledge.contacts.values()].filter((contact) => contact.kind === kind);
    const name = site.word(`kb.kind.${keyOf(kind)}`);
    const few = contacts.filter(isShowable).length <= 2 ? contacts.filter(isShowable) : [];
    return html`<a href="${pathTo.contactsOf(kind)}">${name}</a> ${few.map(
      (contact) => html` ${contact.name} ${phone(site, contact.number)}`,
    )}`;
  });
}
