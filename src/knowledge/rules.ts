/** lint.yaml: the words that the linter looks for. They are wording, so they live with the content, not in the code. */
import { z } from 'zod';

/** A JavaScript regular expression, matched case-insensitively within one clause. */
const pattern = z
  .string()
  .min(1)
  .max(300)
  .refine((source) => {
    try {
      return Boolean(new RegExp(source, 'iu'));
    } catch {
      return false;
    }
  }, 'not a valid regular expression; check brackets and backslashes');

export const lintWordsSchema = z.strictObject({
  /** Words before a piece of advice in the same clause that turn it into a warning. */
  prohibitions: z.array(pattern).min(1),
  /** What must not be advised, and why not (English, shown to the author). */
  forbidden: z.array(z.strictObject({ pattern, why: z.string().min(1).max(200) })).min(1),
  /** Traces of word filters that users must not see. */
  artefacts: z.array(pattern).min(1),
  /** Wording of a step that takes money. */
  charging: z.array(pattern).min(1),
  /** More wording that takes money, in what is said of a code or in a topic: another card, another way, once more. */
  collecting: z.array(pattern).default([]),
  /** Words by which such a step says that the first attempt must be known to have failed. */
  guards: z.array(pattern).min(1),
});

export type LintWords = z.infer<typeof lintWordsSchema>;
