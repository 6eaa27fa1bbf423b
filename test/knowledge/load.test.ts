import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { isPosDoctorError } from '../../src/errors.js';
import { readDocument } from '../../src/knowledge/document.js';
import { loadKnowledge } from '../../src/knowledge/load.js';
import { KnowledgeError } from '../../src/knowledge/problem.js';
import { emptyFolder, errorsOf, type Folder, knowledgeFolder, placeOf, removeFolders } from './folder.js';

afterEach(removeFolders);

/** What the check says of a folder, as `file:line severity rule`, errors only. */
const complaints = (folder: Folder, contentDir?: Folder): string[] => errorsOf(folder.check(contentDir)).map(placeOf);

describe('loading a sound folder', () => {
  const { knowledge } = loadKnowledge({ folder: knowledgeFolder().path });

  test('gives every kind of entry', () => {
    expect([...knowledge.causes.keys()]).toEqual(['channel', 'qualification', 'device', 'network', 'balance']);
    expect(knowledge.faults.get('sim-unpaid')?.cause).toBe('network');
    expect(knowledge.fixes.get('pay-sim')?.fault).toBe('sim-unpaid');
    expect(knowledge.phrases).toContainEqual({ text: 'fee 第三句', intent: 'fee', also: ['agent'] });
    expect(knowledge.realUtterances).toHaveLength(1);
    expect(knowledge.organization.hotline).toBe('');
    expect(knowledge.ui).toEqual({ 'app.title': 'POS 医生' });
    expect(knowledge.version).toMatch(/^[0-9a-f]{16}$/);
  });

  test('gives every reading of a code under its spelling in upper case', () => {
    expect(knowledge.codes.get('96')?.map((reading) => reading.system)).toEqual(['unionpay-acp', 'unionpay-pos']);
    expect(knowledge.codes.get('SYS_ERROR')?.[0]?.code).toBe('Sys_Error');
  });

  test('makes the priors of all faults and of other sum to one, keeping their proportions', () => {
    const priors = [...knowledge.faults.values()].map((fault) => fault.prior);
    expect(priors.reduce((sum, prior) => sum + prior, knowledge.likelihoods.otherPrior)).toBeCloseTo(1, 12);
    const [maintenance, sim] = ['maintenance', 'sim-unpaid'].map((id) => knowledge.faults.get(id)?.prior ?? 0);
    expect((maintenance ?? 0) / (sim ?? 1)).toBeCloseTo(4, 12);
  });

  test('completes likelihood rows: every option, every cause, sum one', () => {
    const scope = knowledge.questions.get('scope')?.likelihood;
    expect(scope?.channel?.one).toBeCloseTo(0.75, 12);
    expect(scope?.network?.one).toBeCloseTo(0.98, 12);
    // No row was written for balance: it speaks neither for nor against.
    expect(scope?.balance?.one).toBeCloseTo((0.75 + 0.98) / 2, 12);
    expect(knowledge.questions.get('charged')?.likelihood).toEqual({});
    const rows = [...knowledge.questions.values()].flatMap((question) => Object.values(question.likelihood));
    const answers = [...knowledge.faults.values()].flatMap((fault) => Object.values(fault.answers));
    for (const row of [...rows, ...answers])
      expect(Object.values(row ?? {}).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  });

  test('leaves unknown to the dialogue', () => {
    for (const question of knowledge.questions.values())
      expect(question.options.map((option) => option.id)).not.toContain('unknown');
  });
});

describe('the version', () => {
  const versionOf = (folder: Folder): string => loadKnowledge({ folder: folder.path }).knowledge.version;

  test('changes with any content and with nothing else', async () => {
    const folder = knowledgeFolder();
    const version = versionOf(folder);
    await folder.write('ui.yaml', `# a remark\n${folder.read('ui.yaml')}`);
    expect(versionOf(folder)).toBe(version);
    await folder.edit('causes/network.yaml', '一直没有信号', '信号时有时无');
    expect(versionOf(folder)).not.toBe(version);
  });
});

describe('a broken file is named with its line', () => {
  const cases: [string, string, string | Uint8Array, string][] = [
    ['a tab', 'costs.yaml', 'humanCall: 20\ncode:\n\tfault: 1\n', 'costs.yaml:3 error syntax'],
    ['a missing quote', 'ui.yaml', 'a: 1\nb: "text\nc: 2\n', 'ui.yaml:4 error syntax'],
    [
      'broken UTF-8',
      'ui.yaml',
      Buffer.from([0x61, 0x3a, 0x20, 0x62, 0x0a, 0x63, 0x3a, 0x20, 0xff]),
      'ui.yaml:2 error encoding',
    ],
    ['UTF-16', 'ui.yaml', Buffer.from('\uFEFFa: b\n', 'utf16le'), 'ui.yaml:1 error encoding'],
    ['an empty file', 'ui.yaml', '', 'ui.yaml:1 error empty'],
    ['nothing but remarks', 'ui.yaml', '# later\n\n', 'ui.yaml:1 error empty'],
    ['a key twice', 'ui.yaml', 'app.title: a\napp.name: b\napp.title: c\n', 'ui.yaml:3 error duplicate-key'],
    ['two documents', 'ui.yaml', 'app.title: a\n---\napp.title: b\n', 'ui.yaml:2 error syntax'],
    ['an unknown tag', 'ui.yaml', 'app.title: !danger x\n', 'ui.yaml:1 error syntax'],
    ['aliases that multiply', 'ui.yaml', bomb(), 'ui.yaml:1 error syntax'],
    ['an alias to nothing', 'ui.yaml', 'a: 1\nb: *nowhere\n', 'ui.yaml:2 error syntax'],
    ['nesting without end', 'ui.yaml', '['.repeat(50_000), 'ui.yaml:1 error syntax'],
    ['a list where a map belongs', 'ui.yaml', '- a\n- b\n', 'ui.yaml:1 error schema'],
    ['a binary file', 'ui.yaml', Buffer.from([0x00, 0x01, 0x02, 0x03]), 'ui.yaml:1 error'],
    ['a huge file', 'ui.yaml', Buffer.alloc(4 * 1024 * 1024 + 1, 0x23), 'ui.yaml:1 error too-large'],
  ];
  test.each(cases)('%s', async (_name, file, content, expected) => {
    const folder = await knowledgeFolder().write(file, content);
    const found = complaints(folder).filter((line) => line.includes(expected));
    expect(found.length).toBeGreaterThan(0);
    for (const problem of folder.check().problems) expect(problem.message).not.toMatch(/\n|node_modules|\bat .+:\d+/);
  });

  test('whatever the bytes, it is a problem or a document, never a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { doc, problems } = readDocument('any.yaml', bytes);
        expect(doc === undefined).toBe(problems.length > 0);
        doc?.locate(['a', 0, 'b']);
      }),
    );
  });

  function bomb(): string {
    const levels = [...'abcdefghi'];
    return levels
      .map((name, index) => {
        const below = levels[index - 1];
        return `${name}: &${name} [${below ? Array(9).fill(`*${below}`).join(', ') : 'x, x'}]`;
      })
      .join('\n');
  }
});

