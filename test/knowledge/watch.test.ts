import { mkdirSync, renameSync, watch as watchFile } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../src/knowledge/problem.js';
import type { Knowledge } from '../../src/knowledge/schema.js';
import { type KnowledgeWatch, type Timers, type WatchFolder, watchKnowledge } from '../../src/knowledge/watch.js';
import { emptyFolder, type Folder, knowledgeFolder, placeOf, removeFolders } from './folder.js';

/** Time that only moves when told, and folders that only change when told. */
class Stage implements Timers {
  private time = 0;
  private readonly due = new Map<symbol, { at: number; run: () => void }>();
  readonly watched = new Map<string, () => void>();
  readonly started: string[] = [];
  readonly accepted: Knowledge[] = [];
  readonly refused: (readonly Problem[])[] = [];

  now = (): number => this.time;
  after = (ms: number, run: () => void): (() => void) => {
    const key = Symbol('timer');
    this.due.set(key, { at: this.time + ms, run });
    return () => this.due.delete(key);
  };
  watchFolder: WatchFolder = (folder, changed) => {
    this.started.push(folder);
    this.watched.set(folder, changed);
    return () => {
      if (this.watched.get(folder) === changed) this.watched.delete(folder);
    };
  };

  pass(ms: number): void {
    this.time += ms;
    for (const [key, { at, run }] of this.due)
      if (at <= this.time) {
        this.due.delete(key);
        run();
      }
  }
  get waiting(): number {
    return this.due.size;
  }
  touch(folder: string): void {
    const changed = this.watched.get(folder);
    if (!changed) throw new Error(`nobody watches ${folder}`);
    changed();
  }
  start(content: Folder, base = knowledgeFolder()): KnowledgeWatch {
    return watchKnowledge({
      folder: base.path,
      contentDir: content.path,
      onAccepted: (knowledge) => this.accepted.push(knowledge),
      onRefused: (problems) => this.refused.push(problems),
      timers: this,
      watchFolder: this.watchFolder,
    });
  }
}

afterEach(removeFolders);

const overlayWith = (text: string): Promise<Folder> => emptyFolder().write('knowledge/ui.yaml', text);

test('a sound change is handed on once the folder has come to rest', async () => {
  const content = await overlayWith('app.title: 一\n');
  const stage = new Stage();
  stage.start(content);
  await content.write('knowledge/ui.yaml', 'app.title: 二\n');
  stage.touch(join(content.path, 'knowledge'));
  stage.pass(299);
  stage.touch(join(content.path, 'knowledge'));
  stage.pass(299);
  expect(stage.accepted).toHaveLength(0);
  stage.pass(1);
  expect(stage.accepted.map((knowledge) => knowledge.ui['app.title'])).toEqual(['二']);
  expect(stage.refused).toHaveLength(0);
  expect(stage.waiting).toBe(0);
});

test('the date of a source does not matter, as at the start: the clock may be wrong', async () => {
  const content = await emptyFolder().write('knowledge/ui.yaml', 'app.title: 一\n');
  const stage = new Stage();
  const watch = stage.start(content);
  for (const checked of ['2126-11-20', '1998-11-20']) {
    const source = `- { id: our-manual, title: 手册, publisher: 本店, grade: vendor, checked: "${checked}" }\n`;
    await content.write('knowledge/sources/ours.yaml', source);
    expect(watch.reload().problems.filter(({ rule }) => rule.includes('date') || rule.includes('stale'))).toEqual([]);
  }
  expect(stage.accepted.map(({ sources }) => sources.get('our-manual')?.checked)).toEqual(['2126-11-20', '1998-11-20']);
});

test('a bad file is refused with its line, and nothing is handed on until it is mended', async () => {
  const content = await overlayWith('app.title: 一\n');
  const stage = new Stage();
  const watch = stage.start(content);
  const before = watch.reload().knowledge?.version;
  await content.write('knowledge/costs.yaml', 'humanCall: 5\nmaxQuestion: 3\n');
  stage.touch(join(content.path, 'knowledge'));
  stage.pass(300);
  expect(
    stage.refused.map((problems) => problems.filter((problem) => problem.severity === 'error').map(placeOf)),
  ).toEqual([['knowledge/costs.yaml:2 error schema']]);
  expect(stage.accepted.map((knowledge) => knowledge.version)).toEqual([before]);
  await content.edit('knowledge/costs.yaml', 'maxQuestion:', 'maxQuestions:');
  stage.touch(join(content.path, 'knowledge'));
  stage.pass(300);
  expect(stage.accepted.at(-1)?.costs).toMatchObject({ humanCall: 5, maxQuestions: 3 });
  expect(stage.accepted.at(-1)?.version).not.toBe(before);
});

