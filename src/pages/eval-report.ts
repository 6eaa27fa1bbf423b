/** The report of `pos-doctor eval` as one page that needs nothing else. Pure. */
import type { CrossResult } from '../eval/cross.js';
import { equalMassBins } from '../eval/metrics.js';
import type { PeerResult } from '../eval/peers.js';
import { linePlot, matrixPlot, type Point } from './charts.js';
import { type Child, Html, html } from './html.js';
import { keyOf, type Site } from './site.js';

/** Contrast at least 4.5 : 1 for text and 3 : 1 for lines, in both schemes. */
const STYLE = `
:root{color-scheme:light dark;--ink:#191919;--soft:#595959;--paper:#fff;--line:#d0d0d0;--good:#0b6b37;--bad:#b3261e;--curve:#1559a8}
@media(prefers-color-scheme:dark){:root{--ink:#e4e4e4;--soft:#a8a8a8;--paper:#161616;--line:#444;--good:#3eb575;--bad:#ff8a80;--curve:#94c1fa}}
*{box-sizing:border-box}body{margin:0 auto;padding:16px;max-width:60rem;background:var(--paper);color:var(--ink);font:16px/1.55 -apple-system,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem}small,caption{color:var(--soft)}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}caption{text-align:left}th,td{padding:4px 10px;border-bottom:1px solid var(--line);text-align:right}th:first-child{text-align:left}
.wide{overflow-x:auto}.plots{display:flex;flex-wrap:wrap;gap:16px}.plots figure{margin:0;flex:1 1 18rem;max-width:26rem}figcaption{color:var(--soft);font-size:.9rem}
svg{width:100%;height:auto}svg text{fill:var(--ink);font-size:11px}.matrix{min-width:34rem;max-width:46rem}.matrix .count{font-size:10px;paint-order:stroke;stroke:var(--paper);stroke-width:2px}
.grid{stroke:var(--line);fill:none}.ideal{stroke:var(--soft);stroke-dasharray:4 4;fill:none}.curve{stroke:var(--curve);stroke-width:2;fill:none}.dot{fill:var(--curve)}.hit{fill:var(--good)}.miss{fill:var(--bad)}
li{margin:.4rem 0}blockquote{margin:.1rem 0 .1rem 1rem;color:var(--soft)}`;

const percent = (value: number | null): string => (value === null ? '–' : `${(value * 100).toFixed(1)}%`);

/** Points of a curve at which it turns: of thousands a few hundred are seen. */
const STEPS = 100;

/** Share of strangers found (y) against known sentences turned away by mistake (x), threshold by threshold. */
export function rejectionCurve(strangers: readonly number[], others: readonly number[]): Point[] {
  const part = (values: readonly number[], threshold: number): number =>
    values.length === 0 ? 0 : values.filter((value) => value >= threshold).length / values.length;
  const thresholds = [...strangers, ...others].sort((a, b) => b - a);
  const picked = Array.from(
    { length: STEPS + 1 },
    (_, i) => thresholds[Math.floor((i / STEPS) * (thresholds.length - 1))] ?? 0,
  );
  return [
    { x: 0, y: 0 },
    ...picked.map((threshold) => ({ x: part(others, threshold), y: part(strangers, threshold) })),
    { x: 1, y: 1 },
  ];
}

/** The document. */
export function evalReport(site: Site, result: CrossResult, peers: readonly PeerResult[]): string {
  const { word } = site;
  const { all, real, oosAuroc } = result;
  const table = (caption: Child, head: readonly Child[], rows: readonly (readonly Child[])[]): Html =>
    html`<div class="wide"><table><caption>${caption}</caption><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map(
      ([first, ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
    )}</tbody></table></div>`;
  const bins = equalMassBins(result.forecasts);
  const ece = (value: number | null): string => value?.toFixed(3) ?? '–';
  const reliability = linePlot({
    title: word('eval.reliability'),
    summary: word('eval.reliabilitySummary', { ece: ece(all.ece) }),
    xLabel: word('eval.told'),
    yLabel: word('eval.happened'),
    points: bins.map(({ p, target, count }) => ({
      x: p,
      y: target,
      note: `${percent(p)} → ${percent(target)} (${count})`,
    })),
    diagonal: true,
    dots: true,
  });
  const rejection = linePlot({
    title: word('eval.rejection'),
    summary: word('eval.rejectionSummary', { auroc: oosAuroc?.toFixed(3) ?? '–' }),
    xLabel: word('eval.turnedAway'),
    yLabel: word('eval.found'),
    points: rejectionCurve(result.outOfScope.strangers, result.outOfScope.others),
    diagonal: true,
  });
  const body = html`<h1>${word('eval.title')}</h1>
<p>${word('eval.lead', { n: all.n, folds: result.folds, real: real.n })}</p>
${table(
  word('eval.noiseOf', { points: (result.error * 100).toFixed(1) }),
  ['', word('eval.all'), word('eval.real')],
  [
    [word('eval.any1'), percent(all.anyTop1), percent(real.anyTop1)],
    [word('eval.any2'), percent(all.anyTop2), percent(real.anyTop2)],
    [word('eval.single'), percent(all.single), percent(real.single)],
    [word('eval.people'), percent(all.realPeople), percent(real.realPeople)],
    [word('eval.ece'), ece(all.ece), ece(real.ece)],
  ],
)}
<h2>${word('eval.peers')}</h2>
${
  peers.length === 0
    ? html`<p>${word('eval.noPeers')}</p>`
    : table(
        word('eval.peersSame'),
        ['', word('eval.any1'), word('eval.single')],
        [
          ['pos-doctor', percent(all.anyTop1), percent(all.single)],
          ...peers.map(({ name, any, single }) => [name, percent(any), percent(single)]),
        ],
      )
}
<h2>${word('eval.noise')}</h2>
${table(
  word('eval.lost'),
  ['', word('eval.points')],
  Object.entries(result.lost).map(([name, points]) => [word(`eval.noise.${keyOf(name)}`), points.toFixed(1)]),
)}
<h2>${word('eval.curves')}</h2>
<div class="plots"><figure>${reliability}<figcaption>${word('eval.reliabilitySummary', { ece: ece(all.ece) })}</figcaption></figure>
<figure>${rejection}<figcaption>${word('eval.rejectionSummary', { auroc: oosAuroc?.toFixed(3) ?? '–' })}</figcaption></figure></div>
<h2>${word('eval.intents')}</h2>
${table(
  word('eval.intentsCaption'),
  ['', word('eval.count'), word('eval.precision'), word('eval.recall'), 'F1', word('eval.any1')],
  result.intents.map(({ label, count, precision, recall, f1, any }) => [
    label,
    count,
    percent(precision),
    percent(recall),
    percent(f1),
    percent(any),
  ]),
)}
<h2>${word('eval.matrix')}</h2>
<div class="wide" tabindex="0" role="region" aria-label="${word('eval.matrix')}">${matrixPlot(
    word('eval.matrix'),
    word('eval.matrixSummary'),
    result.intents.map(({ label }) => label),
    result.matrix,
  )}</div>
<h2>${word('eval.confusions')}</h2>
<ol>${result.confusions.map(
    ({ truth, told, count, examples }) =>
      html`<li>${word('eval.confusion', { truth, told, count })}${examples.map((example) => html`<blockquote>${example}</blockquote>`)}</li>`,
  )}</ol>`;
  return html`${new Html('<!doctype html>\n')}<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${word('eval.title')}</title><style>${new Html(STYLE)}</style></head><body><main>${body}</main></body></html>
`.text;
}
