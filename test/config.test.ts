import fc from 'fast-check';
import { readConfig, urlOf } from '../src/config.js';
import { isPosDoctorError } from '../src/errors.js';

function complaint(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env);
  } catch (error) {
    if (isPosDoctorError(error, 'BAD_CONFIG')) return error.message;
    throw error;
  }
  throw new Error('accepted');
}

describe('readConfig', () => {
  test('an empty environment gives the documented defaults', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      dataDir: './data',
      dataDirGiven: false,
      publicUrl: 'http://127.0.0.1:3000',
      publicUrlGiven: false,
      trustProxy: 0,
      contentDir: undefined,
      keep: { conversationDays: 180, journalDays: 365 },
      logLevel: 'info',
      wecom: { apiBase: 'https://qyapi.weixin.qq.com' },
    });
  });

  test('set variables are taken', () => {
    const env = {
      HOST: '0.0.0.0',
      PORT: '8080',
      DATA_DIR: '/srv/pos',
      PUBLIC_URL: 'https://pos.example.com/',
      TRUST_PROXY: '1',
      CONTENT_DIR: '/srv/content',
      LOG_LEVEL: 'warn',
    };
    expect(readConfig(env)).toEqual({
      host: '0.0.0.0',
      port: 8080,
      dataDir: '/srv/pos',
      dataDirGiven: true,
      publicUrl: 'https://pos.example.com',
      publicUrlGiven: true,
      trustProxy: 1,
      contentDir: '/srv/content',
      keep: { conversationDays: 180, journalDays: 365 },
      logLevel: 'warn',
      wecom: { apiBase: 'https://qyapi.weixin.qq.com' },
    });
  });

  test('an empty variable counts as unset', () => {
    expect(readConfig({ HOST: '', PORT: '', DATABASE_URL: '', PUBLIC_URL: '' })).toEqual(readConfig({}));
  });

  test('port 0 is allowed, so that tests can have any port', () => {
    expect(readConfig({ PORT: '0' }).port).toBe(0);
  });

  test('a wildcard host is shown as an address that can be opened', () => {
    expect(readConfig({ HOST: '0.0.0.0' }).publicUrl).toBe('http://127.0.0.1:3000');
    expect(urlOf('::1', 80)).toBe('http://[::1]:80');
  });

  test.each([
    ['HOST', 'http://x'],
    ['HOST', 'a b'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3000.5'],
    ['PORT', '0x10'],
    ['PUBLIC_URL', 'pos.example.com'],
    ['PUBLIC_URL', 'ftp://pos.example.com'],
    ['PUBLIC_URL', 'https://pos.example.com/below'],
    ['PUBLIC_URL', 'https://me:secret@pos.example.com'],
    ['LOG_LEVEL', 'loud'],
    ['DATA_DIR', 'a\u0000b'],
  ])('%s=%j is refused by name', (name, value) => {
    expect(complaint({ [name]: value })).toContain(`${name}: `);
  });

  test('every wrong variable is named at once', () => {
    const message = complaint({ PORT: 'x', LOG_LEVEL: 'y', PUBLIC_URL: 'z' });
    for (const name of ['PORT', 'LOG_LEVEL', 'PUBLIC_URL']) expect(message).toContain(`${name}: `);
  });

  test.each([
    'postgres://user:hunter2@db.example.com:5433/pos',
    'postgresql://user@db/pos?sslmode=verify-full&sslrootcert=/etc/ca.pem',
    'postgres:///pos?host=/var/run/postgresql',
    'postgres://user:p%23w%2Fd@[::1]:5432/pos',
  ])('DATABASE_URL may be %s', (url) => {
    expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
  });

  test.each([
    'mysql://user:hunter2@db/pos',
    'db.example.com/pos',
    'postgres://user:hunter2#x@db/pos',
    'postgres://user:12#hunter2@db/pos',
    'postgres://user:hunter2@db:port/pos',
    'postgres://user:hunter2%@db/pos',
    'postgres://user:hunter2%E4@db/pos',
    'postgres://user:hunter2@db/pos\n',
  ])('DATABASE_URL=%j is refused with the form that it should have, without its password', (url) => {
    const message = complaint({ DATABASE_URL: url });
    expect(message).toContain('DATABASE_URL: a PostgreSQL URL, e.g. postgres://user:password@host:5432/database');
    expect(message).not.toContain('hunter2');
  });

  test('no complaint contains a value', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6 }).map((text) => `~${text}`),
        (value) => {
          for (const name of ['HOST', 'PORT', 'PUBLIC_URL', 'DATABASE_URL', 'LOG_LEVEL'])
            expect(complaint({ [name]: value })).not.toContain(value);
        },
      ),
    );
  });
});
