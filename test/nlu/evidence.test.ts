import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createClauses } from '../../src/nlu/clauses.js';
import { createEvidence, createExpander } from '../../src/nlu/evidence.js';
import { createNormaliser } from '../../src/text/normalise.js';
import { knowledge } from './fixture.js';

interface Sentence {
  text: string;
  evidence: { question: string; option: string }[];
}

const normalise = createNormaliser(knowledge.lexicon.synonyms);
const cut = createClauses(knowledge.lexicon);
const find = createEvidence(knowledge.evidence, knowledge.lexicon);
const answers = (raw: string): string[] =>
  find(cut(normalise(raw))).map(({ question, option }) => `${question}: ${option}`);

describe('evidence rules', () => {
  const rule = (question: string, option: string, any: string[], unless: string[] = []) => ({
    question,
    option,
    any,
    unless,
  });
  const small = (rules: Parameters<typeof createEvidence>[0]) => (raw: string) =>
    createEvidence(rules, knowledge.lexicon)(cut(normalise(raw))).map((answer) => answer.option);

  test('a rule fires if one pattern matches a clause and no guard does', () => {
    const read = small([rule('q', 'yes', ['扣了', '扣款'], ['吗$'])]);
    expect(read('钱扣了')).toEqual(['yes']);
    expect(read('钱扣了吗')).toEqual([]);
    expect(read('钱没动')).toEqual([]);
  });

  test('a guard in one clause does not hold for another one', () => {
    expect(small([rule('q', 'yes', ['扣了'], ['吗$'])])('能用吗,钱扣了')).toEqual(['yes']);
  });

  test('of two answers to one question the later one wins', () => {
    const read = small([rule('q', 'no', ['没搬过']), rule('q', 'yes', ['搬的'])]);
    expect(read('以前没搬过店,上周才搬的')).toEqual(['yes']);
    expect(read('上周才搬的,以前没搬过店')).toEqual(['no']);
  });

  test('two clauses are read together only inside a sentence and only if none answers alone', () => {
    const read = small([rule('q', 'fails', ['换了卡还是不行'])]);
    expect(read('换了卡,还是不行')).toEqual(['fails']);
    expect(read('换了卡。还是不行')).toEqual([]);
  });

  test('placeholders stand for the words of the lexicon, the longest first, taken literally', () => {
    const lexicon = { ...knowledge.lexicon, failures: ['不行', '不行了', 'a+b'] };
    expect(createExpander(lexicon)('^{failure}$')).toBe('^(?:不行了|a\\+b|不行)$');
    expect(createExpander({ ...lexicon, failures: [] })('{failure}')).toBe('(?:(?!))');
  });
});

const labelled = (file: string): readonly Sentence[] =>
  parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as readonly Sentence[];

/** Precision and recall over the questions that the file labels at all. */
function measure(sentences: readonly Sentence[]) {
  const asked = new Set(sentences.flatMap(({ evidence }) => evidence.map(({ question }) => question)));
  let right = 0;
  let wrong = 0;
  let missed = 0;
  const failures: string[] = [];
  for (const { text, evidence } of sentences) {
    const wanted = evidence.map(({ question, option }) => `${question}: ${option}`);
    const found = answers(text).filter((answer) => asked.has(answer.slice(0, answer.indexOf(':'))));
    const extra = found.filter((answer) => !wanted.includes(answer));
    const lost = wanted.filter((answer) => !found.includes(answer));
    right += found.length - extra.length;
    wrong += extra.length;
    missed += lost.length;
    if (extra.length + lost.length > 0) failures.push(`${text}: +[${extra}] -[${lost}]`);
  }
  return { precision: right / (right + wrong), recall: right / (right + missed), failures, asked };
}

describe('evidence.yaml', () => {
  test.each([
    ['evidence-sentences.yaml', 200, 12],
    ['evidence-sentences-2.yaml', 150, 14],
    ['evidence-sentences-3.yaml', 200, 14],
  ])('reads the labelled sentences of %s with precision ≥ 0.95 and recall ≥ 0.85', (file, least, questions) => {
    const sentences = labelled(file);
    expect(sentences.length).toBeGreaterThanOrEqual(least);
    const { precision, recall, failures, asked } = measure(sentences);
    expect(asked.size).toBe(questions);
    const good = precision >= 0.95 && recall >= 0.85;
    expect({ good, failures: good ? [] : failures }).toEqual({ good: true, failures: [] });
  });

  test('every rule names a question and an option that exist', () => {
    for (const { question, option } of knowledge.evidence)
      expect([...(knowledge.questions.get(question)?.options ?? []).map(({ id }) => id), 'unknown']).toContain(option);
  });
});
