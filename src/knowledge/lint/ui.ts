/** unknown-key: a key of ui.yaml that nothing reads is a slip of the pen; the words meant for it would never be shown. */
import type { Problem } from '../problem.js';
import { UI_KEYS, UI_LISTS } from '../ui-keys.js';
import { type Rule, report } from './context.js';

const RULE = 'unknown-key';

export const ui: Rule = ({ content }) =>
  content.singles.ui.layers.flatMap((layer): Problem[] =>
    Object.keys(layer.value)
      .filter((key) => !isKnown(key))
      .map((key) =>
        report(layer, [key], RULE, `nothing reads "${key}"; correct it by ui.yaml of the package, or remove it`),
      ),
  );

/** Keys of groups that are not ours are left alone. */
function isKnown(key: string): boolean {
  const dot = key.indexOf('.');
  const group = UI_KEYS[key.slice(0, Math.max(0, dot))];
  return group === undefined || group.includes(key.slice(dot + 1)) || UI_LISTS.some((list) => list.test(key));
}
