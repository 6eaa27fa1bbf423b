import { loadKnowledge } from '../../src/knowledge/load.js';
import type { Contact } from '../../src/knowledge/schema.js';
import { escapeHtml } from '../../src/pages/html.js';
import { renderPage } from '../../src/pages/index.js';
import { pathTo } from '../../src/pages/paths.js';

const { knowledge } = loadKnowledge();
const shown = ({ grade, number }: Contact) => grade === 'official' || grade === 'multi' || number === '110';

/** Every page that can be reached from the front page by links: path → HTML. */
function crawl(): Map<string, string> {
  const pages = new Map<string, string>();
  const waiting = [pathTo.index()];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (pages.has(path)) continue;
    const { status, html } = renderPage(knowledge, path);
    if (status !== 200) throw new Error(`${path} is linked but not there`);
    pages.set(path, html);
    for (const [, href = ''] of html.matchAll(/href="(\/kb(?:\/[^"#?]*)?)["#?]/g))
      waiting.push(href.replaceAll('&#39;', "'"));
  }
  return pages;
}
const site = crawl();
const everything = [...site.values()].join('\n');

describe('the pages of the real knowledge', () => {
  test.each([...knowledge.causes.values()].map((cause) => [cause.id, cause] as const))('cause %s', (id, cause) => {
    const html = site.get(pathTo.cause(id)) ?? '';
    expect(html).toContain(`<h1>${escapeHtml(cause.label)}</h1>`);
    for (const fault of cause.faults) expect(html).toContain(`href="${pathTo.fault(fault.id)}"`);
  });

  test.each([...knowledge.faults.values()].map((fault) => [fault.id, fault] as const))('fault %s', (id, fault) => {
    const html = site.get(pathTo.fault(id)) ?? '';
    expect(html).toContain(`<h1>${escapeHtml(fault.title)}</h1>`);
    expect(html).toContain(escapeHtml(fault.why));
    for (const symptom of fault.symptoms) expect(html).toContain(escapeHtml(symptom));
    for (const fix of fault.fixes) expect(html).toContain(`href="${pathTo.fix(fix.id)}"`);
  });

  test.each([...knowledge.fixes.values()].map((fix) => [fix.id, fix] as const))('fix %s', (id, fix) => {
    const html = site.get(pathTo.fix(id)) ?? '';
    expect(html).toContain(`<h1>${escapeHtml(fix.title)}</h1>`);
    expect(html).toContain(knowledge.ui[`kb.who.${fix.who}`]);
    expect(html).toContain((knowledge.ui['kb.minutes'] ?? '').replace('{n}', String(fix.minutes)));
    for (const text of [...fix.steps.map((step) => step.text), ...fix.avoid]) expect(html).toContain(escapeHtml(text));
    const marks = html.split('<li class="charges"><strong class="warning">').length - 1;
    expect(marks).toBe(fix.steps.filter(({ charges }) => charges).length);
    expect(html).toContain(knowledge.ui['kb.sources']);
  });

  test('every code has a page with all its readings, and one for each reading', () => {
    for (const readings of knowledge.codes.values()) {
      const [first] = readings;
      const all =
        site.get(pathTo.code(first?.code ?? '')) ?? renderPage(knowledge, pathTo.code(first?.code ?? '')).html;
      for (const { system, code, meaning, say } of readings) {
        const own = site.get(pathTo.codeIn(system, code)) ?? '';
        for (const html of [all, own]) {
          expect(html).toContain(escapeHtml(code));
          expect(html).toContain(escapeHtml(meaning));
          expect(html).toContain(escapeHtml(say));
        }
      }
    }
  });

  test('a code that several systems use says that it means different things', () => {
    const shared = [...knowledge.codes.values()].filter(({ length }) => length > 1);
    expect(shared.length).toBeGreaterThan(0);
    for (const [first] of shared)
      expect(renderPage(knowledge, pathTo.code(first?.code ?? '')).html).toContain(knowledge.ui['kb.codes.which']);
  });

  test('topics, prevention and scenarios are reached from the front page', () => {
    for (const topic of knowledge.topics.values())
      expect(site.get(pathTo.topic(topic.id))).toContain(escapeHtml(topic.answer));
    for (const area of knowledge.prevention)
      expect(site.get(pathTo.prevention(area.id))).toContain(escapeHtml(area.title));
    for (const scenario of knowledge.scenarios.values()) {
      expect(site.get(pathTo.scenarios())).toContain(`id="${scenario.id}"`);
      expect(site.get(pathTo.scenarios())).toContain(escapeHtml(scenario.summary));
    }
  });

  test('confirmed numbers are shown, to tap', () => {
    const contacts = site.get(pathTo.contacts()) ?? '';
    for (const contact of knowledge.contacts.values()) {
      expect(contacts).toContain(escapeHtml(contact.name));
      expect(contacts.includes(`href="tel:${contact.number}"`)).toBe(shown(contact));
    }
  });

  test('no page shows a number that is not confirmed', () => {
    const confirmed = new Set([...knowledge.contacts.values()].filter(shown).map(({ number }) => number));
    const hidden = [...knowledge.contacts.values()].filter((contact) => !shown(contact)).map(({ number }) => number);
    const wrong = knowledge.doNotUse.flatMap(({ number }) => number.match(/[\d-]{5,}/g) ?? []);
    const never = [...hidden, ...wrong].filter((number) => !confirmed.has(number));
    expect(never.length).toBeGreaterThan(0);
    for (const number of never)
      expect([number, new RegExp(`(?<![\\d-])${number}(?![\\d-])`).test(everything)]).toEqual([number, false]);
    for (const [, number = ''] of everything.matchAll(/href="tel:([^"]*)"/g))
      expect(confirmed.has(number) || number === knowledge.organization.hotline).toBe(true);
  });

  test('only official and vendor sources are linked, safely', () => {
    const links = [...everything.matchAll(/<a [^>]*href="(https?:[^"]*)"[^>]*>/g)];
    const open = new Set(
      [...knowledge.sources.values()]
        .filter(({ grade }) => grade === 'official' || grade === 'vendor')
        .map(({ url }) => escapeHtml(url ?? '')),
    );
    expect(links.length).toBeGreaterThan(0);
    for (const [tag, url = ''] of links) {
      expect(open.has(url)).toBe(true);
      expect(tag).toContain('rel="noopener"');
    }
    for (const { grade, url } of knowledge.sources.values())
      if (url !== undefined && (grade === 'community' || grade === 'promotional'))
        expect(open.has(escapeHtml(url)) || !everything.includes(escapeHtml(url))).toBe(true);
  });

  test('every page has a title, a heading, one main part and a language; no script, no style of its own', () => {
    const name = knowledge.organization.assistantName;
    for (const [path, html] of site) {
      expect([path, /<title>[^<]+ · ([^<]+)<\/title>/.exec(html)?.[1]]).toEqual([path, name]);
      expect([path, html.match(/<h1>/g)?.length]).toEqual([path, 1]);
      expect([path, html.match(/<main /g)?.length]).toEqual([path, 1]);
      expect(html).toContain('<html lang="zh-CN">');
      expect(html).not.toMatch(/<script|<style|style=|javascript:| on\w+="/);
    }
  });

  test('no page shows the key of a word that is missing', () => {
    for (const [path, html] of site)
      expect([path, html.match(/(?<!\/)\b(?:kb|app|error)\.[a-z][A-Za-z.]*/)?.[0]]).toEqual([path, undefined]);
  });

  test('no placeholder is left open', () => {
    for (const [path, html] of site) expect([path, html.match(/\{\w+\}/)?.[0]]).toEqual([path, undefined]);
  });

  test('ids within a page are unique', () => {
    for (const [path, html] of site) {
      const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect([path, ids.length]).toEqual([path, new Set(ids).size]);
    }
  });

  test('links to parts of a page lead to a part that is there', () => {
    for (const html of site.values())
      for (const [, path = '', id = ''] of html.matchAll(/href="(\/kb\/[^"#]*)#([^"]+)"/g))
        expect([path, id, site.get(path)?.includes(`id="${id}"`)]).toEqual([path, id, true]);
  });
});
