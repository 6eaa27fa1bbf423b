/** `pos-doctor drill`: what a trainer does. Each of its commands is a file of its own. */
import type { Command } from 'commander';
import { addDrillDebrief } from './drill-debrief.js';
import { addDrillList } from './drill-list.js';
import { addDrillNew } from './drill-new.js';
import { addDrillPlay } from './drill-play.js';
import { addDrillReport } from './drill-report.js';
import { addDrillSchedule } from './drill-schedule.js';

const EXAMPLES = `
Examples:
  $ pos-doctor drill list --cause network                  scenarios, with their difficulty and minutes
  $ pos-doctor drill play sim-unpaid                       practise one in the terminal
  $ pos-doctor drill play sim-unpaid --json < moves.txt    the same for a program: one message a line in, one JSON a line out
  $ pos-doctor drill new network-sim-unpaid --out my.yaml  a draft of a scenario, to be edited and then played
  $ pos-doctor drill report --html quarter.html            who practised what, how it went, what to do about it
  $ pos-doctor drill schedule                              when each team practises

How a drill goes and how it is scored: docs/drills.zh-CN.md.`;

export function addDrillCommand(program: Command): void {
  const drill = program
    .command('drill')
    .description('emergency drills: list, write and play scenarios; the record of who practised, the schedule')
    .addHelpText('after', EXAMPLES);
  addDrillList(drill);
  addDrillNew(drill);
  addDrillPlay(drill);
  addDrillReport(drill);
  addDrillDebrief(drill);
  addDrillSchedule(drill);
}
