import fc from 'fast-check';
import { renderText } from '../../src/channels/text.js';
import type { Reply } from '../../src/dialogue/reply.js';

const reply = (more: Partial<Reply>): Reply => ({ type: 'text', text: '你好', options: [], links: [], ...more });

describe('a reply as plain text', () => {
  test('with nothing to choose is its text', () => {
    expect(renderText(reply({}))).toBe('你好');
  });

  test('numbers its options as they are typed, then names its links', () => {
    const full = reply({
      type: 'question',
      text: '扣款了吗？\n看顾客手机',
      options: [
        { id: 'yes', label: '扣了' },
        { id: 'no', label: '没扣' },
      ],
      links: [{ title: '怎么查', url: 'http://127.0.0.1:3000/kb/fixes/look' }],
    });
    expect(renderText(full)).toBe(
      '扣款了吗？\n看顾客手机\n  1. 扣了\n  2. 没扣\n  → 怎么查 http://127.0.0.1:3000/kb/fixes/look',
    );
  });

  test('without a text has no empty line', () => {
    expect(renderText(reply({ text: '', options: [{ id: 'a', label: '甲' }] }))).toBe('  1. 甲');
  });

  test('leaves nothing out', () => {
    const word = fc.string({ minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        word,
        fc.array(fc.record({ id: word, label: word }), { maxLength: 6 }),
        fc.array(fc.record({ title: word, url: word }), { maxLength: 3 }),
        (text, options, links) => {
          const shown = renderText(reply({ text, options, links }));
          expect(shown.startsWith(text)).toBe(true);
          options.forEach(({ label }, index) => {
            expect(shown).toContain(`  ${index + 1}. ${label}`);
          });
          for (const { title, url } of links) expect(shown).toContain(`  → ${title} ${url}`);
        },
      ),
    );
  });
});
