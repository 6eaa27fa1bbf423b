/**
 * A flow: how one skill talks, as a statechart in YAML that a non-programmer can edit. A state either does something and
 * goes on at once (`do`: a verb of the skill, whose outcome picks the way), or waits for the user. Pure.
 */
import { z } from 'zod';
import { ROLES } from '../knowledge/schema-domain.js';

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name is lower-case ASCII words joined by -');
const sentence = z.string().trim().min(1).max(1000);

/**
 * A state of the same flow; `done`: this skill is over; `again`: over, and the one it interrupted says its prompt again, whole;
 * `nudge`: the same, but of a fix only whether it helped; `resume`: a nudge with a lead-in; `pass:<signal>`: over, and the one beneath takes the signal; `call:<skill>`: interrupt
 * this one; `become:<skill>`: hand the turn over for good.
 */
const target = z.string().regex(/^(?:[a-z][a-z0-9-]*|(?:call|become|pass):[a-z][a-z0-9-]*)$/);

export const flowOptionSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  label: z.string().trim().min(1).max(10),
  /** Other ways to say it. */
  said: z.array(z.string().trim().min(1)).default([]),
});

export const stateSchema = z.strictObject({
  /** A verb of the skill, run on entry. A state without one waits for the user. */
  do: name.optional(),
  /** What the conversation's status is while it waits here. */
  status: z.enum(['idle', 'asking', 'fixing', 'resolved', 'escalated']).optional(),
  /** What the options answer, when it is not a question of the knowledge base. */
  question: name.optional(),
  options: z.array(flowOptionSchema).max(6).default([]),
  /** Outcome or signal → where it leads. */
  on: z.record(name, target).default({}),
});

export const flowSchema = z.strictObject({
  id: name,
  initial: name,
  /** Sentences by key; `{name}` is filled in, `[[ … ]]` is left out when a name inside it is empty. */
  texts: z.record(z.string().regex(/^[a-z][A-Za-z0-9.-]*$/), sentence).default({}),
  states: z.record(name, stateSchema),
  /** Words by which users steer the conversation, by command (repair.yaml). */
  commands: z.record(name, z.array(sentence)).default({}),
  /** Lists of words by name (repair.yaml): how options are counted, what carries nothing. */
  words: z.record(name, z.array(z.string().min(1))).default({}),
  /** Minutes by timer name (repair.yaml). */
  minutes: z.record(name, z.number().positive()).default({}),
  /**
   * Set sayings with their answer. `any` are regular expressions: in alerts.yaml dangers, looked for in the normalised text before
   * anything else; in small-talk.yaml remarks, looked for in its visible characters once no option or command was named.
   */
  alerts: z
    .array(
      z.strictObject({
        id: name,
        any: z.array(z.string().min(1)).min(1),
        /** Alerts, one of which was given a moment ago; empty if it holds at any time. */
        after: z.array(name).default([]),
        text: sentence,
        contacts: z.array(z.string()).default([]),
        /** Kinds of contacts to call whatever the case looks like; empty: those of its likeliest faults. */
        call: z.array(z.enum(ROLES)).default([]),
        /** True if it may be asked about in passing: what else the words tell is taken all the same. */
        passing: z.boolean().default(false),
        /** True if no diagnosis goes on after it. */
        final: z.boolean().default(false),
      }),
    )
    .default([]),
});

export type Flow = z.infer<typeof flowSchema>;
export type FlowState = z.infer<typeof stateSchema>;
export type FlowOption = z.infer<typeof flowOptionSchema>;

/** Where a target leads, taken apart. */
export type Target =
  | { kind: 'state' | 'call' | 'become' | 'pass'; name: string }
  | { kind: 'done' | 'again' | 'nudge' | 'resume' };

export function parseTarget(written: string): Target {
  if (written === 'done' || written === 'again' || written === 'nudge' || written === 'resume')
    return { kind: written };
  const [kind, name] = written.split(':');
  if ((kind === 'call' || kind === 'become' || kind === 'pass') && name !== undefined) return { kind, name };
  return { kind: 'state', name: written };
}

/**
 * Fills a sentence in. A `[[segment]]` disappears when one of its placeholders is missing or empty; a placeholder outside a
 * segment that is missing becomes nothing.
 */
export function fill(template: string, values: Readonly<Record<string, string | number>> = {}): string {
  const put = (part: string): string =>
    part.includes('{') ? part.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? '')) : part;
  const whole = template.includes('[[')
    ? template.replace(/\[\[(.*?)\]\]/gs, (_, segment: string) => {
        const keys = [...segment.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
        return keys.every((key) => String(values[key] ?? '') !== '') ? put(segment) : '';
      })
    : template;
  const filled = put(whole);
  return (filled.includes('\n\n\n') ? filled.replace(/\n{3,}/g, '\n\n') : filled).trim();
}
