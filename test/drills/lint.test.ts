import { errorsOf, knowledgeFolder, removeFolders } from '../knowledge/folder.js';
import { realWorld } from '../support/world.js';

afterEach(removeFolders);

const ACTS = [
  "- { id: record, label: 记下提示, words: ['记下'], seconds: 20, shows: 记了。 }",
  "- { id: inform, label: 告诉顾客, words: ['告诉'], seconds: 15, shows: 说了。 }",
  "- { id: backup, label: 开备用收款, words: ['备用'], seconds: 60, shows: 摆好了。 }",
  "- { id: look-up, label: 查这一笔, words: ['查这'], seconds: 40, shows: 查到了。 }",
  "- { id: collect, label: 再收一次, words: ['再收'], seconds: 30, charges: true, shows: 又收了一次。 }",
  "- { id: review, label: 复盘, words: ['复盘'], seconds: 60, shows: 记好了。 }",
  "- { id: ask-scope, label: 问是不是都不行, words: ['都不行'], question: scope, seconds: 10, shows: 看不出。 }",
  "- { id: hotspot, label: 连手机热点, words: ['热点'], question: hotspot, measure: true, seconds: 90, shows: 连上了。 }",
  "- { id: other-card, label: 换卡试, words: ['换卡'], question: other-card, charges: true, seconds: 45, shows: 换了。 }",
  "- { id: call-acquirer, label: 打收单机构, words: ['收单'], call: acquirer, seconds: 240, shows: 登记了。 }",
  "- { id: open-up, label: 打开机器, words: ['打开机'], harm: 密钥会清掉。, seconds: 300, shows: 锁住了。 }",
].join('\n');

const DRILL = [
  'id: no-net',
  'title: 都收不了',
  'fault: sim-unpaid',
  'scenario: daily',
  'difficulty: 1',
  'minutes: 10',
  'at: "12:10"',
  'pay: card',
  'amount: 36',
  'screen: 该渠道业务不可用',
  'opening: 怎么还没好？',
  'money: failed',
  "shows: { charged: { option: 'no', text: 没扣。 }, hotspot: { option: works, text: 好了。 } }",
  'events:',
  '  - { after: 90, from: customer, text: 快点。 }',
  '  - { after: 200, from: customer, text: 我走了。 }',
  'traps: [{ act: open-up, why: 会锁住。 }]',
  'right: [hotspot]',
  'cures: [hotspot]',
  'call: [acquirer]',
  'path: [record, inform, look-up, backup, ask-scope, hotspot, collect, call-acquirer, review]',
  'lesson: 到期前一周就续费。',
  'sources: [forum]',
].join('\n');

/** What lint says once one piece of the sound drill or of the acts is replaced. */
async function rules(edits: { drill?: readonly [string, string]; acts?: readonly [string, string]; file?: string }) {
  const change = (text: string, [from, to]: readonly [string, string] = ['', '']) => {
    if (!text.includes(from)) throw new Error(`nothing to replace: ${from}`);
    return text.replace(from, to);
  };
  const folder = knowledgeFolder();
  await folder.write('drill-acts.yaml', `${change(ACTS, edits.acts)}\n`);
  await folder.write(`drills/${edits.file ?? 'no-net'}.yaml`, `${change(DRILL, edits.drill)}\n`);
  return errorsOf(folder.check()).map(({ file, line, rule }) => `${file.split('/').at(-1)}:${line} ${rule}`);
}
const lineOf = (key: string) => DRILL.split('\n').findIndex((line) => line.startsWith(key)) + 1;

test('a sound drill raises nothing', async () => {
  expect(await rules({})).toEqual([]);
});

test('a knowledge base without drills is sound', () => {
  expect(errorsOf(knowledgeFolder().check())).toEqual([]);
});