test('content that breaks a reference is refused as well', async () => {
  const content = await overlayWith('app.title: 一\n');
  const stage = new Stage();
  stage.start(content);
  await content.write('knowledge/lexicon.yaml', 'banks: { nobank: [某行] }\n');
  stage.touch(content.path);
  stage.pass(300);
  expect(stage.refused).toHaveLength(1);
  expect(stage.accepted).toHaveLength(0);
});

test('a folder that never rests is read all the same', async () => {
  const content = await overlayWith('app.title: 一\n');
  const stage = new Stage();
  stage.start(content);
  let reads = 0;
  for (let ms = 0; ms < 6_000; ms += 100) {
    stage.touch(content.path);
    stage.pass(100);
    reads = stage.accepted.length;
    if (reads > 0) break;
  }
  expect(reads).toBe(1);
  expect(stage.now()).toBe(5_000);
});

test('folders that appear later are watched, replaced ones anew', async () => {
  const content = emptyFolder();
  const stage = new Stage();
  stage.start(content);
  expect([...stage.watched.keys()]).toEqual([content.path]);
  await content.write('knowledge/phrases/mine.yaml', 'intent: fee\nphrases: [费率怎么又涨了]\n');
  stage.touch(content.path);
  stage.pass(300);
  const phrases = join(content.path, 'knowledge', 'phrases');
  expect([...stage.watched.keys()]).toEqual([content.path, join(content.path, 'knowledge'), phrases]);
  const starts = stage.started.filter((folder) => folder === phrases).length;
  renameSync(phrases, `${phrases}-old`);
  mkdirSync(phrases);
  renameSync(join(`${phrases}-old`, 'mine.yaml'), join(phrases, 'mine.yaml'));
  stage.touch(join(content.path, 'knowledge'));
  stage.pass(300);
  expect(stage.started.filter((folder) => folder === phrases)).toHaveLength(starts + 1);
  expect(stage.watched.size).toBe(4);
});

test('the number of watched folders is bounded', async () => {
  const content = emptyFolder();
  for (let index = 0; index < 200; index += 1) mkdirSync(join(content.path, `folder-${index}`));
  const stage = new Stage();
  stage.start(content);
  expect(stage.watched.size).toBe(64);
});

test('after closing nothing is watched, waiting or handed on', async () => {
  const content = await overlayWith('app.title: 一\n');
  const stage = new Stage();
  const watch = stage.start(content);
  stage.touch(content.path);
  watch.close();
  expect(stage.watched.size).toBe(0);
  expect(stage.waiting).toBe(0);
  watch.reload();
  expect(stage.accepted).toHaveLength(0);
});

test('a content folder that is not there cannot be watched', () => {
  const content = emptyFolder();
  removeFolders();
  const options = { contentDir: content.path, onAccepted: () => {}, onRefused: () => {} };
  expect(() => watchKnowledge(options)).toThrow(/ENOENT/);
});

test('the real file system calls back', async () => {
  const content = await overlayWith('app.title: 一\n');
  const base = knowledgeFolder();
  const accepted = await new Promise<Knowledge>((resolve) => {
    const watch = watchKnowledge({
      folder: base.path,
      contentDir: content.path,
      onAccepted: (knowledge) => {
        watch.close();
        resolve(knowledge);
      },
      onRefused: () => {},
      timers: {
        now: () => 0,
        after: (_ms, run) => {
          const soon = setImmediate(run);
          return () => clearImmediate(soon);
        },
      },
    });
    void content.write('knowledge/ui.yaml', 'app.title: 二\n');
  });
  expect(accepted.ui['app.title']).toBeDefined();
});

test('another list of shops reloads nothing here', async () => {
  const content = await overlayWith('app.title: 一\n');
  let scheduled = 0;
  const watch = watchKnowledge({
    folder: knowledgeFolder().path,
    contentDir: content.path,
    onAccepted: () => {},
    onRefused: () => {},
    timers: {
      now: () => 0,
      after: () => {
        scheduled += 1;
        return () => {};
      },
    },
  });
  // Told after theirs, of the same change.
  const told = (name: string) =>
    new Promise<void>((resolve) => {
      const own = watchFile(join(content.path, 'knowledge'), (_, changed) => {
        if (changed !== name) return;
        own.close();
        setImmediate(resolve);
      });
      void content.write(`knowledge/${name}`, 'merchant,shop\n');
    });
  await told('merchants.csv');
  expect(scheduled).toBe(0);
  await told('notes.txt');
  expect(scheduled).toBeGreaterThan(0);
  watch.close();
});
