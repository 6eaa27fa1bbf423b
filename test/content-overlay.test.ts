import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadFlows, packageFlows } from '../src/content.js';
import { loadKnowledge } from '../src/knowledge/load.js';
import { run } from './commands/cli.js';
import { emptyFolder, type Folder, placeOf, removeFolders } from './knowledge/folder.js';

afterEach(removeFolders);

const contacts = new Set(loadKnowledge().knowledge.contacts.keys());
const problemsOf = (overlay: Folder): string[] => loadFlows(overlay.path, contacts).problems.map(placeOf);
const ours = (name: string): string => readFileSync(join(packageFlows(), name), 'utf8');

/** An overlay that holds a copy of one of our flows. */
const copyOf = (name: string): Promise<Folder> => emptyFolder().write(`flows/${name}`, ours(name));

/** Takes out the first line that starts so; tells the 1-based line of another. */
async function without(overlay: Folder, file: string, start: string, at: string): Promise<number> {
  const line = overlay
    .read(file)
    .split('\n')
    .find((one) => one.startsWith(start));
  if (line === undefined) throw new Error(`${file} has no line that starts with ${start}`);
  await overlay.edit(file, `${line}\n`, '');
  return overlay.read(file).split('\n').indexOf(at) + 1;
}

describe('a flow laid over ours', () => {
  test.each(readdirSync(packageFlows()))('may be a copy: %s', async (name) => {
    expect(problemsOf(await copyOf(name))).toEqual([]);
  });

  test('must not use a placeholder that nothing fills in', async () => {
    const overlay = await (await copyOf('repair.yaml')).edit('flows/repair.yaml', '{choices}', '{choises}');
    const line = overlay.lineOf('flows/repair.yaml', '{choises}');
    expect(problemsOf(overlay)).toEqual([`flows/repair.yaml:${line} error flow-placeholder`]);
    expect(loadFlows(overlay.path, contacts).problems[0]?.message).toBe(
      'nothing fills {choises} in; this text may use {choices}',
    );
  });

  test('may leave a placeholder out', async () => {
    expect(problemsOf(await (await copyOf('repair.yaml')).edit('flows/repair.yaml', '{choices}', '哪个'))).toEqual([]);
  });

  test('must keep every text, the money warning above all', async () => {
    const overlay = await copyOf('triage.yaml');
    const line = await without(overlay, 'flows/triage.yaml', '  hold-money:', 'texts:');
    expect(problemsOf(overlay)).toEqual([`flows/triage.yaml:${line} error flow-text-missing`]);
  });

  test.each([
    ['words', 'flow-words-missing', '  particles:', 'words:'],
    ['commands', 'flow-command-missing', '  human:', 'commands:'],
  ])('must keep its %s', async (_name, rule, start, at) => {
    const overlay = await copyOf('repair.yaml');
    const line = await without(overlay, 'flows/repair.yaml', start, at);
    expect(problemsOf(overlay)).toEqual([`flows/repair.yaml:${line} error ${rule}`]);
  });

  test.each([
    ['repair.yaml', '  remind:\n    do: remind', '  remind-me:\n    do: remind'],
    ['contacts.yaml', 'asking-which', 'asking-who'],
  ])('must keep the states that are entered by name: %s', async (name, from, to) => {
    const overlay = emptyFolder();
    await overlay.write(`flows/${name}`, ours(name).replaceAll(from, to));
    const line = overlay.lineOf(`flows/${name}`, 'states:');
    expect(problemsOf(overlay)).toEqual([`flows/${name}:${line} error flow-state-missing`]);
  });

  test.each([
    [
      'an outcome of a verb',
      'triage.yaml',
      '{ ask: asking, fix: fixing, human: calling, paid: ask-paid-now, incident: incident-told, incident-question: asking-incident, frozen: asking-frozen-by, frozen-known: done }',
      '{ ask: asking, fix: fixing, paid: ask-paid-now, incident: incident-told, incident-question: asking-incident, frozen: asking-frozen-by, frozen-known: done }',
    ],
    [
      'what may be said to a waiting state',
      'triage.yaml',
      '{ answered: take-outcome, told: take-in, skip: fix-skipped, solved: close }',
      '{ answered: take-outcome, told: take-in, solved: close }',
    ],
  ])('must say where each goes: %s', async (_, name, from, to) => {
    const overlay = await (await copyOf(name)).edit(`flows/${name}`, from, to);
    const line = overlay.lineOf(`flows/${name}`, `on: ${to}`);
    const rules = problemsOf(overlay).filter((problem) => !problem.includes('flow-unreachable'));
    expect(rules).toEqual([`flows/${name}:${line} error flow-outcome-missing`]);
  });

  test('must say where each outcome of a verb goes also in a state of its own', async () => {
    const overlay = await copyOf('triage.yaml');
    await overlay.edit('flows/triage.yaml', '  decide:\n    do: decide', '  decide-now:\n    do: decide');
    await overlay.write(
      'flows/triage.yaml',
      overlay.read('flows/triage.yaml').replaceAll(/: decide\b(?!-)(?=[ ,}])/g, ': decide-now'),
    );
    expect(problemsOf(overlay)).toEqual([]);
    await overlay.edit(
      'flows/triage.yaml',
      '{ ask: asking, fix: fixing, human: calling, paid: ask-paid-now, incident: incident-told, incident-question: asking-incident, frozen: asking-frozen-by, frozen-known: done }',
      '{ ask: asking, fix: fixing, paid: ask-paid-now, incident: incident-told, incident-question: asking-incident, frozen: asking-frozen-by, frozen-known: done }',
    );
    expect(problemsOf(overlay)).toEqual([expect.stringMatching(/error flow-outcome-missing$/)]);
  });

  test('must keep the options of a state, by their ids', async () => {
    const overlay = await (await copyOf('triage.yaml')).edit(
      'flows/triage.yaml',
      '- id: not-solved',
      '- id: not-sovled',
    );
    const line = overlay.lineOf('flows/triage.yaml', '- id: not-sovled');
    expect(problemsOf(overlay)).toEqual([
      `flows/triage.yaml:${line - 4} error flow-option`,
      `flows/triage.yaml:${line} error flow-option`,
    ]);
    expect(loadFlows(overlay.path, contacts).problems.map(({ message }) => message)).toEqual([
      'there is no option "not-solved"; copy it from ours',
      'nothing takes the option "not-sovled"; ours are solved, not-solved, human',
    ]);
  });

  test.each(['alerts.yaml', 'small-talk.yaml'])('must not use a placeholder in a set saying of %s', async (name) => {
    const overlay = await copyOf(name);
    const [, text = ''] = /\n {4}text: "?([^\n"]{4})/.exec(overlay.read(`flows/${name}`)) ?? [];
    await overlay.edit(`flows/${name}`, text, `{nobody}${text}`);
    const line = overlay.lineOf(`flows/${name}`, '{nobody}');
    expect(problemsOf(overlay)).toEqual([`flows/${name}:${line} error flow-placeholder`]);
  });

  test('is called what its file is called', async () => {
    const overlay = await emptyFolder().write('flows/triage2.yaml', ours('triage.yaml'));
    const line = overlay.lineOf('flows/triage2.yaml', 'id: triage');
    expect(problemsOf(overlay)).toEqual([`flows/triage2.yaml:${line} error flow-file-name`]);
  });

  test('is not looked for in a file', async () => {
    expect(problemsOf(await emptyFolder().write('flows', ''))).toEqual([expect.stringMatching(/error unreadable$/)]);
  });
});

