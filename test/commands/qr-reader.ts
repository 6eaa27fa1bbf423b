/** Reads a QR code of version 9 and correction Q from its modules, without the library that made it. Corrects nothing. */

const SIZE = 53;
/** Version 9-Q: four blocks of 16 data bytes and four of 17, each with 20 bytes of correction. */
const BLOCKS = [16, 16, 16, 16, 17, 17, 17, 17];
const ALIGNED = [6, 26, 46];

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

export type Modules = { size: number; dark: (x: number, y: number) => boolean };

export function readQr({ size, dark }: Modules): string {
  if (size !== SIZE) throw new Error(`${size} modules: not of version 9`);
  const format = formatOf(dark);
  if (format >> 13 !== 3) throw new Error('not of correction Q');
  const mask = MASKS[(format >> 10) & 7] ?? (() => false);
  const bits: number[] = [];
  for (let right = SIZE - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const upward = ((right + 1) & 2) === 0;
    for (let step = 0; step < SIZE; step += 1)
      for (const x of [right, right - 1]) {
        const y = upward ? SIZE - 1 - step : step;
        if (!isFunction(x, y)) bits.push(dark(x, y) === mask(x, y) ? 0 : 1);
      }
  }
  const bytes = dataOf(bits).flatMap((byte) => [byte >> 4, byte & 15]);
  const byteAt = (half: number): number => ((bytes[half] ?? 0) << 4) | (bytes[half + 1] ?? 0);
  if (bytes[0] !== 4) throw new Error('not in byte mode');
  return Buffer.from(Array.from({ length: byteAt(1) }, (_, index) => byteAt(3 + 2 * index))).toString();
}

function formatOf(dark: Modules['dark']): number {
  const places = [0, 1, 2, 3, 4, 5, 7, 8].map((y) => [8, y]);
  for (const x of [7, 5, 4, 3, 2, 1, 0]) places.push([x, 8]);
  return places.reduce((sum, [x = 0, y = 0], bit) => sum | ((dark(x, y) ? 1 : 0) << bit), 0) ^ 0x5412;
}

function isFunction(x: number, y: number): boolean {
  const far = SIZE - 8;
  if ((x < 9 && y < 9) || (x >= far && y < 9) || (x < 9 && y >= far) || x === 6 || y === 6) return true;
  if ((x >= far - 3 && y < 6) || (y >= far - 3 && x < 6)) return true;
  const near = (at: number) => ALIGNED.find((centre) => Math.abs(at - centre) <= 2);
  const [cx, cy] = [near(x), near(y)];
  return cx !== undefined && cy !== undefined && !(cx === 6 && cy !== 26) && !(cy === 6 && cx !== 26);
}

function dataOf(bits: readonly number[]): number[] {
  const codewords = Array.from({ length: bits.length >> 3 }, (_, index) =>
    bits.slice(index * 8, index * 8 + 8).reduce((sum, bit) => sum * 2 + bit, 0),
  );
  const blocks: number[][] = BLOCKS.map(() => []);
  let at = 0;
  for (let row = 0; row < 17; row += 1)
    for (const [index, length] of BLOCKS.entries()) {
      if (row >= length) continue;
      blocks[index]?.push(codewords[at] ?? 0);
      at += 1;
    }
  return blocks.flat();
}
