import fc from 'fast-check';
import { renderApp, TEXT_MAX } from '../../../../src/channels/wecom/app/render.js';
import { utf8Length } from '../../../../src/text/bytes.js';
import { anyBatch, item, QUESTION, reply } from '../items.js';

const words = (key: string) => `<${key}>`;
const render = (items: Parameters<typeof renderApp>[0], markdown = false) => renderApp(items, { words, markdown });

test('what fits onto one card is one message', () => {
  const messages = render([item('a', reply('上一笔先别再收。')), item('b', QUESTION)]);
  expect(messages).toEqual([
    expect.objectContaining({
      msgtype: 'template_card',
      template_card: expect.objectContaining({
        main_title: { title: '上一笔先别再收。' },
        sub_title_text: QUESTION.text,
      }),
    }),
  ]);
});

test('what does not is text, and the question on the card', () => {
  const [text, card, ...more] = render([item('a', reply('长'.repeat(200))), item('b', QUESTION)]);
  expect(text).toEqual({ msgtype: 'text', text: { content: '长'.repeat(200) } });
  expect(card).toMatchObject({ template_card: { main_title: { title: '这一笔扣款了吗？' } } });
  expect(more).toEqual([]);
});

test('a link stands in the text with its address, and in Markdown behind its title', () => {
  const linked = [item('a', reply('照着做', { links: [{ title: '图文步骤', url: 'https://pos.example.com/kb/a' }] }))];
  expect(render(linked)).toEqual([
    { msgtype: 'text', text: { content: '照着做\n图文步骤 https://pos.example.com/kb/a' } },
  ]);
  expect(render(linked, true)).toEqual([
    { msgtype: 'markdown', markdown: { content: '照着做\n[图文步骤](https://pos.example.com/kb/a)' } },
  ]);
});

test('what a user wrote makes no link in a text', () => {
  expect(render([item('a', reply('<a href="http://x">点我</a>'))])).toEqual([
    { msgtype: 'text', text: { content: '＜a href="http://x">点我＜/a>' } },
  ]);
});

test('any answer keeps every limit and loses no words', () => {
  fc.assert(
    fc.property(anyBatch, fc.boolean(), (items, markdown) => {
      let shown = '';
      for (const message of render(items, markdown)) {
        if (message.msgtype === 'template_card') {
          const { main_title, sub_title_text = '', button_list } = message.template_card;
          expect([...main_title.title].length).toBeLessThanOrEqual(36);
          expect([...sub_title_text].length).toBeLessThanOrEqual(160);
          expect(button_list.length).toBeLessThanOrEqual(6);
          shown += main_title.title + sub_title_text;
        } else {
          const content = message.msgtype === 'text' ? message.text.content : message.markdown.content;
          expect(content.trim()).not.toBe('');
          expect(utf8Length(content)).toBeLessThanOrEqual(TEXT_MAX);
          shown += content;
        }
      }
      for (const { reply: said } of items) expect(letters(shown)).toContain(letters(said.text));
    }),
    { numRuns: 60 },
  );
});

function letters(text: string): string {
  return text.replace(/[\s<*`_()#>＜＊｀＿（＃＞]/gu, '');
}
