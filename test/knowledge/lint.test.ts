import { checkKnowledge } from '../../src/knowledge/check.js';
import { normalisePhrase } from '../../src/knowledge/lint/phrases.js';
import { lint } from '../../src/knowledge/lint.js';
import { loadKnowledge } from '../../src/knowledge/load.js';
import { BASE, errorsOf, knowledgeFolder, removeFolders, TODAY } from './folder.js';

afterEach(removeFolders);

test('the sound folder has no error', () => {
  expect(errorsOf(checkKnowledge({ folder: BASE, today: TODAY }))).toEqual([]);
});

/** name, file, text, its replacement, rule; the complaint must stand on the line that holds the first line of the replacement. */
const BREAKS: [string, string, string, string, string][] = [
  ['an unknown source', 'codes/unionpay-pos.yaml', 'sources: [forum]', 'sources: [nowhere]', 'dangling-reference'],
  [
    'an unknown source of a fix',
    'causes/network.yaml',
    '        sources: [vendor-doc]',
    '        sources: [nowhere]',
    'dangling-reference',
  ],
  [
    'an unknown source of a number not to use',
    'contacts.yaml',
    'reason: 与多处来源冲突\n    sources: [forum]',
    'reason: 与多处来源冲突\n    sources: [nowhere]',
    'dangling-reference',
  ],
  ['a fix that helps an unknown fault', 'causes/network.yaml', 'no-signal: 0.3', 'no-such: 0.3', 'dangling-reference'],
  ['a fix that helps its own fault', 'causes/network.yaml', 'no-signal: 0.3', 'sim-unpaid: 0.3', 'dangling-reference'],
  [
    'a code with an unknown fault',
    'codes/unionpay-pos.yaml',
    'faults: [low-funds]',
    'faults: [no-such]',
    'dangling-reference',
  ],
  [
    'a code with a fault of another cause',
    'codes/unionpay-pos.yaml',
    'faults: [low-funds]',
    'faults: [no-signal]',
    'fault-of-other-cause',
  ],
  [
    'an answer to an unknown question',
    'causes/network.yaml',
    'widespread: { yes: 0.1',
    'no-such: { yes: 0.1',
    'dangling-reference',
  ],
  [
    'an answer with an unknown option',
    'causes/network.yaml',
    'widespread: { yes: 0.1',
    'widespread: { maybe: 0.1',
    'dangling-reference',
  ],
  [
    'a row with an unknown option',
    'questions.yaml',
    'channel: { card: 0.75',
    'channel: { cash: 0.6',
    'dangling-reference',
  ],
  [
    'a requirement of an unknown option',
    'questions.yaml',
    'pay-method: [card, tap]',
    'pay-method: [cash]',
    'dangling-reference',
  ],
  [
    'a requirement of an unknown question',
    'questions.yaml',
    'pay-method: [card, tap]',
    'no-such: [card]',
    'dangling-reference',
  ],
  ['a shift of an unknown fault', 'scenarios.yaml', 'maintenance: 2', 'no-such: 2', 'dangling-reference'],
  [
    'evidence for an unknown question',
    'evidence.yaml',
    'question: other-card',
    'question: no-such',
    'dangling-reference',
  ],
  ['evidence for an unknown option', 'evidence.yaml', 'option: fails-too', 'option: maybe', 'dangling-reference'],
  ['a bank without a contact', 'lexicon.yaml', 'icbc: [工行]', 'nobank: [某行]', 'dangling-reference'],
  [
    'a link to an unknown source',
    'causes/network.yaml',
    'links: [vendor-doc]',
    'links: [nowhere]',
    'dangling-reference',
  ],
  [
    'an evidence pattern that does not compile',
    'evidence.yaml',
    'any: ["换卡也{failure}"]',
    'any: ["换卡也("]',
    'bad-pattern',
  ],
  [
    'a sign that is a pattern and does not compile',
    'causes/network.yaml',
    'symptoms: [收款时提示失败]',
    'signs: ["没(信号"]\n    symptoms: [收款时提示失败]',
    'bad-pattern',
  ],
  ['an unknown placeholder', 'evidence.yaml', 'any: ["换卡也{failure}"]', 'any: ["换卡也{fail}"]', 'bad-pattern'],
  ['a fix id used twice', 'causes/network.yaml', 'id: pay-sim', 'id: fix-no-signal', 'duplicate-id'],
  ['a phrase twice', 'phrases/fee.yaml', '- fee 第二句', '- "FEE，第一句！"', 'duplicate-phrase'],
  ['a phrase with two intents', 'phrases/network.yaml', '- network 第二句', '- ｆｅｅ第一句。', 'contradictory-phrase'],
  [
    'a real sentence with another intent',
    'phrases/real-utterances.yaml',
    '- text: 刷不了卡',
    '- text: fee 第一句',
    'contradictory-phrase',
  ],
  [
    'a question that requires itself',
    'questions.yaml',
    'requires: { pay-method: [card, tap] }',
    'requires: { card-kind: [chip] }',
    'unreachable-question',
  ],
  [
    'two options with one label',
    'questions.yaml',
    'label: all\n',
    'label: one\n      said: []\n    - id: extra\n      label: 别的\n',
    'ambiguous-answer',
  ],
  ['two options said alike', 'questions.yaml', 'said: [答all]', 'said: [答one]', 'ambiguous-answer'],
  ['an option twice', 'questions.yaml', '- id: all\n', '- id: one\n', 'duplicate-id'],
  [
    'a charge before the repair',
    'causes/network.yaml',
    '- text: 充值后重启机器。',
    '- text: 先付一笔\n            charges: true\n          - text: 重启机器。',
    'charging-step-order',
  ],
  [
    'a charge that is not marked',
    'causes/network.yaml',
    '- text: 充值后重启机器。',
    '- text: 充值后再刷一次。',
    'charging-step-order',
  ],
  ['a link to a forum', 'causes/network.yaml', 'links: [vendor-doc]', 'links: [forum]', 'linked-source-grade'],
  ['a day that is not in the calendar', 'sources/all.yaml', 'checked: 2026-11-23', 'checked: 2026-02-30', 'bad-date'],
  ['a day that has not come', 'sources/all.yaml', 'checked: 2026-11-23', 'checked: 2026-11-30', 'bad-date'],
  [
    'forbidden advice in a step',
    'causes/network.yaml',
    '- text: 充值后重启机器。',
    '- text: 拆机看看流量卡。',
    'forbidden-advice',
  ],
  ['forbidden advice to a code', 'codes/unionpay-pos.yaml', 'say: 换一张卡。', 'say: 分单刷。', 'forbidden-advice'],
  [
    'forbidden advice in a topic',
    'topics.yaml',
    'answer: 看收单机构的说明。',
    'answer: 超限就分单。',
    'forbidden-advice',
  ],
  [
    'a trace of a word filter',
    'codes/unionpay-pos.yaml',
    'meaning: 余额不足',
    'meaning: 银行KA卡余额不足',
    'shown-artefact',
  ],
  ['a mobile number', 'topics.yaml', 'answer: 看收单机构的说明。', 'answer: 打 138 0013 8000。', 'agent-mobile-number'],
  [
    'a mobile number nobody sees',
    'sources/all.yaml',
    'publisher: 某论坛',
    'publisher: 某代理 13800138000',
    'agent-mobile-number',
  ],
  [
    'a number of a single source',
    'topics.yaml',
    'answer: 看收单机构的说明。',
    'answer: 打 95138 问富友。',
    'unverified-number',
  ],
  ['a number not to use', 'codes/unionpay-pos.yaml', 'say: 换一张卡。', 'say: 打95055。', 'unverified-number'],
];

