/** The files of the web page, read once: a handful of small ones, so serving them never touches the disk. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { PosDoctorError } from './errors.js';

export interface Asset {
  body: Uint8Array<ArrayBuffer>;
  type: string;
  etag: string;
}

export interface Assets {
  /** By path below the root, `/chat.js`; without index.html. */
  files: ReadonlyMap<string, Asset>;
  /** index.html, with `{{key}}` where a word of ui.yaml belongs. */
  index: string;
  /** Changes with any file. */
  version: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/**
 * Reads the built page.
 * @throws {PosDoctorError} UNREADABLE_FILE if the folder or its index.html is not there: the build has not run.
 */
export function readAssets(folder: string): Assets {
  const files = new Map<string, Asset>();
  const all = createHash('sha256');
  let index: string | undefined;
  try {
    for (const name of readdirSync(folder).sort()) {
      const type = TYPES[extname(name)];
      if (name !== 'index.html' && type === undefined) continue;
      const body = new Uint8Array(readFileSync(join(folder, name)));
      all.update(name).update(body);
      if (name === 'index.html') index = new TextDecoder().decode(body);
      else if (type !== undefined) files.set(`/${name}`, { body, type, etag: etagOf(body) });
    }
  } catch (error) {
    throw new PosDoctorError('UNREADABLE_FILE', { file: folder, why: 'run `npm run build`' }, { cause: error });
  }
  if (index === undefined) throw new PosDoctorError('UNREADABLE_FILE', { file: folder, why: 'it has no index.html' });
  return { files, index, version: all.digest('hex').slice(0, 12) };
}

function etagOf(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
}
