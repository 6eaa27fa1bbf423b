/** What every page is made from: the knowledge and its words; and what every page becomes. */
import type { Knowledge } from '../knowledge/schema.js';
import { type Html, html } from './html.js';
import { pathTo } from './paths.js';

export interface Site {
  knowledge: Knowledge;
  /** A text of ui.yaml with `{name}` filled in. The key itself if there is none, which a test keeps from happening. */
  word(key: string, values?: Readonly<Record<string, string | number>>): string;
}

export interface Page {
  status: 200 | 404;
  /** A whole document. */
  html: string;
}

/** A page before its frame is put around it. */
export interface Content {
  title: string;
  body: Html;
  /** The way here from the index, without the page itself. */
  trail?: { title: string; path: string }[];
  status?: 404;
}

export function siteOf(knowledge: Knowledge): Site {
  return {
    knowledge,
    word: (key, values = {}) =>
      (knowledge.ui[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)),
  };
}

/** An id of the contracts as the end of a key of ui.yaml, which has no dashes: `wechat-pay` → `wechatPay`. */
export function keyOf(id: string): string {
  return id.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The document: no script, one style sheet, readable without it. */
export function frame(site: Site, { title, body, trail, status }: Content): Page {
  const { word, knowledge } = site;
  const page = html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${knowledge.organization.assistantName}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/kb.css">
</head>
<body>
<a class="skip" href="#main">${word('kb.skip')}</a>
<header>
<a class="home" href="${pathTo.index()}">${word('kb.title')}</a>
<a class="chat" href="${pathTo.chat()}">${word('kb.toChat')}</a>
</header>
${
  trail &&
  html`<nav aria-label="${word('kb.trail')}"><ol>
<li><a href="${pathTo.index()}">${word('kb.title')}</a></li>
${trail.map((step) => html`<li><a href="${step.path}">${step.title}</a></li>\n`)}</ol></nav>`
}
<main id="main">
<h1>${title}</h1>
${body}
</main>
<footer><p>${word('kb.estimates')}</p><p>${word('kb.version', { version: knowledge.version })}</p></footer>
</body>
</html>
`;
  return { status: status ?? 200, html: page.text };
}
