/** The understanding as a whole: trained once from the knowledge base, then a pure function of an utterance. */
import { CAUSES, type Cause, INTENTS, type Knowledge } from '../knowledge/schema.js';
import { createNormaliser, type Normalised, original } from '../text/normalise.js';
import { type Clause, createClauses } from './clauses.js';
import { createDenied } from './denied.js';
import { createEntities } from './entities.js';
import { type Answer, createEvidence } from './evidence.js';
import { tokenise } from './features.js';
import { shortened } from './kept.js';
import { type Example, type Input, openModel, type Trained, train } from './model.js';
import { bareText, createOptions } from './options.js';
import { clearedFrom, createPolarity } from './polarity.js';
import { LOST, MODEL } from './settings.js';
import { createScenario, createSigns, type ReadClause } from './signs.js';
import { hasty, trainingRows } from './training.js';
import type { Entity, Evidence, Nlu, Ranked, Sign, Understanding, UtteranceContext } from './understanding.js';
import { explainIntents } from './why.js';

/** Characters up to which an answer is an option's name and nothing else. */
const NAME_ONLY = 6;
/** P(out-of-scope) of an utterance in which nothing is known: empty, emoji only, another script. */
const NOTHING_KNOWN = 0.9;
/** How much the odds of out-of-scope grow with the share of features never seen: by e to this if all are new. */
const STRANGENESS = 2;

/** What is left of P(cause) for one that the sentence rules out: who says so may be wrong. */
const DENIED = 0.05;

function ranked<Id extends string>(ids: readonly Id[], p: (index: number) => number): Ranked<Id>[] {
  return ids.map((id, index) => ({ id, p: p(index) })).sort((a, b) => b.p - a.p);
}

/** P(one of the five causes). */
function troubleOf(p: Float64Array): number {
  return CAUSES.reduce((sum, cause) => sum + (p[INTENTS.indexOf(cause)] ?? 0), 0);
}

/** An utterance cut and read, before anything is concluded from it. */
interface Reading {
  source: Normalised;
  clauses: ReadClause[];
  entities: Entity[];
  answers: Answer[];
  signs: Sign[];
  input: Input;
}

/** Joins the clauses' visible characters, with their places in the normalised text. */
function bareOf(clauses: readonly Clause[]): { text: string; at: number[] } {
  let text = '';
  const at: number[] = [];
  for (const clause of clauses) {
    text += clause.text;
    for (const place of clause.at) at.push(place);
  }
  return { text, at };
}

/** Makes the function that cuts and reads an utterance. */
function createReader(knowledge: Knowledge): (utterance: string) => Reading {
  const { lexicon } = knowledge;
  const normalise = createNormaliser(lexicon.synonyms);
  const plain = (text: string): string => normalise(text).text;
  const cut = createClauses(lexicon);
  const polarityOf = createPolarity(lexicon);
  const entitiesIn = createEntities(knowledge, plain);
  const answersIn = createEvidence(knowledge.evidence, lexicon);
  const signsIn = createSigns(knowledge.faults, lexicon, (text) => bareText(plain(text)));
  return (utterance) => {
    const source = normalise(utterance);
    const clauses = cut(source).map((clause) => ({ ...clause, polarity: polarityOf(clause) }));
    const cleared = clauses.filter((clause) => clause.polarity.cleared);
    const entities = entitiesIn(source, bareOf(clauses), cleared);
    const answers = answersIn(clauses);
    const signs = signsIn(clauses);
    const tokens = tokenise(clauses.map((clause) => ({ ...clause, clearedFrom: clearedFrom(clause.polarity) })));
    const hints = hintsOf({ entities, answers, signs }, knowledge);
    return { source, clauses, entities, answers, signs, input: { text: source.text, tokens, hints } };
  };
}

/**
 * What the rules tell the classifier: the causes that a code may stand for, that a bank or an acquirer is named, the answers
 * given (they turn 「连热点也不行」 away from the network), and the faults that the words point at.
 */
function hintsOf(
  { entities, answers, signs }: Pick<Reading, 'entities' | 'answers' | 'signs'>,
  knowledge: Knowledge,
): string[] {
  const hints = new Set<string>();
  for (const entity of entities) {
    if (entity.type === 'code') {
      for (const reading of knowledge.codes.get(entity.value) ?? [])
        if (entity.system === undefined || entity.system === reading.system) hints.add(`code ${reading.cause}`);
    } else if (entity.type === 'bank' || entity.type === 'acquirer' || entity.type === 'terminal') {
      hints.add(entity.type);
    }
  }
  for (const { question, option } of answers) hints.add(`answer ${question} ${option}`);
  for (const { fault } of signs) hints.add(`sign ${fault}`).add(`sign of ${knowledge.faults.get(fault)?.cause}`);
  return [...hints];
}

/** Reads what is learned from, each sentence once: half the time of a training, for who trains on several parts of one knowledge. */
export function lessonReader(knowledge: Knowledge): (text: string) => Input {
  const read = createReader(knowledge);
  const known = new Map<string, Input>();
  return (text) => {
    const input = known.get(text) ?? read(text).input;
    known.set(text, input);
    return input;
  };
}