describe('each rule fires where the thing stands', () => {
  test.each(BREAKS)('%s', async (_name, file, from, to, rule) => {
    const folder = knowledgeFolder();
    const [first, last] = await folder.change(file, from, to);
    const hits = errorsOf(folder.check()).filter((problem) => problem.rule === rule && problem.file.endsWith(file));
    expect(hits.some((problem) => problem.line >= first && problem.line <= last)).toBe(true);
    for (const problem of hits) expect(problem.column).toBeGreaterThan(0);
  });
});

describe('what must not be complained about', () => {
  const SOUND: [string, string, string, string][] = [
    [
      'a warning against forbidden advice',
      'causes/network.yaml',
      '- text: 充值后重启机器。',
      '- text: 充值后重启机器，不要自己拆机。',
    ],
    ['forbidden words under avoid', 'causes/network.yaml', 'avoid: [不要自行更换流量卡]', 'avoid: [拆机, 分单]'],
    ['a warning against charging', 'causes/network.yaml', '- text: 充值后重启机器。', '- text: 没查清前别再刷。'],
    ['a number that is verified', 'topics.yaml', 'answer: 看收单机构的说明。', 'answer: 工商银行打 95588。'],
    [
      'long digits that are no number',
      'topics.yaml',
      'answer: 看收单机构的说明。',
      'answer: 订单号 2026112395055138001380001。',
    ],
    ['the trace where it is understood', 'phrases/fee.yaml', '- fee 第二句', '- 刷ka卡手续费多少'],
    [
      'one phrase for two intents that says so',
      'phrases/network.yaml',
      '- network 第二句',
      '- { text: fee 第一句, also: [fee] }',
    ],
    ['a provider without a number', 'lexicon.yaml', 'elsewhere: [某机构]', 'nobody: [某某]'],
    [
      'a question of equal rows that a fault overrides',
      'questions.yaml',
      'requires: { pay-method: [card, tap] }',
      'requires: { pay-method: [tap] }',
    ],
  ];
  test.each(SOUND)('%s', async (_name, file, from, to) => {
    expect(errorsOf((await knowledgeFolder().edit(file, from, to)).check())).toEqual([]);
  });
});

describe('dates', () => {
  const staleOn = (today: string): string[] => {
    const { content } = loadKnowledge({ folder: BASE });
    return lint(content, { today })
      .filter((problem) => problem.rule === 'stale-source')
      .map((problem) => problem.severity);
  };

  test('a source is stale when it was checked over 365 days before the day that is passed in', () => {
    expect(staleOn('2027-11-23')).toEqual([]);
    expect(staleOn('2027-11-24')).toEqual(['warning', 'warning']);
  });
});

describe('phrases are the same', () => {
  test('whatever their width, case, spaces and punctuation', () => {
    expect(normalisePhrase('　ＰＯＳ机，刷 不了卡！')).toBe(normalisePhrase('pos机刷不了卡'));
  });

  test('but not because nothing is left of them', () => {
    expect(normalisePhrase('？？？')).not.toBe(normalisePhrase('😀'));
  });
});

test('further providers of problems run on the same content', () => {
  const checked = checkKnowledge({
    folder: BASE,
    today: TODAY,
    providers: [
      ({ content, today }) => [
        {
          file: 'flows/x.yaml',
          line: 3,
          column: 1,
          rule: 'flow',
          severity: 'error',
          message: `${content.faults.length} ${today}`,
        },
      ],
    ],
  });
  expect(checked.ok).toBe(false);
  expect(checked.knowledge).toBeUndefined();
  expect(errorsOf(checked)).toMatchObject([{ file: 'flows/x.yaml', message: `6 ${TODAY}` }]);
});
