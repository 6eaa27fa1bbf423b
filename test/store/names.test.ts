import fc from 'fast-check';
import { fileNameOf, folderOf, idOf } from '../../src/store/names.js';

/** Any UTF-16, half surrogate pairs and NUL too. */
const anyId = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  maxLength: 120,
});
const realId = fc.string({ unit: 'grapheme', maxLength: 120 });
const id = fc.oneof(anyId, realId);

describe('a file name for a conversation', () => {
  test('is safe on any file system', () => {
    fc.assert(
      fc.property(id, (text) => {
        const name = fileNameOf(text);
        expect(name).toMatch(/^[a-z0-9_%~-]+\.json$/);
        // Room for `.corrupt-<n>`.
        expect(name.length).toBeLessThanOrEqual(240);
      }),
    );
  });

  test('leads back to the id, unless that is too long for it', () => {
    fc.assert(
      fc.property(id, (text) => idOf(fileNameOf(text)) === (fileNameOf(text).includes('~') ? undefined : text)),
    );
    for (const text of ['', '%', '~', '.', 'A', '店', '𠮷', '\ud800', '\udfff\ud800', '\0', 'con', 'a.json'])
      expect([text, idOf(fileNameOf(text))]).toEqual([text, text]);
  });

  test('differs for different ids, by more than case', () => {
    fc.assert(fc.property(id, id, (a, b) => a === b || fileNameOf(a).toLowerCase() !== fileNameOf(b).toLowerCase()));
    const long = '店'.repeat(100);
    const names = [long, `${long}a`, `${long}A`, `${long.slice(1)}a`, `a${long}`].map(fileNameOf);
    expect(new Set(names).size).toBe(names.length);
  });

  test('is told from other files', () => {
    for (const name of ['a', 'a.json.corrupt-1', '.json', 'A.json', '%4.json', '%zz.json', 'a b.json', '..json'])
      expect([name, idOf(name)]).toEqual([name, null]);
  });

  test('goes to one of 256 folders, evenly', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 25_600; i++) {
      const folder = folderOf(`wmABCDEF${i}`);
      expect(folder).toMatch(/^[0-9a-f]{2}$/);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    expect(counts.size).toBe(256);
    // 100 each on average; 200 is ten standard deviations off.
    expect(Math.max(...counts.values())).toBeLessThan(200);
  });
});
