/**
 * How the belief went in a drill: P(cause) over its time, as areas one on the other, with the moments of the acts. The same shapes
 * make the SVG, which has words, and the PNG, which has none. Pure.
 */
import { OTHER } from '../knowledge/schema.js';
import type { DrillRecord } from './record.js';

/** Changes of the belief that are drawn. */
const MOST_STEPS = 60;
/** A drill is drawn no shorter than this, seconds. */
const SHORTEST = 60;

/** `question`: the belief changes with it; `lost`: it lost points; `act`: anything else that was done. */
export const MARKS = ['question', 'lost', 'act'] as const;
export type MarkKind = (typeof MARKS)[number];

export interface Mark {
  /** Seconds of the drill. */
  at: number;
  kind: MarkKind;
}

export interface Step {
  /** Seconds of the drill, from which on it was so. */
  at: number;
  /** What was asked; undefined for the start. */
  question: string | undefined;
  /** P of each of the curve's causes; sums to 1. */
  p: readonly number[];
}

export interface Curve {
  /** What is drawn, seconds. */
  seconds: number;
  /** Cause ids from the bottom up: the true one, the others in the order of the knowledge base, `other`. */
  causes: readonly string[];
  /** In time; never empty. */
  steps: readonly Step[];
  marks: readonly Mark[];
}

/** @param truth id of the true cause */
export function curveOf(
  { insight, entries, judged, seconds }: Pick<DrillRecord, 'insight' | 'entries' | 'judged' | 'seconds'>,
  truth: string,
): Curve {
  const asked = [...insight.asked].sort((a, b) => a.at - b.at).slice(0, MOST_STEPS);
  const known = new Set([truth, ...[insight.start, ...asked.map(({ causes }) => causes)].flatMap(Object.keys)]);
  const place = (id: string): number => (id === truth ? -1 : id === OTHER ? 1 : 0);
  const causes = [...known].sort((a, b) => place(a) - place(b));
  const end = Math.max(SHORTEST, seconds, ...asked.map(({ at }) => at));
  const shares = (of: Readonly<Record<string, number>>): number[] => {
    const total = causes.reduce((sum, id) => sum + (of[id] ?? 0), 0);
    return causes.map((id) => (total > 0 ? (of[id] ?? 0) / total : 1 / causes.length));
  };
  const lost = judged.flatMap((item) => [...(item.lost ? [item.lost] : []), ...(item.traps ?? [])]);
  const questions = new Map(asked.map(({ question, at }) => [question, at]));
  const marks = entries.flatMap(({ done }, entry) =>
    done.map(({ act, at, found }): Mark => {
      const isLost = lost.some((one) => one.entry === entry && one.act === act);
      const isQuestion = found !== undefined && questions.get(found.question) === at;
      return { at: Math.min(at, end), kind: isLost ? 'lost' : isQuestion ? 'question' : 'act' };
    }),
  );
  return {
    seconds: end,
    causes,
    steps: [
      { at: 0, question: undefined, p: shares(insight.start) },
      ...asked.map(({ at, question, causes: of }) => ({ at, question, p: shares(of) })),
    ],
    marks,
  };
}

/** Colours of the causes: told apart by those who see few colours, and in grey; a test measures both. */
export const COLOURS: Readonly<Record<string, string>> = {
  channel: '#8f3f71',
  qualification: '#1f8a70',
  device: '#ee8f3c',
  network: '#17365f',
  balance: '#a9cfe8',
  [OTHER]: '#eeeae0',
};
export const PAPER = '#ffffff';
export const INK = '#222222';
const LOST = '#b3261e';

export const colourOf = (cause: string): string => COLOURS[cause] ?? COLOURS[OTHER] ?? PAPER;

/** Where the areas are, pixels. */
export interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A filled polygon: pixels from the top left corner. */
export interface Shape {
  fill: string;
  points: readonly (readonly [number, number])[];
}

/** Minutes between two ticks: the first with which there are at most eight. */
const TICKS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440];
const MOST_TICKS = 8;
/** Pixels between two areas. */
const GAP = 1.5;
/** Pixels of the line over the true cause. */
const LINE = 2.5;

