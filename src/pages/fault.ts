/** Pages of what goes wrong and how it is put right: causes, faults, fixes. */
import { CAUSES } from '../knowledge/schema.js';
import { html } from './html.js';
import { callList, fixFacts, list, section, sourceBlock, stepList } from './parts.js';
import { pathTo } from './paths.js';
import type { Content, Site } from './site.js';

export function causePage(site: Site, id: string): Content | undefined {
  const { knowledge, word } = site;
  const name = CAUSES.find((cause) => cause === id);
  const cause = name && knowledge.causes.get(name);
  if (!cause) return undefined;
  const advice = knowledge.prevention.filter(({ after }) => after.includes(cause.id));
  return {
    title: cause.label,
    trail: [],
    body: html`<p class="lead">${cause.summary}</p>
${section(
  word('kb.faults'),
  list(
    cause.faults.map(
      (fault) => html`<a href="${pathTo.fault(fault.id)}">${fault.title}</a><p>${fault.symptoms[0]}</p>`,
    ),
    'cards',
  ),
)}
${section(
  word('kb.prevention'),
  advice.length > 0 &&
    list(advice.map(({ id: area, title }) => html`<a href="${pathTo.prevention(area)}">${title}</a>`)),
)}
${sourceBlock(site, cause.sources)}`,
  };
}

export function faultPage(site: Site, id: string): Content | undefined {
  const { knowledge, word } = site;
  const fault = knowledge.faults.get(id);
  if (!fault) return undefined;
  const codes = [...knowledge.codes.values()].flat().filter(({ faults }) => faults.includes(id));
  return {
    title: fault.title,
    trail: [causeStep(site, fault.cause)],
    body: html`${section(word('kb.symptoms'), list(fault.symptoms))}
${section(word('kb.why'), html`<p>${fault.why}</p>`)}
${section(
  word('kb.fixes'),
  html`<ol class="cards">${fault.fixes.map(
    (fix) => html`<li><a href="${pathTo.fix(fix.id)}">${fix.title}</a>${fixFacts(site, fix)}</li>`,
  )}</ol>`,
)}
${callList(site, fault.call)}
${section(
  word('kb.codes'),
  codes.length > 0 &&
    list(
      codes.map(({ code, system, meaning }) => {
        const name = knowledge.systems.get(system)?.label;
        return html`<a href="${pathTo.codeIn(system, code)}">${code}</a> <small>${name}</small> ${meaning}`;
      }),
    ),
)}
${sourceBlock(site, fault.sources)}`,
  };
}

export function fixPage(site: Site, id: string): Content | undefined {
  const { knowledge, word } = site;
  const fix = knowledge.fixes.get(id);
  const fault = fix && knowledge.faults.get(fix.fault);
  if (!fix || !fault) return undefined;
  const links = fix.links.flatMap((source) => knowledge.sources.get(source) ?? []);
  const open = links.filter(({ url, grade }) => url !== undefined && (grade === 'official' || grade === 'vendor'));
  const others = Object.keys(fix.helps).flatMap((other) => knowledge.faults.get(other) ?? []);
  return {
    title: fix.title,
    trail: [causeStep(site, fault.cause), { title: fault.title, path: pathTo.fault(fault.id) }],
    body: html`<p class="lead">${word('kb.fixFor', { fault: fault.title })}</p>
${fixFacts(site, fix)}
${fix.steps.some(({ charges }) => charges) && html`<p class="notice">${word('kb.chargesFirst')}</p>`}
${section(word('kb.steps'), stepList(site, fix.steps))}
${section(word('kb.avoid'), list(fix.avoid), { kind: 'avoid' })}
${callList(site, fault.call)}
${section(
  word('kb.links'),
  open.length > 0 &&
    list(open.map(({ url, title }) => html`<a href="${url}" rel="noopener" target="_blank">${title}</a>`)),
)}
${section(
  word('kb.alsoFor'),
  others.length > 0 && list(others.map((other) => html`<a href="${pathTo.fault(other.id)}">${other.title}</a>`)),
)}
${sourceBlock(site, fix.sources)}`,
  };
}

function causeStep(site: Site, cause: (typeof CAUSES)[number]) {
  return { title: site.knowledge.causes.get(cause)?.label ?? cause, path: pathTo.cause(cause) };
}
