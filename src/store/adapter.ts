/** A lowdb adapter for a JSON file that is replaced as a whole and durably. */
import { basename } from 'node:path';
import type { Adapter } from 'lowdb';
import { isPosDoctorError, PosDoctorError } from '../errors.js';
import type { Disk } from './disk.js';
import { codeOf } from './fs.js';

/** Told of a file that was set aside, as DATA_CORRUPT. */
export type StoreLog = (problem: PosDoctorError) => void;

/** The error for a file that can't be read. A parser's own error must not be the `cause`: it quotes the content. */
export function corrupt(file: string, why: string, error?: unknown): PosDoctorError {
  return new PosDoctorError('DATA_CORRUPT', { file, why }, { cause: error });
}

/**
 * lowdb's own file adapter (steno) calls no fsync, uses one fixed temp name and indents. This one keeps the text that is on
 * disk: each `read` parses it anew, so no two readers share an object.
 */
export class DurableFile<T> implements Adapter<T> {
  /** What is on disk; null: no file; undefined: not read yet. */
  #text: string | null | undefined;

  /** `check` turns parsed JSON into `T` or throws; a PosDoctorError goes through, anything else means corrupt. */
  constructor(
    private readonly disk: Disk,
    private readonly path: string,
    private readonly check: (raw: unknown) => T,
    private readonly log: StoreLog,
  ) {}

  /** Length of the text kept in memory, in UTF-16 units. */
  get size(): number {
    return this.#text?.length ?? 0;
  }

  /** The content if it is in memory, else undefined. */
  cached(): T | null | undefined {
    return typeof this.#text === 'string' ? this.check(JSON.parse(this.#text)) : this.#text;
  }

  /** The content; null if there is no file, or an unreadable one that was set aside. Throws DATA_CORRUPT, DATA_TOO_NEW. */
  async read(): Promise<T | null> {
    if (this.#text === undefined) this.#text = await this.#load();
    try {
      return this.cached() ?? null;
    } catch (error) {
      if (isPosDoctorError(error)) throw error;
      const aside = await this.disk.setAside(this.path);
      this.#text = null;
      this.log(corrupt(basename(this.path), `it is not what was written; set aside as ${aside}`));
      return null;
    }
  }

  /** Throws STORE_FULL; the file then holds what it held before. */
  async write(data: T): Promise<void> {
    const text = JSON.stringify(data);
    await this.disk.replace(this.path, text, this.#text, () => {
      this.#text = undefined;
    });
    this.#text = text;
  }

  async #load(): Promise<string | null> {
    try {
      return await this.disk.fs.readText(this.path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw corrupt(basename(this.path), codeOf(error) || 'the disk failed', error);
    }
  }
}
