/** Durable file operations: what resolves here survives a power cut; what fails leaves the old content standing. */
import { basename, dirname, join } from 'node:path';
import { PosDoctorError } from '../errors.js';
import { codeOf, type StoreFs } from './fs.js';

/** A write that the disk refused. */
export function refused(error: unknown): PosDoctorError {
  if (error instanceof PosDoctorError) return error;
  const why = codeOf(error) || String(error);
  return new PosDoctorError('STORE_FULL', { why }, { cause: error });
}

/** Writes all bytes; a disk that takes only a part answers the next call with the error. */
export function writeAll(fs: StoreFs, fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) done += fs.write(fd, bytes.subarray(done), position + done);
}

/** Calls `task` and forgets its error: for cleaning up after another one. */
export function quietly(task: () => void): void {
  try {
    task();
  } catch {
    // The first error is the one to report.
  }
}

export class Disk {
  #temp = 0;
  readonly #folders = new Map<string, { running: Promise<void>; next: Promise<void> | null }>();

  /** `tempFolder` must be on the same file system as what is written, and nobody else's. */
  constructor(
    readonly fs: StoreFs,
    readonly tempFolder: string,
  ) {}

  /**
   * Replaces a file as a whole: temp file, fsync, rename, fsync of the folder. `previous` is the file's content until
   * now (null: there is none), put back if the last step fails; where that is not possible either, `onUncertain` is
   * called: the file then holds one of the two. Throws STORE_FULL.
   */
  async replace(
    path: string,
    bytes: Uint8Array,
    previous: Uint8Array | null | undefined,
    onUncertain: () => void,
  ): Promise<void> {
    let moved = false;
    try {
      await this.#write(path, bytes, () => {
        moved = true;
      });
    } catch (error) {
      if (moved) await this.#restore(path, previous).catch(onUncertain);
      throw refused(error);
    }
  }

  /** Replaces a file by what is left of it, never whole in memory. Throws STORE_FULL; the old one then stands. */
  async rewrite(path: string, rest: AsyncIterable<Uint8Array>): Promise<void> {
    const temp = join(this.tempFolder, String(this.#temp++));
    try {
      const fd = await this.fs.create(temp);
      try {
        let size = 0;
        for await (const bytes of rest) {
          writeAll(this.fs, fd, bytes, size);
          size += bytes.length;
        }
        await this.fs.fsync(fd);
      } finally {
        this.fs.close(fd);
      }
      await this.fs.rename(temp, path);
      await this.syncFolder(dirname(path));
    } catch (error) {
      quietly(() => this.fs.unlink(temp));
      throw refused(error);
    }
  }

  /** Removes files of one folder, for good. @returns how many were there. Throws STORE_FULL. */
  async remove(folder: string, names: readonly string[]): Promise<number> {
    let removed = 0;
    try {
      for (const name of names) if (this.#unlink(join(folder, name))) removed += 1;
      await this.syncFolder(folder);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw refused(error);
    }
    return removed;
  }

  /**
   * Writes at the end of a file that is `size` bytes long and makes it durable, or leaves it as it was. Throws
   * STORE_FULL.
   */
  async append(path: string, bytes: Uint8Array, size: number): Promise<void> {
    try {
      const fd = this.fs.open(path, 'r+');
      try {
        await this.#appendTo(fd, bytes, size);
      } finally {
        this.fs.close(fd);
      }
    } catch (error) {
      throw refused(error);
    }
  }

  /** Makes a file durable as it is found, if it is there. Throws STORE_FULL. */
  async harden(path: string): Promise<void> {
    try {
      await this.#sync(path);
      await this.syncFolder(dirname(path));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw refused(error);
    }
  }

  /**
   * Makes a folder's entries durable. Calls that wait at the same time share one fsync that starts after all of them.
   */
  async syncFolder(folder: string): Promise<void> {
    const state = this.#folders.get(folder);
    if (state) {
      state.next ??= state.running.then(
        () => this.#startSync(folder),
        () => this.#startSync(folder),
      );
      return state.next;
    }
    return this.#startSync(folder);
  }

  /** Renames an unreadable file to `<name>.corrupt-<n>` and gives its new name. Throws STORE_FULL. */
  async setAside(path: string): Promise<string> {
    try {
      const taken = new Set(this.fs.readdir(dirname(path)));
      let n = 1;
      while (taken.has(`${basename(path)}.corrupt-${n}`)) n++;
      await this.fs.rename(path, `${path}.corrupt-${n}`);
      await this.syncFolder(dirname(path));
      return `${basename(path)}.corrupt-${n}`;
    } catch (error) {
      throw refused(error);
    }
  }

  /** Makes a path's folders durable up to the root, as far as this user may. */
  async syncParents(path: string): Promise<void> {
    for (let at = path; at !== dirname(at); at = dirname(at))
      try {
        await this.syncFolder(dirname(at));
      } catch (error) {
        if (codeOf(error) !== 'EACCES' && codeOf(error) !== 'EPERM') throw error;
      }
  }

  #unlink(path: string): boolean {
    try {
      this.fs.unlink(path);
      return true;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      return false;
    }
  }

  async #appendTo(fd: number, bytes: Uint8Array, size: number): Promise<void> {
    try {
      writeAll(this.fs, fd, bytes, size);
      await this.fs.fdatasync(fd);
    } catch (error) {
      quietly(() => this.fs.truncate(fd, size));
      throw error;
    }
  }

  async #write(path: string, bytes: Uint8Array, onMoved: () => void): Promise<void> {
    const temp = join(this.tempFolder, String(this.#temp++));
    const fd = await this.fs.create(temp);
    let open = true;
    try {
      writeAll(this.fs, fd, bytes, 0);
      await this.fs.fsync(fd);
      open = false;
      this.fs.close(fd);
      await this.#move(temp, path);
    } catch (error) {
      if (open) quietly(() => this.fs.close(fd));
      quietly(() => this.fs.unlink(temp));
      throw error;
    }
    onMoved();
    await this.syncFolder(dirname(path));
  }

  async #move(temp: string, path: string): Promise<void> {
    try {
      await this.fs.rename(temp, path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      // The first file of a sub-folder, or a backup tool dropped an empty folder.
      this.fs.mkdir(dirname(path));
      await this.syncFolder(dirname(dirname(path)));
      await this.fs.rename(temp, path);
    }
  }

  async #restore(path: string, previous: Uint8Array | null | undefined): Promise<void> {
    if (previous === undefined) throw new Error('the previous content is not known');
    if (previous !== null) return this.#write(path, previous, () => {});
    this.fs.unlink(path);
    await this.syncFolder(dirname(path));
  }

  #startSync(folder: string): Promise<void> {
    const running = this.#sync(folder).finally(() => {
      if (this.#folders.get(folder)?.running === running && state.next === null) this.#folders.delete(folder);
    });
    const state: { running: Promise<void>; next: Promise<void> | null } = { running, next: null };
    this.#folders.set(folder, state);
    return running;
  }

  async #sync(path: string): Promise<void> {
    const fd = this.fs.open(path, 'r');
    try {
      await this.fs.fsync(fd);
    } finally {
      this.fs.close(fd);
    }
  }
}
