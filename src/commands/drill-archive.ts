/** The record of drills as one page to print and file, and the certificate in it. It needs nothing else and runs no script. */
import { PASSED } from '../drills/history.js';
import { type Child, Html, html } from '../pages/html.js';
import type { Site } from '../pages/site.js';
import {
  causeSection,
  type DrillReport,
  type DrillWords,
  drillSections,
  findingsIn,
  minutesOf,
  modeOf,
  momentOf,
  nextOf,
  passed,
} from '../report/drill-record.js';
import type { RecordedDrill } from '../report/drill-runs.js';
import type { Cell, Section } from '../report/sections.js';
import { dateOf } from '../report/shanghai.js';

/** Contrast at least 4.5 : 1 for text, in both schemes. */
const STYLE = `
:root{color-scheme:light dark;--ink:#191919;--soft:#595959;--paper:#fff;--line:#d0d0d0}
@media(prefers-color-scheme:dark){:root{--ink:#e4e4e4;--soft:#a8a8a8;--paper:#161616;--line:#444}}
*{box-sizing:border-box}body{margin:0 auto;padding:16px;max-width:60rem;background:var(--paper);color:var(--ink);font:16px/1.55 -apple-system,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem}h3{font-size:1rem;margin:1.4rem 0 .3rem}small,.soft{color:var(--soft)}p,ul{margin:.4rem 0}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:4px 10px 4px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
.certificate{border:3px double var(--line);padding:1.5rem 1rem;margin:2rem 0;text-align:center}.certificate table{margin:1rem auto}.certificate .name{font-size:1.6rem;font-weight:700}
.sign{display:flex;flex-wrap:wrap;gap:24px;justify-content:space-between;margin-top:2.5rem}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--paper:#fff;--line:#999}body{max-width:none;padding:0;font-size:10.5pt}section,tr{break-inside:avoid}h2,h3{break-after:avoid}.certificate{break-before:page}}
@page{margin:16mm}`;

export interface Certificate {
  name: string;
  /** '' if there is none. */
  team: string;
  /** Scenarios passed in the span, each with its best run: a score of at least {@link PASSED}. */
  passed: readonly { drill: string; date: string; score: number; id: string }[];
  /** Drills in the span, and the day it is made out, YYYY-MM-DD. */
  runs: number;
  date: string;
}

/** Everything in it is from the journal but the name. */
export function certificateOf(name: string, team: string, { drills }: DrillReport, date: string): Certificate {
  const best = new Map<string, RecordedDrill & { score: number }>();
  for (const one of [...drills].reverse()) {
    const { score } = one;
    if (score !== null && score >= PASSED && score > (best.get(one.drill)?.score ?? -1))
      best.set(one.drill, { ...one, score });
  }
  const rows = [...best.values()].map(({ drill, from, score, id }) => ({ drill, date: dateOf(from), score, id }));
  return { name, team, passed: rows, runs: drills.filter(({ score }) => score !== null).length, date };
}

