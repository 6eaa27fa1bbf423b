import { parseXml, XmlElement, XmlText } from '@rgrove/parse-xml';
import fc from 'fast-check';
import { COLOURS, type Curve, curveOf, type Frame, shapesOf, ticksOf } from '../../src/drills/curve.js';
import { type CurveWords, curveSvg } from '../../src/drills/curve-svg.js';
import type { DrillRecord } from '../../src/drills/record.js';
import { TRAINEES } from '../../src/drills/trainees.js';
import { causeOf } from '../../src/drills/truth.js';
import { CAUSES, OTHER } from '../../src/knowledge/schema.js';
import { recordOfPlay, recordOfTrainee } from '../support/drill-record.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

const FRAME: Frame = { width: 720, height: 360, left: 24, right: 12, top: 12, bottom: 36 };
const WORDS: CurveWords = {
  title: 'a title',
  description: 'a description',
  time: 'minutes',
  belief: 'how sure',
  cause: (id) => `cause ${id}`,
  mark: (kind) => `mark ${kind}`,
};
/** Limits of what any run may make of a curve. */
const MOST_BYTES = 128_000;

const curveOfPlay = (record: DrillRecord): Curve => {
  const drill = realWorld().knowledge.drills.get(record.drill);
  return curveOf(record, drill ? causeOf(drill, realWorld()) : OTHER);
};
const textsIn = (node: XmlElement): string[] =>
  node.children.flatMap((child) =>
    child instanceof XmlElement ? textsIn(child) : child instanceof XmlText ? [child.text.trim()] : [],
  );
const elementsIn = (node: XmlElement): XmlElement[] =>
  node.children.flatMap((child) => (child instanceof XmlElement ? [child, ...elementsIn(child)] : []));
const rootOf = (svg: string): XmlElement => {
  const { root } = parseXml(svg);
  if (!root) throw new Error('no element');
  return root;
};

const p = fc.double({ min: 0, max: 1, noNaN: true });
const causes = fc.dictionary(fc.constantFrom(...CAUSES, OTHER, 'x-new'), p);
const at = fc.nat(40_000);
const anyRecord = fc.record({
  seconds: at,
  insight: fc.record({
    start: causes,
    asked: fc.array(fc.record({ question: fc.string(), option: fc.string(), at, bits: p, wasted: p, causes }), {
      maxLength: 120,
    }),
    bits: p,
    wasted: p,
    narrowed: fc.constant(null),
    model: fc.constant<[]>([]),
    modelBits: p,
  }),
  entries: fc.array(
    fc.record({
      at,
      role: fc.constant('cashier' as const),
      words: fc.string(),
      done: fc.array(fc.record({ act: fc.string(), at }), { maxLength: 6 }),
      told: fc.constant<'time'[]>([]),
    }),
    { maxLength: 60 },
  ),
  judged: fc.constant<[]>([]),
});

describe('the curve', () => {
  test('sums to one at every moment and goes forward in time, whatever the record holds', () => {
    fc.assert(
      fc.property(anyRecord, fc.constantFrom(...CAUSES, OTHER), (record, truth) => {
        const curve = curveOf(record, truth);
        expect(curve.causes[0]).toBe(truth);
        expect(curve.steps[0]?.at).toBe(0);
        for (const { p: shares } of curve.steps) {
          expect(shares).toHaveLength(curve.causes.length);
          expect(shares.every((share) => share >= 0)).toBe(true);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
        }
        const times = curve.steps.map((step) => step.at);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect([...times, ...curve.marks.map((mark) => mark.at)].every((one) => one <= curve.seconds)).toBe(true);
      }),
    );
  });

  test('is drawn within its frame, in a bounded number of shapes and bytes, with few ticks', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const curve = curveOf(record, 'network');
        const shapes = shapesOf(curve, FRAME);
        expect(shapes.length).toBeLessThan(FRAME.width * 4);
        for (const [x, y] of shapes.flatMap(({ points }) => points)) {
          expect(x >= 0 && x <= FRAME.width).toBe(true);
          expect(y >= 0 && y <= FRAME.height).toBe(true);
        }
        expect(ticksOf(curve).length).toBeLessThanOrEqual(9);
        expect(curveSvg(curve, WORDS).length).toBeLessThan(MOST_BYTES);
      }),
      { numRuns: 60 },
    );
  });

  test('of every kind of trainee is well-formed and small', () => {
    for (const trainee of TRAINEES) {
      const svg = curveSvg(curveOfPlay(recordOfTrainee(realWorld(), 'sim-unpaid', trainee)), WORDS);
      expect(rootOf(svg).name).toBe('svg');
      expect(svg.length).toBeLessThan(20_000);
    }
  });

  test('of the model answer ends with the true cause holding more than at the start', () => {
    const curve = curveOfPlay(recordOfTrainee(realWorld(), 'sim-unpaid', 'model'));
    expect(curve.causes[0]).toBe('network');
    expect(curve.steps.length).toBeGreaterThan(1);
    expect(curve.steps.at(-1)?.p[0]).toBeGreaterThan(curve.steps[0]?.p[0] ?? 1);
    expect(curve.marks.filter(({ kind }) => kind === 'question')).toHaveLength(curve.steps.length - 1);
    expect(curve.marks.some(({ kind }) => kind === 'lost')).toBe(false);
  });

  test('of one who collects again shows what lost points, and a belief that nothing changed', () => {
    const curve = curveOfPlay(recordOfTrainee(realWorld(), 'sim-unpaid', 'bad'));
    expect(curve.marks.some(({ kind }) => kind === 'lost')).toBe(true);
    expect(curve.steps).toHaveLength(1);
  });

  test('of a drill in which nothing was done is one plateau of a minute', () => {
    const curve = curveOfPlay(recordOfPlay(realWorld(), 'sim-unpaid', []));
    expect(curve).toMatchObject({ seconds: 60, marks: [] });
    expect(curve.steps).toHaveLength(1);
  });
});

