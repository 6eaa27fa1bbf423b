/** Colours, on a terminal only. */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const wanted = process.stdout.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb';
const style = (format: Style) => (text: string) => (wanted && text !== '' ? styleText(format, text) : text);

export const paint = {
  bold: style('bold'),
  dim: style('dim'),
  green: style('green'),
  red: style('red'),
  yellow: style('yellow'),
} as const;
