/** `pos-doctor drill list`: the scenarios. */
import { type Command, Option } from 'commander';
import { readConfig } from '../config.js';
import { soundKnowledge } from '../content.js';
import { causeOf } from '../drills/truth.js';
import { CAUSES, type Drill, type Knowledge } from '../knowledge/schema.js';
import { DIFFICULTIES, SCENARIOS } from '../knowledge/schema-drill.js';
import { siteOf } from '../pages/site.js';
import { paint, printable } from './paint.js';

const EXAMPLES = `
Examples:
  $ pos-doctor drill list
  $ pos-doctor drill list --cause balance --difficulty 2
  $ pos-doctor drill list --scenario promotion --json | jq -r '.[].id'   for programs: [{"id","cause","scenario","difficulty"}]`;

interface Flags {
  cause?: string;
  scenario?: string;
  difficulty?: string;
  json?: boolean;
}

export function addDrillList(drill: Command): void {
  drill
    .command('list')
    .description('the scenarios that can be played')
    .addOption(new Option('--cause <cause>', 'of one cause only').choices(CAUSES))
    .addOption(new Option('--scenario <scenario>', 'of one scenario only').choices(SCENARIOS))
    .addOption(new Option('--difficulty <n>', 'of one difficulty only').choices(DIFFICULTIES.map(String)))
    .option('--json', 'print one JSON array')
    .addHelpText('after', EXAMPLES)
    .action((flags: Flags) => list(flags, soundKnowledge(readConfig(process.env).contentDir)));
}

function list({ cause, scenario, difficulty, json }: Flags, knowledge: Knowledge): void {
  const drills = [...knowledge.drills.values()].filter(
    (drill) =>
      (cause === undefined || causeOf(drill, { knowledge }) === cause) &&
      (scenario === undefined || drill.scenario === scenario) &&
      (difficulty === undefined || String(drill.difficulty) === difficulty),
  );
  process.stdout.write(json === true ? `${JSON.stringify(asJson(drills, knowledge))}\n` : asText(drills, knowledge));
}

/** The form that other programs read. */
function asJson(drills: readonly Drill[], knowledge: Knowledge): object[] {
  return drills.map((drill) => ({
    id: drill.id,
    cause: causeOf(drill, { knowledge }),
    scenario: drill.scenario,
    difficulty: drill.difficulty,
  }));
}

function asText(drills: readonly Drill[], knowledge: Knowledge): string {
  const { word } = siteOf(knowledge);
  if (drills.length === 0) return `${word('drill.noneSuch')}\n`;
  const width = Math.max(...drills.map(({ id }) => id.length));
  const line = ({ id, title, scenario, difficulty, minutes }: Drill): string =>
    word('drill.line', {
      id: id.padEnd(width),
      difficulty,
      minutes: String(minutes).padStart(2),
      scenario: knowledge.scenarios.get(scenario)?.label ?? scenario,
      title,
    });
  const blocks = CAUSES.flatMap((cause) => {
    const its = drills.filter((drill) => causeOf(drill, { knowledge }) === cause);
    const label = knowledge.causes.get(cause)?.label ?? cause;
    return its.length === 0
      ? []
      : [`${paint.bold(word('drill.cause', { label, n: its.length }))}\n${its.map(line).join('\n')}`];
  });
  const other = drills.filter((drill) => !CAUSES.some((cause) => causeOf(drill, { knowledge }) === cause));
  const rest = other.length === 0 ? [] : [other.map(line).join('\n')];
  return `${printable([...blocks, ...rest].join('\n\n'))}\n`;
}
