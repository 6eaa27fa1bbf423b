import { inspect } from 'node:util';
import { PosDoctorError } from '../../../src/errors.js';
import { translated } from '../../../src/store/postgres/errors.js';

/** As pg makes them: the server's message and detail quote what was written. */
const fromServer = (code: string) =>
  Object.assign(new Error('value "my secret words" is no good'), {
    code,
    detail: 'Failing row contains (my secret words).',
  });

test.each([
  ['23505', 'STORE_REFUSED: SQLSTATE 23505'],
  ['22P02', 'STORE_REFUSED: SQLSTATE 22P02'],
  ['XX000', 'STORE_REFUSED: SQLSTATE XX000'],
  ['42501', 'STORE_REFUSED: the database user lacks the right to do it (SQLSTATE 42501)'],
  ['42P01', 'STORE_REFUSED: its tables are not as pos-doctor makes them (SQLSTATE 42P01)'],
  ['42P07', 'STORE_REFUSED: its tables are not as pos-doctor makes them (SQLSTATE 42P07)'],
  ['3F000', 'STORE_REFUSED: its tables are not as pos-doctor makes them (SQLSTATE 3F000)'],
  ['25006', 'STORE_REFUSED: the database is read-only: a standby, or set so (SQLSTATE 25006)'],
  ['53200', 'STORE_REFUSED: the database has no memory left (SQLSTATE 53200)'],
  ['54000', 'STORE_REFUSED: it is too large for the database (SQLSTATE 54000)'],
  ['53100', 'STORE_FULL: the disk of the database is full'],
  ['58030', 'STORE_FULL: the disk of the database failed'],
  ['57P01', 'STORE_UNREACHABLE: the server ended the connection'],
  ['57P03', 'STORE_UNREACHABLE: the server is starting up or shutting down'],
  ['57014', 'STORE_UNREACHABLE: a statement took too long'],
  ['53300', 'STORE_UNREACHABLE: the server has no connection left (max_connections)'],
  ['08006', 'STORE_UNREACHABLE: the connection was lost'],
  ['40P01', 'STORE_UNREACHABLE: another transaction was in the way'],
])('SQLSTATE %s is %s', (code, expected) => {
  const error = translated(fromServer(code)) as PosDoctorError;
  expect(`${error.code}: ${error.subject.why}`).toBe(expected);
  expect(error.message).not.toContain('secret');
});

test.each(['23502', '22001', '42601', '42501', '54000'])(
  'what may quote a row is not kept as the cause either (%s)',
  (code) => {
    expect(inspect(translated(fromServer(code)), { depth: null })).not.toContain('secret');
  },
);

test.each([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'the connection was lost'],
  ['EPIPE', 'the connection was lost'],
  ['EHOSTUNREACH', 'EHOSTUNREACH'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not accepted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is not accepted (ERR_TLS_CERT_ALTNAME_INVALID)'],
])('%s on the way is STORE_UNREACHABLE: %s', (code, why) => {
  expect(translated(Object.assign(new Error('connect 10.0.0.1'), { code }))).toMatchObject({
    code: 'STORE_UNREACHABLE',
    subject: { why },
  });
});

test('a busy pool is told from a server that does not answer', () => {
  const why = (message: string) => (translated(new Error(message)) as PosDoctorError).subject.why;
  expect(why('timeout exceeded when trying to connect')).toBe('all connections stayed busy');
  expect(why('Connection terminated due to connection timeout')).toBe('it did not answer in time');
  expect(why('Query read timeout')).toBe('it did not answer in time');
  expect(why('Client has encountered a connection error and is not queryable')).toBe('the connection was lost');
});

test('errors of ours and defects of the program stay what they are', () => {
  const ours = new PosDoctorError('DATA_TOO_NEW', {});
  const defect = new TypeError('x is not a function');
  expect([translated(ours), translated(defect)]).toEqual([ours, defect]);
});
