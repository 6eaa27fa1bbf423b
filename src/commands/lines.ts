/** Lines of a byte stream, with what is wrong with one said rather than thrown. */
import { PosDoctorError } from '../errors.js';

export type Line = { text: string } | { problem: 'encoding' | 'length' };

/** Longer lines are not messages; their bytes are skipped, not kept. */
export const MAX_LINE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * Splits at \n (a \r before it is dropped). The last line needs no newline. Memory stays below one line's bound.
 * @throws UNREADABLE_FILE if the stream itself fails, as when a folder is given for standard input
 */
export async function* readLines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const keep = (part: Buffer): void => {
    bytes += part.length;
    if (bytes <= MAX_LINE_BYTES) parts.push(part);
  };
  const finish = (): Line => {
    const line = bytes > MAX_LINE_BYTES ? ({ problem: 'length' } as const) : decode(Buffer.concat(parts));
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of readable(stream)) {
    let rest = Buffer.from(chunk);
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
      keep(rest.subarray(0, at));
      yield finish();
      rest = rest.subarray(at + 1);
    }
    keep(rest);
  }
  if (bytes > 0) yield finish();
}

function decode(bytes: Buffer): Line {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r$/, '') };
  } catch {
    return { problem: 'encoding' };
  }
}

async function* readable<T>(stream: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* stream;
  } catch (error) {
    const why = (error as { code?: string }).code ?? String(error);
    throw new PosDoctorError('UNREADABLE_FILE', { file: 'standard input', why }, { cause: error });
  }
}
