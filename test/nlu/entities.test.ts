import fc from 'fast-check';
import { createClauses } from '../../src/nlu/clauses.js';
import { createEntities } from '../../src/nlu/entities.js';
import type { Entity } from '../../src/nlu/understanding.js';
import { createNormaliser } from '../../src/text/normalise.js';
import { knowledge } from './fixture.js';

const normalise = createNormaliser(knowledge.lexicon.synonyms);
const cut = createClauses(knowledge.lexicon);
const find = createEntities(knowledge, (text) => normalise(text).text);

/** Entities of a text of which `cleared` (a part of it) says that it works. */
function entities(raw: string, cleared = ''): Entity[] {
  const source = normalise(raw);
  const clauses = cut(source);
  const from = source.text.indexOf(cleared);
  return find(
    source,
    { text: clauses.map((clause) => clause.text).join(''), at: clauses.flatMap((clause) => clause.at) },
    cleared === '' ? [] : [{ start: from, end: from + cleared.length }],
  );
}
const codes = (raw: string): string[] =>
  entities(raw)
    .filter((entity) => entity.type === 'code')
    .map((entity) => `${entity.value}${entity.system === undefined ? '' : `@${entity.system}`}`);
const values = (raw: string, type: Entity['type']): string[] =>
  entities(raw)
    .filter((entity) => entity.type === type)
    .map((entity) => entity.value);

describe('codes', () => {
  test.each([
    ['提示51', '51'],
    ['提示"05"', '05'],
    ['错误代码：96', '96'],
    ['96拒绝', '96'],
    ['51', '51'],
    ['报９６', '96'],
    ['75是什么意思', '75'],
    ['pos机代码23是什么意思', '23'],
    ['状态码l1', 'L1'],
    ['28-PIN输入超过次数', '28'],
    ['盛付通POS机刷卡失败S3错误码', 'S3'],
    ['ACQ.TOTAL_FEE_EXCEED', 'ACQ.TOTAL_FEE_EXCEED'],
    ['total_fee_exceed', 'ACQ.TOTAL_FEE_EXCEED'],
    ['400 AUTH_CODE_INVALID', 'AUTH_CODE_INVALID'],
    ['一直报101 付款码无效', '101'],
    ['乐刷报2125', '-2125@leshua'],
    ['A0 重新签到', 'A0'],
    ['联迪a8显示68', '68'],
    ['机器显示该渠道业务不可用', '该渠道业务不可用'],
    ['刷卡51 没扣', '51@unionpay-pos'],
    ['刷卡05 刷了好几次', '05@unionpay-pos'],
    ['代码五十一', '51'],
    ['提示零五', '05'],
    ['不是51是55', '55'],
    ['不是51，应该是55', '55'],
    ['是不是51', '51'],
    ['收钱吧 55', '55'],
    ['错误码Z9Z9', 'Z9Z9'],
    ['代码N1', 'N1'],
  ])('%s names a code', (raw, expected) => {
    expect(codes(raw)).toEqual([expected]);
  });

  test('codes in a row are all read', () => {
    expect(codes('96或者91')).toEqual(['96', '91']);
    expect(codes('先报57,后报61')).toEqual(['57', '61']);
    expect(codes('今天出过51、55还有91 分别什么意思')).toEqual(['51', '55', '91']);
    expect(codes('刷卡40 还有 12')).toEqual(['40@unionpay-pos', '12@unionpay-pos']);
  });

  test.each([
    '刷了51元',
    '51块钱都刷不了',
    '换了12次',
    '20多笔都不行',
    '提示已经96次了',
    '昨晚23:30开始的',
    '2026-11-23 装的',
    '电话13800138000',
    '打95516没人接',
    '每天限额500',
    '10086热线几点开始',
    'wifi6连不上',
    '4G不行',
    't+1到账',
    '提示请插卡',
    '18.51元',
    '第51次',
    '卡号************',
    '刷卡25元',
    '刷卡25 块没收到',
    '刷了25',
    '刷卡50块',
    '刷25和30',
    '收了51还有55',
    '没有显示51',
    '还有12天',
    '显示十一点',
    '显示三十天',
    '出现一二十次',
    '提示一万',
    'n910报错',
  ])('%s names none', (raw) => {
    expect(codes(raw)).toEqual([]);
  });

  test('the system is the one that the sentence names, unless it says that this one works', () => {
    expect(codes('云闪付提示64')).toEqual(['64@unionpay-acp']);
    expect(codes('刷卡提示64')).toEqual(['64@unionpay-pos']);
    expect(codes('提示64')).toEqual(['64']);
    const code = entities('云闪付没问题,刷卡报64', '云闪付没问题').find((entity) => entity.type === 'code');
    expect(code?.system).toBe('unionpay-pos');
  });

  test.each([
    ['刷卡报55扫码报96', ['55@unionpay-pos', '96@unionpay-acp']],
    ['刷卡报55 扫码报96', ['55@unionpay-pos', '96@unionpay-acp']],
    ['刷卡报96扫码报55', ['96@unionpay-pos', '55@aggregator']],
    ['扫码报75刷卡报75', ['75@unionpay-acp', '75@unionpay-pos']],
  ])('%s: each code belongs to the way of paying that stands nearest before it', (raw, expected) => {
    expect(codes(raw)).toEqual(expected);
  });

  test('an app beside 扫码 is the one that was scanned, and two ways named together name none', () => {
    expect(codes('微信扫码报96')).toEqual(['96']);
    expect(codes('扫码用云闪付报96')).toEqual(['96@unionpay-acp']);
    expect(codes('扫码和刷卡都报75')).toEqual(['75']);
    expect(codes('扫码报60')).toEqual(['60']);
  });
});

