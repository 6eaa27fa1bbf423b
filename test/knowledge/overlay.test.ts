import { loadKnowledge } from '../../src/knowledge/load.js';
import type { Knowledge } from '../../src/knowledge/schema.js';
import { emptyFolder, errorsOf, type Folder, knowledgeFolder, placeOf, removeFolders } from './folder.js';

afterEach(removeFolders);

const load = (base: Folder, overlay: Folder): Knowledge =>
  loadKnowledge({ folder: base.path, contentDir: overlay.path }).knowledge;

async function overlaid(file: string, content: string): Promise<Knowledge> {
  return load(knowledgeFolder(), await emptyFolder().write(`knowledge/${file}`, content));
}

describe('an overlay', () => {
  test('may lack a knowledge folder or be empty', async () => {
    expect(load(knowledgeFolder(), emptyFolder()).faults.size).toBe(6);
    expect(load(knowledgeFolder(), await emptyFolder().write('knowledge/notes.txt', '')).faults.size).toBe(6);
  });

  test('wins by id, in place, and appends what is new', async () => {
    const knowledge = await overlaid(
      'contacts.yaml',
      `contacts:
  - { id: own, name: 本店服务商, number: "400-111-2222", kind: acquirer, role: 客服, grade: official, sources: [forum] }
  - { id: icbc, name: 工行某支行, number: "95588", kind: issuer, role: 查卡, grade: official, sources: [forum] }
`,
    );
    expect([...knowledge.contacts.keys()]).toEqual(['icbc', 'fuiou', 'own']);
    expect(knowledge.contacts.get('icbc')?.name).toBe('工行某支行');
    expect(knowledge.doNotUse).toHaveLength(1);
  });

  test('replaces single faults of a cause and keeps the others', async () => {
    const base = knowledgeFolder();
    const cause = base
      .read('causes/network.yaml')
      .replace('label: 没有信号', 'label: 断网')
      .replace('title: 没有信号', 'title: 断网了');
    const withoutSim = cause.slice(0, cause.indexOf('  - id: sim-unpaid'));
    const overlay = await emptyFolder().write('knowledge/causes/network.yaml', withoutSim);
    const knowledge = load(base, overlay);
    expect(knowledge.causes.get('network')?.label).toBe('断网');
    expect(knowledge.causes.get('network')?.faults.map((fault) => fault.title)).toEqual(['断网了', '流量卡欠费']);
    expect(knowledge.faults.size).toBe(6);
  });

  test('replaces single codes of a system and keeps the others', async () => {
    const knowledge = await overlaid(
      'codes/unionpay-acp.yaml',
      `id: unionpay-acp
name: 云闪付
label: 云闪付扫码
payMethods: [scan]
codes:
  - { code: SYS_ERROR, meaning: 系统出错, say: 先查这一笔。, cause: channel, retry: query_first, sources: [forum] }
`,
    );
    expect(knowledge.systems.get('unionpay-acp')?.label).toBe('云闪付扫码');
    expect(knowledge.systems.get('unionpay-acp')?.codes.map((code) => code.meaning)).toEqual([
      '营业执照撤销',
      '系统出错',
    ]);
    expect(knowledge.codes.get('SYS_ERROR')).toHaveLength(1);
  });

  test('adds phrases', async () => {
    const knowledge = await overlaid('phrases/mine.yaml', 'intent: fee\nphrases: [费率怎么又涨了]\n');
    expect(knowledge.phrases.filter((phrase) => phrase.intent === 'fee')).toHaveLength(4);
  });

  test('overrides costs, organization and ui key by key, without undoing the rest', async () => {
    const base = await knowledgeFolder().edit('organization.yaml', 'assistantName', 'hotline: "95588"\nassistantName');
    const overlay = await emptyFolder().write('knowledge/organization.yaml', 'name: 我们公司\n');
    await overlay.write('knowledge/costs.yaml', 'humanCall: 8\n');
    await overlay.write('knowledge/ui.yaml', 'app.subtitle: 收款助手\n');
    const knowledge = load(base, overlay);
    expect(knowledge.organization).toMatchObject({ name: '我们公司', assistantName: 'POS 医生', hotline: '95588' });
    expect(knowledge.costs).toMatchObject({ humanCall: 8, maxQuestions: 5 });
    expect(knowledge.ui).toEqual({ 'app.title': 'POS 医生', 'app.subtitle': '收款助手' });
  });

  test('merges the lexicon map by map and list by list', async () => {
    const { lexicon } = await overlaid(
      'lexicon.yaml',
      'synonyms: { 机机: pos机 }\nnegations: [不, 莫]\nbanks: { icbc: [宇宙行] }\n',
    );
    expect(lexicon.synonyms).toEqual({ 刷ka卡: '刷卡', 机机: 'pos机' });
    expect(lexicon.negations).toEqual(['不', '莫']);
    expect(lexicon.banks.icbc).toEqual(['工行', '宇宙行']);
    expect(lexicon.failures).toEqual(['失败']);
  });

  test('is checked like ours, at its own lines', async () => {
    const overlay = await emptyFolder().write('knowledge/costs.yaml', 'humanCall: 8\nhumanCal: 8\n');
    await overlay.write('knowledge/contact.yaml', 'contacts: []\n');
    expect(errorsOf(knowledgeFolder().check(overlay)).map(placeOf)).toEqual([
      'knowledge/contact.yaml:1 error unknown-file',
      'knowledge/costs.yaml:2 error schema',
    ]);
  });

  test('is refused if it holds what nobody reads', async () => {
    const overlay = await emptyFolder().write('knwoledge/costs.yaml', 'humanCall: 8\n');
    await overlay.write('flow.yaml', 'id: triage\n');
    const { problems } = knowledgeFolder().check(overlay);
    expect(problems).toMatchObject([
      { rule: 'unknown-entry', message: expect.stringContaining('"flow.yaml"') },
      { rule: 'unknown-entry', message: expect.stringContaining('"knwoledge"') },
    ]);
  });

  test('may hold documents and hidden files beside the content', async () => {
    const overlay = emptyFolder();
    for (const name of [
      'README',
      'readme.txt',
      'LICENSE',
      'notes.md',
      '.git/HEAD',
      'knowledge/costs.yaml',
      'flows/.keep',
    ])
      await overlay.write(name, name === 'knowledge/costs.yaml' ? 'humanCall: 8\n' : '');
    expect(errorsOf(knowledgeFolder().check(overlay))).toEqual([]);
  });

  test('that takes a place is blamed for what it breaks', async () => {
    const overlay = await emptyFolder().write('knowledge/lexicon.yaml', 'banks:\n  icbc: [工行]\n  nobank: [某行]\n');
    expect(errorsOf(knowledgeFolder().check(overlay)).map(placeOf)).toEqual([
      'knowledge/lexicon.yaml:3 error dangling-reference',
    ]);
  });

  test('that repeats one of our phrases, as a file of ours with changes does, adds nothing and is no problem', async () => {
    const overlay = await emptyFolder().write('knowledge/phrases/mine.yaml', 'intent: fee\nphrases: [fee 第一句]\n');
    const checked = knowledgeFolder().check(overlay);
    expect(checked.ok).toBe(true);
    expect(checked.problems.map(({ message }) => message)).toEqual(
      knowledgeFolder()
        .check()
        .problems.map(({ message }) => message),
    );
    expect(checked.counts.phrases).toBe(knowledgeFolder().check().counts.phrases);
  });
});