/**
 * Trains the classifier on the knowledge's phrases and real utterances: a second or two for some thousand of them.
 * @throws {SyntaxError} if evidence.yaml holds a pattern that is no regular expression.
 */
export function learn(knowledge: Knowledge, inputOf: (text: string) => Input = lessonReader(knowledge)): Trained {
  function* examples(): Generator<Example> {
    for (const { text, target, weight } of trainingRows(knowledge)) {
      yield { ...inputOf(text), target, weight };
      const copy = hasty(text, LOST);
      if (copy !== null) yield { ...inputOf(copy), target, weight };
    }
  }
  return shortened(train(examples(), INTENTS.length, MODEL));
}

/** Everything of the knowledge that training depends on, as plain data: as long as it stays the same, so does what is learned. */
export function lessons({ phrases, realUtterances, lexicon, evidence, faults, codes }: Knowledge): unknown {
  const signs = [...faults.values()].map(({ id, cause, signs }) => [id, cause, signs]);
  const examples = [...phrases, ...realUtterances].map(({ text, intent, also }) => [text, intent, also]);
  return {
    settings: { ...MODEL, lost: LOST },
    intents: INTENTS,
    examples,
    lexicon,
    evidence,
    signs,
    codes: [...codes],
  };
}

/**
 * The understanding over a classifier that was trained on this knowledge. The result is pure, deterministic and may be shared.
 * `understand` looks at the first 2,000 UTF-16 units of an utterance and never throws.
 * @throws {SyntaxError} if evidence.yaml holds a pattern that is no regular expression.
 */
export function createNlu(knowledge: Knowledge, trained: Trained = learn(knowledge)): Nlu {
  const read = createReader(knowledge);
  const plain = createNormaliser(knowledge.lexicon.synonyms);
  const bare = (text: string): string => bareText(plain(text).text);
  const chooseOption = createOptions(knowledge.questions, knowledge.lexicon, (text) => plain(text).text);
  const scenarioIn = createScenario(knowledge.scenarios, bare);
  const model = openModel(trained);
  const away = INTENTS.indexOf('out-of-scope');

  /** What the classifier says, moved towards out-of-scope by what it has never seen: strange words argue for it. */
  function intentsOf(input: Input): Float64Array {
    const { p, known } = model.predict(input);
    const odds = ((p[away] ?? 0) / (1 - (p[away] ?? 0))) * Math.exp(STRANGENESS * (1 - known));
    const out = input.tokens.length === 0 ? NOTHING_KNOWN : odds / (1 + odds);
    const rest = (1 - out) / (1 - (p[away] ?? 0));
    return p.map((value, i) => (i === away ? out : value * rest));
  }

  function evidenceOf(reading: Reading, context: UtteranceContext | undefined): Evidence[] {
    const { source, clauses, answers } = reading;
    const found: Evidence[] = answers.map(({ question, option, from, to }) => ({
      question,
      option,
      ...original(source, clauses[from]?.start ?? 0, clauses[to]?.end ?? 0),
    }));
    const { question } = context ?? {};
    if (question === undefined) return found;
    const option = chooseOption(question, source.text);
    if (option === null) return found;
    // 「第一张不行第二张行」 holds the name of an option and says the other: patterns read the sentence whole.
    const told = found.find((answer) => answer.question === question);
    if (told !== undefined && told.option !== option && bareText(source.text).length > NAME_ONLY) return found;
    const whole = { question, option, ...original(source, 0, source.text.length) };
    return [...found.filter((answer) => answer.question !== question), whole];
  }

  /** P(cause) given that it is one of the five, most likely first. Of what the sentence rules out little is left. */
  function causesOf(p: Float64Array, denied: readonly Cause[] = []): Ranked<Cause>[] {
    const total = troubleOf(p);
    const left = CAUSES.map((cause) => {
      const share = total > 0 ? (p[INTENTS.indexOf(cause)] ?? 0) / total : 1 / CAUSES.length;
      return share * (denied.includes(cause) ? DENIED : 1);
    });
    const sum = left.reduce((all, one) => all + one, 0);
    return ranked(CAUSES, (i) => (left[i] ?? 0) / sum);
  }

  const ways = new Set(Object.values(knowledge.lexicon.channels).flat().map(bare));
  const deniedIn = createDenied((text) => {
    const { input } = read(text);
    // 「不是刷卡」 is about the way of paying.
    return input.tokens.length === 0 || ways.has(text) ? null : causesOf(intentsOf(input));
  });

  return {
    why(utterance) {
      const reading = read(utterance);
      return explainIntents(model, { ...reading, text: utterance }, intentsOf(reading.input));
    },
    understand(utterance, context) {
      const reading = read(utterance);
      const answered = new Set(reading.answers.flatMap(({ from, to }) => [from, to]));
      const denied = deniedIn(reading.clauses, answered);
      const p = intentsOf(reading.input);
      const understanding: Understanding = {
        text: utterance,
        normalized: reading.source.text,
        intents: ranked(INTENTS, (i) => p[i] ?? 0),
        causes: causesOf(p, denied),
        denied,
        entities: reading.entities,
        evidence: evidenceOf(reading, context),
        signs: reading.signs,
        scenario: scenarioIn(reading.clauses),
        outOfScope: p[away] ?? 0,
      };
      return understanding;
    },
  };
}
