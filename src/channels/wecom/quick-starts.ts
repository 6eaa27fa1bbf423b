/** Buttons under a greeting: the words that people most often begin with, as if they were typed. Pure. */
import type { Button } from './card.js';
import { keyOf } from './keys.js';

/** From `wecom.start.1` to 6 of ui.yaml, as many as there are: what one card holds. */
export function quickStarts(ui: Readonly<Record<string, string>>): Button[] {
  const labels = [1, 2, 3, 4, 5, 6].map((number) => ui[`wecom.start.${number}`] ?? '');
  return labels.flatMap((label) => {
    const key = label === '' ? null : keyOf({ kind: 'words', words: label });
    return key === null ? [] : [{ label, key }];
  });
}
