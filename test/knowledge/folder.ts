/** Copies of the fixture knowledge that a test may break. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Checked, checkKnowledge } from '../../src/knowledge/check.js';
import type { Problem } from '../../src/knowledge/problem.js';

export const BASE = fileURLToPath(new URL('fixtures/base', import.meta.url));
export const TODAY = '2026-11-24';

const made: string[] = [];

export class Folder {
  constructor(readonly path: string) {}

  /** The text of one file. */
  read(file: string): string {
    return readFileSync(join(this.path, file), 'utf8');
  }

  async write(file: string, content: string | Uint8Array): Promise<this> {
    await mkdir(dirname(join(this.path, file)), { recursive: true });
    writeFileSync(join(this.path, file), content);
    return this;
  }

  /** Replaces one piece of text that must be there. */
  async edit(file: string, from: string, to: string): Promise<this> {
    const text = this.read(file);
    if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
    return this.write(
      file,
      text.replace(from, () => to),
    );
  }

  async remove(file: string): Promise<this> {
    rmSync(join(this.path, file), { recursive: true });
    return this;
  }

  /** Like `edit`; gives the 1-based numbers of the first and last line that changed. */
  async change(file: string, from: string, to: string): Promise<[number, number]> {
    const first = this.read(file).split(from, 1).join('').split('\n').length;
    await this.edit(file, from, to);
    return [first, first + to.trimEnd().split('\n').length - 1];
  }

  /** 1-based number of the first line that contains this. */
  lineOf(file: string, text: string): number {
    const index = this.read(file)
      .split('\n')
      .findIndex((line) => line.includes(text));
    if (index < 0) throw new Error(`${file} does not contain ${text}`);
    return index + 1;
  }

  check(contentDir?: Folder): Checked {
    return checkKnowledge({ folder: this.path, contentDir: contentDir?.path, today: TODAY });
  }
}

export function emptyFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'pos-doctor-'));
  made.push(path);
  return new Folder(path);
}

/** A sound knowledge folder of its own. */
export function knowledgeFolder(): Folder {
  const folder = emptyFolder();
  cpSync(BASE, folder.path, { recursive: true });
  return folder;
}

export function removeFolders(): void {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
}

/** What a test compares: file name without its folder, line, rule. */
export const placeOf = (problem: Problem): string =>
  `${problem.file.split('/').slice(-2).join('/')}:${problem.line} ${problem.severity} ${problem.rule}`;

export const errorsOf = (checked: Checked): Problem[] =>
  checked.problems.filter((problem) => problem.severity === 'error');
