/** Pages of advice: scenarios, prevention, and short answers to what is not one of the five causes. */
import type { Prevention } from '../knowledge/schema.js';
import { type Html, html } from './html.js';
import { callList, list, section, sourceBlock } from './parts.js';
import { pathTo } from './paths.js';
import type { Content, Site } from './site.js';

export function scenariosPage(site: Site): Content {
  const { knowledge, word } = site;
  const scenarios = [...knowledge.scenarios.values()];
  return {
    title: word('kb.scenarios'),
    trail: [],
    body: html`${scenarios.map(({ id, label, summary, checks, shifts }) => {
      const likelier = Object.entries(shifts).filter(([, factor]) => factor > 1);
      return section(
        label,
        html`<p>${summary}</p><h3>${word('kb.checks')}</h3>${list(checks)}
${likelier.length > 0 && html`<h3>${word('kb.likelier')}</h3>${list(likelier.map(([target]) => causeOrFault(site, target)))}`}`,
        { id },
      );
    })}
${sourceBlock(
  site,
  scenarios.flatMap(({ sources }) => sources),
)}`,
  };
}

function causeOrFault(site: Site, id: string): Html | string {
  const { causes, faults } = site.knowledge;
  const cause = [...causes.values()].find((entry) => entry.id === id);
  if (cause) return html`<a href="${pathTo.cause(id)}">${cause.label}</a>`;
  const fault = faults.get(id);
  return fault ? html`<a href="${pathTo.fault(id)}">${fault.title}</a>` : id;
}

export function preventionIndexPage(site: Site): Content {
  const { prevention } = site.knowledge;
  return {
    title: site.word('kb.prevention'),
    trail: [],
    body: html`${prevention.map(({ id, title, advice }) =>
      section(title, html`${list(advice)}<p><a href="${pathTo.prevention(id)}">${site.word('kb.more')}</a></p>`),
    )}`,
  };
}

export function preventionPage(site: Site, id: string): Content | undefined {
  const area: Prevention | undefined = site.knowledge.prevention.find((candidate) => candidate.id === id);
  if (!area) return undefined;
  const causes = area.after.flatMap((cause) => site.knowledge.causes.get(cause) ?? []);
  return {
    title: area.title,
    trail: [{ title: site.word('kb.prevention'), path: pathTo.preventionIndex() }],
    body: html`${list(area.advice)}
${section(site.word('kb.preventionFor'), list(causes.map((cause) => html`<a href="${pathTo.cause(cause.id)}">${cause.label}</a>`)))}
${sourceBlock(site, area.sources)}`,
  };
}

export function topicPage(site: Site, id: string): Content | undefined {
  const topic = site.knowledge.topics.get(id);
  if (!topic) return undefined;
  const { word } = site;
  return {
    title: topic.title,
    trail: [],
    body: html`<p class="lead">${topic.answer}</p>
${section(word('kb.steps'), topic.steps.length > 0 && html`<ol class="steps">${topic.steps.map((step) => html`<li>${step}</li>`)}</ol>`)}
${section(word('kb.avoid'), topic.avoid.length > 0 && list(topic.avoid), { kind: 'avoid' })}
${callList(site, topic.call)}
${sourceBlock(site, topic.sources)}`,
  };
}
