/** The debrief of one drill as a document for trainee and trainer: read on a phone, printed, filed. Pure. */
import { curveOf } from '../drills/curve.js';
import { curveSvg } from '../drills/curve-svg.js';
import { nextOf } from '../drills/next.js';
import type { DrillRecord } from '../drills/record.js';
import { pathTo } from '../knowledge/paths.js';
import { dateOf, clockOf as timeOf } from '../report/shanghai.js';
import { actName, answerName, clockOf, curveWords, type DebriefWords, questionName, truthOf } from './drill-words.js';
import { type Child, Html, html } from './html.js';
import { section } from './parts.js';
import { sheet } from './sheet.js';

/** A record and its name. */
export type NamedRecord = DrillRecord & { id: string };

/** The whole document. It holds the trainee's words: it is for whoever may read them, and no address of the service shows it. */
export function debriefPage(record: NamedRecord, words: DebriefWords): string {
  const { word, knowledge } = words;
  const drill = knowledge.drills.get(record.drill);
  const fault = knowledge.faults.get(record.fault);
  const title = word('debrief.title', { title: drill?.title ?? record.drill });
  const next = nextOf(record.judged);
  const curve = curveOf(record, truthOf(record, words));
  const text = curveWords(curve, record, words);
  const body = html`<header class="head"><h1>${title}</h1>
<p class="score">${record.score} <small>${word('debrief.of', { n: 100 })}</small></p>
${facts(record, words)}
<p class="next"><strong>${word('debrief.next')}</strong> ${next === undefined ? word('debrief.allDone') : words.say(next)}</p></header>
${section(word('debrief.items'), itemTable(record, words))}
${section(
  word('debrief.curve.title'),
  html`<figure>${new Html(curveSvg(curve, text))}<figcaption>${text.description.split('\n').map((line) => html`<p>${line}</p>`)}</figcaption></figure>`,
)}
${section(word('debrief.questions'), questions(record, words))}
${section(word('debrief.said'), said(record, words), { kind: 'long' })}
${drill && section(word('debrief.lesson'), html`<p>${drill.lesson}</p>`)}
${
  fault &&
  html`<p>${word('debrief.cause')}<a href="${words.home}${pathTo.fault(fault.id)}" rel="noopener">${fault.title}</a></p>`
}
<p class="note">${word('debrief.note')}</p>`;
  return sheet({ title, body });
}

