/** The belief curve as an SVG with words, wide enough for a phone held upright to show them. Pure. */
import { escapeXml } from '../text/xml.js';
import {
  across,
  box,
  type Curve,
  colourOf,
  type Frame,
  INK,
  MARKS,
  type MarkKind,
  markAt,
  type Shape,
  shapesOf,
  ticksOf,
  up,
} from './curve.js';

export interface CurveWords {
  title: string;
  /** All that is to be seen, for those who don't see it. */
  description: string;
  /** Below the axis of time. */
  time: string;
  /** Above the axis of belief. */
  belief: string;
  cause(id: string): string;
  mark(kind: MarkKind): string;
}

const WIDTH = 480;
const FONT = 14;
const ROW = 22;
/** Areas, axis and its label; the legend comes below. */
const HEIGHT = 300;
const LEFT = 48;
const RIGHT = 16;
/** Characters of a word in the legend. */
const LONGEST = 16;
/** Fonts that have Chinese. */
const FONTS = "-apple-system,'PingFang SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif";

interface Entry {
  text: string;
  sample(x: number, y: number): Shape;
}

export function curveSvg(curve: Curve, words: CurveWords): string {
  const rows = legendRows(legendOf(curve, words));
  const height = HEIGHT + rows.length * ROW + 8;
  const frame: Frame = { width: WIDTH, height, left: LEFT, right: RIGHT, top: 30, bottom: height - HEIGHT + 54 };
  const floor = up(frame, 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escapeXml(words.title)}</title><desc>${escapeXml(words.description)}</desc>`,
    ...shapesOf(curve, frame).map(path),
    `<g font-family="${FONTS}" font-size="${FONT}" fill="${INK}">`,
    label(4, 18, words.belief, 'start'),
    ...[0, 0.5, 1].map((share) => label(LEFT - 8, up(frame, share) + 5, `${share * 100}%`, 'end')),
    ...ticksOf(curve).map((minute) => label(across(curve, frame, minute * 60), floor + 36, String(round(minute)))),
    label((LEFT + WIDTH - RIGHT) / 2, floor + 54, words.time),
    ...rows.flatMap((row, index) => row.map(({ entry, x }) => shown(entry, x, HEIGHT + index * ROW + 14))),
    '</g>',
    '</svg>\n',
  ].join('\n');
}

function legendOf(curve: Curve, { cause, mark }: CurveWords): Entry[] {
  const kinds = MARKS.filter((one) => curve.marks.some(({ kind }) => kind === one));
  return [
    ...curve.causes.map((id) => ({
      text: cut(cause(id)),
      sample: (x: number, y: number): Shape => ({ fill: colourOf(id), points: box(x - 6, y - 6, 12, 12) }),
    })),
    ...kinds.map((kind) => ({
      text: cut(mark(kind)),
      sample: (x: number, y: number) => markAt(kind, x, y),
    })),
  ];
}

/** One beside the other as long as there is room, then below. */
function legendRows(entries: readonly Entry[]): { entry: Entry; x: number }[][] {
  const rows: { entry: Entry; x: number }[][] = [];
  let x = WIDTH;
  for (const entry of entries) {
    const width = 22 + widthOf(entry.text) + 14;
    if (x + width > WIDTH - 4) {
      rows.push([]);
      x = 12;
    }
    rows.at(-1)?.push({ entry, x });
    x += width;
  }
  return rows;
}

function shown({ text, sample }: Entry, x: number, y: number): string {
  return `<g stroke="${INK}" stroke-width="0.5">${path(sample(x + 6, y))}</g>${label(x + 18, y + 5, text, 'start')}`;
}

const cut = (text: string): string => {
  const letters = [...text];
  return letters.length <= LONGEST ? text : `${letters.slice(0, LONGEST - 1).join('')}…`;
};

/** About how wide a text is: Chinese letters are as wide as they are high, others much less. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (letter > '\u2e80' ? 1 : 0.6) * FONT, 0);

const round = (value: number): number => Math.round(value * 10) / 10;

function path({ fill, points }: Shape): string {
  return `<path fill="${fill}" d="M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')}Z"/>`;
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end' = 'middle'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeXml(text)}</text>`;
}
