/** Charts as SVG with a title that says in words what they show; colours come from the page's style sheet. Pure. */
import { type Html, html } from './html.js';

const SIZE = 300;
const LEFT = 44;
const BOTTOM = 40;
const TOP = 10;
const RIGHT = 12;

export interface Point {
  /** 0 … 1 each. */
  x: number;
  y: number;
  /** Shown where a pointer rests. */
  note?: string;
}

export interface Plot {
  title: string;
  summary: string;
  xLabel: string;
  yLabel: string;
  points: readonly Point[];
  /** True: a line from corner to corner, on which perfect forecasts lie. */
  diagonal?: boolean;
  /** True: points get a dot each. */
  dots?: boolean;
}

const place = (value: number): string => value.toFixed(1);
const across = (x: number): string => place(LEFT + x * (SIZE - LEFT - RIGHT));
const up = (y: number): string => place(SIZE - BOTTOM - y * (SIZE - BOTTOM - TOP));
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** A line through points in a unit square. */
export function linePlot({ title, summary, xLabel, yLabel, points, diagonal, dots }: Plot): Html {
  const line = points.map(({ x, y }) => `${across(x)},${up(y)}`).join(' ');
  return html`<svg class="plot" viewBox="0 0 ${SIZE} ${SIZE}" role="img"><title>${title}</title><desc>${summary}</desc>
${TICKS.map(
  (tick) =>
    html`<path class="grid" d="M${across(tick)} ${up(0)}V${up(1)}M${across(0)} ${up(tick)}H${across(1)}"/><text x="${across(tick)}" y="${SIZE - BOTTOM + 14}" text-anchor="middle">${tick}</text><text x="${LEFT - 5}" y="${up(tick)}" dy="4" text-anchor="end">${tick}</text>`,
)}
${diagonal && html`<path class="ideal" d="M${across(0)} ${up(0)}L${across(1)} ${up(1)}"/>`}
<polyline class="curve" points="${line}"/>
${dots && points.map(({ x, y, note }) => html`<circle class="dot" cx="${across(x)}" cy="${up(y)}" r="4"><title>${note ?? ''}</title></circle>`)}
<text x="${across(0.5)}" y="${SIZE - 6}" text-anchor="middle">${xLabel}</text><text transform="translate(11 ${up(0.5)}) rotate(-90)" text-anchor="middle">${yLabel}</text>
</svg>`;
}

const CELL = 24;
const NAMES = 108;
/** Slanted names of the last columns reach beyond the side. */
const OVERHANG = 48;

/** A confusion matrix: rows are true, columns told; darker is more of the row. */
export function matrixPlot(
  title: string,
  summary: string,
  labels: readonly string[],
  matrix: readonly (readonly number[])[],
): Html {
  const side = labels.length * CELL;
  const cells = matrix.flatMap((row, i) => {
    const total = Math.max(
      1,
      row.reduce((a, b) => a + b, 0),
    );
    return row.flatMap((count, j) =>
      count === 0
        ? []
        : html`<g><rect class="${i === j ? 'hit' : 'miss'}" x="${NAMES + j * CELL}" y="${NAMES + i * CELL}" width="${CELL - 1}" height="${CELL - 1}" fill-opacity="${(0.12 + (0.88 * count) / total).toFixed(2)}"/><title>${labels[i]} → ${labels[j]}: ${count}</title>${count / total >= 0.02 && html`<text class="count" x="${NAMES + j * CELL + CELL / 2 - 0.5}" y="${NAMES + i * CELL + 16}" text-anchor="middle">${count}</text>`}</g>`,
    );
  });
  return html`<svg class="matrix" viewBox="0 0 ${NAMES + side + OVERHANG} ${NAMES + side}" role="img"><title>${title}</title><desc>${summary}</desc>
${labels.map((label, i) => html`<text x="${NAMES - 5}" y="${NAMES + i * CELL + 16}" text-anchor="end">${label}</text><text transform="translate(${NAMES + i * CELL + 16} ${NAMES - 5}) rotate(-60)">${label}</text>`)}
${cells}</svg>`;
}
