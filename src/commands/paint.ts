/** Colours, on a terminal only. */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

// https://no-color.org: set and not empty.
const wanted = process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
const style = (format: Style) => (text: string) => (wanted && text !== '' ? styleText(format, text) : text);

export const paint = {
  bold: style('bold'),
  dim: style('dim'),
  green: style('green'),
  red: style('red'),
  yellow: style('yellow'),
} as const;

/** Text that somebody else wrote, with nothing in it that steers a terminal: control characters become U+FFFD. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => (control === '\n' || control === '\t' ? control : '\uFFFD'));
}