describe('its SVG', () => {
  const svgOf = (words: Partial<CurveWords> = {}) =>
    curveSvg(curveOfPlay(recordOfTrainee(realWorld(), 'sim-unpaid', 'model')), { ...WORDS, ...words });

  test('has a title, a description, both axes and a legend as text', () => {
    const texts = textsIn(rootOf(svgOf())).filter((text) => text !== '');
    expect(texts.slice(0, 2)).toEqual(['a title', 'a description']);
    expect(texts).toEqual(
      expect.arrayContaining(['minutes', 'how sure', '0%', '100%', 'cause network', 'mark question', '0', '2']),
    );
  });

  test('holds no script, style or address of anything else', () => {
    const elements = elementsIn(rootOf(svgOf()));
    expect(new Set(elements.map(({ name }) => name))).toEqual(new Set(['title', 'desc', 'path', 'g', 'text']));
    expect(
      elements.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^on|style|href/.test(name)),
    ).toEqual([]);
  });

  test('no words whatever break it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const svg = svgOf({ title: text, description: text, cause: () => text, mark: () => text, time: text });
        expect(elementsIn(rootOf(svg)).some(({ name }) => name === 'script')).toBe(false);
      }),
      { numRuns: 40 },
    );
    expect(svgOf({ title: `<b a="'">&\u0000` })).toContain('<title>&lt;b a=&quot;&#39;&quot;&gt;&amp;\ufffd</title>');
  });

  test('cuts a long word in the legend and begins another row where there is no room', () => {
    const svg = svgOf({ cause: (id) => `${id} ${'长'.repeat(40)}` });
    expect(svg).toContain('长…</text>');
    expect(svg).not.toContain('长'.repeat(16));
    const places = elementsIn(rootOf(svg)).flatMap(({ name, attributes }) =>
      name === 'text' ? [Number(attributes.x)] : [],
    );
    expect(Math.max(...places)).toBeLessThan(480);
  });
});

/** CIE Lab of linear RGB (sRGB primaries, D65). */
function labOf([r = 0, g = 0, b = 0]: readonly number[]): [number, number, number] {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
const linear = (colour: string) =>
  [1, 3, 5].map((from) => {
    const part = Number.parseInt(colour.slice(from, from + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
/** How those without one kind of cone see linear RGB: Machado, Oliveira and Fernandes 2009, severity 1. */
const EYES: Readonly<Record<string, readonly (readonly number[])[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

describe('its colours', () => {
  const pairs = Object.values(COLOURS).flatMap((one, index) =>
    Object.values(COLOURS)
      .slice(0, index)
      .map((other) => [one, other] as const),
  );

  test('are there for every cause', () => {
    expect(Object.keys(COLOURS).sort()).toEqual([...CAUSES, OTHER].sort());
  });

  test.each(Object.entries(EYES))('are told apart with %s', (_, eye) => {
    const seen = (colour: string) =>
      labOf(
        eye.map((row) =>
          Math.min(
            1,
            Math.max(
              0,
              row.reduce((sum, one, i) => sum + one * (linear(colour)[i] ?? 0), 0),
            ),
          ),
        ),
      );
    for (const [one, other] of pairs) {
      const [a, b] = [seen(one), seen(other)];
      expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(12);
    }
  });

  test('are told apart in grey', () => {
    for (const [one, other] of pairs)
      expect(Math.abs(labOf(linear(one))[0] - labOf(linear(other))[0])).toBeGreaterThan(10);
  });
});
