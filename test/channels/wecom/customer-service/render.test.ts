import fc from 'fast-check';
import {
  HEAD_MAX,
  type KfMessage,
  renderAnswer,
  renderWelcome,
  SENDS_MAX,
  TEXT_MAX,
} from '../../../../src/channels/wecom/customer-service/render.js';
import { quickStarts } from '../../../../src/channels/wecom/quick-starts.js';
import { utf8Length } from '../../../../src/text/bytes.js';
import { realWorld } from '../../../support/world.js';
import { anyBatch, item, QUESTION, reply } from '../items.js';

const words = (key: string) => (key === 'choose' ? '请选一个' : '');
const ui = () => realWorld().knowledge.ui;
const render = (items: Parameters<typeof renderAnswer>[0], most = SENDS_MAX) => renderAnswer(items, most, words);

const textOf = (message: KfMessage): string =>
  message.msgtype === 'text'
    ? message.text.content
    : [message.msgmenu.head_content, message.msgmenu.tail_content ?? ''].join('\n');
const bare = (text: string) => text.replace(/[\s\u2026]/gu, '');
const menuOf = (messages: readonly KfMessage[]) => {
  const menu = messages.find((message) => message.msgtype === 'msgmenu');
  return menu?.msgtype === 'msgmenu' ? menu.msgmenu : undefined;
};
const labels = (messages: readonly KfMessage[]) =>
  (menuOf(messages)?.list ?? []).map((entry) => (entry.type === 'click' ? entry.click.content : entry.view.content));

/** What WeCom would not take. */
function breaches(message: KfMessage): string[] {
  const wrong: string[] = [];
  const within = (what: string, text: string, max: number, least = 1) => {
    if (utf8Length(text) > max || utf8Length(text) < least) wrong.push(`${what}: ${utf8Length(text)} bytes`);
    if (!text.isWellFormed()) wrong.push(`${what}: half a character`);
  };
  if (message.msgtype === 'text') {
    within('text', message.text.content, TEXT_MAX);
    return wrong;
  }
  const { head_content, list, tail_content } = message.msgmenu;
  within('head', head_content, HEAD_MAX);
  if (tail_content !== undefined) within('tail', tail_content, HEAD_MAX);
  if (list.length < 1 || list.length > 10) wrong.push(`${list.length} entries`);
  for (const entry of list)
    if (entry.type === 'click') {
      within('label', entry.click.content, 128);
      within('id', entry.click.id, 128);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for
      if (!/^[\x00-\x7f]+$/.test(entry.click.id)) wrong.push('id is not ASCII');
    } else {
      within('title', entry.view.content, 1024);
      within('url', entry.view.url, 2048);
      if (!/^https?:/.test(entry.view.url)) wrong.push('a url that does not open');
    }
  return wrong;
}

describe('an answer', () => {
  test('of one question is one menu, with the question above its options', () => {
    expect(render([item('c:1', QUESTION)])).toEqual([
      {
        msgtype: 'msgmenu',
        msgmenu: {
          head_content: QUESTION.text,
          list: [
            { type: 'click', click: { id: expect.stringMatching(/^o~charged~yes@.{8}$/), content: '扣了' } },
            { type: 'click', click: { id: expect.stringMatching(/^o~charged~no@.{8}$/), content: '没扣' } },
            { type: 'click', click: { id: expect.stringMatching(/^o~charged~unknown@.{8}$/), content: '不清楚' } },
          ],
        },
      },
    ]);
  });

  test('of several texts is one text', () => {
    const messages = render([item('c:1', reply('好。')), item('c:2', reply('先看流水。')), item('c:3', reply(''))]);
    expect(messages).toEqual([{ msgtype: 'text', text: { content: '好。\n\n先看流水。' } }]);
  });

  test('with words before and after its question keeps the order', () => {
    const messages = render([item('c:1', reply('在的。')), item('c:2', QUESTION), item('c:3', reply('不急。'))]);
    expect(menuOf(messages)).toMatchObject({ head_content: `在的。\n\n${QUESTION.text}`, tail_content: '不急。' });
    expect(messages).toHaveLength(1);
  });

  test('that is longer than a head goes before it, as far as it does not fit', () => {
    const long = '请照下面的步骤做。\n'.repeat(50).trim();
    const messages = render([item('c:1', reply(long)), item('c:2', QUESTION)]);
    expect(messages.map(({ msgtype }) => msgtype)).toEqual(['text', 'msgmenu']);
    expect(menuOf(messages)?.head_content).toBe(QUESTION.text);
    const alone = render([item('c:1', { ...QUESTION, text: long })]);
    expect(alone.map(textOf).map(bare)).toEqual([bare(long), '请选一个']);
  });

  test('of two questions can be answered where it ends', () => {
    const messages = render([
      item('c:1', QUESTION),
      item('c:2', { ...QUESTION, question: 'pay-method', options: [{ id: 'card', label: '刷卡' }] }),
    ]);
    expect(labels(messages)).toEqual(['刷卡']);
  });

  test('with more options than a menu has entries has them numbered', () => {
    const options = Array.from({ length: 11 }, (_, index) => ({ id: `o${index}`, label: `第${index + 1}家` }));
    const messages = render([item('c:1', { ...QUESTION, options })]);
    expect(messages.map(({ msgtype }) => msgtype)).toEqual(['text']);
    expect(messages.map(textOf).join('')).toContain('11. 第11家');
  });

  test('whose option has too long an id has them numbered, and one with a long label is cut', () => {
    const options = [{ id: 'x'.repeat(200), label: '好' }];
    expect(render([item('c:1', { ...QUESTION, options })]).map(textOf)[0]).toContain('1. 好');
    const long = [{ id: 'x', label: '刷'.repeat(100) }];
    expect(labels(render([item('c:1', { ...QUESTION, options: long })]))).toEqual([`${'刷'.repeat(41)}…`]);
  });
});

