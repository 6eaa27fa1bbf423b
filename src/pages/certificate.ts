/** The certificate of somebody who took part in drills: one page to print and sign. Pure. */
import { causeName } from './drill-words.js';
import { html } from './html.js';
import { sheet } from './sheet.js';
import type { Site } from './site.js';

/** Runs in the table; of more the last ones. */
const MOST_RUNS = 12;

export interface Certificate {
  name: string;
  /** '' if there is none. */
  team: string;
  /** In time. */
  runs: readonly { id: string; date: string; title: string; score: number }[];
  /** Day on which it is made out, YYYY-MM-DD. */
  date: string;
  /** Ids of the causes that were practised. */
  causes: readonly string[];
}

/** @throws {RangeError} without a run: it would say what did not happen */
export function certificatePage({ name, team, runs, date, causes }: Certificate, words: Site): string {
  if (runs.length === 0) throw new RangeError('a certificate needs a drill');
  const { word, knowledge } = words;
  const shown = runs.slice(-MOST_RUNS);
  const average = Math.round(runs.reduce((sum, { score }) => sum + score, 0) / runs.length);
  const first = runs[0]?.date ?? date;
  const last = runs.at(-1)?.date ?? date;
  const practised = causes.map((id) => causeName(id, words)).join(word('debrief.comma'));
  const title = word('certificate.title');
  const body = html`<p class="soft">${knowledge.organization.name}</p>
<h1>${title}</h1>
<p class="name">${name}</p>
${team !== '' && html`<p>${team}</p>`}
<p>${word('certificate.lead', { n: runs.length, first, last, average })}</p>
${causes.length > 0 && html`<p>${word('certificate.causes', { causes: practised })}</p>`}
<table><thead><tr><th scope="col">${word('certificate.date')}</th><th scope="col">${word('certificate.drill')}</th><th scope="col" class="n">${word('certificate.score')}</th></tr></thead>
<tbody>${shown.map((run) => html`<tr><td>${run.date}</td><td>${run.title}<br><small>${run.id}</small></td><td class="n">${run.score}</td></tr>\n`)}</tbody></table>
${runs.length > shown.length && html`<p class="soft">${word('certificate.more', { n: runs.length - shown.length })}</p>`}
<p class="sign"><span>${word('certificate.trainer')}</span><span>${word('certificate.made', { date })}</span></p>
<p class="note">${word('certificate.note')}</p>`;
  return sheet({ title: word('certificate.of', { name }), body, kind: 'award' });
}
