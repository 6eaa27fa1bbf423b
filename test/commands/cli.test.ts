import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, type Ended, expectComplaint, ROOT, Running, run, tempFolder } from './cli.js';

const TROUBLE = '该渠道业务不可用';

afterEach(cleanUp);

/** Runs commands side by side, for tests that each look at one of them. */
function alongside(commands: readonly (readonly string[])[]): (args: readonly string[]) => Ended {
  let ended: Ended[] = [];
  beforeAll(async () => {
    ended = await Promise.all(commands.map((args) => run(args)));
  });
  return (args) => {
    const one = ended[commands.findIndex((command) => command.join() === args.join())];
    if (!one) throw new Error(`it did not run: ${args.join(' ')}`);
    return one;
  };
}

describe('help', () => {
  const commands = ['serve', 'chat', 'classify', 'replay', 'simulate', 'doctor'];
  const of = alongside([[], ['--help'], ['--version'], ...commands.map((name) => [name, '--help'])]);

  test('without a command is what the commands are, and no success', () => {
    const { code, out, err } = of([]);
    expect(code).toBe(2);
    for (const name of ['serve', 'chat', 'classify', 'knowledge', 'replay']) expect(out + err).toContain(`  ${name}`);
  });

  test('of the whole goes to standard output and is a success', () => {
    const { code, out, err } = of(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Usage: pos-doctor');
  });

  test.each(commands)('of %s shows examples that can be typed', (name) => {
    const { code, out, err } = of([name, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/Examples:\n( {2}\$ .*pos-doctor \w+.*\n)+/);
  });

  test('the version is the package’s', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(of(['--version'])).toMatchObject({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('a wrong argument ends it with 2 and one line:', () => {
  const cases: [string, string[], string[]][] = [
    ['an unknown flag', ['chat', '--jsn'], ['--jsn', '--json', '--help']],
    ['a flag without its value', ['chat', '--conversation'], ['--conversation', '--help']],
    ['an unknown command', ['chta'], ['chta', 'chat', '--help']],
    ['a missing argument', ['replay'], ['conversation', '--help']],
    ['one argument too many', ['serve', 'now'], ['--help']],
    ['an unknown sub-command', ['knowledge', 'chekc'], ['chekc', '--help']],
    ['an unknown flag of a sub-command', ['knowledge', 'check', '--jsn'], ['--jsn', '--help']],
  ];
  const of = alongside(cases.map(([, args]) => args));

  test.each(cases)('%s', (_, args, parts) => {
    expectComplaint(of(args), 2, ...parts);
  });
});

describe('a reader that goes away', () => {
  test.each([
    ['chat', ['chat', '--json'], `${TROUBLE}\n`.repeat(300)],
    ['classify', ['classify', '--json'], `${TROUBLE}\n`.repeat(300)],
    ['classify for people', ['classify'], `${TROUBLE}\n`.repeat(2000)],
  ])('ends %s quietly', async (_, args, input) => {
    const command = new Running(args);
    command.write(input);
    await command.until(() => command.out.length > 0);
    command.process.stdout.destroy();
    expect(await command.end()).toMatchObject({ code: 0, err: '' });
  });
});

describe('an interruption', () => {
  test('in the middle leaves nothing that the next start minds', async () => {
    const data = tempFolder();
    const chat = new Running(['chat', '--json'], { DATA_DIR: data });
    const first = await chat.ask(TROUBLE);
    chat.write(`${JSON.stringify({ text: '刷卡的', burst: true })}\n`);
    expect(await chat.kill('SIGINT')).toMatchObject({ err: '' });
    const { code, err, lines } = await run(['chat', '--json'], '{"option":"no-such-thing"}\n', { DATA_DIR: data });
    expect({ code, err, count: lines.length }).toEqual({ code: 0, err: '', count: 1 });
    expect(JSON.parse(first).state.status).toBe('asking');
    expect(JSON.parse(lines[0] ?? '').state.status).toBe('asking');
  });
});

describe('chat for people', () => {
  test('answers in plain text, shows the state, and ends with its input', async () => {
    const { code, out, err } = await run(['chat'], `${TROUBLE}\n/state\n/hlep\n/reset\n/state\n\n/quit\n谢谢\n`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).not.toContain('\u001b');
    expect(out).toMatch(/\n {2}1\. /);
    for (const command of ['/state', '/reset', '/help', '/quit']) expect(out).toContain(`${command} `);
    const states = out.split(/^status /m);
    expect(states).toHaveLength(3);
    expect(states[1]).toMatch(/^asking, question [a-z-]+, money unknown, handoff false\n/);
    for (const part of [
      'causes\n',
      'faults\n',
      'evidence (log odds for ',
      'plan: ask ',
      'ECR ',
      'ECO ',
      'gain ',
      'fixes left\n',
    ])
      expect(states[1]).toContain(part);
    expect(states[2]).toMatch(/^idle, money unknown/);
    expect(states[2]).toContain('none yet');
  });

  test('keeps nothing unless told where, and continues a conversation that it kept', async () => {
    const data = tempFolder();
    await run(['chat'], `${TROUBLE}\n`, { DATA_DIR: data });
    const [kept, none] = await Promise.all([run(['chat'], '/state\n', { DATA_DIR: data }), run(['chat'], '/state\n')]);
    expect(kept.out).toMatch(/^status asking/);
    expect(none.out).toMatch(/^status idle/);
    const other = await run(['chat', '--conversation', 'other'], '/state\n', { DATA_DIR: data });
    expect(other.out).toMatch(/^status idle/);
  });
});