describe('a wrong value is named with its line and what to do', () => {
  const cases: [string, string, string, string, string, RegExp][] = [
    ['a number that should be text', 'contacts.yaml', 'number: "95588"', 'number: 95588', 'schema', /quotes/],
    ['a key with a typo', 'causes/network.yaml', 'minutes: 10', 'minuts: 10', 'schema', /unknown key "minuts"/],
    ['an option outside the list', 'contacts.yaml', 'kind: issuer', 'kind: bank', 'schema', /one of: acquirer, issuer/],
    ['a probability over one', 'causes/network.yaml', 'success: 0.8', 'success: 80', 'schema', /<=1/],
    [
      'a long label',
      'questions.yaml',
      'label: fails-too',
      'label: 这个标签实在太长了放不下',
      'label-length',
      /shorten/,
    ],
    [
      'a long system label',
      'codes/unionpay-pos.yaml',
      'label: 刷卡',
      'label: 银联刷卡插卡挥卡拍卡都算',
      'label-length',
      /shorten/,
    ],
    ['no sources', 'codes/unionpay-pos.yaml', 'sources: [forum]', 'sources: []', 'missing-source', /source id/],
    ['a strange grade', 'sources/all.yaml', 'grade: vendor', 'grade: good', 'grade', /official, vendor/],
    ['a strange date', 'sources/all.yaml', 'checked: 2026-11-23', 'checked: last week', 'missing-date', /YYYY-MM-DD/],
    ['an empty value', 'causes/network.yaml', 'title: 给流量卡充值', 'title:', 'schema', /is empty/],
    ['an id with a capital', 'causes/network.yaml', 'id: pay-sim', 'id: paySim', 'schema', /lower-case/],
    ['a bad key of a map', 'causes/network.yaml', 'no-signal: 0.3', 'No_Signal: 0.3', 'schema', /lower-case/],
  ];
  test.each(cases)('%s', async (_name, file, from, to, rule, message) => {
    const folder = knowledgeFolder();
    const [line] = await folder.change(file, from, to);
    const problem = errorsOf(folder.check()).find((found) => found.line === line && found.rule === rule);
    expect(problem?.message).toMatch(message);
  });

  test('what is missing is named at the entry that lacks it', async () => {
    const folder = await knowledgeFolder().edit('sources/all.yaml', '  grade: vendor\n', '');
    expect(complaints(folder)).toEqual([
      `sources/all.yaml:${folder.lineOf('sources/all.yaml', 'vendor-doc')} error grade`,
    ]);
    await folder.edit('codes/unionpay-pos.yaml', '    sources: [forum]\n', '');
    expect(complaints(folder)).toContain('codes/unionpay-pos.yaml:6 error missing-source');
  });

  test('a phrase that is neither text nor a map says which part is wrong', async () => {
    const folder = await knowledgeFolder().edit('phrases/fee.yaml', 'also: [agent]', 'also: [agnet]');
    const [problem] = errorsOf(folder.check());
    expect(problem).toMatchObject({ rule: 'schema', line: 6 });
    expect(problem?.message).toMatch(/also\.0: must be one of/);
    await folder.edit('phrases/fee.yaml', '- fee 第一句', '- [fee]');
    expect(errorsOf(folder.check())[0]?.message).toMatch(/none of the allowed forms/);
  });

  test('an id that stands twice names the other place', async () => {
    const folder = await knowledgeFolder().edit('contacts.yaml', 'id: fuiou', 'id: icbc');
    const [problem] = errorsOf(folder.check());
    expect(problem).toMatchObject({ rule: 'duplicate-id', line: 9 });
    expect(problem?.message).toMatch(/"icbc" stands already in .*contacts\.yaml:2/);
  });

  test('a code that stands twice in one system counts as such whatever its case', async () => {
    const folder = await knowledgeFolder().edit('codes/unionpay-acp.yaml', '"96"', 'SYS_ERROR');
    expect(complaints(folder)).toEqual(['codes/unionpay-acp.yaml:12 error duplicate-id']);
  });
});

