// The page's words come from the service (knowledge/ui.yaml); there are none in the code.
import type { Ui } from './types.js';

let words: Record<string, string> = {};

export function setWords(ui: Ui): void {
  words = ui.words;
}

/** A text by its key below `web.`, with {name} filled in. */
export function word(key: string, values: Record<string, string | number> = {}): string {
  return (words[`web.${key}`] ?? '').replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
