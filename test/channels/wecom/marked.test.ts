import fc from 'fast-check';
import { markOf, splitMarked } from '../../../src/channels/wecom/marked.js';
import { utf8Length } from '../../../src/text/bytes.js';

test('every part of what is marked is marked, none is over the limit, and nothing of it is lost', () => {
  const line = fc.string({ unit: fc.constantFrom('演', '练', '1', ' ', '。', '😀'), maxLength: 40 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.integer({ min: 40, max: 400 }), (lines, max) => {
      const text = `【演练】${lines.join('\n')}`;
      const parts = splitMarked(text, max);
      for (const part of parts) {
        expect(markOf(part)).toBe('【演练】');
        expect(utf8Length(part)).toBeLessThanOrEqual(max);
      }
      const bare = (words: string) => words.replaceAll('【演练】', '').replaceAll(/\s/g, '');
      expect(bare(parts.join(''))).toBe(bare(text));
    }),
  );
});

test('what is not marked stays as it is', () => {
  expect(splitMarked(`${'字'.repeat(30)}\n${'字'.repeat(30)}`, 100)).toEqual(['字'.repeat(30), '字'.repeat(30)]);
  expect(markOf('说【演练】')).toBe('');
});
