import fc from 'fast-check';
import { KEY_MAX, keyOf, type Press, pressOf } from '../../../src/channels/wecom/keys.js';

test('a key says which option of which question it stands for, or which words', () => {
  const presses: Press[] = [
    { kind: 'option', option: 'yes', question: 'charged' },
    { kind: 'option', option: 'unknown' },
    { kind: 'words', words: '要客服电话' },
    { kind: 'option', option: 'a~b', question: 'c%d' },
  ];
  for (const press of presses) expect(pressOf(keyOf(press) ?? '')).toEqual(press);
});

test('whatever is put in comes back, in ASCII and within what every door allows, or there is no key', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  const anyPress = fc.oneof(
    text.map((words): Press => ({ kind: 'words', words: words.toWellFormed() })),
    fc.tuple(text, text).map(([option, question]): Press => {
      const id = option.toWellFormed();
      return question === ''
        ? { kind: 'option', option: id }
        : { kind: 'option', option: id, question: question.toWellFormed() };
    }),
  );
  fc.assert(
    fc.property(anyPress, (press) => {
      const key = keyOf(press);
      if (key === null) return;
      expect(key).toMatch(/^[\x21-\x7e]*$/);
      expect(key.length).toBeLessThanOrEqual(KEY_MAX);
      expect(pressOf(key)).toEqual(press);
    }),
  );
  expect(keyOf({ kind: 'words', words: '很'.repeat(20) })).toBeNull();
});

test('a key of an operator’s own menu stands for its words', () => {
  expect(pressOf('转人工')).toEqual({ kind: 'words', words: '转人工' });
  expect(pressOf('o~only-two')).toEqual({ kind: 'words', words: 'o~only-two' });
  expect(pressOf('w~%E0%A4%A')).toEqual({ kind: 'words', words: 'w~%E0%A4%A' });
});