describe('links', () => {
  const page = { title: '图文步骤', url: 'https://pos.example.com/kb/sign-in' };

  test('are entries below the options', () => {
    const messages = render([item('c:1', { ...QUESTION, links: [page, page] })]);
    expect(labels(messages)).toEqual(['扣了', '没扣', '不清楚', '图文步骤']);
  });

  test('are entries without options too', () => {
    const messages = render([item('c:1', reply('看这里。', { links: [page] }))]);
    expect(menuOf(messages)).toMatchObject({
      head_content: '看这里。',
      list: [{ type: 'view', view: { url: page.url } }],
    });
  });

  test('beyond ten entries are lines of their reply', () => {
    const options = Array.from({ length: 10 }, (_, index) => ({ id: `o${index}`, label: `第${index + 1}家` }));
    const messages = render([item('c:1', { ...QUESTION, options, links: [page] })]);
    expect(menuOf(messages)?.list).toHaveLength(10);
    expect(menuOf(messages)?.head_content).toBe(`${QUESTION.text}\n图文步骤 ${page.url}`);
  });

  test('to dial are lines, unless the number is in the text already', () => {
    const dial = { title: '拨打银联客服', url: 'tel:95516' };
    expect(render([item('c:1', reply('银联 95516', { links: [dial] }))]).map(textOf)).toEqual(['银联 95516']);
    expect(render([item('c:1', reply('银联', { links: [dial] }))]).map(textOf)).toEqual(['银联\n拨打银联客服 95516']);
    const spaced = { title: '拨打', url: 'tel:4001234567' };
    expect(render([item('c:1', reply('400-123 4567', { links: [spaced] }))]).map(textOf)).toEqual(['400-123 4567']);
  });
});

test('a number to dial stands in a text, not in a menu, if there is a message to spare', () => {
  const contact = reply('银联 95516', { links: [{ title: '拨打', url: 'tel:95516' }] });
  const items = [
    item('c:1', reply('好。')),
    item('c:2', contact),
    item('c:3', reply('想想看。')),
    item('c:4', QUESTION),
  ];
  expect(render(items).map(textOf).map(bare)).toEqual(['好。银联95516', bare(`想想看。${QUESTION.text}`)]);
  expect(render(items, 1)).toHaveLength(1);
  const only = [item('c:1', { ...QUESTION, links: contact.links })];
  expect(render(only).map(({ msgtype }) => msgtype)).toEqual(['msgmenu']);
});

describe('any batch', () => {
  const budget = fc.integer({ min: 1, max: SENDS_MAX });

  test('is within every limit, and within what may be sent', () => {
    fc.assert(
      fc.property(anyBatch, budget, (batch, most) => {
        const messages = render(batch, most);
        expect(messages.flatMap(breaches)).toEqual([]);
        expect(messages.length).toBeLessThanOrEqual(most);
        expect(render(batch, most)).toEqual(messages);
      }),
      { numRuns: 200 },
    );
  });

  test('says everything, in order, if it can be said at all', () => {
    fc.assert(
      fc.property(anyBatch, budget, (batch, most) => {
        const said = [...batch.map((one) => bare(one.reply.text)).join('')];
        // Cut at lines, a message can be as good as half empty.
        fc.pre(utf8Length(batch.map((one) => one.reply.text).join('\n\n')) <= (most * TEXT_MAX) / 2 - 1024);
        const shown = bare(render(batch, most).map(textOf).join(''));
        let at = 0;
        for (const character of shown) if (character === said[at]) at += 1;
        expect(said.slice(at).join('')).toBe('');
      }),
      { numRuns: 200 },
    );
  });

  test('leaves room for a reminder and a closing, if it is not too long for that', () => {
    fc.assert(
      fc.property(anyBatch, (batch) => {
        fc.pre(utf8Length(batch.map((one) => one.reply.text).join('\n\n')) <= 2 * TEXT_MAX);
        fc.pre(batch.every(({ reply: { options } }) => options.length <= 10));
        expect(render(batch).length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 200 },
    );
  });

  test('keeps what can be chosen although its text has to be cut', () => {
    const long = reply('很长的话。\n'.repeat(800));
    for (const most of [1, 2, 3]) {
      const messages = render([item('c:1', long), item('c:2', QUESTION)], most);
      expect(messages).toHaveLength(most);
      expect(labels(messages)).toEqual(['扣了', '没扣', '不清楚']);
      expect(messages.map(textOf).join('')).toContain('…');
    }
  });

  test('of nothing to say is no message', () => {
    expect(render([item('c:1', reply(' \n'))])).toEqual([]);
    expect(renderWelcome([item('c:1', reply(''))], [], words)).toBeNull();
  });
});

describe('a welcome', () => {
  test('has the quick starts under it', () => {
    const starts = quickStarts(ui());
    const message = renderWelcome([item('c:1', reply('您好。'))], starts, words);
    expect(labels(message ? [message] : [])).toEqual(starts.map(({ label }) => label));
    expect(starts.length).toBeGreaterThanOrEqual(4);
  });

  test('that asks something has its options instead', () => {
    const message = renderWelcome([item('c:1', QUESTION)], quickStarts(ui()), words);
    expect(labels(message ? [message] : [])).toEqual(['扣了', '没扣', '不清楚']);
  });

  test('is one message within every limit, whatever it says', () => {
    fc.assert(
      fc.property(anyBatch, (batch) => {
        const message = renderWelcome(batch, quickStarts(ui()), words);
        expect(message === null ? [] : breaches(message)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
