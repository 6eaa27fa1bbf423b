import { readFileSync } from 'node:fs';
import { ERROR_KINDS, PosDoctorError } from '../src/errors.js';

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');

describe('the error table in the docs', () => {
  test.each(Object.entries(ERROR_KINDS))('describes %s as the code does', (code, kind) => {
    expect(page).toContain(`| \`${code}\` | ${kind.layer} | ${kind.message} | ${kind.usualReason} |`);
  });

  test('describes nothing that is not there', () => {
    const listed = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
    expect(listed).toEqual(Object.keys(ERROR_KINDS));
  });
});

test('an error names its subject, its layer and the usual reason, and keeps its cause', () => {
  const below = new Error('EACCES');
  const error = new PosDoctorError('UNREADABLE_FILE', { file: 'a.yaml', why: 'no permission' }, { cause: below });
  expect(error.message).toBe('cannot read a.yaml: no permission');
  expect(error).toMatchObject({ code: 'UNREADABLE_FILE', layer: 'arguments', cause: below });
  expect(error.usualReason).not.toBe('');
});
