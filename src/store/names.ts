/**
 * File names for conversation ids: any id, any file system (case kept apart, no reserved characters, at most 255
 * bytes).
 */
import { createHash } from 'node:crypto';

/** Longest encoded id; leaves room for `.json.corrupt-<n>` within the 255 bytes of a file name. */
const LONGEST = 200;
const SUFFIX = '.json';

function encodeUnit(char: string): string {
  const code = char.charCodeAt(0);
  // Half a surrogate pair has no UTF-8 form; two such ids must not meet in one file.
  if (char.length === 1 && code >= 0xd800 && code <= 0xdfff) return `%u${code.toString(16)}`;
  return [...Buffer.from(char)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/**
 * Small ASCII letters, digits, `-` and `_` stay, all else is %xx by UTF-8 byte; a long id is cut and gets `~` and its
 * hash.
 */
export function fileNameOf(id: string): string {
  const encoded = id === '' ? '%' : id.replace(/[^a-z0-9_-]/gu, encodeUnit);
  if (encoded.length <= LONGEST) return encoded + SUFFIX;
  const hash = createHash('sha256').update(encoded).digest('hex').slice(0, 40);
  return `${encoded.slice(0, LONGEST - 41)}~${hash}${SUFFIX}`;
}

/** The id that a file name stands for; undefined: it is cut, look into the file; null: not a conversation's file. */
export function idOf(fileName: string): string | null | undefined {
  if (!fileName.endsWith(SUFFIX)) return null;
  const encoded = fileName.slice(0, -SUFFIX.length);
  if (encoded.includes('~')) return undefined;
  if (encoded === '%') return '';
  if (!/^(?:[a-z0-9_-]|%[0-9a-f]{2}|%ud[89a-f][0-9a-f]{2})+$/.test(encoded)) return null;
  return encoded.replace(/(?:%[0-9a-f]{2})+|%u[0-9a-f]{4}/g, (run) =>
    run.startsWith('%u')
      ? String.fromCharCode(Number.parseInt(run.slice(2), 16))
      : Buffer.from(run.replaceAll('%', ''), 'hex').toString(),
  );
}

/** One of 256 sub-folders, by hash (FNV-1a over UTF-16 units), so that none grows large. */
export function folderOf(id: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  // Fold: the low byte alone depends only on the low bits of each character.
  return ((hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & 0xff).toString(16).padStart(2, '0');
}
