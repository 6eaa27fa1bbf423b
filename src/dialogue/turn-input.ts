/** What a turn is taken for. */
import type { DrillNote } from '../handover/letter.js';
import type { Attachment, Shop } from './event.js';

export type TurnInput =
  /** Messages joined into one turn, in order, masked. `hidden`: kinds of private data that were masked. */
  | {
      kind: 'message';
      texts: readonly string[];
      hidden: readonly string[];
      cut?: boolean;
      /** One for each that came. */
      attachments?: readonly Attachment[];
      /** The door has ratings of its own. */
      rated?: true;
    }
  | { kind: 'option'; option: string; question?: string; rated?: true }
  /** `quiet`: nothing can be said now, only taken note of. */
  | { kind: 'enter'; shop?: Shop; quiet?: boolean }
  | { kind: 'reset' }
  /** From another conversation that is in the same drill. */
  | { kind: 'drill'; note: DrillNote }
  | { kind: 'wake'; name: string };
