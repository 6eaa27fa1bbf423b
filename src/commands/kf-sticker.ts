/** The sticker for a terminal: a QR code of the link, with the numbers that it stands for. Pure: text or bytes out. */
import { PNG } from 'pngjs';
import { encode } from 'uqr';
import type { Scene } from '../channels/wecom/scene.js';
import { escapeHtml } from '../pages/html.js';
import { drawText, LETTER_HEIGHT, LETTER_WIDTH } from './bitmap-font.js';

/** White modules around the code, as the standard asks for. */
const QUIET = 4;
/** A quarter of the code may be scratched off. */
const CORRECTION = 'Q';
/** Pixels of a module in the PNG: sharp when it is printed five centimetres wide. */
const MODULE = 10;
/** Printed width in the SVG. */
const WIDTH_MM = 50;
/** Of 100 parts of the width: height of a line of the caption, of its letters, and what a line may take. */
const LINE = 9;
const FONT = 6;
const WIDEST = 94;
/** Fonts that have Chinese on the machines stickers are printed from. */
const FONTS = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif";

export interface Sticker {
  link: string;
  /** Above the code. */
  title: string;
  /** Below it. */
  lines: readonly string[];
}

/** Dark modules of the code. */
function modulesOf(link: string): { size: number; dark: (x: number, y: number) => boolean } {
  const { data, size } = encode(link, { ecc: CORRECTION, border: QUIET });
  return { size, dark: (x, y) => data[y]?.[x] === true };
}

/** An SVG of WIDTH_MM with the caption as text. */
export function stickerSvg({ link, title, lines }: Sticker): string {
  const { size, dark } = modulesOf(link);
  const scale = 100 / size;
  let path = '';
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      let length = 0;
      while (dark(x + length, y)) length += 1;
      if (length > 0) path += `M${x} ${y}h${length}v1h-${length}z`;
      x += length;
    }
  const height = 100 + LINE * (lines.length + 1);
  const text = (words: string, y: number, more = ''): string =>
    `<text x="50" y="${y}"${more}${squeezed(words)}>${escapeHtml(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_MM}mm" height="${(WIDTH_MM * height) / 100}mm" viewBox="0 0 100 ${height}">`,
    `<rect width="100" height="${height}" fill="#fff"/>`,
    `<path transform="translate(0 ${LINE}) scale(${scale})" fill="#000" shape-rendering="crispEdges" d="${path}"/>`,
    `<g font-family="${FONTS}" font-size="${FONT}" text-anchor="middle" fill="#000">`,
    text(title, LINE * 0.8, ' font-weight="bold"'),
    ...lines.map((line, index) => text(line, 100 + LINE * (index + 1.4))),
    '</g>',
    '</svg>\n',
  ].join('\n');
}

/** Keeps a text that may be wider than the sticker, say a long number, from running over its edges. */
function squeezed(words: string): string {
  const width = [...words].reduce((sum, letter) => sum + (letter > '\u2e80' ? 1 : 0.6) * FONT, 0);
  return width <= WIDEST ? '' : ` textLength="${WIDEST}" lengthAdjust="spacingAndGlyphs"`;
}

/** A PNG with the numbers in dots: it has no font for words. */
export function stickerPng({ link, merchant, terminal }: Scene & { link: string }): Uint8Array {
  const { size, dark } = modulesOf(link);
  const width = size * MODULE;
  const lines = [`NO ${merchant}`, `SN ${terminal}`];
  const longest = Math.max(...lines.map((line) => line.length));
  const zoom = Math.max(1, Math.min(4, Math.floor((width - 2 * MODULE) / (longest * LETTER_WIDTH))));
  const lineHeight = (LETTER_HEIGHT + 4) * zoom;
  const png = new PNG({ width, height: width + lineHeight * lines.length + MODULE, colorType: 0 });
  png.data.fill(255);
  const square = (left: number, top: number, side: number): void => {
    for (let y = top; y < top + side; y += 1)
      for (let x = left; x < left + side; x += 1) {
        const pixel = (y * png.width + x) * 4;
        // Black, but as opaque as it was.
        png.data.fill(0, pixel, pixel + 3);
      }
  };
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) if (dark(x, y)) square(x * MODULE, y * MODULE, MODULE);
  for (const [index, line] of lines.entries()) {
    const left = Math.floor((width - line.length * LETTER_WIDTH * zoom) / 2);
    const top = width + index * lineHeight;
    drawText(line, (x, y) => square(left + x * zoom, top + y * zoom, zoom));
  }
  return PNG.sync.write(png, { colorType: 0 });
}
