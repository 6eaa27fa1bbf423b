import { readFileSync } from 'node:fs';
import { parseXml } from '@rgrove/parse-xml';
import fc from 'fast-check';
import { cdata, readCallbackXml, XML_DEPTH, XML_MAX } from '../../../src/channels/wecom/xml.js';

const refused = (text: string) =>
  expect(() => readCallbackXml(text)).toThrow(expect.objectContaining({ code: 'CALLBACK_REFUSED' }));

const item = (key: string, ...ids: string[]) =>
  `<SelectedItem><QuestionKey><![CDATA[${key}]]></QuestionKey><OptionIds>${ids
    .map((id) => `<OptionId><![CDATA[${id}]]></OptionId>`)
    .join('')}</OptionIds></SelectedItem>`;

describe('a callback', () => {
  test('is read into its fields, numbers as text', () => {
    const fields = readCallbackXml(
      `<xml><ToUserName><![CDATA[ww0000000000000001]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName><CreateTime>1795392004</CreateTime>
<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[该渠道业务不可用]]></Content><MsgId>12345678901234567890</MsgId><AgentID>1000002</AgentID></xml>`,
    );
    expect(fields).toEqual({
      ToUserName: 'ww0000000000000001',
      FromUserName: 'zhangsan',
      CreateTime: '1795392004',
      MsgType: 'text',
      Content: '该渠道业务不可用',
      MsgId: '12345678901234567890',
      AgentID: '1000002',
      SelectedItems: [],
    });
  });

  test('of customer service is read with its token', () => {
    const { generated } = JSON.parse(readFileSync(new URL('./vectors.json', import.meta.url), 'utf8'));
    const { message } = generated.find(({ id }: { id: string }) => id === 'gen-kf-event-xml');
    expect(readCallbackXml(message)).toMatchObject({
      Event: 'kf_msg_or_event',
      OpenKfId: expect.stringMatching(/^wk/),
    });
    expect(readCallbackXml(message).Token).not.toBe('');
  });

  test('may write its names in another case', () => {
    expect(readCallbackXml('<xml><msgid>1</msgid><AgentId>2</AgentId><TASKID>t</TASKID></xml>')).toEqual({
      MsgId: '1',
      AgentID: '2',
      TaskId: 't',
      SelectedItems: [],
    });
  });

  test('may hold fields that nobody knows here, and names of our own objects', () => {
    const text =
      '<xml><New><Deep>1</Deep></New><__proto__>x</__proto__><constructor>y</constructor><Event>e</Event></xml>';
    expect(readCallbackXml(text)).toEqual({ Event: 'e', SelectedItems: [] });
  });

  test('that says a field twice is taken at its first word', () => {
    expect(readCallbackXml('<xml><MsgId>1</MsgId><MsgId>2</MsgId></xml>').MsgId).toBe('1');
  });

  test('keeps a text with what XML cannot hold removed', () => {
    expect(readCallbackXml('<xml><Content><![CDATA[收\u0008款\uFFFF\uD800]]></Content></xml>').Content).toBe(
      '收款\uFFFD',
    );
  });

  test('keeps a text in which CDATA ends', () => {
    const text = '<xml><Content><![CDATA[a]]]]><![CDATA[>b]]></Content></xml>';
    expect(readCallbackXml(text).Content).toBe('a]]>b');
  });
});

describe('what was chosen in a card', () => {
  test.each([
    ['one item, one option', item('q1', 'o1'), [{ questionKey: 'q1', optionIds: ['o1'] }]],
    ['one item, many options', item('q1', 'o1', 'o2'), [{ questionKey: 'q1', optionIds: ['o1', 'o2'] }]],
    ['one item, no option', item('q1'), [{ questionKey: 'q1', optionIds: [] }]],
    [
      'many items',
      item('q1', 'o1') + item('q2', 'o2'),
      [
        { questionKey: 'q1', optionIds: ['o1'] },
        { questionKey: 'q2', optionIds: ['o2'] },
      ],
    ],
    ['nothing', '', []],
  ])('%s', (_, items, expected) => {
    expect(readCallbackXml(`<xml><SelectedItems>${items}</SelectedItems></xml>`).SelectedItems).toEqual(expected);
  });
});

describe('is refused', () => {
  test.each([
    ['nothing', ''],
    ['no XML', 'hello'],
    ['an end that is missing', '<xml><MsgId>1</MsgId>'],
    ['an end of another', '<xml><a></b></xml>'],
    ['CDATA without an end', '<xml><Content><![CDATA[abc</Content></xml>'],
    ['two roots', '<xml></xml><xml></xml>'],
    ['a DOCTYPE', '<!DOCTYPE xml><xml></xml>'],
    ['a DOCTYPE with an entity', '<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Content>&a;</Content></xml>'],
    ['a DOCTYPE after a comment', '<!-- x --><!doctype xml><xml></xml>'],
    ['an entity that nobody declared', '<xml><Content>&xxe;</Content></xml>'],
  ])('%s', (_, text) => refused(text));

  const nested = (depth: number) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;

  test('what is deeper than the bound', () => {
    expect(() => readCallbackXml(nested(XML_DEPTH))).not.toThrow();
    refused(nested(XML_DEPTH + 1));
    refused('<a>'.repeat(40_000));
    refused('<a x="/>">'.repeat(40));
  });

  test('what is larger than the bound', () => {
    const filled = (length: number) => `<xml><Content>${'a'.repeat(length - 30)}</Content></xml>`;
    expect(filled(XML_MAX).length).toBe(XML_MAX);
    expect(() => readCallbackXml(filled(XML_MAX))).not.toThrow();
    refused(filled(XML_MAX + 1));
  });

  test('any other text, with no other error and without quoting it', () => {
    const pieces = fc.constantFrom(
      '<xml>',
      '</xml>',
      '<a>',
      '</a>',
      '<a/>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '&',
      '"',
      '6222',
      '<!',
      '<?',
      '?>',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        try {
          readCallbackXml(parts.join(''));
        } catch (error) {
          expect(error).toMatchObject({ code: 'CALLBACK_REFUSED' });
          expect(`${error} ${(error as Error).cause}`).not.toContain('6222');
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('a text written as CDATA is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(']', '>', '<', '&', '扣', '😀', 'a'), maxLength: 20 }), (text) => {
      expect(parseXml(`<x>${cdata(text)}</x>`).text).toBe(text);
    }),
  );
});
