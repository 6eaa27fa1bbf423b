/** Buttons under a greeting: the words that people most often begin with, as if they were typed. Pure. */
import type { Button } from './card.js';
import { keyOf } from './keys.js';

const MOST = 6;

/** From `wecom.start.1` … of ui.yaml, in that order. */
export function quickStarts(ui: Readonly<Record<string, string>>): Button[] {
  const labels = Array.from({ length: MOST }, (_, index) => ui[`wecom.start.${index + 1}`] ?? '');
  return labels.flatMap((label) => {
    const key = label === '' ? null : keyOf({ kind: 'words', words: label });
    return key === null ? [] : [{ label, key }];
  });
}
