import { setImmediate as breathe } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { readConfig } from '../config.js';
import { loadWorld, soundKnowledge } from '../content.js';
import { loadYardsticks } from '../simulate/load.js';
import { asHtml, asText, targetsOf, verdict } from '../simulate/report.js';
import { SHOPS } from '../simulate/shops.js';
import { type SimulationInput, simulateWorld, WORLDS, type WorldResult } from '../simulate/simulate.js';
import { interruptible, type Stopped } from './interruptible.js';
import { wholeNumber } from './numbers.js';
import { paint } from './paint.js';
import { showProgress } from './progress.js';
import { runIncidents, tellIncidents } from './simulate-incidents.js';
import { runMornings, tellMornings } from './simulate-morning.js';
import { openingsIn, voicesIn } from './simulated-voices.js';
import { expectWritable, writeWhole } from './whole-file.js';

const EXAMPLES = `
Examples:
  $ pos-doctor simulate                                  a table a world, and which targets are met
  $ pos-doctor simulate --cases 300 --seed 7             quicker, other merchants
  $ pos-doctor simulate --json | jq .targets             for programs
  $ pos-doctor simulate --html simulation.html           bars with 95 % intervals as well
  $ pos-doctor simulate --incidents                      how soon an outage is noticed, how often one that is none
  $ pos-doctor simulate --incidents --svg curve.svg      delay against false alarms as a drawing as well
  $ pos-doctor simulate --morning                        an outage in a morning of 4,000 shops: who heard what, what it saved
  $ pos-doctor simulate --morning --html morning.html    as a page as well`;

/** Merchants a world: a few minutes. */
const CASES = 2000;
/** More is a slip of the finger. */
const MOST_CASES = 1_000_000;
/** Months of reports: a minute or so. */
const MONTHS = 12;
const MOST_MONTHS = 1200;
/** Mornings, from the seed on: a quarter of a minute or so. */
const MORNINGS = 5;
const MOST_MORNINGS = 1000;
const MOST_SHOPS = 20_000;

interface Flags {
  json?: boolean;
  seed: number;
  cases: number;
  html?: string;
  incidents?: boolean;
  months: number;
  svg?: string;
  morning?: boolean;
  shops: number;
  mornings: number;
}

export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('let simulated merchants meet our policy, a fixed order, an expert’s tree and other rules')
    .option(
      '--json',
      'one JSON: {"seed","worlds","targets"}; with --incidents {"falseAlarms","delays","curve",…}, with --morning {"groups","falseStatements",…}',
    )
    .option('--seed <number>', 'which merchants', wholeNumber(0, 2 ** 31), 1)
    .addOption(
      new Option('--cases <number>', 'merchants a world')
        .argParser(wholeNumber(10, MOST_CASES))
        .default(CASES)
        .conflicts(['incidents', 'morning']),
    )
    .addOption(new Option('--html <file>', 'write a page with bars there, too').conflicts('incidents'))
    .option('--incidents', 'instead: months of reports from 4,000 shops, in which outages are to be noticed')
    .addOption(
      new Option('--months <number>', 'how many, with --incidents')
        .argParser(wholeNumber(1, MOST_MONTHS))
        .default(MONTHS)
        .implies({ incidents: true }),
    )
    .addOption(
      new Option('--svg <file>', 'draw delay against false alarms there, too, with --incidents').implies({
        incidents: true,
      }),
    )
    .addOption(
      new Option('--morning', 'instead: a morning with an outage, with the board and without').conflicts('incidents'),
    )
    .addOption(
      new Option('--shops <number>', 'how many, with --morning')
        .argParser(wholeNumber(100, MOST_SHOPS))
        .default(SHOPS)
        .implies({ morning: true }),
    )
    .addOption(
      new Option('--mornings <number>', 'how many, one seed after the other, with --morning')
        .argParser(wholeNumber(1, MOST_MORNINGS))
        .default(MORNINGS)
        .implies({ morning: true }),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => {
      for (const file of [flags.html, flags.svg]) if (file !== undefined) expectWritable(file);
      const config = readConfig(process.env);
      if (flags.incidents === true) {
        const world = loadWorld({ contentDir: config.contentDir, publicUrl: config.publicUrl });
        const done = await interruptible(async (stopped) => {
          const voices = await voicesIn(world, flags.seed, stopped);
          return voices && runIncidents(flags, voices, stopped);
        });
        if (done !== null) tellIncidents(done, flags, () => world.knowledge.ui);
        return;
      }
      if (flags.morning === true) {
        const done = await interruptible((stopped) => runMornings(flags, config, stopped));
        if (done !== null) tellMornings(done, flags, () => soundKnowledge(config.contentDir).ui);
        return;
      }
      const results = await interruptible((stopped) => simulate(flags, config, stopped));
      if (results === null) return;
      if (flags.html !== undefined) writeWhole(flags.html, asHtml(results, flags.seed));
      process.stdout.write(`${flags.json === true ? asJson(results, flags.seed) : forPeople(results)}\n`);
    });
}

/** Null if it was stopped. */
async function simulate(
  { seed, cases }: Flags,
  config: { contentDir?: string | undefined; publicUrl: string },
  stopped: Stopped,
): Promise<WorldResult[] | null> {
  const yardsticks = loadYardsticks();
  showProgress('learning the phrases');
  const world = loadWorld({ contentDir: config.contentDir, publicUrl: config.publicUrl });
  const openings = await openingsIn(world, yardsticks.openings, stopped);
  if (openings === null) return null;
  const input: SimulationInput = { ...yardsticks, knowledge: world.knowledge, openings, cases, seed };
  const results: WorldResult[] = [];
  for (const kind of WORLDS) {
    const running = simulateWorld(kind, input);
    for (;;) {
      const next = running.next();
      if (next.done === true) {
        results.push(next.value);
        break;
      }
      showProgress(`${kind} ${Math.round((100 * next.value.done) / next.value.of)} %`);
      // A signal is heard between two blocks only.
      await breathe();
      if (stopped()) return null;
    }
  }
  return results;
}

const asJson = (worlds: readonly WorldResult[], seed: number): string =>
  JSON.stringify({ seed, worlds, targets: worlds.flatMap(targetsOf) });

function forPeople(results: readonly WorldResult[]): string {
  const targets = results.flatMap(targetsOf).map((one) => {
    const { world, what, value, bound, half } = one;
    const line = `${verdict(one).padEnd(21)}  ${world}: ${what}: ${value.toFixed(3)} ± ${half.toFixed(3)} (${bound.toFixed(3)})`;
    return one.met ? paint.green(line) : paint.red(line);
  });
  return [...results.map((result) => `${asText(result)}\n`), ...targets].join('\n');
}