describe('other entities', () => {
  test('channels, banks, acquirers and terminals are named by their ids, the longest name first', () => {
    expect(values('云闪付和微信都不行', 'channel')).toEqual(['cloud-quickpass', 'wechat']);
    expect(values('建行的卡', 'bank')).toEqual(['ccb']);
    expect(values('我是拉卡啦的机器', 'acquirer')).toEqual(['lakala']);
    expect(values('新大陆的机子', 'terminal')).toEqual(['newland']);
    expect(values('银联商务', 'channel')).toEqual([]);
  });

  test('amounts are in yuan', () => {
    expect(values('刷18,000.5元', 'amount')).toEqual(['18000.5']);
    expect(values('3万块刷不了', 'amount')).toEqual(['30000']);
    expect(values('一块钱都刷不了', 'amount')).toEqual(['1']);
    expect(values('收了￥88', 'amount')).toEqual(['88']);
    expect(values('刷了3次', 'amount')).toEqual([]);
  });

  test('a phone number is never given back whole', () => {
    expect(values('电话13800138000', 'phone')).toEqual(['138****8000']);
    expect(values('电话138****8000', 'phone')).toEqual(['138****8000']);
  });

  test('a code before a comma is no thousands of the amount behind it', () => {
    expect(values('刷卡报51，300块', 'amount')).toEqual(['300']);
    expect(values('刷了8，600元', 'amount')).toEqual(['8600']);
  });

  test('times that stand side by side are one', () => {
    expect(values('昨晚 23:30开始的', 'time')).toEqual(['昨晚 23:30']);
    expect(values('晚上11点半', 'time')).toEqual(['晚上11点半']);
  });

  test('offsets are those of the text as it was given', () => {
    const raw = '😭我的刷ka卡  報５１，刷了３００块，喂';
    const slices = entities(raw).map(({ type, start, end }) => [type, raw.slice(start, end)]);
    expect(slices).toEqual([
      ['channel', '刷ka卡'],
      ['system', '刷ka卡'],
      ['code', '５１'],
      ['amount', '３００块'],
    ]);
  });
});

const piece = fc.constantFrom(
  '刷卡',
  '提示',
  '51',
  'L1',
  '微信',
  '支付宝',
  '建行',
  '3万块',
  '昨晚',
  '23:30',
  '😭',
  '，',
  ' ',
  '機子',
  '１３８００１３８０００',
  'ACQ.SYSTEM_ERROR',
  '\u200b',
  'a',
);

test('every entity lies inside the text and what it names can be found again in its own slice', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const raw = pieces.join('');
      for (const entity of entities(raw)) {
        expect(entity.start).toBeGreaterThanOrEqual(0);
        expect(entity.end).toBeGreaterThan(entity.start);
        expect(entity.end).toBeLessThanOrEqual(raw.length);
        const slice = raw.slice(entity.start, entity.end);
        if (entity.type === 'code') expect(codes(`提示${slice}`)[0]).toContain(entity.value);
        // A number at the very beginning may be a code by itself.
        else if (entity.type === 'amount') expect(values(`刷了${slice}`, entity.type)).toContain(entity.value);
        else expect(values(slice, entity.type)).toContain(entity.value);
      }
    }),
    { numRuns: 300 },
  );
});
