import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFlows } from '../../src/content.js';
import { checkKnowledge } from '../../src/knowledge/check.js';
import { compiledPath, compileFiles, openDocument, readCompiled } from '../../src/knowledge/compile.js';
import { readDocument } from '../../src/knowledge/document.js';
import { compileKnowledge, loadKnowledge } from '../../src/knowledge/load.js';
import { errorsOf, type Folder, knowledgeFolder, placeOf, removeFolders, TODAY } from './folder.js';

afterEach(removeFolders);

const compiledOf = (folder: Folder): string => {
  const out = join(mkdtempSync(join(tmpdir(), 'pos-doctor-')), 'knowledge.json');
  compileKnowledge(folder.path, out);
  return out;
};

test('gives the same knowledge as the files themselves', () => {
  const folder = knowledgeFolder();
  const compiled = compiledOf(folder);
  expect(readCompiled(compiled).size).toBeGreaterThan(15);
  expect(loadKnowledge({ folder: folder.path, compiled }).knowledge).toEqual(
    loadKnowledge({ folder: folder.path }).knowledge,
  );
});

test('what the build has made ready of our own content is what the files say', () => {
  expect(readCompiled().size).toBeGreaterThan(15);
  const parsed = loadKnowledge({ compiled: join(tmpdir(), 'pos-doctor-nowhere', 'knowledge.json') });
  expect(loadKnowledge().knowledge).toEqual(parsed.knowledge);
  const flows = readCompiled(compiledPath('flows'));
  const files = readdirSync(packageFlows()).map((name) => readFileSync(join(packageFlows(), name)));
  expect(flows.size).toBe(files.length);
  for (const bytes of files)
    expect(openDocument('flow', bytes, flows).doc?.data).toEqual(readDocument('flow', bytes).doc?.data);
});

test('a file that has changed since counts as it is now', async () => {
  const folder = knowledgeFolder();
  const compiled = compiledOf(folder);
  await folder.edit('ui.yaml', 'POS 医生', '收款助手');
  expect(loadKnowledge({ folder: folder.path, compiled }).knowledge.ui['app.title']).toBe('收款助手');
});

test('problems still have their line and column', async () => {
  const folder = await knowledgeFolder().edit('lexicon.yaml', 'icbc: [工行]', 'nobank: [某行]');
  const compiled = compiledOf(folder);
  const check = (more: { compiled?: string }) =>
    errorsOf(checkKnowledge({ folder: folder.path, today: TODAY, ...more }));
  expect(check({ compiled }).map(placeOf)).toEqual(
    ['base/lexicon.yaml:7 error dangling-reference'].map((place) =>
      place.replace('base', folder.path.split('/').at(-1) ?? ''),
    ),
  );
  expect(check({ compiled })).toEqual(check({}));
});

test('broken files are left out, and the loader says what is wrong', async () => {
  const folder = await knowledgeFolder().write('ui.yaml', 'a: "b\n');
  const compiled = compiledOf(folder);
  expect(() => loadKnowledge({ folder: folder.path, compiled })).toThrow(/ui\.yaml:2:1 error syntax/);
});

test('a damaged or absent result is as if there were none', () => {
  const folder = knowledgeFolder();
  const compiled = compiledOf(folder);
  writeFileSync(compiled, readFileSync(compiled, 'utf8').slice(0, 100));
  expect(readCompiled(compiled).size).toBe(0);
  expect(readCompiled(join(folder.path, 'nowhere.json')).size).toBe(0);
  writeFileSync(compiled, 'null');
  expect(loadKnowledge({ folder: folder.path, compiled }).knowledge.faults.size).toBe(6);
});

test('what JSON cannot say is left to the parser', async () => {
  const folder = await knowledgeFolder().write('odd.yaml', 'a: .inf\n');
  const out = join(folder.path, 'out.json');
  compileFiles([join(folder.path, 'odd.yaml')], out);
  const bytes = readFileSync(join(folder.path, 'odd.yaml'));
  expect(readCompiled(out).size).toBe(0);
  expect(openDocument('odd.yaml', bytes, readCompiled(out)).doc?.data).toEqual({ a: Number.POSITIVE_INFINITY });
});
