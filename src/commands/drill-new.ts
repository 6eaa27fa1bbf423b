/** `pos-doctor drill new`: a draft of a scenario from any fault of the knowledge base. */
import { existsSync } from 'node:fs';
import { parse } from 'node:path';
import { type Command, Option } from 'commander';
import { Document, isMap, isScalar } from 'yaml';
import { readConfig } from '../config.js';
import { loadWorld } from '../content.js';
import type { World } from '../dialogue/world.js';
import { draftDrill } from '../drills/draft.js';
import { type Drill, type Knowledge, OTHER } from '../knowledge/schema.js';
import { DIFFICULTIES, SCENARIOS } from '../knowledge/schema-drill.js';
import { type Site, siteOf } from '../pages/site.js';
import { checkDrill } from './drill-file.js';
import { seedOf, wrong } from './drill-flags.js';
import { paint, printable } from './paint.js';
import { expectWritable, writeWhole } from './whole-file.js';

const EXAMPLES = `
Examples:
  $ pos-doctor drill new                                        the faults that a draft can be made of
  $ pos-doctor drill new network-sim-unpaid                     a draft, on the screen
  $ pos-doctor drill new network-sim-unpaid --difficulty 2 --seed 7 --out my-drill.yaml
  $ pos-doctor drill play my-drill.yaml                         try it
  Then put it into CONTENT_DIR/knowledge/drills/ to have it in \`drill list\` and in the chat.

What the checks show is drawn from the knowledge base's likelihoods: the same seed, the same draft.`;

/** Fields with a comment on what to edit. */
const COMMENTED = [
  'title',
  'fault',
  'difficulty',
  'minutes',
  'screen',
  'opening',
  'money',
  'shows',
  'events',
  'traps',
  'right',
  'cures',
  'call',
  'path',
  'lesson',
] as const satisfies readonly (keyof Drill)[];

interface Flags {
  id?: string;
  scenario: Drill['scenario'];
  difficulty: string;
  seed: number;
  out?: string;
}

export function addDrillNew(drill: Command): void {
  drill
    .command('new')
    .description('write a draft of a scenario from a fault; without one: which faults there are')
    .argument('[fault]', 'what is to be wrong, by its id')
    .option('--id <id>', 'what the scenario is called (default: as the file of --out, else as the fault)')
    .addOption(new Option('--scenario <scenario>', 'what kind of day').choices(SCENARIOS).default('daily'))
    .addOption(new Option('--difficulty <n>', '1 easy … 3 hard').choices(DIFFICULTIES.map(String)).default('1'))
    .option('--seed <n>', 'another number, another draft', seedOf, 1)
    .option('--out <file>', 'write it there; a file that exists is never overwritten')
    .addHelpText('after', EXAMPLES)
    .action((fault: string | undefined, flags: Flags) => {
      const config = readConfig(process.env);
      if (flags.out !== undefined && existsSync(flags.out))
        throw wrong(`${flags.out} exists; name another file, or remove that one yourself`);
      if (flags.out !== undefined) expectWritable(flags.out);
      const world = loadWorld({ contentDir: config.contentDir, publicUrl: config.publicUrl });
      const { knowledge } = world;
      const site = siteOf(knowledge);
      if (fault === undefined) {
        process.stdout.write(`${printable(faultList(knowledge, site))}\n`);
        return;
      }
      const draft = draftOf(fault, flags, world);
      const yaml = yamlOf(draft, site);
      const { problems } = checkDrill(flags.out ?? `${draft.id}.yaml`, Buffer.from(yaml), config);
      for (const { severity, rule, message } of problems)
        process.stderr.write(`${paint.yellow(`${severity} ${rule} ${message}`)}\n`);
      if (flags.out === undefined) {
        process.stdout.write(printable(yaml));
        return;
      }
      writeWhole(flags.out, yaml);
      process.stdout.write(`${site.word('drill.new.written', { file: flags.out })}\n`);
    });
}

const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

function draftOf(fault: string, { id: asked, scenario, difficulty, seed, out }: Flags, world: World): Drill {
  const { faults, drills } = world.knowledge;
  if (!faults.has(fault) || fault === OTHER)
    throw wrong(`no fault "${fault}"; \`pos-doctor drill new\` without one lists them`);
  const named = out === undefined ? undefined : parse(out).name;
  const id = asked ?? named ?? freeId(fault, drills);
  if (!ID.test(id))
    throw wrong(`a scenario is called "${id}": small letters, digits and single dashes, as sim-unpaid-2`);
  if (named !== undefined && named !== id) throw wrong(`--id ${id}: a scenario is called as its file, ${named}`);
  return draftDrill(fault, seed, world, { id, scenario, difficulty: Number(difficulty) });
}

/** As the fault, with a number if that is taken. */
function freeId(fault: string, drills: Knowledge['drills']): string {
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? fault : `${fault}-${n}`;
    if (!drills.has(id)) return id;
  }
}

function faultList({ causes, faults }: Knowledge, { word }: Pick<Site, 'word'>): string {
  const blocks = [...causes.values()].map(({ id, label }) => {
    const its = [...faults.values()].filter((fault) => fault.cause === id);
    const lines = its.map((fault) => `  ${fault.id}  ${paint.dim(fault.title)}`);
    return `${paint.bold(word('drill.cause', { label, n: its.length }))}\n${lines.join('\n')}`;
  });
  return blocks.join('\n\n');
}

/** The draft as a file to be edited: what each part is for stands above it. */
export function yamlOf(drill: Drill, { word }: Pick<Site, 'word'>): string {
  const doc = new Document(drill, { compat: 'yaml-1.1' });
  const comment = (key: string): string => ` ${word(`drill.new.${key}`)}`;
  doc.commentBefore = comment('head').replaceAll('\n', '\n ');
  if (isMap(doc.contents))
    for (const { key } of doc.contents.items)
      if (isScalar(key) && COMMENTED.some((one) => one === key.value)) key.commentBefore = comment(String(key.value));
  return doc.toString({ lineWidth: 0 });
}
