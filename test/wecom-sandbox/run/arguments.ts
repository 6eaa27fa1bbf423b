/** The command line of `npm run sandbox`. Pure. */
import { parseArgs } from 'node:util';

export interface Arguments {
  help: boolean;
  /** Where the page is; undefined: 4000, or the next port that is free. */
  port: number | undefined;
  /** Folder that keeps the service's data; undefined: one that is removed at the end. */
  data: string | undefined;
  /** The bot is called over HTTP instead of holding a connection. */
  botCallback: boolean;
}

export const HELP = `npm run sandbox: chat with the service through a local WeCom, in the browser. Nothing leaves this machine.

Flags:
  --port N         where the page is (default: 4000, or the next port that is free; 0: any)
  --data DIR       keep the service's data in DIR, a new or empty folder (default: a folder that is removed at the end)
  --bot-callback   the bot is called over HTTP instead of holding a long connection
  --help           this

Examples:
  $ npm run sandbox                            every door; open the address that it prints
  $ npm run sandbox -- --port 8080
  $ npm run sandbox -- --data ./sandbox-data   and look at the journal afterwards
  $ npm run sandbox -- --bot-callback
  $ CONTENT_DIR=./ours npm run sandbox         with your own knowledge/ and flows/
  $ LOG_LEVEL=info npm run sandbox             with more of the service's log

Ctrl-C ends it all.
`;

/** @throws {Error} that says what is wrong in one line */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parse(args);
  const { port, data } = values;
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
    throw new Error('--port takes a whole number from 0 to 65535');
  if (data === '') throw new Error('--data takes the path of a folder');
  return {
    help: values.help === true,
    port: port === undefined ? undefined : Number(port),
    data,
    botCallback: values['bot-callback'] === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        port: { type: 'string' },
        data: { type: 'string' },
        'bot-callback': { type: 'boolean' },
      },
    });
  } catch (error) {
    // Node's words go on with advice that does not fit here.
    const [said = ''] = (error as Error).message.split(/\. |\n/);
    throw new Error(said);
  }
}
