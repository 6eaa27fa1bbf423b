/** `pos-doctor drill debrief`: what was said about one drill, with its picture. */
import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { loadFlows, soundKnowledge } from '../content.js';
import { DRILL } from '../dialogue/drill-words.js';
import { fill } from '../dialogue/flow.js';
import { curveOf, type Frame, shapesOf } from '../drills/curve.js';
import { nextOf } from '../drills/next.js';
import { type DrillRecord, recordOf } from '../drills/record.js';
import { PosDoctorError } from '../errors.js';
import { debriefPage, type NamedRecord } from '../pages/drill.js';
import { clockOf, curveInWords, type DebriefWords, truthOf } from '../pages/drill-words.js';
import { pngOf } from '../pages/png.js';
import { siteOf } from '../pages/site.js';
import { fieldOf } from '../report/event.js';
import { DAY, dateOf, startOf } from '../report/shanghai.js';
import { openJournal } from './open-store.js';
import { printable } from './paint.js';
import { runIdOf } from './plan.js';
import { expectWritable, writeWhole } from './whole-file.js';

const EXAMPLES = `
Examples:
  $ pos-doctor drill debrief 20261123-1000-3f9a                        on the screen
  $ pos-doctor drill debrief 20261123-1000-3f9a --html debrief.html    to be read on a phone, or printed
  $ pos-doctor drill debrief 20261123-1000-3f9a --png belief.png       the belief over time, without words
  $ pos-doctor drill debrief 20261123-1000-3f9a --json                 what was written down of it

The page and the JSON hold the trainee's own words: the service shows neither, and only their owner may read the files.`;

/** Pixels of the PNG. */
const FRAME: Frame = { width: 720, height: 360, left: 24, right: 12, top: 12, bottom: 36 };
/** The trainee's words are nobody else's. */
const PRIVATE = 0o600;
/** A drill's name: its day and minute in China, and four digits that tell it from others of that minute. */
const ID = /^(\d{4})(\d{2})(\d{2})-\d{4}-[0-9a-f]{4}$/;

interface Flags {
  html?: string;
  png?: string;
  json?: boolean;
}

const wrong = (what: string) => new PosDoctorError('BAD_ARGUMENTS', { what });

export function addDrillDebrief(drill: Command): void {
  drill
    .command('debrief')
    .description('what was said about one drill: its score with the reasons, the questions, the belief over time')
    .argument('<run>', 'as `drill report` names it')
    .option('--html <file>', 'write it there as a page')
    .option('--png <file>', 'write its picture there: the belief over time, 720 by 360')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (run: string, flags: Flags) => debrief(run, flags));
}

async function debrief(id: string, { html, png, json }: Flags): Promise<void> {
  const files = [html, png].filter((file) => file !== undefined);
  if (json === true && files.length > 0) throw wrong('choose --json or files');
  if (html !== undefined && html === png) throw wrong('--html and --png need a file each');
  for (const file of files) expectWritable(file);
  const record = await find(id);
  if (json === true) {
    process.stdout.write(`${JSON.stringify(record)}\n`);
    return;
  }
  const words = wordsNow();
  if (html !== undefined) writeWhole(html, debriefPage(record, words), PRIVATE);
  const curve = curveOf(record, truthOf(record, words));
  if (png !== undefined) writeWhole(png, pngOf(shapesOf(curve, FRAME), FRAME.width, FRAME.height), PRIVATE);
  // The picture has no words: they are said here.
  if (html === undefined) process.stdout.write(`${printable(textOf(record, words, png !== undefined))}\n`);
  for (const file of files) process.stdout.write(`${printable(words.word('debrief.written', { file }))}\n`);
}

/** The drill of that name. @throws {PosDoctorError} BAD_ARGUMENTS if the journal holds none */
async function find(id: string): Promise<NamedRecord> {
  const [, year, month, day] = ID.exec(id) ?? [];
  const from = startOf(`${year}-${month}-${day}`);
  if (from === null) throw wrong(`${id} is no drill; \`pos-doctor drill report\` names them, as 20261123-1000-3f9a`);
  const journal = await openJournal(readConfig(process.env));
  let found: DrillRecord | null = null;
  try {
    // One that began late ends on the next day.
    for await (const { type, conversation, data } of journal.read({ from, to: from + 2 * DAY })) {
      const began = type === 'drill-ended' ? beginOf(data) : undefined;
      if (began === undefined || began < from || began >= from + DAY || runIdOf(conversation, began) !== id) continue;
      found = recordOf(data);
      if (found === null) throw wrong(`what was written down of ${id} can't be read by this version`);
    }
  } finally {
    await journal.close();
  }
  if (found === null) throw wrong(`no drill ${id} of ${dateOf(from)} ended in this journal`);
  return { ...found, id };
}

/** When a drill began, ms since the epoch. */
function beginOf(data: unknown): number | undefined {
  const run = fieldOf(data, 'run');
  return typeof run === 'number' && Number.isSafeInteger(run) ? run : undefined;
}

function wordsNow(): DebriefWords {
  const { contentDir, publicUrl } = readConfig(process.env);
  const knowledge = soundKnowledge(contentDir);
  const texts = loadFlows(contentDir, new Set(knowledge.contacts.keys())).flows.get(DRILL)?.texts ?? {};
  const say = (key: string, values: Readonly<Record<string, string | number>> = {}) => fill(texts[key] ?? '', values);
  return { ...siteOf(knowledge), say, home: publicUrl };
}

/** @param bare the picture's words alone */
function textOf(record: NamedRecord, words: DebriefWords, bare: boolean): string {
  const { word, say, knowledge } = words;
  const curve = curveInWords(curveOf(record, truthOf(record, words)), record, words);
  if (bare) return curve;
  const title = knowledge.drills.get(record.drill)?.title ?? record.drill;
  const next = nextOf(record.judged);
  return [
    word('debrief.title', { title }),
    `${record.score} ${word('debrief.of', { n: 100 })}  ${clockOf(record.seconds)}  ${word(`debrief.ended.${record.outcome}`)}`,
    '',
    ...record.items.map(({ id, points, of, why }) => say('item', { name: say(`item-${id}`), points, of, why })),
    '',
    curve,
    '',
    `${word('debrief.next')}${next === undefined ? word('debrief.allDone') : say(next)}`,
  ].join('\n');
}
