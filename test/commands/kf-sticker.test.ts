import { PNG } from 'pngjs';
import { drawText, LETTER_HEIGHT, LETTER_WIDTH } from '../../src/commands/bitmap-font.js';
import { stickerPng, stickerSvg } from '../../src/commands/kf-sticker.js';
import { type Modules, readQr } from './qr-reader.js';

const SCENE = { merchant: '898110012345678', terminal: 'A9200123456' };
const LINK =
  'https://work.weixin.qq.com/kf/kfcbf8f8d07ac7215f?enc_scene=ENCGFSDF567DF&scene_param=m%3D898110012345678%26t%3DA9200123456';
const SVG = stickerSvg({ link: LINK, title: '收不了款？', lines: ['商户号 898110012345678', 'A<B>&"'] });

/** Reads the pixel in the middle of each module; the code is where the first dark pixel is. */
function modulesIn(png: PNG, quiet: number): Modules {
  const side = png.width / (53 + 2 * quiet);
  const isDark = (x: number, y: number) => (png.data[(Math.floor(y) * png.width + Math.floor(x)) * 4] ?? 255) < 128;
  return { size: 53, dark: (x, y) => isDark((x + quiet + 0.5) * side, (y + quiet + 0.5) * side) };
}

describe('the PNG', () => {
  const png = PNG.sync.read(Buffer.from(stickerPng({ link: LINK, ...SCENE })));

  test('is read as the link', () => {
    expect(readQr(modulesIn(png, 4))).toBe(LINK);
  });

  test('has four white modules around the code', () => {
    const side = png.width / 61;
    const dark = (x: number, y: number) => (png.data[(y * png.width + x) * 4] ?? 255) < 128;
    let found = 0;
    for (let at = 0; at < png.width; at += 1)
      for (let depth = 0; depth < side * 4; depth += 1)
        if (dark(at, depth) || dark(depth, at) || dark(png.width - 1 - depth, at)) found += 1;
    expect(found).toBe(0);
    expect(dark(side * 4, side * 4)).toBe(true);
  });

  test('names both numbers below it', () => {
    const below = png.data.subarray(png.width * png.width * 4);
    const dark = Array.from({ length: below.length / 4 }, (_, pixel) => below[pixel * 4]).filter(
      (value) => value === 0,
    );
    let dots = 0;
    for (const line of ['NO 898110012345678', 'SN A9200123456'])
      drawText(line, () => {
        dots += 1;
      });
    expect(dark.length).toBe(dots * 4 ** 2);
  });

  test('fits numbers of any length', () => {
    const long = { merchant: 'W'.repeat(32), terminal: 'm'.repeat(32) };
    expect(PNG.sync.read(Buffer.from(stickerPng({ link: LINK, ...long }))).width).toBe(png.width);
  });
});

describe('the SVG', () => {
  test('is read as the link', () => {
    const path = /<path [^>]*scale\((\S+)\)[^>]* d="([^"]+)"/.exec(SVG);
    const dark = new Set<string>();
    for (const [, x = '', y = '', length = ''] of (path?.[2] ?? '').matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
      for (let at = Number(x); at < Number(x) + Number(length); at += 1) dark.add(`${at - 4} ${Number(y) - 4}`);
    expect(readQr({ size: 53, dark: (x, y) => dark.has(`${x} ${y}`) })).toBe(LINK);
    expect(Number(path?.[1]) * 61).toBeCloseTo(100);
  });

  test('says the caption as text that breaks nothing', () => {
    expect(SVG).toContain('>收不了款？</text>');
    expect(SVG).toContain('>商户号 898110012345678</text>');
    expect(SVG).toContain('>A&lt;B&gt;&amp;&quot;</text>');
  });

  test('squeezes a line that is too long, and no other', () => {
    expect(SVG).not.toContain('textLength');
    expect(stickerSvg({ link: LINK, title: '', lines: ['商户号 '.padEnd(36, '8')] })).toContain('textLength');
  });
});

describe('the letters', () => {
  const shapeOf = (text: string) => {
    const dots: string[] = [];
    drawText(text, (x, y) => dots.push(`${x},${y}`));
    return dots;
  };

  test('are each another, none empty, all within their box', () => {
    const letters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-'];
    expect(new Set(letters.map((letter) => shapeOf(letter).join(' '))).size).toBe(letters.length);
    for (const letter of letters) {
      expect(shapeOf(letter)).not.toEqual([]);
      for (const dot of shapeOf(letter)) {
        const [x = 0, y = 0] = dot.split(',').map(Number);
        expect(x < LETTER_WIDTH - 1 && y < LETTER_HEIGHT).toBe(true);
      }
    }
  });

  test('of another script leave a gap', () => {
    expect(shapeOf('号-')).toEqual(shapeOf(' -'));
  });
});