/** Pixels from the left of a moment. */
export function across({ seconds }: Curve, { left, right, width }: Frame, at: number): number {
  return left + (Math.min(Math.max(0, at), seconds) / seconds) * (width - left - right);
}

/** Pixels from the top of a share. */
export function up({ top, bottom, height }: Frame, share: number): number {
  return height - bottom - share * (height - top - bottom);
}

/** Minutes that have a tick. */
export function ticksOf({ seconds }: Curve): number[] {
  const minutes = seconds / 60;
  const step = TICKS.find((one) => minutes / one <= MOST_TICKS) ?? minutes;
  return Array.from({ length: Math.floor(minutes / step) + 1 }, (_, index) => index * step);
}

/** Everything but words, in the order in which it is painted. */
export function shapesOf(curve: Curve, frame: Frame): Shape[] {
  const { width, height, left, right, bottom } = frame;
  const floor = height - bottom;
  return [
    { fill: PAPER, points: box(0, 0, width, height) },
    ...areas(curve, frame),
    ...[0.25, 0.5, 0.75, 1].map((share) => ({ fill: INK, points: box(left - 5, up(frame, share) - 0.5, 5, 1) })),
    ...ticksOf(curve).map((minute) => ({
      fill: INK,
      points: box(across(curve, frame, minute * 60) - 0.5, floor, 1, 5),
    })),
    { fill: INK, points: box(left, floor, width - left - right, 1) },
    { fill: INK, points: box(left - 1, up(frame, 1), 1, floor - up(frame, 1) + 1) },
    ...marksOf(curve, frame),
  ];
}

/** From the top one down, each from the floor: what lies below covers it but for a gap. */
function areas(curve: Curve, frame: Frame): Shape[] {
  const last = curve.causes.length - 1;
  return [...curve.causes].reverse().flatMap((cause, index) => {
    const below = last - index;
    const area = (fill: string, lift: number): Shape => ({ fill, points: outline(curve, frame, below, lift) });
    const colour = area(colourOf(cause), 0);
    if (below === last) return [colour];
    return [below === 0 ? area(INK, LINE) : area(PAPER, GAP), colour];
  });
}

/** The sum of the areas up to one of them, and so many pixels more. */
function outline(curve: Curve, frame: Frame, upTo: number, lift: number): [number, number][] {
  const right = across(curve, frame, curve.seconds);
  const roof = up(frame, 1);
  const line = curve.steps.flatMap(({ at, p }, index): [number, number][] => {
    const sum = p.slice(0, upTo + 1).reduce((total, one) => total + one, 0);
    const y = Math.max(roof, up(frame, sum) - lift);
    const end = curve.steps[index + 1];
    return [
      [across(curve, frame, at), y],
      [end === undefined ? right : across(curve, frame, end.at), y],
    ];
  });
  return [[across(curve, frame, 0), up(frame, 0)], ...line, [right, up(frame, 0)]];
}

/** Below the floor: a square for a question, with a line through the areas; a triangle for what lost points; else a stroke. */
function marksOf(curve: Curve, frame: Frame): Shape[] {
  const floor = up(frame, 0);
  const seen = new Set<string>();
  return curve.marks.flatMap(({ at, kind }) => {
    const x = Math.round(across(curve, frame, at));
    if (seen.has(`${x} ${kind}`)) return [];
    seen.add(`${x} ${kind}`);
    if (kind === 'question')
      return [{ fill: INK, points: box(x - 0.5, up(frame, 1), 1, floor - up(frame, 1)) }, markAt(kind, x, floor + 12)];
    return [markAt(kind, x, floor + 12)];
  });
}

/** A mark by itself, as the legend shows it too; `x` and `y` are its middle. */
export function markAt(kind: MarkKind, x: number, y: number): Shape {
  switch (kind) {
    case 'question':
      return { fill: INK, points: box(x - 4, y - 4, 8, 8) };
    case 'lost':
      return {
        fill: LOST,
        points: [
          [x - 6, y + 5],
          [x, y - 6],
          [x + 6, y + 5],
        ],
      };
    case 'act':
      return { fill: INK, points: box(x - 1, y - 4, 2, 8) };
  }
}

export function box(x: number, y: number, width: number, height: number): [number, number][] {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}