test.each<[string, readonly [string, string], string, string]>([
  ['an unknown fault', ['fault: sim-unpaid', 'fault: nothing'], 'fault', 'dangling-reference'],
  ['an unknown act in the path', ['ask-scope, hotspot', 'ask-scope, nothing, hotspot'], 'path', 'dangling-reference'],
  [
    'an unknown act among the right ones',
    ['right: [hotspot', 'right: [nothing, hotspot'],
    'right',
    'dangling-reference',
  ],
  ['an unknown act among the traps', ['act: open-up', 'act: nothing'], 'traps', 'dangling-reference'],
  ['a check of an unknown question', ['shows: { charged', 'shows: { nothing'], 'shows', 'dangling-reference'],
  ['a check with an unknown option', ['option: works', 'option: nothing'], 'shows', 'dangling-reference'],
  ['a role that no act calls', ['call: [acquirer]', 'call: [acquirer, police]'], 'call', 'dangling-reference'],
  ['an unknown source', ['sources: [forum]', 'sources: [nothing]'], 'sources', 'dangling-reference'],
  ['no note in the path', ['path: [record, ', 'path: ['], 'path', 'drill-path'],
  ['no word to the customer', ['inform, ', ''], 'path', 'drill-path'],
  ['no second way to pay', ['backup, ', ''], 'path', 'drill-path'],
  ['no question', ['ask-scope, hotspot, ', 'hotspot, '], '', ''],
  ['no cure in the path', ['hotspot, collect, ', ''], 'path', 'drill-path'],
  ['nobody called', ['call-acquirer, review', 'review'], 'path', 'drill-path'],
  ['something after the review', ['call-acquirer, review', 'review, call-acquirer'], 'path', 'drill-path'],
  ['harm in the path', ['ask-scope, hotspot', 'ask-scope, open-up, hotspot'], 'path', 'drill-harm'],
  ['harm among the right acts', ['right: [hotspot]', 'right: [hotspot, open-up]'], 'right', 'drill-harm'],
  ['harm among the cures', ['cures: [hotspot]', 'cures: [hotspot, open-up]'], 'cures', 'drill-harm'],
  [
    'money taken before the look-up',
    ['look-up, backup, ask-scope', 'other-card, look-up, backup, ask-scope'],
    'path',
    'drill-money',
  ],
  [
    'money taken twice after one look-up',
    ['ask-scope, hotspot', 'ask-scope, other-card, hotspot'],
    'path',
    'drill-money',
  ],
  ['money taken where it is still open', ['money: failed', 'money: processing'], 'path', 'drill-money'],
  ['a customer who says the opposite', ["option: 'no'", "option: 'yes'"], 'shows', 'drill-money'],
  [
    'another way of paying',
    ['shows: { ', 'shows: { pay-method: { option: scan, text: 扫码。 }, '],
    'shows',
    'drill-shows',
  ],
  ['a cure that shows that it fails', ['option: works', 'option: fails-too'], 'shows', 'drill-shows'],
  ['events in disorder', ['after: 90', 'after: 300'], '  - { after: 200', 'drill-event'],
  ['an event after the end', ['after: 200', 'after: 601'], '  - { after: 200', 'drill-event'],
  ['an unknown code', ['不可用', '不可用（Q9）'], 'screen', 'drill-code'],
  ['a code of another way of paying', ['不可用', '不可用 Sys_Error'], '', ''],
  ['no trap', ['[{ act: open-up, why: 会锁住。 }]', '[]'], 'traps', 'drill-trap'],
  ['a trap that is a right step', ['act: open-up', 'act: hotspot'], 'traps', 'drill-trap'],
  ['a trap twice', ['why: 会锁住。 }]', 'why: 会锁住。 }, { act: open-up, why: 会坏。 }]'], 'traps', 'drill-trap'],
])('%s', async (_, drill, key, rule) => {
  const found = await rules({ drill });
  if (rule === '') expect(found).toEqual([]);
  else expect(found).toContain(`no-net.yaml:${lineOf(key)} ${rule}`);
});

