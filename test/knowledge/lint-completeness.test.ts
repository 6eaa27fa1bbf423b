import { errorsOf, knowledgeFolder, removeFolders } from './folder.js';

afterEach(removeFolders);

describe('questions', () => {
  const EXTRA = `- id: extra
  ask: 多问一句？
  why: 看看。
  because: { yes: 是, no: 否 }
  options:
    - { id: yes, label: 是 }
    - { id: no, label: 否 }
  charges: false
  seconds: 5
  sources: [forum]
`;
  const withExtra = async (more: string) => {
    const folder = knowledgeFolder();
    await folder.write('questions.yaml', `${folder.read('questions.yaml')}${EXTRA}${more}`);
    return folder;
  };
  const rules = (found: ReturnType<typeof errorsOf>): string[] => found.map((problem) => problem.rule);

  test('without a likelihood is unreachable', async () => {
    expect(rules(errorsOf((await withExtra('')).check()))).toEqual(['unreachable-question']);
  });

  test('that answers alike for every cause is unreachable unless a fault differs', async () => {
    const folder = await withExtra(
      '  likelihood:\n    channel: { yes: 0.5, no: 0.5 }\n    device: { yes: 0.5, no: 0.5 }\n',
    );
    expect(errorsOf(folder.check())).toMatchObject([
      { rule: 'unreachable-question', line: folder.lineOf('questions.yaml', '    channel: { yes: 0.5, no: 0.5 }') - 1 },
    ]);
    await folder.edit('causes/network.yaml', 'widespread: { yes: 0.1, no: 0.9 }', 'extra: { yes: 0.5, no: 0.5 }');
    expect(rules(errorsOf(folder.check()))).toEqual(['unreachable-question']);
    await folder.edit('causes/network.yaml', 'extra: { yes: 0.5, no: 0.5 }', 'extra: { yes: 0.9, no: 0.1 }');
    expect(errorsOf(folder.check())).toEqual([]);
  });

  test('whose requirements exclude each other is unreachable', async () => {
    const row = '  likelihood:\n    channel: { yes: 0.8, no: 0.2 }\n    device: { yes: 0.5, no: 0.5 }\n';
    const folder = await withExtra(`${row}  requires: { card-kind: [chip], pay-method: [scan] }\n`);
    const errors = errorsOf(folder.check());
    expect(rules(errors)).toEqual(['unreachable-question']);
    expect(errors[0]?.message).toMatch(/no answer to "pay-method" fits/);
    await folder.edit('questions.yaml', 'pay-method: [scan] }', 'pay-method: [tap] }');
    expect(errorsOf(folder.check())).toEqual([]);
  });

  test('of the contract must be there with their options', async () => {
    const folder = await knowledgeFolder().edit('questions.yaml', '- id: hotspot', '- id: hot-spot');
    expect(rules(errorsOf(folder.check()))).toEqual(['missing-question']);
    const other = await knowledgeFolder().edit('questions.yaml', '    - id: tap\n', '    - id: nfc\n');
    expect(rules(errorsOf(other.check()))).toContain('missing-question');
  });
});

describe('completeness', () => {
  test('a missing cause, scenario, prevention area or topic is an error', async () => {
    const folder = await knowledgeFolder().remove('causes/balance.yaml');
    await folder.edit('topics.yaml', '- id: fee', '- id: drill');
    await folder.edit('codes/unionpay-pos.yaml', '    faults: [low-funds]\n', '');
    expect(errorsOf(folder.check()).map((problem) => problem.rule)).toEqual(['duplicate-id']);
    const text = folder.read('topics.yaml');
    await folder.write('topics.yaml', text.slice(0, text.lastIndexOf('- id: drill')));
    expect(errorsOf(folder.check()).map((problem) => problem.message)).toEqual([
      expect.stringContaining('no cause "balance"'),
      expect.stringContaining('no topic "fee"'),
    ]);
  });

  test('an intent with too few phrases of its own is a warning', () => {
    const warnings = knowledgeFolder()
      .check()
      .problems.filter((problem) => problem.rule === 'coverage');
    expect(warnings).toHaveLength(17);
    expect(warnings.map((problem) => problem.message)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('"fee" has 3 phrases of its own and needs 20'),
        expect.stringContaining('"device" has 0 phrases of its own and needs 40'),
        expect.stringContaining('"out-of-scope" has 0 phrases of its own and needs 120'),
      ]),
    );
  });

  test('a fix that only charges is an error', async () => {
    const folder = knowledgeFolder();
    await folder.edit('causes/channel.yaml', '          - text: 抄下屏幕上的原话。\n', '');
    await folder.edit(
      'causes/channel.yaml',
      '联系收单机构，不要拆机。',
      '查明没有扣款后，收一笔试试。\n            charges: true',
    );
    expect(errorsOf(folder.check())).toMatchObject([
      { rule: 'charging-step-order', line: folder.lineOf('causes/channel.yaml', 'steps:') },
    ]);
  });

  test('a reason that is missing is a warning', async () => {
    const folder = await knowledgeFolder().edit('questions.yaml', 'all: 选了all', 'unknown: 不清楚');
    expect(folder.check().ok).toBe(true);
    expect(folder.check().problems.map((problem) => problem.rule)).toContain('missing-reason');
  });

  test('one page with two grades is a warning', async () => {
    const folder = await knowledgeFolder().edit(
      'sources/all.yaml',
      '  grade: community',
      '  url: https://example.com/doc\n  grade: community',
    );
    expect(folder.check().problems.filter((problem) => problem.rule === 'conflicting-grade')).toMatchObject([
      { line: 11, severity: 'warning' },
    ]);
  });

  test('a linked source without an address is an error', async () => {
    const folder = await knowledgeFolder().edit('sources/all.yaml', '  url: https://example.com/doc\n', '');
    expect(errorsOf(folder.check())).toMatchObject([{ rule: 'linked-source-grade' }]);
  });
});
