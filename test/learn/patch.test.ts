import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { editable } from '../../src/learn/edit.js';
import { unifiedDiff } from '../../src/learn/patch.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pos-doctor-patch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What git makes of a file and a patch. */
function applied(name: string, before: string, patch: string): string {
  writeFileSync(join(folder, name), before);
  writeFileSync(join(folder, 'patch'), patch);
  execFileSync('git', ['apply', 'patch'], { cwd: folder, env: { PATH: process.env.PATH ?? '' }, stdio: 'pipe' });
  return readFileSync(join(folder, name), 'utf8');
}

describe('numbers put in a YAML text', () => {
  const text =
    '\uFEFF# why\r\n- id: a   # first\r\n  rows: { "yes": 0.10, no: 0.9 }\r\n  shared: &s { p: 0.5 }\r\n- id: b\r\n  shared: *s';

  test('leave comments, layout, line ends and a byte order mark as they are', () => {
    const edits = [
      { path: [0, 'rows', 'yes'], from: 0.1, to: 0.25 },
      { path: [0, 'rows', 'no'], from: 0.9, to: 0.75 },
    ];
    expect(editable(text).with(edits)).toBe(text.replace('0.10', '0.25').replace('0.9', '0.75'));
  });

  test('are not put where another number stands, nothing stands, or an alias shares the place', () => {
    const { has } = editable(text);
    expect(has({ path: [0, 'rows', 'yes'], from: 0.1 })).toBe(true);
    expect(has({ path: [0, 'rows', 'yes'], from: 0.2 })).toBe(false);
    expect(has({ path: [0, 'rows', 'maybe'], from: 0.1 })).toBe(false);
    expect(has({ path: [0, 'shared', 'p'], from: 0.5 })).toBe(false);
    expect(has({ path: [1, 'shared', 'p'], from: 0.5 })).toBe(false);
    expect(() => editable(text).with([{ path: [0, 'id'], from: 1, to: 2 }])).toThrow(RangeError);
  });
});

describe('a diff', () => {
  test('of nothing is empty, and of another number of lines refused', () => {
    expect(unifiedDiff('a', 'x\n', 'x\n')).toBe('');
    expect(() => unifiedDiff('a', 'x\n', 'x\ny\n')).toThrow(RangeError);
  });

  test('is what git applies, wherever lines differ, with and without a newline at the end', () => {
    const lines = fc.array(fc.tuple(fc.constantFrom('a', 'b', '价 0.5', ''), fc.boolean()), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(lines, fc.boolean(), (some, ended) => {
        const end = ended ? '\n' : '';
        const before = some.map(([line]) => line).join('\n') + end;
        const after = some.map(([line, changes]) => (changes ? `${line}!` : line)).join('\n') + end;
        // A last line without text and newline is no line.
        fc.pre(before !== after && (ended || some.at(-1)?.[0] !== ''));
        expect(applied('a file.yaml', before, unifiedDiff('a file.yaml', before, after))).toBe(after);
      }),
      { numRuns: 40 },
    );
  });
});
