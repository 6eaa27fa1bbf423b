import fc from 'fast-check';
import { type Block, type Inline, readInline, readMarkdown, readPlain } from './page/markdown.js';

const text = (words: string): Inline => ({ type: 'text', text: words });
const link = (url: string, words = url): Inline => ({ type: 'link', url, text: words });
const paragraph = (...lines: Inline[][]): Block => ({ type: 'paragraph', lines });

/** Every part, however deep. */
function flat(parts: readonly Inline[]): Inline[] {
  return parts.flatMap((part) => ('parts' in part ? [part, ...flat(part.parts)] : [part]));
}

function parts(blocks: readonly Block[]): Inline[] {
  return flat(
    blocks.flatMap((block) => {
      if (block.type === 'paragraph' || block.type === 'quote') return block.lines.flat();
      if (block.type === 'list') return block.items.flat();
      return block.type === 'heading' ? block.parts : [];
    }),
  );
}

test('lines stay lines, an empty one begins a new paragraph', () => {
  expect(readMarkdown('一\n二\n\n三')).toEqual([paragraph([text('一')], [text('二')]), paragraph([text('三')])]);
});

test('bold, code, links and mentions are told from the words around them', () => {
  expect(readInline('**先查** `51` 见 [说明](http://127.0.0.1:3000/kb/codes/51) <@zhangsan>')).toEqual([
    { type: 'bold', parts: [text('先查')] },
    text(' '),
    { type: 'code', text: '51' },
    text(' 见 '),
    link('http://127.0.0.1:3000/kb/codes/51', '说明'),
    text(' '),
    { type: 'mention', user: 'zhangsan' },
  ]);
});

test('the colours of WeCom, and no other tag', () => {
  expect(readInline('<font color="warning">急</font><font color="red">x</font><b>y</b>')).toEqual([
    { type: 'colour', colour: 'warning', parts: [text('急')] },
    text('<font color="red">x</font><b>y</b>'),
  ]);
});

test('lists keep the number they begin with; bullets are another list', () => {
  expect(readMarkdown('3. 打开热点\n4. 点签到\n- 别拔卡')).toEqual([
    { type: 'list', start: 3, items: [[text('打开热点')], [text('点签到')]] },
    { type: 'list', start: null, items: [[text('别拔卡')]] },
  ]);
});

test('headings, quotes, rules and code', () => {
  expect(readMarkdown('## 小结\n> 甲\n> 乙\n---\n```\n**a**\n```')).toEqual([
    { type: 'heading', level: 2, parts: [text('小结')] },
    { type: 'quote', lines: [[text('甲')], [text('乙')]] },
    { type: 'rule' },
    { type: 'code', text: '**a**' },
  ]);
});

test('a stream that ends within code shows what there is', () => {
  expect(readMarkdown('```\n**a')).toEqual([{ type: 'code', text: '**a' }]);
});

test.each([
  ['a full stop', '见 https://a.cn/b.', 'https://a.cn/b', '.'],
  ['a bracket', '(https://a.cn/b)', 'https://a.cn/b', ')'],
  ['Chinese', '见 https://a.cn/b?c=1，再说', 'https://a.cn/b?c=1', '，再说'],
])('an address ends before %s', (_, words, url, rest) => {
  expect(readInline(words).slice(1)).toEqual([link(url), text(rest)]);
});

test('an anchor is a link only where the door reads it', () => {
  const words = '点<a href="https://a.cn">这里</a>。';
  expect(readPlain(words, true)).toEqual([text('点'), link('https://a.cn', '这里'), text('。')]);
  expect(readPlain(words).filter(({ type }) => type === 'link')).toEqual([link('https://a.cn')]);
});

const words = fc.string({
  unit: fc.constantFrom('a', '中', ' ', '\n', '*', '`', '[', ']', '(', ')', '<', '>', '#', '-', '1.', 'http://x', ':'),
  maxLength: 60,
});

test('whatever it says, a link leads to http or https', () => {
  fc.assert(
    fc.property(fc.oneof(words, fc.constant('[x](javascript:alert(1)) [y](data:text/html,z)')), (said) => {
      const links = [...parts(readMarkdown(said)), ...readPlain(said, true)].filter((part) => part.type === 'link');
      for (const { url } of links) expect(url).toMatch(/^https?:\/\//);
    }),
  );
});

test('plain text loses nothing', () => {
  fc.assert(
    fc.property(words, (said) => {
      const shown = readPlain(said).map((part) => (part.type === 'text' || part.type === 'link' ? part.text : ''));
      expect(shown.join('')).toBe(said);
    }),
  );
});

test('a bubble of the greatest size made of openings that never close is read all the same', () => {
  for (const opening of ['[', '**a', '`', '[a](https://', 'https://a)', '<font color="info">'])
    expect(readMarkdown(opening.repeat(20_000 / opening.length)).length).toBeGreaterThan(0);
});
