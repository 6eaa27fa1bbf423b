/** Reads a JSONL file piece by piece. */
import { corrupt } from './adapter.js';
import { codeOf, type StoreFs } from './fs.js';

const CHUNK = 64 * 1024;
export const NEWLINE = 0x0a;

/** Reads up to byte `end`. Throws DATA_CORRUPT, naming `file`, if the disk fails. */
async function readAt(fs: StoreFs, fd: number, file: string, into: Uint8Array, position: number, end: number) {
  try {
    return Math.min(await fs.read(fd, into, position), end - position);
  } catch (error) {
    throw corrupt(file, codeOf(error) || 'the disk failed', error);
  }
}

/** The lines from byte `from` on that end before byte `end`, without their line feed; what follows the last one is left out. */
export async function* readLines(
  fs: StoreFs,
  fd: number,
  file: string,
  end: number,
  from = 0,
): AsyncGenerator<string, void, undefined> {
  const chunk = new Uint8Array(CHUNK);
  // What has been read of a line that is not whole yet, in pieces: joined once, however long it is.
  let rest: Uint8Array[] = [];
  for (let position = from; position < end; ) {
    const count = await readAt(fs, fd, file, chunk, position, end);
    if (count === 0) return;
    position += count;
    // Split bytes, not text: a chunk may end within a character.
    const bytes = chunk.subarray(0, count);
    let start = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, start)) {
      yield Buffer.concat([...rest, bytes.subarray(start, at)]).toString('utf8');
      rest = [];
      start = at + 1;
    }
    // The chunk is read into again.
    if (start < count) rest.push(bytes.slice(start));
  }
}

/** Where the last whole line of a file ends (bytes), 0 if it has none. */
export async function endOfLastLine(fs: StoreFs, fd: number, file: string): Promise<number> {
  const chunk = new Uint8Array(CHUNK);
  for (let end = fs.size(fd); end > 0; ) {
    const start = Math.max(0, end - CHUNK);
    const count = await readAt(fs, fd, file, chunk, start, end);
    const at = chunk.subarray(0, count).lastIndexOf(NEWLINE);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}
