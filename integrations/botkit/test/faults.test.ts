import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FAULT = fileURLToPath(new URL('./fault.js', import.meta.url));

interface Outcome {
  exitCode: number;
  said?: string[];
  errors?: string[];
  heard?: string[];
}

function play(fault: string, mode: 'plain' | 'guarded'): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [FAULT, fault, mode], (error, stdout) => {
      const exitCode = typeof error?.code === 'number' ? error.code : 0;
      resolve({ exitCode, ...(stdout === '' ? {} : JSON.parse(stdout)) });
    });
  });
}

const ENDS = { exitCode: 1 };
const lives = (seen: Omit<Outcome, 'exitCode'>): Outcome => ({ exitCode: 0, said: [], errors: [], heard: [], ...seen });
const LINK = 'https://pos.example.com/kb/faults?id=1&from=bot';
const NAME = '&lt;b&gt;Li &amp; Lei&lt;&#x2F;b&gt;';

/** The faults of Botkit 4.15: what happens to a bot as it comes, and to a guarded one. */
const FAULTS: readonly (readonly [string, string, Outcome, Outcome])[] = [
  ['a handler throws', 'handler', ENDS, lives({ errors: ['a defect'] })],
  ['the handler of an answer throws', 'ask', ENDS, lives({ said: ['your name?'], errors: ['a defect'] })],
  ['the store refuses a write', 'write', ENDS, lives({ said: ['your name?'], errors: ['the store refuses to write'] })],
  [
    'the store refuses a read, a middleware throws',
    'read',
    lives({ errors: ['the store refuses to read', 'a middleware defect'] }),
    lives({ errors: ['the store refuses to read', 'a middleware defect'] }),
  ],
  [
    'a user sends two messages at once',
    'twice',
    lives({ said: ['your name?', 'your name?'] }),
    lives({ said: ['your name?', 'hello Li Lei'] }),
  ],
  [
    'events come while a question waits',
    'event',
    lives({
      said: ['your name?', 'hello [object Object]', 'your name?'],
      heard: ['template_card_event', 'feedback_event'],
    }),
    lives({
      said: ['your name?', 'hello Li Lei'],
      heard: ['enter_chat', 'template_card_event', 'feedback_event'],
    }),
  ],
  [
    'a message holds a link',
    'link',
    lives({
      said: [`${NAME}: ${LINK.replaceAll('/', '&#x2F;').replaceAll('&f', '&amp;f').replaceAll('=', '&#x3D;')}`],
    }),
    lives({ said: [`${NAME}: ${LINK}`] }),
  ],
];

test.each(FAULTS)('%s: Botkit alone, and guarded', async (_, fault, plain, guarded) => {
  expect(await Promise.all([play(fault, 'plain'), play(fault, 'guarded')])).toEqual([plain, guarded]);
});