describe('`knowledge check` of the built program', () => {
  const check = async (overlay: Folder) => {
    const [flag, variable] = await Promise.all([
      run(['knowledge', 'check', '--content', overlay.path]),
      run(['knowledge', 'check'], '', { CONTENT_DIR: overlay.path }),
    ]);
    expect(variable.out).toBe(flag.out);
    expect(variable.code).toBe(flag.code);
    return flag;
  };

  test('accepts what ships with an empty overlay', async () => {
    const { code, out } = await check(emptyFolder());
    expect(out).toMatch(/: 0 errors, \d+ warnings$/m);
    expect(code).toBe(0);
  });

  test('names what is wrong with flows and knowledge laid over ours', async () => {
    const overlay = await (await copyOf('repair.yaml')).edit('flows/repair.yaml', '{choices}', '{choises}');
    const questions = readFileSync(join(packageFlows(), '..', 'knowledge', 'questions.yaml'), 'utf8');
    await overlay.write(
      'knowledge/questions.yaml',
      questions.replace('card: 0.35, scan: 0.55', 'card: 0.35, scan: 5.5e-2'),
    );
    const { code, out } = await check(overlay);
    expect(code).toBe(1);
    expect(out).toMatch(/flows\/repair\.yaml:\d+:\d+ error flow-placeholder /);
    expect(out).toMatch(/knowledge\/questions\.yaml:\d+:\d+ error row-sum /);
  });

  test('names a folder with a slip in its name', async () => {
    const { code, out } = await check(await emptyFolder().write('knwoledge/costs.yaml', 'humanCall: 8\n'));
    expect(code).toBe(1);
    expect(out).toMatch(/knwoledge:1:1 error unknown-entry "knwoledge" is not read/);
  });
});
