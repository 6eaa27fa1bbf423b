/** Filled polygons as a PNG: smooth edges, no font, the same bytes for the same shapes. */
import { PNG } from 'pngjs';
import type { Shape } from '../drills/curve.js';

/** Samples of a pixel in each direction. */
const FINE = 4;

/** @param width, height pixels; what lies outside is left out. Where no shape is, it is transparent. */
export function pngOf(shapes: readonly Shape[], width: number, height: number): Uint8Array {
  const png = new PNG({ width, height });
  for (const shape of shapes) paint(png, shape);
  // Areas of one colour: rows as they are compress best, and pngjs tries no filters.
  return PNG.sync.write(png, { filterType: 0, deflateStrategy: 0, deflateLevel: 9 });
}

function paint(png: PNG, { fill, points }: Shape): void {
  const colour = Number.parseInt(fill.slice(1), 16);
  const rows = points.map(([, y]) => y);
  const first = Math.max(0, Math.floor(Math.min(...rows)));
  const end = Math.min(png.height, Math.ceil(Math.max(...rows)));
  const columns = points.map(([x]) => x);
  const left = Math.max(0, Math.floor(Math.min(...columns)));
  const right = Math.min(png.width, Math.ceil(Math.max(...columns)));
  for (let y = first; y < end; y += 1) {
    const counts = coverage(points, y, png.width);
    for (let x = left; x < right; x += 1) {
      const samples = counts[x] ?? 0;
      if (samples > 0) blend(png.data, (y * png.width + x) * 4, colour, samples / FINE ** 2);
    }
  }
}

/** How many samples of each pixel of a row lie inside (even-odd). */
function coverage(points: Shape['points'], row: number, width: number): Uint8Array {
  const counts = new Uint8Array(width);
  for (let part = 0; part < FINE; part += 1) {
    const crossed = crossings(points, row + (part + 0.5) / FINE);
    for (let at = 0; at + 1 < crossed.length; at += 2) {
      // The samples whose middle lies between the two crossings.
      const from = Math.max(0, Math.ceil((crossed[at] ?? 0) * FINE - 0.5));
      const to = Math.min(width * FINE, Math.ceil((crossed[at + 1] ?? 0) * FINE - 0.5));
      for (let sample = from; sample < to; sample += 1) {
        const x = Math.floor(sample / FINE);
        counts[x] = (counts[x] ?? 0) + 1;
      }
    }
  }
  return counts;
}

/** Where a horizontal line meets the outline, from left to right. */
function crossings(points: Shape['points'], y: number): number[] {
  return points
    .flatMap(([x, top], index) => {
      const [otherX, otherY] = points[(index + 1) % points.length] ?? [x, top];
      if (top <= y === otherY <= y) return [];
      return [x + ((y - top) / (otherY - top)) * (otherX - x)];
    })
    .sort((a, b) => a - b);
}

/** @param colour 0xRRGGBB; `share` of it, 0 … 1, over what is there */
function blend(data: Buffer, at: number, colour: number, share: number): void {
  for (let channel = 0; channel < 3; channel += 1) {
    const value = (colour >> (16 - 8 * channel)) & 255;
    const was = data[at + channel] ?? 0;
    data[at + channel] = share === 1 ? value : Math.round(was + (value - was) * share);
  }
  data[at + 3] = Math.max(data[at + 3] ?? 0, Math.round(255 * share));
}
