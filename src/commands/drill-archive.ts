/** The record of drills as one page to print and file, and the certificate in it. */
import { PASSED } from '../drills/history.js';
import { type Child, type Html, html } from '../pages/html.js';
import { sheet } from '../pages/sheet.js';
import type { Site } from '../pages/site.js';
import { type DrillWords, doorName, findingsIn, timelineRows } from '../report/drill-lines.js';
import {
  causeSection,
  type DrillReport,
  drillSections,
  minutesOf,
  modeOf,
  momentOf,
  nextOf,
  peopleOf,
} from '../report/drill-record.js';
import type { RecordedDrill } from '../report/drill-runs.js';
import type { Cell, Section } from '../report/sections.js';
import { dateOf } from '../report/shanghai.js';

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
  const body = html`<p class="soft">${knowledge.organization.name}</p>
<h1>${title}</h1>
${drills.length === 0 && html`<p>${word('drill.report.none')}</p>`}
${[...drillSections(report, teamOf, words), ...causes].map(table)}
${own !== undefined && own.next !== null && html`<p><strong>${word('drill.report.next', { next: nextOf(own.next, words) })}</strong></p>`}
${dropped > 0 && html`<p>${word('drill.report.dropped', { n: dropped })}</p>`}
${drills.length > 0 && html`<h2>${word('drill.report.each')}</h2>`}
${drills.map((one) => drillBlock(one, teamOf, words))}
<p class="sign"><span>${word('drill.report.trainer')}</span><span>${word('drill.report.reviewer')}</span></p>
<p class="soft"><small>${word('drill.report.note')}</small></p>
${certificate && certificateBlock(certificate, report, knowledge.organization.name, words)}`;
  return sheet({ title, body, kind: 'archive' });
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
    person: peopleOf(one, words),
    team: teamOf(one.person),
    door: doorName(one, words),
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
  html`<table><thead><tr>${heads(['clock', 'said', 'did', 'shown'], words)}</tr></thead>
<tbody>${timelineRows(one, words).map(({ clock, said, did, shown: seen, brought }) => html`<tr${brought && html` class="soft"`}><td>${clock}</td><td>${said}</td><td>${did}</td><td>${seen}</td></tr>\n`)}</tbody></table>`
}
${one.items.length > 0 && html`<p>${one.items.map(({ id, points, of }) => `${words.item(id)} ${points}/${of}`).join(word('drill.semicolon'))}</p>`}
${
  findings.length > 0 &&
  html`<table><thead><tr>${heads(['findings', 'actions', 'owner', 'due'], words)}</tr></thead>
<tbody>${findings.map(({ finding, action }) => html`<tr><td>${finding}</td><td>${action}</td><td></td><td></td></tr>\n`)}</tbody></table>`
}</section>
`;
}

/** Filled in by hand. */
const BLANK: readonly string[] = ['owner', 'due'];

const heads = (columns: readonly string[], { word }: DrillWords): Html[] =>
  columns.map(
    (column) =>
      html`<th scope="col"${BLANK.includes(column) && html` class="blank"`}>${word(`drill.report.column.${column}`)}</th>`,
  );

function certificateBlock(
  { name, team, passed: rows, runs, date }: Certificate,
  { from, to }: DrillReport,
  by: string,
  words: DrillWords,
): Html {
  const { word } = words;
  const values = { from, to, runs, n: rows.length, points: PASSED };
  if (rows.length === 0) return html`<section><p>${word('drill.certificate.none', values)}</p></section>`;
  return html`<section class="certificate">
<p class="soft">${by}</p>
<h2>${word('drill.certificate.title')}</h2>
<p class="name">${name}</p>
${team !== '' && html`<p>${team}</p>`}
<p>${word('drill.certificate.lead', values)}</p>
<table><thead><tr>${heads(['drill', 'at', 'score', 'run'], words)}</tr></thead>
<tbody>${rows.map((row) => html`<tr><td>${words.drill(row.drill)}</td><td>${row.date}</td><td>${row.score}</td><td>${row.id}</td></tr>\n`)}</tbody></table>
<p class="sign"><span>${word('drill.report.trainer')}</span><span>${word('drill.certificate.date', { date })}</span></p>
</section>`;
}
