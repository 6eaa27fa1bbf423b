/** Files that `pos-doctor eval` reads, and what is told of the lines that it left out. */
import { createReadStream } from 'node:fs';
import { PosDoctorError } from '../errors.js';
import { type RowKind, type Rows, readRows } from '../eval/rows.js';
import { codeOf } from '../store/fs.js';
import { readLines } from './lines.js';

async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Buffer;
  } catch (error) {
    throw new PosDoctorError('UNREADABLE_FILE', { file, why: codeOf(error) || String(error) }, { cause: error });
  }
}

/** A failing file is named as such: `readLines` speaks of standard input. */
async function* linesOf(file: string): ReturnType<typeof readLines> {
  try {
    yield* readLines(bytesOf(file));
  } catch (error) {
    throw error instanceof PosDoctorError && error.cause instanceof PosDoctorError ? error.cause : error;
  }
}

/**
 * Streams the rows of a JSONL file and says on standard error what was left out.
 * @throws UNREADABLE_FILE, BAD_ROWS
 */
export async function readRowFile<Row>(file: string, kind: RowKind<Row>): Promise<Rows<Row>> {
  const rows = await readRows(file, linesOf(file), kind);
  if (rows.skipped > 0) {
    const named = rows.examples.map(({ line, why }) => `line ${line} ${why}`);
    const more = rows.skipped > named.length ? `; and ${rows.skipped - named.length} more` : '';
    process.stderr.write(`pos-doctor: ${file}: skipped ${rows.skipped} line(s): ${named.join('; ')}${more}\n`);
  }
  if (rows.beyond > 0)
    process.stderr.write(
      `pos-doctor: ${file}: only the first ${rows.rows.length} rows were used, ${rows.beyond} were not\n`,
    );
  return rows;
}
