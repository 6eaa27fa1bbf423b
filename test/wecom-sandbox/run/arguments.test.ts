import { HELP, readArguments } from './arguments.js';

test('without any: every door, any data, the usual port', () => {
  expect(readArguments([])).toEqual({ help: false, port: undefined, data: undefined, botCallback: false });
});

test('reads what is given', () => {
  expect(readArguments(['--port', '0', '--data=./x', '--bot-callback'])).toEqual({
    help: false,
    port: 0,
    data: './x',
    botCallback: true,
  });
  expect(readArguments(['-h']).help).toBe(true);
});

test.each([
  [['--port', 'x'], '--port takes a whole number from 0 to 65535'],
  [['--port', '65536'], '--port takes a whole number from 0 to 65535'],
  [['--data', ''], '--data takes the path of a folder'],
  [['--dta', 'x'], "Unknown option '--dta'"],
  [['x'], "Unexpected argument 'x'"],
])('%j is refused in one line', (args, said) => {
  expect(() => readArguments(args)).toThrow(new Error(said));
});

test('the help names every flag', () => {
  for (const flag of ['--port', '--data', '--bot-callback', '--help']) expect(HELP).toContain(`  ${flag}`);
});
