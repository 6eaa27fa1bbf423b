import { PNG } from 'pngjs';
import { box, colourOf, curveOf, type Frame, PAPER, shapesOf } from '../../src/drills/curve.js';
import { pngOf } from '../../src/pages/png.js';
import { recordOfTrainee } from '../support/drill-record.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

const read = (bytes: Uint8Array) => PNG.sync.read(Buffer.from(bytes));
const pixel = ({ data, width }: PNG, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

test('a shape fills the pixels that it covers, and half of those that it half covers', () => {
  const png = read(
    pngOf(
      [
        { fill: '#000000', points: box(0, 0, 4, 4) },
        { fill: '#ff8000', points: box(1, 1, 1.5, 1) },
      ],
      4,
      4,
    ),
  );
  expect([png.width, png.height]).toEqual([4, 4]);
  expect(pixel(png, 0, 1)).toEqual([0, 0, 0, 255]);
  expect(pixel(png, 1, 1)).toEqual([255, 128, 0, 255]);
  expect(pixel(png, 2, 1)).toEqual([128, 64, 0, 255]);
  expect(pixel(png, 1, 2)).toEqual([0, 0, 0, 255]);
});

test('a slanted side cuts the pixels it goes through; what lies outside the picture is left out', () => {
  const png = read(
    pngOf(
      [
        {
          fill: '#ffffff',
          points: [
            [-4, -4],
            [8, -4],
            [-4, 8],
          ],
        },
      ],
      4,
      4,
    ),
  );
  expect(pixel(png, 0, 0)).toEqual([255, 255, 255, 255]);
  expect(pixel(png, 3, 3)[3]).toBe(0);
  const [, , , edge = 0] = pixel(png, 2, 1);
  expect(edge).toBeGreaterThan(60);
  expect(edge).toBeLessThan(200);
});

describe('the picture of a drill', () => {
  const FRAME: Frame = { width: 720, height: 360, left: 24, right: 12, top: 12, bottom: 36 };
  const curve = () => curveOf(recordOfTrainee(realWorld(), 'sim-unpaid', 'model'), 'network');

  test('is the same, byte by byte', () => {
    expect(Buffer.compare(pngOf(shapesOf(curve(), FRAME), 720, 360), pngOf(shapesOf(curve(), FRAME), 720, 360))).toBe(
      0,
    );
  });

  test('shows the true cause at the bottom and the last one at the top, on paper', () => {
    const png = read(pngOf(shapesOf(curve(), FRAME), 720, 360));
    const hex = (x: number, y: number) => `#${Buffer.from(pixel(png, x, y)).toString('hex', 0, 3)}`;
    expect([png.width, png.height]).toEqual([720, 360]);
    expect(hex(2, 2)).toBe(PAPER);
    // Beside the lines of questions.
    const x = [30, 31, 32, 33].find((one) => hex(one, 360 - 36 - 3) === colourOf('network'));
    expect(x).toBeDefined();
    expect(hex(x ?? 0, 13)).toBe(colourOf('other'));
    expect(hex(705, 200)).toBe(colourOf('network'));
  });

  test('is small whatever was done', () => {
    const often = { at: 0, role: 'cashier' as const, words: '', told: [] };
    const shares = (n: number) => ({
      network: (n * 7) % 10,
      channel: (n * 3) % 7,
      device: n % 5,
      balance: 1,
      other: 1,
    });
    const asked = Array.from({ length: 60 }, (_, n) => {
      const parts = shares(n);
      const total = Object.values(parts).reduce((a, b) => a + b, 0);
      const causes = Object.fromEntries(Object.entries(parts).map(([id, part]) => [id, part / total]));
      return { question: `q${n}`, option: 'yes', at: n * 37, bits: 0, wasted: 0, causes };
    });
    const entries = Array.from({ length: 60 }, (_, n) => ({
      ...often,
      done: Array.from({ length: 6 }, (__, k) => ({
        act: 'a',
        at: n * 37 + k * 5,
        found: { question: `q${n}`, option: 'yes' },
      })),
    }));
    const insight = { start: { network: 1 }, asked, bits: 0, wasted: 0, narrowed: null, model: [], modelBits: 0 };
    const shapes = shapesOf(curveOf({ insight, entries, judged: [], seconds: 2300 }, 'network'), FRAME);
    expect(pngOf(shapes, 720, 360).length).toBeLessThan(30_000);
  });
});