describe('files and folders', () => {
  test('a folder that is not there is unreadable', () => {
    const checked = emptyFolder().check();
    expect(checked.unreadable).toBe(false);
    const gone = knowledgeFolder();
    removeFolders();
    expect(gone.check()).toMatchObject({ ok: false, unreadable: true, counts: {} });
    expect(gone.check().problems[0]?.message).toMatch(/no such file or folder/);
  });

  test('a content folder that is not there is unreadable', () => {
    const folder = knowledgeFolder();
    const gone = emptyFolder();
    removeFolders();
    expect(folder.check(gone)).toMatchObject({ unreadable: true });
  });

  test('a missing file is named', async () => {
    const folder = await knowledgeFolder().remove('costs.yaml');
    await folder.remove('codes');
    expect(complaints(folder)).toEqual([
      'codes/*.yaml:1 error missing-file',
      expect.stringMatching(/costs\.yaml:1 error missing-file/),
    ]);
  });

  test('a misspelt file name is not passed over in silence', async () => {
    const folder = await knowledgeFolder().write('question.yaml', '[]\n');
    await folder.write('cause/extra.yml', '[]\n');
    expect(complaints(folder).map((line) => line.split(' ').pop())).toEqual(['unknown-file', 'unknown-file']);
  });

  test('hidden files and files that are not YAML are passed over', async () => {
    const folder = await knowledgeFolder().write('.costs.yaml.swp', 'x');
    await folder.write('README.md', '# notes');
    await folder.write('..data/costs.yaml', 'x');
    expect(folder.check().ok).toBe(true);
  });

  test('a link that leads nowhere is named', async () => {
    const folder = await knowledgeFolder().remove('ui.yaml');
    symlinkSync(join(folder.path, 'nowhere.yaml'), join(folder.path, 'ui.yaml'));
    expect(folder.check()).toMatchObject({ ok: false, unreadable: true });
  });

  (process.getuid?.() === 0 ? test.skip : test)('a file without permission is unreadable', () => {
    const folder = knowledgeFolder();
    chmodSync(join(folder.path, 'ui.yaml'), 0o000);
    expect(folder.check().problems[0]).toMatchObject({ rule: 'unreadable' });
  });

  test('what is thrown is ours, holds every problem and says the first', async () => {
    const folder = await knowledgeFolder().write('ui.yaml', '');
    await folder.write('costs.yaml', '');
    const load = (): unknown => loadKnowledge({ folder: folder.path });
    expect(load).toThrow(KnowledgeError);
    try {
      load();
    } catch (error) {
      expect(isPosDoctorError(error, 'BAD_CONTENT')).toBe(true);
      expect(error instanceof KnowledgeError && error.problems).toHaveLength(2);
      expect(String(error)).toMatch(
        /^PosDoctorError: 2 problem\(s\) in the content, first: .*costs\.yaml:1:1 error empty/,
      );
    }
  });
});
