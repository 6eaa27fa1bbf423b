/** Pages of response codes. The same code means different things in different systems, so readings stand side by side. */
import { CAUSES, type CodeReading } from '../knowledge/schema.js';
import { type Html, html } from './html.js';
import { list, section, sourceBlock } from './parts.js';
import { pathTo } from './paths.js';
import { type Content, keyOf, type Site } from './site.js';

/** Every code, system by system. */
export function codesPage(site: Site): Content {
  const { knowledge, word } = site;
  return {
    title: word('kb.codes'),
    trail: [],
    body: html`${searchBox(site, '')}
<p>${word('kb.codes.differ')}</p>
${[...knowledge.systems.values()].map((system) =>
  section(
    system.name,
    html`<ul class="codes">${system.codes.map(
      ({ code, meaning }) =>
        html`<li><a href="${pathTo.codeIn(system.id, code)}">${code}</a> <span>${meaning}</span></li>`,
    )}</ul>`,
    { id: system.id },
  ),
)}`,
  };
}

/** All readings of a code. */
export function codePage(site: Site, code: string): Content | undefined {
  const readings = site.knowledge.codes.get(code.toUpperCase());
  const [first] = readings ?? [];
  if (!readings || !first) return undefined;
  const { word } = site;
  return {
    title: word('kb.codeTitle', { code: first.code }),
    trail: [{ title: word('kb.codes'), path: pathTo.codes() }],
    body: html`${lookUpFirst(site, readings)}${readings.length > 1 && html`<p class="notice">${word('kb.codes.which')}</p>`}
<div class="readings">${readings.map((reading) => readingCard(site, reading, true))}</div>
${sourceBlock(
  site,
  readings.flatMap(({ sources }) => sources),
)}`,
  };
}

/** One reading, with a pointer to the others. */
export function codeInPage(site: Site, system: string, code: string): Content | undefined {
  const readings = site.knowledge.codes.get(code.toUpperCase()) ?? [];
  const reading = readings.find((candidate) => candidate.system === system);
  if (!reading) return undefined;
  const { word } = site;
  const others = readings.length - 1;
  return {
    title: word('kb.codeTitle', { code: reading.code }),
    trail: [{ title: word('kb.codes'), path: pathTo.codes() }],
    body: html`${lookUpFirst(site, [reading])}<div class="readings">${readingCard(site, reading, false)}</div>
${
  others > 0 &&
  html`<p class="notice"><a href="${pathTo.code(reading.code)}">${word('kb.codes.others', { n: others })}</a></p>`
}
${sourceBlock(site, reading.sources)}`,
  };
}

/** Before what to do next: a code seldom proves that nothing was charged. */
function lookUpFirst({ word }: Site, readings: readonly CodeReading[]) {
  const ofPayment = readings.some(({ cause, retry }) => retry === 'query_first' || CAUSES.some((id) => id === cause));
  return ofPayment && html`<p class="notice">${word('kb.codes.lookUpFirst')}</p>`;
}

function readingCard(site: Site, reading: CodeReading, linked: boolean): Html {
  const { knowledge, word } = site;
  const system = knowledge.systems.get(reading.system);
  const name = system?.name ?? reading.system;
  const cause = CAUSES.find((id) => id === reading.cause);
  const entry = cause && knowledge.causes.get(cause);
  const faults = reading.faults.flatMap((id) => knowledge.faults.get(id) ?? []);
  const methods = system?.payMethods.map((method) => word(`kb.method.${method}`)).join(word('kb.listComma'));
  return html`<section class="reading">
<h2>${linked ? html`<a href="${pathTo.codeIn(reading.system, reading.code)}">${name}</a>` : name}</h2>
${methods && html`<p><small>${word('kb.codes.used', { methods })}</small></p>`}
<p>${reading.meaning}</p>
<p class="retry retry-${reading.retry}">${word(`kb.retry.${keyOf(reading.retry)}`)}</p>
<h3>${word('kb.codes.say')}</h3>
<p>${reading.say}</p>
${entry && html`<p><small>${word('kb.codes.cause')} <a href="${pathTo.cause(entry.id)}">${entry.label}</a></small></p>`}
${faults.length > 0 && list(faults.map(({ id, title }) => html`<a href="${pathTo.fault(id)}">${title}</a>`))}
</section>`;
}

/** A search that needs no script. */
export function searchBox(site: Site, query: string): Html {
  const { word } = site;
  return html`<form class="search" role="search" action="${pathTo.index()}" method="get">
<label for="q">${word('kb.search')}</label>
<div><input id="q" name="q" type="search" value="${query}" maxlength="80" autocomplete="off" enterkeyhint="search">
<button type="submit">${word('kb.searchButton')}</button></div>
<p><small>${word('kb.searchHint')}</small></p>
</form>`;
}
