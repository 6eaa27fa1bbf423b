/**
 * What PostgreSQL and the way to it throw, in our words. A server's own message is never passed on: it may quote a value,
 * that is message text.
 */
import { PosDoctorError } from '../../errors.js';
import { codeOf } from '../fs.js';

/** SQLSTATE → what is wrong with the disk. */
const FULL: Readonly<Record<string, string>> = {
  '53100': 'the disk of the database is full',
  '58030': 'the disk of the database failed',
};

const TABLES = 'its tables are not as pos-doctor makes them';
/** SQLSTATE or its class (two characters) → why the server does not do it, though it is there and has room. */
const REFUSED: Readonly<Record<string, string>> = {
  '25006': 'the database is read-only: a standby, or set so',
  '42501': 'the database user lacks the right to do it',
  '53200': 'the database has no memory left',
  '54': 'it is too large for the database',
  // Something that is needed is not there (schema, table, column, function), or is there before it was made.
  '3F000': TABLES,
  '42P01': TABLES,
  '42703': TABLES,
  '42883': TABLES,
  '42P06': TABLES,
  '42P07': TABLES,
  '42701': TABLES,
  '42710': TABLES,
  '42723': TABLES,
};

/** SQLSTATE or its class, or the system's code → why the database can't be had. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  '08': 'the connection was lost',
  '25P03': 'a transaction was left open for too long',
  '28': 'the user or the password is not accepted, or this machine is not let in',
  '3D000': 'there is no such database',
  '40': 'another transaction was in the way',
  '53300': 'the server has no connection left (max_connections)',
  '55P03': 'another transaction held what was wanted for too long',
  '57014': 'a statement took too long',
  '57P01': 'the server ended the connection',
  '57P': 'the server is starting up or shutting down',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  ENOTFOUND: 'its name cannot be resolved',
  EAI_AGAIN: 'its name cannot be resolved for now',
};

/** What pg and pg-pool say without a code. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [/^timeout exceeded when trying to connect/, 'all connections stayed busy'],
  [/timeout/i, 'it did not answer in time'],
  [/terminated|not queryable|closed/i, 'the connection was lost'],
  [/does not support SSL/, 'it does not speak TLS, which the sslmode asks for'],
  [/password must be a string/, 'it wants a password and none is given'],
];

/** What TLS says of a certificate that it does not accept: self-signed, expired, of another host, of an unknown authority. */
const CERTIFICATE = /CERT|SIGNATURE/;

/** @returns a PosDoctorError (STORE_FULL, STORE_REFUSED, STORE_UNREACHABLE, UNREADABLE_FILE), or a defect of the program as it is */
export function translated(error: unknown): unknown {
  if (error instanceof PosDoctorError || error instanceof TypeError || error instanceof RangeError) return error;
  const code = codeOf(error);
  const options = { cause: error };
  const full = FULL[code];
  if (full !== undefined) return new PosDoctorError('STORE_FULL', { why: full }, options);
  // The server's detail of a refusal may quote a whole row, so it is not kept as the cause.
  const refused = REFUSED[code] ?? REFUSED[code.slice(0, 2)];
  if (refused !== undefined) return new PosDoctorError('STORE_REFUSED', { why: `${refused} (SQLSTATE ${code})` });
  const why = UNREACHABLE[code] ?? UNREACHABLE[code.slice(0, 2)] ?? UNREACHABLE[code.slice(0, 3)];
  if (why !== undefined) return new PosDoctorError('STORE_UNREACHABLE', { why }, options);
  if (CERTIFICATE.test(code))
    return new PosDoctorError('STORE_UNREACHABLE', { why: `its certificate is not accepted (${code})` }, options);
  const { path, message } = error as { path?: unknown; message?: unknown };
  // A certificate that the URL names.
  if (typeof path === 'string') return new PosDoctorError('UNREADABLE_FILE', { file: path, why: code }, options);
  if (/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return new PosDoctorError('STORE_REFUSED', { why: `SQLSTATE ${code}` });
  const said = SAID.find(([pattern]) => pattern.test(String(message)))?.[1];
  return new PosDoctorError('STORE_UNREACHABLE', { why: said ?? (code || 'the connection failed') }, options);
}
