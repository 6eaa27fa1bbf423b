import fc from 'fast-check';
import { BUBBLE_MAX, markOf, readMark, renderBot } from '../../../../src/channels/wecom/bot/render.js';
import { utf8Length } from '../../../../src/text/bytes.js';
import { anyBatch, item, QUESTION, reply } from '../items.js';

const words = (key: string) => `<${key}>`;
const render = (items: Parameters<typeof renderBot>[0], cards = true) => renderBot(items, { words, cards });

test('what is said goes into one bubble, the question onto the card', () => {
  const { texts, card } = render([item('a', reply('上一笔先别再收。')), item('b', QUESTION)]);
  expect(texts).toEqual(['上一笔先别再收。']);
  expect(card?.main_title.title).toBe('这一笔扣款了吗？');
});

test('without cards the options are a numbered list', () => {
  const { texts, card } = render([item('b', QUESTION)], false);
  expect(card).toBeNull();
  expect(texts).toEqual(['这一笔扣款了吗？\n（先弄清这个，免得顾客被扣两次。）\n1. 扣了\n2. 没扣\n3. 不清楚']);
});

test('what a user wrote is no markup: nobody is called, nothing is a link', () => {
  const said = '<@all> [这里](http://x) *粗* `码` __下划__ 6222****1234\n# 标题\n> 引用';
  const [text = ''] = render([item('a', reply(said))]).texts;
  expect(text).not.toMatch(/[<*`]|\]\(|__|^[#>]/m);
  expect(text).toContain('6222＊＊＊＊1234');
});

test('a link is one that can be opened; a number to dial stands in the text', () => {
  const links = [
    { title: '图文步骤', url: 'https://pos.example.com/kb/a' },
    { title: '拨打银联', url: 'tel:95516' },
  ];
  expect(render([item('a', reply('银联 95516', { links }))]).texts).toEqual([
    '银联 95516\n[图文步骤](https://pos.example.com/kb/a)',
  ]);
});

test('any answer keeps every limit of a bubble and a card, and loses no words', () => {
  fc.assert(
    fc.property(anyBatch, fc.boolean(), (items, cards) => {
      const { texts, card } = render(items, cards);
      for (const text of texts) {
        expect(text.trim()).not.toBe('');
        expect(utf8Length(text)).toBeLessThanOrEqual(BUBBLE_MAX);
      }
      if (card) {
        expect([...card.main_title.title].length).toBeLessThanOrEqual(26);
        expect([...(card.sub_title_text ?? '')].length).toBeLessThanOrEqual(112);
        expect(card.button_list.length).toBeLessThanOrEqual(6);
        for (const { text, key } of card.button_list) {
          expect([...text].length).toBeLessThanOrEqual(10);
          expect(Buffer.byteLength(key)).toBeLessThanOrEqual(128);
        }
      }
      const shown = letters([...texts, card?.main_title.title ?? '', card?.sub_title_text ?? ''].join(''));
      for (const { reply: said } of items) expect(shown).toContain(letters(said.text));
    }),
    { numRuns: 60 },
  );
});

/** Without spaces and without what full-width twins stand for. */
function letters(text: string): string {
  return text.replace(/[\s<*`_()#>＜＊｀＿（＃＞]/gu, '');
}

test('a rating finds its answer by the mark', () => {
  const mark = markOf('wecom-bot:u:zhang|san', 'm1');
  expect(readMark(mark?.id ?? '')).toEqual({ conversation: 'wecom-bot:u:zhang|san', answer: 'm1' });
  expect(readMark('another')).toBeNull();
  expect(markOf('c'.repeat(256), 'm1')).toBeUndefined();
});
