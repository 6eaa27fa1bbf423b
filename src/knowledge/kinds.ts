/** Which files a knowledge folder holds, by what schema each is checked and where its entries go. Pure. */
import { z } from 'zod';
import type { Entry, Layer, SingleName } from './content.js';
import { codeKey } from './content.js';
import type { Doc, Path } from './document.js';
import type { Problem } from './problem.js';
import { lintWordsSchema } from './rules.js';
import {
  causeSchema,
  codeSystemSchema,
  contactSchema,
  costsSchema,
  doNotUseSchema,
  drillActSchema,
  drillSchema,
  evidenceRuleSchema,
  lexiconSchema,
  likelihoodsSchema,
  organizationSchema,
  phrasesSchema,
  planSchema,
  preventionSchema,
  questionSchema,
  realUtteranceSchema,
  scenarioSchema,
  sourceSchema,
  topicSchema,
  uiSchema,
} from './schema.js';
import { validate } from './validate.js';

/** Puts a file's entries into a layer; returns what is wrong with them. */
type Collect = (doc: Doc, layer: Layer, overlaid: boolean) => Problem[];

interface Kind {
  /** `name.yaml`, or `folder/*.yaml` for any number of files. */
  pattern: string;
  /** Must our own folder have it? An overlay may lack anything. */
  required: boolean;
  collect: Collect;
}

const contactsSchema = z.strictObject({
  contacts: z.array(contactSchema),
  doNotUse: z.array(doNotUseSchema).default([]),
});

/** The exact name wins over the folder pattern, so it stands first. */
export const KINDS: readonly Kind[] = [
  {
    pattern: 'sources/*.yaml',
    required: true,
    collect: list(
      sourceSchema,
      (layer) => layer.sources,
      (value) => value.id,
    ),
  },
  { pattern: 'causes/*.yaml', required: true, collect: collectCause },
  {
    pattern: 'questions.yaml',
    required: true,
    collect: list(
      questionSchema,
      (layer) => layer.questions,
      (value) => value.id,
    ),
  },
  { pattern: 'codes/*.yaml', required: true, collect: collectCodes },
  { pattern: 'contacts.yaml', required: true, collect: collectContacts },
  {
    pattern: 'scenarios.yaml',
    required: true,
    collect: list(
      scenarioSchema,
      (layer) => layer.scenarios,
      (value) => value.id,
    ),
  },
  {
    pattern: 'prevention.yaml',
    required: true,
    collect: list(
      preventionSchema,
      (layer) => layer.prevention,
      (value) => value.id,
    ),
  },
  {
    pattern: 'topics.yaml',
    required: true,
    collect: list(
      topicSchema,
      (layer) => layer.topics,
      (value) => value.id,
    ),
  },
  { pattern: 'emergency-plan.yaml', required: true, collect: collectPlan },
  {
    pattern: 'drill-acts.yaml',
    required: true,
    collect: list(
      drillActSchema,
      (layer) => layer.drillActs,
      (value) => value.id,
    ),
  },
  { pattern: 'drills/*.yaml', required: false, collect: collectDrill },
  {
    pattern: 'phrases/real-utterances.yaml',
    required: false,
    collect: list(realUtteranceSchema, (layer) => layer.realUtterances),
  },
  { pattern: 'phrases/*.yaml', required: true, collect: collectPhrases },
  { pattern: 'evidence.yaml', required: true, collect: list(evidenceRuleSchema, (layer) => layer.evidence) },
  { pattern: 'costs.yaml', required: true, collect: single('costs', costsSchema) },
  { pattern: 'likelihoods.yaml', required: true, collect: single('likelihoods', likelihoodsSchema) },
  { pattern: 'lexicon.yaml', required: true, collect: single('lexicon', lexiconSchema) },
  { pattern: 'organization.yaml', required: true, collect: single('organization', organizationSchema) },
  { pattern: 'lint.yaml', required: true, collect: single('words', lintWordsSchema) },
  { pattern: 'ui.yaml', required: true, collect: collectUi },
  // Yardsticks, not content: `simulate` reads them itself, and an overlay's would never be read.
  { pattern: 'simulation/*.yaml', required: false, collect: () => [] },
];

/** The kind of a file by its path inside the knowledge folder, with `/` between folders. */
export function kindOf(path: string): Kind | undefined {
  return KINDS.find(({ pattern }) =>
    pattern.endsWith('/*.yaml') ? path.startsWith(pattern.slice(0, -6)) && path.endsWith('.yaml') : path === pattern,
  );
}

function list<T>(schema: z.ZodType<T>, pick: (layer: Layer) => Entry<T>[], key?: (value: T) => string): Collect {
  return (doc, layer, overlaid) => {
    const { value, problems } = validate(doc, z.array(schema));
    return [
      ...problems,
      ...add(
        pick(layer),
        (value ?? []).map((item, index) => ({ value: item, doc, path: [index], overlaid })),
        key,
      ),
    ];
  };
}