export function reportPage(
  report: DrillReport,
  teamOf: (who: string) => string,
  certificate: Certificate | undefined,
  { knowledge }: Site,
  words: DrillWords,
): string {
  const { word } = words;
  const { from, to, drills, people, dropped } = report;
  const title = word('drill.report.head', { from, to, n: drills.length });
  const [own] = certificate === undefined ? [] : people;
  const causes = own !== undefined && own.history.causes.length > 0 ? [causeSection(own.history, words)] : [];
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<p class="soft">${knowledge.organization.name}</p>
<h1>${title}</h1>
${drills.length === 0 && html`<p>${word('drill.report.none')}</p>`}
${[...drillSections(report, teamOf, words), ...causes].map(table)}
${own !== undefined && own.next !== null && html`<p><strong>${word('drill.report.next', { next: nextOf(own.next, words) })}</strong></p>`}
${dropped > 0 && html`<p>${word('drill.report.dropped', { n: dropped })}</p>`}
${drills.length > 0 && html`<h2>${word('drill.report.each')}</h2>`}
${drills.map((one) => drillBlock(one, teamOf, words))}
<p class="sign"><span>${word('drill.report.trainer')}</span><span>${word('drill.report.reviewer')}</span></p>
<p class="soft"><small>${word('drill.report.note')}</small></p>
${certificate && certificateBlock(certificate, report, knowledge.organization.name, words)}
</main>
</body>
</html>
`.text;
}

function table({ title, columns, rows }: Section): Html {
  return html`<section><h2>${title}</h2>
<div class="wide"><table><thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${shown(cell)}</td>`)}</tr>\n`)}</tbody></table></div></section>
`;
}

const shown = (cell: Cell): Child => (cell === null ? '\u2013' : typeof cell === 'object' ? cell.n : cell);

/** One drill: what was said and done when, its points, what was found and what is to be done. */
function drillBlock(one: RecordedDrill, teamOf: (who: string) => string, words: DrillWords): Html {
  const { word } = words;
  const facts = word('drill.report.facts', {
    at: momentOf(one.from),
    until: one.to === null ? word('drill.report.ended.running') : momentOf(one.to),
    person: one.person,
    team: teamOf(one.person),
    door: one.door,
    mode: word(`drill.report.mode.${modeOf(one)}`),
    minutes: minutesOf(one) ?? '\u2013',
    outcome: word(`drill.report.ended.${one.outcome}`),
    fault: words.fault(one.fault),
    score: one.score ?? '\u2013',
  });
  const findings = findingsIn(one, words);
  return html`<section><h3>${words.drill(one.drill)} <small>${one.id}</small></h3>
<p>${facts}</p>
${
  one.moments.length > 0 &&
  html`<table><thead><tr><th scope="col">${word('drill.report.column.clock')}</th><th scope="col">${word('drill.report.column.said')}</th><th scope="col">${word('drill.report.column.did')}</th></tr></thead>
<tbody>${one.moments.map(({ at, words: said, acts }) => html`<tr><td>${passed(at)}</td><td>${said}</td><td>${acts.map((act) => words.act(act)).join(word('drill.comma'))}</td></tr>\n`)}</tbody></table>`
}
${one.items.length > 0 && html`<p>${one.items.map(({ id, points, of }) => `${words.item(id)} ${points}/${of}`).join(word('drill.semicolon'))}</p>`}
${
  findings.length > 0 &&
  html`<p>${word('drill.report.column.findings')}</p><ul>${findings.map(({ finding }) => html`<li>${finding}</li>`)}</ul>
<p>${word('drill.report.column.actions')}</p><ul>${findings.map(({ action }) => html`<li>${action}</li>`)}</ul>`
}</section>
`;
}

function certificateBlock(
  { name, team, passed: rows, runs, date }: Certificate,
  { from, to }: DrillReport,
  by: string,
  words: DrillWords,
): Html {
  const { word } = words;
  const values = { from, to, runs, n: rows.length, points: PASSED };
  if (rows.length === 0)
    return html`<section class="certificate"><p>${word('drill.certificate.none', values)}</p></section>`;
  const columns = ['drill', 'at', 'score', 'run'].map((column) => word(`drill.report.column.${column}`));
  return html`<section class="certificate">
<p class="soft">${by}</p>
<h2>${word('drill.certificate.title')}</h2>
<p class="name">${name}</p>
${team !== '' && html`<p>${team}</p>`}
<p>${word('drill.certificate.lead', values)}</p>
<table><thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr><td>${words.drill(row.drill)}</td><td>${row.date}</td><td>${row.score}</td><td>${row.id}</td></tr>\n`)}</tbody></table>
<p class="sign"><span>${word('drill.report.trainer')}</span><span>${word('drill.certificate.date', { date })}</span></p>
</section>`;
}
