import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf, diskFs } from '../../src/store/fs.js';

describe('making a folder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'pos-doctor-fs-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const failure = (path: string): string => {
    try {
      diskFs.mkdir(path);
      return '';
    } catch (error) {
      return codeOf(error);
    }
  };

  test('makes those above it, for this user only, and again is no error', () => {
    const path = join(root, 'a', 'b', 'c');
    diskFs.mkdir(path);
    diskFs.mkdir(path);
    for (const made of ['a', 'a/b', 'a/b/c']) expect(statSync(join(root, made)).mode & 0o077).toBe(0);
  });

  test('is refused where a file stands, and below one', () => {
    writeFileSync(join(root, 'file'), '');
    expect(failure(join(root, 'file'))).toBe('EEXIST');
    expect(failure(join(root, 'file', 'x', 'y'))).toBe('ENOTDIR');
  });

  test('ends where the system lets nobody make one', () => {
    expect(failure('/proc/x/y')).not.toBe('');
    expect(failure('/')).toBe('');
  });
});
