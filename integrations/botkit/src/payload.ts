/** What a quick reply carries, so that a tap comes back as the option that it stands for. Pure. */
import { keyOf, type Press, pressOf, type Reply } from 'pos-doctor';

/** Tells our payloads from those of the bot's own buttons. Letters and dots only: they pass every adapter unchanged. */
const MARK = 'pd.';

/** @returns null if the option's ids are too long for a button: then it is listed by number */
export function payloadOf({ question }: Reply, option: string): string | null {
  const key = keyOf({ kind: 'option', option, ...(question === undefined ? {} : { question }) });
  return key && MARK + key;
}

/** The option that a text stands for; null: it is no payload of ours. */
export function optionIn(text: unknown): Extract<Press, { kind: 'option' }> | null {
  if (typeof text !== 'string' || !text.startsWith(MARK)) return null;
  const press = pressOf(text.slice(MARK.length));
  return press.kind === 'option' ? press : null;
}