function facts(record: NamedRecord, { word }: DebriefWords): Child {
  const { run, seconds, outcome, timed, id, seed } = record;
  const all: readonly (readonly [string, string])[] = [
    [word('debrief.when'), `${dateOf(run)} ${timeOf(run)}`],
    [word('debrief.took'), clockOf(seconds)],
    [word('debrief.mode'), timed ? word('debrief.timed') : word('debrief.tabletop')],
    [word('debrief.ended'), word(`debrief.ended.${outcome}`)],
    [word('debrief.id'), word('debrief.idSeed', { id, seed })],
  ];
  return html`<dl class="facts">${all.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function itemTable({ items }: DrillRecord, { word, say }: DebriefWords): Child {
  return html`<table><thead><tr><th scope="col">${word('debrief.item')}</th><th scope="col" class="n">${word('debrief.points')}</th><th scope="col">${word('debrief.why')}</th></tr></thead>
<tbody>${items.map(
    ({ id, points, of, why }) =>
      html`<tr><th scope="row">${say(`item-${id}`)}</th><td class="n">${points}/${of}</td><td>${why}</td></tr>\n`,
  )}</tbody></table>`;
}

const bitsOf = (value: number): string => value.toFixed(2);
/** Minutes that are shown as none. */
const SAME = 0.05;
const minutesOf = (value: number): string => value.toFixed(1);

/** The trainee's way beside the plan's own. */
function questions(record: DrillRecord, words: DebriefWords): Child {
  const { word } = words;
  const { asked, model, bits, modelBits, wasted, narrowed } = record.insight;
  return html`<div class="two"><div><h3>${word('debrief.yours')}</h3>${questionTable(asked, bits, record, words, true)}</div>
<div><h3>${word('debrief.plans')}</h3>${questionTable(model, modelBits, record, words, false)}</div></div>
<p>${narrowed === null ? word('debrief.never') : narrowed === 0 ? word('debrief.atOnce') : word('debrief.narrowed', { n: narrowed })} ${asked.length > 0 && wastedIn(wasted, words)}</p>
<p><small>${word('debrief.bitsNote')}</small></p>`;
}

function wastedIn(minutes: number, { word }: DebriefWords): string {
  return minutes < SAME ? word('debrief.wastedNone') : word('debrief.wastedSum', { n: minutesOf(minutes) });
}

function questionTable(
  asked: DrillRecord['insight']['asked'],
  bits: number,
  record: DrillRecord,
  words: DebriefWords,
  own: boolean,
): Child {
  const { word } = words;
  if (asked.length === 0) return html`<p>${own ? word('debrief.noQuestions') : word('debrief.planNone')}</p>`;
  const head = (text: string, kind?: string) => html`<th scope="col"${kind && html` class="${kind}"`}>${text}</th>`;
  return html`<table><thead><tr>${head(word('debrief.question'))}${head(word('debrief.bits'), 'n')}${own && head(word('debrief.wasted'), 'n')}</tr></thead>
<tbody>${asked.map(
    (one) =>
      html`<tr><td>${questionName(one.question, record, words)}<br><small>${answerName(one.question, one.option, words)}</small></td><td class="n">${bitsOf(one.bits)}</td>${own && html`<td class="n">${minutesOf(one.wasted)}</td>`}</tr>\n`,
  )}<tr><th scope="row">${word('debrief.total', { n: asked.length })}</th><td class="n">${bitsOf(bits)}</td>${own && html`<td></td>`}</tr></tbody></table>`;
}

/** What was said, when, what was seen in it, and what it earned or lost. */
function said(record: DrillRecord, words: DebriefWords): Child {
  const { entries } = record;
  const { word, say } = words;
  const several = new Set(entries.map(({ role }) => role)).size > 1;
  if (entries.length === 0) return html`<p>${word('debrief.silent')}</p>`;
  return html`<ol class="said">${entries.map((entry, index) => {
    const did = entry.done.map(({ act }) => actName(act, words)).join(word('debrief.comma'));
    return html`<li><time>${clockOf(entry.at)}</time><div><p>${several && html`<b>${say(`role-${entry.role}`)}</b> `}<q>${entry.words}</q></p>
${
  did !== entry.words &&
  html`<p><small>${did === '' ? word('debrief.nothing') : word('debrief.did', { did })}</small></p>
`
}${lostBy(index, record, words).map((line) => html`<p class="bad">${line}</p>`)}${earnedBy(index, record, words).map((line) => html`<p class="good">${line}</p>`)}</div></li>\n`;
  })}</ol>`;
}

/** Points that stand: an item that was lost gives none, whatever was earned in it. */
function earnedBy(entry: number, { judged }: DrillRecord, { word, say }: DebriefWords): string[] {
  return judged.flatMap(({ id, rules, lost }) =>
    rules
      .filter((rule) => rule.entry === entry && rule.points > 0 && lost === undefined)
      .map(({ rule, points, of }) => {
        const part = points < of ? say(`part-${id}-${rule}`) : '';
        return word('debrief.earned', { points, why: part || say(`rule-${id}-${rule}`) });
      }),
  );
}

function lostBy(entry: number, { judged, drill }: DrillRecord, words: DebriefWords): string[] {
  const { word, say, knowledge } = words;
  const written = knowledge.drills.get(drill)?.traps ?? [];
  return judged.flatMap(({ id, lost, traps = [] }) => {
    const item = say(`item-${id}`);
    const fell = traps.filter((trap) => trap.entry === entry);
    return [
      ...(lost?.entry === entry
        ? [word('debrief.lost', { item, why: knowledge.drillActs.get(lost.act)?.harm ?? say('lost-charged') })]
        : []),
      ...fell.map(({ act }) => {
        const why = written.find((trap) => trap.act === act)?.why ?? say('trap-short', { act: actName(act, words) });
        return word('debrief.trapped', { item, why });
      }),
    ];
  });
}