test.each<[string, readonly [string, string], string]>([
  ['a pattern that is none', ["['热点']", "['(热点']"], 'bad-pattern'],
  ['a question that is none', ['question: hotspot', 'question: nothing'], 'dangling-reference'],
  ['an act that every drill needs and is gone', ['id: collect', 'id: collected'], 'missing-entry'],
  ['two labels that say the same', ['label: 换卡试', 'label: 连手机热点'], 'drill-label'],
  ['a label that names another act too', ["['换卡']", "['换卡', '热点']"], 'drill-label'],
  ['a label that its own words do not know', ["['换卡']", "['换别的卡']"], 'drill-label'],
])('%s', async (_, acts, rule) => {
  expect((await rules({ acts })).map((place) => place.split(' ')[1])).toContain(rule);
});

test('a drill is named as its file', async () => {
  expect(await rules({ file: 'other' })).toContain('other.yaml:1 drill-id');
});

describe('the drills of the package', () => {
  const drills = () => [...realWorld().knowledge.drills.values()];
  beforeAll(() => void realWorld(), 60_000);

  it('cover causes, situations and difficulties', () => {
    const { faults } = realWorld().knowledge;
    const count = (of: (drill: ReturnType<typeof drills>[number]) => string) => {
      const counts: Record<string, number> = {};
      for (const drill of drills()) counts[of(drill)] = (counts[of(drill)] ?? 0) + 1;
      return counts;
    };
    expect(drills().length).toBeGreaterThanOrEqual(26);
    const causes = count(({ fault }) => faults.get(fault)?.cause ?? '');
    expect(Object.keys(causes).sort()).toEqual(['balance', 'channel', 'device', 'network', 'qualification']);
    expect(Math.min(...Object.values(causes))).toBeGreaterThanOrEqual(4);
    const { promotion = 0, 'cross-region': away = 0 } = count(({ scenario }) => scenario);
    expect(Math.min(promotion, away)).toBeGreaterThanOrEqual(4);
    expect(Object.keys(count(({ difficulty }) => String(difficulty))).sort()).toEqual(['1', '2', '3']);
    expect(Object.keys(count(({ money }) => money)).sort()).toEqual(['failed', 'paid', 'processing']);
  });

  it('write what every check shows that could contradict the story', () => {
    const { drillActs, questions } = realWorld().knowledge;
    const checks = [...new Set([...drillActs.values()].map(({ question }) => question))];
    const drawn = drills().flatMap(({ id, shows, pay }) =>
      checks
        .filter((one) => one !== undefined && one !== 'pay-method' && !(one in shows))
        .filter((one = '') => questions.get(one)?.requires['pay-method']?.includes(pay) !== false)
        .map((one) => `${id} ${one}`),
    );
    expect(drawn).toEqual([]);
  });

  it('inject at least two things each, and say what at least six checks show', () => {
    const thin = drills().filter(({ events, shows }) => events.length < 2 || Object.keys(shows).length < 6);
    expect(thin.map(({ id }) => id)).toEqual([]);
  });
});

test('what an act tells belongs to an act that there is', async () => {
  const tells = (act: string) => ['events:', `tells: { ${act}: 好了。 }\nevents:`] as const;
  expect(await rules({ drill: tells('hotspot') })).toEqual([]);
  expect(await rules({ drill: tells('hotspots') })).toEqual([`no-net.yaml:${lineOf('events')} dangling-reference`]);
});

test('what cures is a step of one of the fault’s own fixes', async () => {
  const away: readonly [string, string] = [
    'hotspot: { option: works, text: 好了。 }',
    'hotspot: { option: fails-too, text: 没用。 }',
  ];
  expect(await rules({ drill: away })).toContain(`no-net.yaml:${lineOf('cures')} drill-cure`);
});

test('the title does not name the fault', async () => {
  const found = await rules({ drill: ['title: 都收不了', 'title: 原来是流量卡欠费停机了'] });
  expect(found).toEqual([`no-net.yaml:${lineOf('title')} drill-title`]);
});

test('something happens in it', async () => {
  const start = DRILL.indexOf('events:');
  const events = DRILL.slice(start, DRILL.indexOf('traps:'));
  expect(await rules({ drill: [events, 'events: []\n'] })).toEqual([`no-net.yaml:${lineOf('events')} drill-event`]);
});
