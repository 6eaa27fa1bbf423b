import { Command } from 'commander';
import { addKnowledgeCommand, runKnowledgeCheck } from '../../src/commands/knowledge.js';
import { emptyFolder, type Folder, knowledgeFolder, removeFolders, TODAY } from '../knowledge/folder.js';

afterEach(removeFolders);

function run(folder: Folder, more: { contentDir?: string; json?: boolean; colour?: boolean } = {}) {
  let out = '';
  const code = runKnowledgeCheck({ folder: folder.path, today: TODAY, write: (text) => (out += text), ...more });
  return { code, out, lines: out.trimEnd().split('\n') };
}

test('sound content ends with 0 and a line that counts what there is', () => {
  const { code, lines } = run(knowledgeFolder());
  expect(code).toBe(0);
  expect(lines.at(-1)).toBe(
    '5 causes, 6 faults, 6 fixes, 12 questions, 2 systems, 4 codes, 2 contacts, 3 scenarios, 4 prevention, 7 topics, 1 situations, 0 drills, 9 phrases, ' +
      '1 real utterances, 1 evidence, 2 sources: 0 errors, 50 warnings',
  );
});

test('each problem is one line: place, severity, rule, message; errors end with 1', async () => {
  const { code, lines } = run(await knowledgeFolder().edit('lexicon.yaml', 'icbc: [工行]', 'nobank: [某行]'));
  expect(code).toBe(1);
  expect(lines.filter((line) => line.includes(' error '))).toEqual([
    expect.stringMatching(/lexicon\.yaml:7:10 error dangling-reference no contact "nobank"; use the bank's id/),
  ]);
  expect(lines.at(-1)).toMatch(/: 1 errors, 50 warnings$/);
});

test('content that does not load counts nothing', async () => {
  const { code, lines } = run(await knowledgeFolder().write('ui.yaml', 'a: "b\n'));
  expect(code).toBe(1);
  expect(lines.at(-1)).toBe('nothing loaded: 1 errors, 0 warnings');
});

test('a folder that cannot be read ends with 2', () => {
  const gone = emptyFolder();
  removeFolders();
  expect(run(gone).code).toBe(2);
  expect(run(knowledgeFolder(), { contentDir: gone.path })).toMatchObject({
    code: 2,
    lines: [expect.stringMatching(/CONTENT_DIR/), expect.anything()],
  });
});

test('--json prints one object', async () => {
  const { code, out } = run(await knowledgeFolder().edit('scenarios.yaml', 'maintenance: 2', 'nothing: 2'), {
    json: true,
  });
  expect(code).toBe(1);
  const { ok, problems, counts } = JSON.parse(out);
  expect(ok).toBe(false);
  expect(counts.codes).toBe(4);
  expect(problems.find((problem: { severity: string }) => problem.severity === 'error')).toEqual({
    file: expect.stringMatching(/scenarios\.yaml$/),
    line: 4,
    column: 27,
    rule: 'dangling-reference',
    severity: 'error',
    message: 'no cause or fault "nothing"; correct the id',
  });
});

test('colour is used only when asked for', () => {
  expect(run(knowledgeFolder()).out).not.toContain('\u001b');
  expect(run(knowledgeFolder(), { colour: true }).out).toContain('\u001b[33mwarning\u001b[39m');
});

/** Runs the command itself, on the knowledge and flows that ship. */
async function command(...args: string[]): Promise<{ code: unknown; out: string }> {
  const program = new Command().exitOverride();
  addKnowledgeCommand(program);
  const { exitCode } = process;
  const { write } = process.stdout;
  let out = '';
  process.stdout.write = (text: string | Uint8Array) => {
    out += String(text);
    return true;
  };
  try {
    await program.parseAsync(['node', 'pos-doctor', 'knowledge', 'check', ...args]);
    return { code: process.exitCode, out };
  } finally {
    process.stdout.write = write;
    process.exitCode = exitCode;
  }
}

test('the command takes --json and --content and sets the exit code', async () => {
  const content = await emptyFolder().write('knowledge/costs.yaml', 'humanCall: many\n');
  const { code, out } = await command('--json', '--content', content.path);
  expect(code).toBe(1);
  expect(JSON.parse(out).problems).toContainEqual(
    expect.objectContaining({ line: 1, rule: 'schema', message: expect.stringContaining('must be a number') }),
  );
});

test('the command checks the flows as well', async () => {
  const content = await emptyFolder().write('flows/mine.yaml', 'id: mine\n\tstart: a\n');
  const { code, out } = await command('--content', content.path);
  expect(code).toBe(1);
  expect(out).toMatch(/flows\/mine\.yaml:2:1 error syntax/);
});
