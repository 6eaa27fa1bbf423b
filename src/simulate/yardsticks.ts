/** The files of knowledge/simulation/: hand-written orders of asking, first sentences, settings. Schemas and types; pure. */
import { z } from 'zod';
import { CAUSES } from '../knowledge/schema.js';

const share = z.number().min(0).max(1);

const askSchema = z.strictObject({
  say: z.string().optional(),
  /** Question id. */
  ask: z.string(),
  /** Option id → node. */
  on: z.record(z.string(), z.string()),
  /** Where to go on if the answer is not known or the question cannot be put. */
  else: z.string(),
});

const hearSchema = z.strictObject({
  say: z.string().optional(),
  /** Words that name a fault lead to its line in `heard`. */
  hear: z.literal(true),
  /** P(cause | sentence) from which the sentence leans towards it. */
  atLeast: share,
  lean: z.partialRecord(z.enum(CAUSES), z.string()),
  else: z.string(),
});

const trySchema = z.strictObject({
  say: z.string().optional(),
  /** The fault that somebody who came here takes it for. */
  suspect: z.string(),
  /** Fix ids, in order. */
  try: z.array(z.string()).min(1),
  /** Where to go on if none works; a call without it. */
  next: z.string().optional(),
});

export const treeSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  start: z.string(),
  nodes: z.record(z.string(), z.union([askSchema, hearSchema, trySchema])),
  /** Fault id → fix ids, in order. */
  heard: z.record(z.string(), z.array(z.string()).min(1)),
});

/** Which fault a real sentence is about, by the letter. */
export const openingsSchema = z.array(z.strictObject({ text: z.string(), faults: z.array(z.string()).min(1) }));

export const settingsSchema = z.strictObject({
  /** Minutes. */
  lookUpMinutes: z.number().positive(),
  /** P(the last attempt moved money). */
  moved: z.strictObject({
    rest: share,
    faults: z.record(z.string(), share),
    told: z.strictObject({ yes: share, no: share }),
  }),
  /** P(a sentence that names the fault), where there is one. */
  specific: share,
  perturbed: z.strictObject({
    rows: share,
    priorFactor: z.number().min(1),
    wrong: share,
    unknown: share,
    /** How many merchants meet each perturbed model. */
    merchants: z.number().int().positive(),
  }),
});

export type Tree = z.infer<typeof treeSchema>;
export type Openings = z.infer<typeof openingsSchema>;
export type Settings = z.infer<typeof settingsSchema>;

/** Ids that a tree uses and that do not exist, and nodes that lead nowhere. Empty if it is sound. */
export function treeProblems(
  tree: Tree,
  known: {
    questions: ReadonlyMap<string, unknown>;
    fixes: ReadonlyMap<string, unknown>;
    faults: ReadonlyMap<string, unknown>;
  },
): string[] {
  const missing = (what: string, id: string, has: boolean): string[] => (has ? [] : [`${tree.id}: no ${what} ${id}`]);
  const node = (id: string): string[] => missing('node', id, tree.nodes[id] !== undefined);
  const fixes = (ids: readonly string[]): string[] => ids.flatMap((id) => missing('fix', id, known.fixes.has(id)));
  const fault = (id: string): string[] => missing('fault', id, known.faults.has(id));
  return [
    ...node(tree.start),
    ...Object.values(tree.nodes).flatMap((one) => {
      if ('ask' in one)
        return [
          ...missing('question', one.ask, known.questions.has(one.ask)),
          ...[...Object.values(one.on), one.else].flatMap(node),
        ];
      if ('hear' in one) return [...Object.values(one.lean), one.else].flatMap(node);
      return [...fault(one.suspect), ...fixes(one.try), ...(one.next === undefined ? [] : node(one.next))];
    }),
    ...Object.entries(tree.heard).flatMap(([id, tried]) => [...fault(id), ...fixes(tried)]),
  ];
}
