import { loadWorld } from '../src/content.js';
import { KnowledgeError } from '../src/knowledge/problem.js';
import { cleanUp, run } from './commands/cli.js';
import { emptyFolder, type Folder, removeFolders } from './knowledge/folder.js';

afterEach(async () => {
  removeFolders();
  await cleanUp();
});

const load = (overlay: Folder) => loadWorld({ contentDir: overlay.path, publicUrl: 'http://127.0.0.1:3000' });

/** An overlay such as operators have: a name, a number of their own with its source, a phrase. */
async function smallOverlay(): Promise<Folder> {
  const overlay = emptyFolder();
  await overlay.write('knowledge/organization.yaml', 'assistantName: 福来小助手\n');
  await overlay.write(
    'knowledge/sources/ours.yaml',
    '- id: our-manual\n  title: 本店手册\n  publisher: 本店\n  grade: vendor\n  checked: "2026-11-20"\n',
  );
  await overlay.write('knowledge/costs.yaml', 'humanCall: 8\n');
  return overlay;
}

describe('the content with an overlay', () => {
  test('loads when the overlay is empty', () => {
    expect(load(emptyFolder()).knowledge.causes.size).toBe(5);
  });

  test('loads when the overlay holds something, and holds it', async () => {
    const { knowledge } = load(await smallOverlay());
    expect(knowledge.organization.assistantName).toBe('福来小助手');
    expect(knowledge.sources.get('our-manual')?.checked).toBe('2026-11-20');
  });

  test('starts whatever the date of a source: only `knowledge check` judges its age', async () => {
    const overlay = await smallOverlay();
    await overlay.edit('knowledge/sources/ours.yaml', '2026-11-20', '2126-11-20');
    expect(load(overlay).knowledge.sources.get('our-manual')?.checked).toBe('2126-11-20');
  });

  test('still refuses a date that no calendar has', async () => {
    const overlay = await smallOverlay();
    await overlay.edit('knowledge/sources/ours.yaml', '2026-11-20', '2026-02-30');
    expect(() => load(overlay)).toThrow(KnowledgeError);
  });
});

test('the built program answers with an empty overlay', async () => {
  const { code, lines, err } = await run(['chat', '--json'], '该渠道业务不可用\n', { CONTENT_DIR: emptyFolder().path });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(lines[0] ?? '').replies.length).toBeGreaterThan(0);
});
