/** What an operator reads in the log: no text, no secret, no user id, and every line counted. */
import { isLogName, logNames } from '../src/log-names.js';
import { operatorLogger, privateLog } from '../src/log-private.js';

const KEY = new Uint8Array(32).fill(7);
const nameOf = logNames(KEY);

function logged(level = 'trace') {
  const lines: string[] = [];
  const counted: string[] = [];
  const logger = operatorLogger(level, { write: (line) => void lines.push(line) });
  const log = privateLog(logger, nameOf, (...line) => void counted.push(line.join(' ')));
  return { log, lines, counted, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('a name in the log', () => {
  test('is the same for the same key and differs for another', () => {
    expect(nameOf('wecom-app:zhangsan')).toBe(logNames(KEY)('wecom-app:zhangsan'));
    expect(nameOf('wecom-app:zhangsan')).not.toBe(logNames(new Uint8Array(32))('wecom-app:zhangsan'));
    expect(nameOf('wecom-app:zhangsan')).not.toBe(nameOf('wecom-app:lisi'));
  });

  test('can be told from a user id', () => {
    expect(isLogName(nameOf('wecom-app:zhangsan'))).toBe(true);
    for (const other of ['zhangsan', 'c-123', 'wecom-app:zhangsan', `x${nameOf('a')}`])
      expect(isLogName(other)).toBe(false);
  });
});

describe('a line', () => {
  test('names a conversation where its id stands alone, in a reply and in an error', () => {
    const { log, last } = logged();
    const conversation = 'somebody-elses-door:zhangsan';
    log.warn({ conversation, item: `${conversation}:17:3:0`, error: `conversation ${conversation} is full` }, 'm');
    expect(last()).toMatchObject({
      conversation: nameOf(conversation),
      item: `${nameOf(conversation)}:17:3:0`,
      error: `conversation ${nameOf(conversation)} is full`,
      msg: 'm',
    });
  });

  test.each([
    'wecom-app:zhangsan',
    'wecom-bot:s:zhangsan',
    'wecom-bot:g:wrAbc%3D:zhangsan',
    'wecom-kf:wkAbc:wmzhangsan',
    'wecom-app%3azhangsan.json.corrupt-1',
    `web-${'0f'.repeat(16)}`,
  ])('has another name for %s wherever it is said', (id) => {
    const { log, lines } = logged();
    log.error({ error: `QUEUE_FULL: conversation ${id} has 50 waiting`, list: [{ deep: id }] }, 'm');
    expect(lines.join()).not.toContain('zhangsan');
    expect(lines.join()).not.toContain('0f0f0f');
    expect(lines.join()).toMatch(/conversation c-[0-9a-f]{12} has 50 waiting/);
  });

  test('keeps a short id of another door from being found inside other words', () => {
    const { log, last } = logged();
    log.warn({ conversation: 'c', error: 'cannot connect' }, 'm');
    expect(last()).toMatchObject({ conversation: nameOf('c'), error: 'cannot connect' });
  });

  test('leaves numbers, flags and what is absent as they are', () => {
    const { log, last } = logged();
    log.info({ attempts: 3, ok: true, none: null, refused: { signature: 2 } }, 'm');
    expect(last()).toMatchObject({ attempts: 3, ok: true, none: null, refused: { signature: 2 } });
  });

  test('hides what has no business there, should it get there', () => {
    const { log, lines } = logged();
    log.error({ text: 'words', token: 't0ken', door: { secret: 's3cret', deeper: { access_token: 'acc3ss' } } }, 'm');
    for (const word of ['words', 't0ken', 's3cret', 'acc3ss']) expect(lines.join()).not.toContain(word);
  });

  test('below the level is not written, and from info on is counted all the same', () => {
    const { log, lines, counted } = logged('error');
    log.debug({}, 'a');
    log.info({}, 'b');
    log.warn({}, 'c');
    log.error({}, 'd');
    expect(lines).toHaveLength(1);
    expect(counted).toEqual(['info b', 'warn c', 'error d']);
  });
});
