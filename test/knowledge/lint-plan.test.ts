/** The emergency plan's rules, one by one: each mistake is shown on its line. */
import { flowRule } from '../../src/content.js';
import { checkKnowledge } from '../../src/knowledge/check.js';
import { packageKnowledge } from '../../src/knowledge/load.js';
import { emptyFolder, errorsOf, knowledgeFolder, placeOf, removeFolders } from './folder.js';

afterEach(removeFolders);

const FILE = 'emergency-plan.yaml';

async function spoilt(from: string, to: string) {
  const folder = knowledgeFolder();
  const [line] = await folder.change(FILE, from, to);
  return { line, problems: errorsOf(folder.check()).filter(({ file }) => file.endsWith(FILE)) };
}

test('the plan of the fixture is sound', () => {
  expect(errorsOf(knowledgeFolder().check())).toEqual([]);
});

test.each([
  [
    'a role walks one that is not there',
    'walks: [cashier]',
    'walks: [casher]',
    'dangling-reference',
    'no role "casher"',
  ],
  ['a step of nobody', 'role: cashier, text', 'role: boss, text', 'dangling-reference', 'no role "boss"'],
  ['a fault that is not there', 'fault: no-signal', 'fault: no-such', 'dangling-reference', 'no fault "no-such"'],
  ['two steps of one name', 'id: call, title', 'id: stop, title', 'duplicate-id', 'step "stop" stands twice'],
  ['an answer to no question', '{ scope: all }', '{ scop: all }', 'dangling-reference', 'no question "scop"'],
  ['an answer that no option is', '{ scope: all }', '{ scope: every }', 'dangling-reference', 'no option "every"'],
  [
    'words of a role that are no expression',
    'walks: [cashier] }',
    'walks: [cashier], words: ["(店长"] }',
    'bad-pattern',
    'not a regular expression',
  ],
  [
    'words of a situation that are no expression',
    'answers: { scope: all }',
    'answers: { scope: all }\n    words: ["[全"]',
    'bad-pattern',
    'not a regular expression',
  ],
  [
    'a role that has nothing to do',
    '  - { id: manager',
    '  - { id: owner, label: 老板 }\n  - { id: manager',
    'plan-role',
    'role "owner" has no step in "shop-down" when it is emergency',
  ],
  [
    'a step that is never given',
    'text: 先停一下。, minutes: 1 }',
    'text: 先停一下。, minutes: 1 }\n      - { id: never, title: 从不, role: cashier, text: 等。, minutes: 1, severities: [normal] }',
    'plan-step',
    'never less severe than emergency',
  ],
  ['two roles called the same', 'label: 店长', 'label: 店长, said: [收银]', 'plan-words', 'also means "cashier"'],
])('%s', async (_, from, to, rule, message) => {
  const { problems } = await spoilt(from, to);
  expect(problems.map((problem) => problem.rule)).toContain(rule);
  expect(problems.find((problem) => problem.rule === rule)?.message).toContain(message);
});

test('a complaint names the line', async () => {
  const { line, problems } = await spoilt('fault: no-signal', 'fault: no-such');
  expect(problems.map(placeOf)).toEqual([
    `${problems[0]?.file.split('/').slice(-2).join('/')}:${line} error dangling-reference`,
  ]);
});

describe('the alerts of a situation', () => {
  const plan = (alert: string) => `situations:
  - id: swindle
    label: 又一种骗
    title: 又一种骗
    severity: emergency
    alerts: [cheated, ${alert}]
    steps:
      - { id: stop, title: 先停手, role: cashier, text: 别再转钱。, minutes: 1 }
      - { id: report, title: 报告, role: provider, text: 报告店长。, minutes: 1 }
    sources: [project-estimate]
`;
  const check = async (alert: string) => {
    const overlay = await emptyFolder().write('knowledge/emergency-plan.yaml', plan(alert));
    const checked = checkKnowledge({
      folder: packageKnowledge(),
      contentDir: overlay.path,
      providers: [flowRule(overlay.path)],
    });
    return errorsOf(checked).map((problem) => `${problem.line} ${problem.rule} ${problem.message}`);
  };

  test('are those of the flows', async () => {
    expect(await check('gave-away')).toEqual([]);
  });

  test('and no others', async () => {
    expect(await check('gave-a-way')).toEqual([
      '6 dangling-reference no flow has an alert "gave-a-way"; correct the id',
    ]);
  });
});
