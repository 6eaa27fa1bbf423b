/** `pos-doctor classify`: what one sentence is understood to say. */
import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { loadWorld } from '../content.js';
import { STANDARD_QUESTIONS } from '../knowledge/schema.js';
import type { Understanding } from '../nlu/understanding.js';
import { readLines } from './lines.js';
import { printable } from './paint.js';

const EXAMPLES = `
Examples:
  $ pos-doctor classify < sentences.txt               for people: the likeliest intents and what was found
  $ pos-doctor classify --json < sentences.txt        one utterance a line in, one JSON a line out`;

/** The form that other programs read; answers to questions that a knowledge base adds to the standard ones come apart. */
export function asJson({ text, intents, causes, entities, evidence, outOfScope }: Understanding): object {
  const answers = evidence.map(({ question, option }) => ({ question, option }));
  const standard = ({ question }: { question: string }) => STANDARD_QUESTIONS.includes(question);
  return {
    text,
    intents,
    causes,
    entities,
    evidence: answers.filter(standard),
    outOfScope,
    observations: answers.filter((answer) => !standard(answer)),
  };
}

export function addClassifyCommand(program: Command): void {
  program
    .command('classify')
    .description('say what a sentence means: intents, causes, entities, evidence')
    .argument('[sentence...]', 'the sentence; without it, one a line from stdin')
    .option('--json', 'one JSON a line')
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], options: { json?: boolean }) => {
      const config = readConfig(process.env);
      const { nlu, mask } = loadWorld({ contentDir: config.contentDir, publicUrl: config.publicUrl });
      const print = (text: string) => {
        // Masking keeps the length: offsets stay valid.
        const understood = { ...nlu.understand(text), text: mask(text).text };
        process.stdout.write(`${options.json === true ? JSON.stringify(asJson(understood)) : forPeople(understood)}\n`);
      };
      if (words.length > 0) {
        print(words.join(' '));
        return;
      }
      for await (const line of readLines(process.stdin)) {
        if ('text' in line) print(line.text);
        else if (options.json === true) process.stdout.write(`${JSON.stringify({ error: line.problem })}\n`);
        else process.stdout.write(`(skipped: ${line.problem})\n`);
      }
    });
}

function forPeople({ text, intents, entities, evidence, outOfScope }: Understanding): string {
  const top = intents.slice(0, 3).map(({ id, p }) => `${id} ${p.toFixed(2)}`);
  const named = entities.map(({ type, value }) => `${type}=${printable(value)}`);
  const answers = evidence.map(({ question, option }) => `${question}=${option}`);
  return [
    printable(text),
    `  ${top.join('  ')}  (out of scope ${outOfScope.toFixed(2)})`,
    ...[...named, ...answers].map((item) => `  ${item}`),
  ].join('\n');
}
