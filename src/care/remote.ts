/** The same operations, done by the service that has the data folder, through its control socket. */
import { request } from 'node:http';
import { ERROR_KINDS, type ErrorCode, PosDoctorError } from '../errors.js';
import { codeOf } from '../store/fs.js';
import type { Care } from './care.js';
import { socketOf } from './control.js';

/** Bytes of an answer: everything that is kept about one person. */
const ANSWER_MAX = 256 * 1024 * 1024;
/** Nobody listens there: there is no service, or it was killed. */
const NOBODY = ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'];

/** Null if no service answers there. Every operation throws what it throws in the service, and CONTROL_FAILED. */
export async function remoteCare(folder: string): Promise<Care | null> {
  const path = socketOf(folder);
  try {
    // There is no such request; that it is refused tells that somebody listens.
    await post(path, 'hello', {});
  } catch (error) {
    if (NOBODY.includes(codeOf(error))) return null;
    throw failed(codeOf(error) || String(error));
  }
  const ask =
    <K extends keyof Care>(name: K) =>
    (body: Parameters<Care[K]>[0]) =>
      answerOf(path, name, body) as ReturnType<Care[K]>;
  return {
    letters: ask('letters'),
    resend: ask('resend'),
    drop: ask('drop'),
    look: ask('look'),
    forget: ask('forget'),
    export: ask('export'),
    board: ask('board'),
    incident: ask('incident'),
  };
}

async function answerOf(path: string, name: string, body: unknown): Promise<unknown> {
  let answer: { status: number; text: string };
  try {
    answer = await post(path, name, body);
  } catch (error) {
    throw failed(codeOf(error) || String(error));
  }
  const parsed = parse(answer.text);
  if (answer.status === 200) return parsed;
  const { error } = (parsed ?? {}) as { error?: { code: string; subject: Record<string, string | number> } };
  if (error && Object.hasOwn(ERROR_KINDS, error.code)) throw new PosDoctorError(error.code as ErrorCode, error.subject);
  throw failed(`it answered ${answer.status}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failed(why: string): PosDoctorError {
  return new PosDoctorError('CONTROL_FAILED', { why });
}

function post(socketPath: string, name: string, body: unknown): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    // A connection of its own: one that is kept may belong to a service that has ended.
    const options = {
      agent: false,
      socketPath,
      path: `/${name}`,
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
    };
    const asked = request(options, (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        size += part.length;
        if (size > ANSWER_MAX) response.destroy(new Error('the answer is too long'));
        else parts.push(part);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      );
    });
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}
