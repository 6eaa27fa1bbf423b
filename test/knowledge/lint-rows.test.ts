import { lint } from '../../src/knowledge/lint.js';
import { loadKnowledge } from '../../src/knowledge/load.js';
import { BASE, errorsOf, type Folder, knowledgeFolder, removeFolders } from './folder.js';

afterEach(removeFolders);

describe('rows of probabilities', () => {
  const EDITS: [string, string, string, string][] = [
    ['a likelihood', 'questions.yaml', 'channel: { one: 0.75, all: 0.25 }', 'channel: { one: 0.75, all: 0.19 }'],
    [
      'a likelihood above one',
      'questions.yaml',
      'channel: { one: 0.75, all: 0.25 }',
      'channel: { one: 0.75, all: 0.31 }',
    ],
    [
      "a fault's answers",
      'causes/network.yaml',
      'widespread: { yes: 0.1, no: 0.9 }',
      'widespread: { yes: 0.1, no: 0.09 }',
    ],
  ];
  test.each(EDITS)('%s must sum to one', async (_name, file, from, to) => {
    const folder = await knowledgeFolder().edit(file, from, to);
    expect(errorsOf(folder.check())).toMatchObject([{ rule: 'row-sum', line: folder.lineOf(file, to) }]);
  });

  test('may be rounded by hand', async () => {
    for (const all of ['0.2', '0.3'])
      expect(
        errorsOf(
          (await knowledgeFolder().edit('questions.yaml', 'one: 0.75, all: 0.25', `one: 0.75, all: ${all}`)).check(),
        ),
      ).toEqual([]);
  });
});

test('a cause without a row in a question is told, unless each of its faults has its own', async () => {
  const missing = (folder: Folder) =>
    folder
      .check()
      .problems.filter(({ rule, severity }) => rule === 'missing-row' && severity === 'warning')
      .map(({ message }) => /^"([^"]+)" has no row for "([^"]+)"/.exec(message)?.slice(1).join(' '));
  const folder = knowledgeFolder();
  expect(missing(folder)).not.toContain('scope network');
  await folder.edit('questions.yaml', '    network: { one: 0.98 }\n', '');
  expect(missing(folder)).toContain('scope network');
});

test.each(['other-card', 'hotspot', 'small-amount', 'other-terminal'])(
  '%s is answered by taking money and must say so',
  async (id) => {
    const folder = knowledgeFolder();
    const from = folder.read('questions.yaml').split(`- id: ${id}\n`)[1]?.split('\n- id: ')[0] ?? '';
    await folder.edit('questions.yaml', from, from.replace('charges: true', 'charges: false'));
    expect(errorsOf(folder.check())).toMatchObject([{ rule: 'charging-question' }]);
  },
);

test('a question whose words take money must say so; the one about the last attempt must not', async () => {
  const asking = await knowledgeFolder().edit('questions.yaml', '第2个问题？', '再刷一次能过吗？');
  expect(errorsOf(asking.check())).toMatchObject([{ rule: 'charging-question' }]);
  const folder = knowledgeFolder();
  const from = folder.read('questions.yaml').split('- id: charged\n')[1]?.split('\n- id: ')[0] ?? '';
  await folder.edit('questions.yaml', from, from.replace('charges: false', 'charges: true'));
  expect(errorsOf(folder.check())).toMatchObject([{ rule: 'charging-question' }]);
});

test('a step that charges says first that nothing was charged', async () => {
  const to = '开机后再收一笔小额，看能不能过。';
  const folder = await knowledgeFolder().edit('causes/network.yaml', `查明没有扣款后，${to.slice(3)}`, to);
  expect(errorsOf(folder.check())).toMatchObject([
    { rule: 'charging-step-guard', line: folder.lineOf('causes/network.yaml', to) },
  ]);
});

test('without a day the age of a source is not judged, its form is', async () => {
  const { content } = loadKnowledge({ folder: BASE });
  const rules = (today?: string) => lint(content, { today }).map((problem) => problem.rule);
  expect(rules('1970-01-01')).toContain('bad-date');
  expect(rules('2999-01-01')).toContain('stale-source');
  expect(rules()).not.toEqual(expect.arrayContaining([expect.stringMatching(/bad-date|stale-source/)]));
});