/** Appends entries; an id that the layer has already is a mistake, not an override. */
function add<T>(into: Entry<T>[], entries: readonly Entry<T>[], key?: (value: T) => string): Problem[] {
  const problems: Problem[] = [];
  const known = new Map(key ? into.map((entry) => [key(entry.value), entry]) : []);
  for (const entry of entries) {
    const id = key?.(entry.value);
    const earlier = id === undefined ? undefined : known.get(id);
    if (earlier) {
      const { line } = earlier.doc.locate(earlier.path);
      problems.push({
        file: entry.doc.file,
        ...entry.doc.locate(entry.path),
        rule: 'duplicate-id',
        severity: 'error',
        message: `"${id}" stands already in ${earlier.doc.file}:${line}; rename or remove one of the two`,
      });
      continue;
    }
    if (id !== undefined) known.set(id, entry);
    into.push(entry);
  }
  return problems;
}

function collectCause(doc: Doc, layer: Layer, overlaid: boolean): Problem[] {
  const { value: cause, problems } = validate(doc, causeSchema);
  if (!cause) return problems;
  const faults = cause.faults.map((fault, index) => ({
    value: { ...fault, cause: cause.id },
    doc,
    path: ['faults', index],
    overlaid,
  }));
  const id = (value: { id: string }): string => value.id;
  return [
    ...problems,
    ...add(layer.causes, [{ value: cause, doc, path: [], overlaid }], id),
    ...add(layer.faults, faults, id),
  ];
}

function collectCodes(doc: Doc, layer: Layer, overlaid: boolean): Problem[] {
  const { value: system, problems } = validate(doc, codeSystemSchema);
  if (!system) return problems;
  const codes = system.codes.map((code, index) => ({
    value: { ...code, system: system.id },
    doc,
    path: ['codes', index],
    overlaid,
  }));
  return [
    ...problems,
    ...add(layer.systems, [{ value: system, doc, path: [], overlaid }], (value) => value.id),
    ...add(layer.codes, codes, codeKey),
  ];
}

function collectContacts(doc: Doc, layer: Layer, overlaid: boolean): Problem[] {
  const { value, problems } = validate(doc, contactsSchema);
  const entries = entriesIn(doc, overlaid);
  return [
    ...problems,
    ...add(layer.contacts, entries('contacts', value?.contacts ?? []), (contact) => contact.id),
    ...add(layer.doNotUse, entries('doNotUse', value?.doNotUse ?? [])),
  ];
}

function collectPlan(doc: Doc, layer: Layer, overlaid: boolean): Problem[] {
  const { value, problems } = validate(doc, planSchema);
  const entries = entriesIn(doc, overlaid);
  return [
    ...problems,
    ...add(layer.planRoles, entries('roles', value?.roles ?? []), (role) => role.id),
    ...add(layer.situations, entries('situations', value?.situations ?? []), (situation) => situation.id),
  ];
}

function collectDrill(doc: Doc, layer: Layer, overlaid: boolean): Problem[] {
  const { value, problems } = validate(doc, drillSchema);
  if (!value) return problems;
  return [...problems, ...add(layer.drills, [{ value, doc, path: [], overlaid }], (drill) => drill.id)];
}

/** The items of a list under a key of a file. */
function entriesIn(doc: Doc, overlaid: boolean): <T>(key: string, items: readonly T[]) => Entry<T>[] {
  return (key, items) => items.map((value, index) => ({ value, doc, path: [key, index] satisfies Path, overlaid }));
}

function collectPhrases(doc: Doc, layer: Layer, overlaid: boolean): Problem[] {
  const { value, problems } = validate(doc, phrasesSchema);
  const phrases = (value?.phrases ?? []).map((phrase) =>
    typeof phrase === 'string' ? { text: phrase, also: [] } : { text: phrase.text, also: phrase.also },
  );
  for (const [index, phrase] of phrases.entries())
    if (value)
      layer.phrases.push({ value: { ...phrase, intent: value.intent }, doc, path: ['phrases', index], overlaid });
  return problems;
}

function collectUi(doc: Doc, layer: Layer, overlaid: boolean): Problem[] {
  const { value, problems } = validate(doc, uiSchema);
  if (value) layer.singles.ui = { value, doc, path: [], overlaid };
  return problems;
}

/** Our own file must be whole; an overlay names only what it changes. */
function single<K extends Exclude<SingleName, 'ui'>, S extends z.ZodObject>(name: K, schema: S): Collect {
  return (doc, layer, overlaid) => {
    const { value, problems } = validate(doc, overlaid ? schema.partial() : schema);
    if (!value) return problems;
    // Defaults of keys that an overlay does not name must not undo what is below it.
    const written = typeof doc.data === 'object' && doc.data !== null ? doc.data : {};
    const kept = overlaid
      ? Object.fromEntries(Object.entries(value).filter(([key]) => Object.hasOwn(written, key)))
      : value;
    const entry = { value: kept, doc, path: [], overlaid };
    Object.assign(layer.singles, { [name]: entry });
    return problems;
  };
}
