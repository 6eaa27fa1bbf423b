/** Options where there is no button for them: a numbered list, answered by the number. Pure. */
import type { Reply } from '../../dialogue/reply.js';

export function numberedOptions({ options }: Reply): string {
  return options.map(({ label }, index) => `${index + 1}. ${label}`).join('\n');
}
