/**
 * What PostgreSQL and the way to it throw, in our words. A server's own message is never passed on: it may quote a value,
 * that is message text.
 */
import { PosDoctorError } from '../../errors.js';
import { codeOf } from '../fs.js';

/** SQLSTATE or its class (two characters) → why a write is refused. */
const REFUSED: Readonly<Record<string, string>> = {
  '53100': 'the disk of the database is full',
  '53200': 'the database has no memory left',
  '25006': 'the database is read-only: a standby, or set so',
  '58030': 'the disk of the database failed',
  '54': 'it is too large for the database',
  '42501': 'the database user lacks the right to do it',
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

/** @returns a PosDoctorError (STORE_FULL, STORE_UNREACHABLE, UNREADABLE_FILE), or a defect of the program as it is */
export function translated(error: unknown): unknown {
  if (error instanceof PosDoctorError || error instanceof TypeError || error instanceof RangeError) return error;
  const code = codeOf(error);
  const options = { cause: error };
  const refused = REFUSED[code] ?? REFUSED[code.slice(0, 2)];
  if (refused !== undefined) return new PosDoctorError('STORE_FULL', { why: refused }, options);
  const why = UNREACHABLE[code] ?? UNREACHABLE[code.slice(0, 2)] ?? UNREACHABLE[code.slice(0, 3)];
  if (why !== undefined) return new PosDoctorError('STORE_UNREACHABLE', { why }, options);
  if (CERTIFICATE.test(code))
    return new PosDoctorError('STORE_UNREACHABLE', { why: `its certificate is not accepted (${code})` }, options);
  const { path, message } = error as { path?: unknown; message?: unknown };
  // A certificate that the URL names.
  if (typeof path === 'string') return new PosDoctorError('UNREADABLE_FILE', { file: path, why: code }, options);
  // The server's detail of any other refusal may quote a whole row, so it is not kept as the cause.
  if (/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return new PosDoctorError('STORE_FULL', { why: `SQLSTATE ${code}` });
  const said = SAID.find(([pattern]) => pattern.test(String(message)))?.[1];
  return new PosDoctorError('STORE_UNREACHABLE', { why: said ?? (code || 'the connection failed') }, options);
}
