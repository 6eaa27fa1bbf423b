/** `pos-doctor why`: what in a sentence moved which intent by how much. */
import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { loadWorld } from '../content.js';
import { PosDoctorError } from '../errors.js';
import { CAUSES, type Cause, INTENTS, type Intent, type Knowledge } from '../knowledge/schema.js';
import type { Push, Why } from '../nlu/why.js';
import { keyOf, siteOf } from '../pages/site.js';
import { paint, printable } from './paint.js';

const EXAMPLES = `
Examples:
  $ pos-doctor why "<sentence>"                           which characters and rules spoke for which intent
  $ pos-doctor why --json "<sentence>" | jq .rules             for programs`;

export function addWhyCommand(program: Command): void {
  program
    .command('why')
    .description('say what in a sentence moved which intent by how much')
    .argument('<sentence...>', 'the sentence')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((words: string[], options: { json?: boolean }) => {
      const sentence = words.join(' ');
      if (sentence.trim() === '') throw new PosDoctorError('BAD_ARGUMENTS', { what: 'the sentence is empty' });
      const config = readConfig(process.env);
      const { nlu, knowledge } = loadWorld({ contentDir: config.contentDir, publicUrl: config.publicUrl });
      const why = nlu.why(sentence);
      process.stdout.write(
        options.json === true ? `${JSON.stringify(named(why, knowledge))}\n` : forPeople(why, knowledge),
      );
    });
}

/** The same with each rule in words. */
function named(why: Why, knowledge: Knowledge): object {
  return { ...why, rules: why.rules.map(({ rule, push }) => ({ rule, name: ruleName(rule, knowledge), push })) };
}

/** A rule in the words of the knowledge. */
export function ruleName(rule: string, knowledge: Knowledge): string {
  const { word } = siteOf(knowledge);
  const [kind = '', ...rest] = rule.split(' ');
  const last = rest[rest.length - 1] ?? '';
  if (kind === 'answer') {
    const question = knowledge.questions.get(rest[0] ?? '');
    return word('why.answer', { what: question?.because[last] ?? rest.join(' ') });
  }
  if (kind === 'code') return word('why.code', { what: causeName(last, knowledge) });
  if (kind === 'sign' && rest.length === 1)
    return word('why.sign', { what: knowledge.faults.get(last)?.title ?? last });
  if (kind === 'sign') return word('why.signOf', { what: causeName(last, knowledge) });
  return word(`why.${kind}`);
}

const causeName = (id: string, knowledge: Knowledge): string => knowledge.causes.get(id as Cause)?.label ?? id;

function intentName(intent: Intent, knowledge: Knowledge): string {
  const cause = CAUSES.find((id) => id === intent);
  return cause === undefined ? (knowledge.ui[`intent.${keyOf(intent)}`] ?? intent) : causeName(cause, knowledge);
}

/** So many intents are explained, and so many reasons each are named; smaller pushes are left out. */
const INTENTS_SHOWN = 3;
const REASONS = 6;
const SMALL = 0.05;
/** Pushes from which on a character is coloured. */
const COLOURED = 0.15;

/** Adjacent characters whose push for the intent has the same sign belong together: a word is easier to read than its parts. */
function pieces(why: Why, intent: Intent): { text: string; push: number }[] {
  const found: { text: string; push: number; end: number }[] = [];
  for (const { start, end, push } of why.tokens) {
    const before = found[found.length - 1];
    const text = why.text.slice(start, end);
    const strong = Math.abs(push[intent]) >= SMALL;
    if (before !== undefined && before.end === start && strong && Math.sign(before.push) === Math.sign(push[intent])) {
      before.text += text;
      before.push += push[intent];
      before.end = end;
    } else if (strong) found.push({ text, push: push[intent], end });
  }
  return found;
}

function coloured(why: Why, intent: Intent): string {
  let out = '';
  let at = 0;
  for (const { start, end, push } of why.tokens) {
    if (start < at) continue;
    const text = printable(why.text.slice(start, end));
    const paintIt =
      push[intent] >= COLOURED ? paint.green : push[intent] <= -COLOURED ? paint.red : (plain: string) => plain;
    out += printable(why.text.slice(at, start)) + paintIt(text);
    at = end;
  }
  return out + printable(why.text.slice(at));
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
const total = (push: Push): number => INTENTS.reduce((sum, intent) => sum + Math.abs(push[intent]), 0);

function forPeople(why: Why, knowledge: Knowledge): string {
  const { word } = siteOf(knowledge);
  const lines: string[] = [];
  for (const { id, p } of why.intents.slice(0, INTENTS_SHOWN)) {
    const reasons = [
      { name: word('why.start'), push: why.start[id] },
      ...(total(why.strangeness) > SMALL ? [{ name: word('why.strangeness'), push: why.strangeness[id] }] : []),
      ...pieces(why, id).map(({ text, push }) => ({ name: word('why.words', { what: printable(text) }), push })),
      ...why.rules.map(({ rule, push }) => ({ name: ruleName(rule, knowledge), push: push[id] })),
    ];
    const named = reasons
      .filter(({ push }) => Math.abs(push) >= SMALL)
      .sort((a, b) => Math.abs(b.push) - Math.abs(a.push));
    const rest = named.slice(REASONS);
    lines.push(
      paint.bold(word('why.intent', { name: intentName(id, knowledge), id, percent: (p * 100).toFixed(0) })),
      `  ${coloured(why, id)}`,
      ...named
        .slice(0, REASONS)
        .map(({ name, push }) => `  ${push > 0 ? paint.green(signed(push)) : paint.red(signed(push))}  ${name}`),
      ...(rest.length > 0
        ? [
            paint.dim(
              `  ${signed(rest.reduce((sum, { push }) => sum + push, 0))}  ${word('why.rest', { n: rest.length })}`,
            ),
          ]
        : []),
    );
  }
  lines.push(paint.dim(word('why.unit')));
  return `${lines.join('\n')}\n`;
}
