/**
 * The control socket: through it commands reach the service that has the data folder for itself. A unix domain socket that only this
 * user may open; whoever has the folder's lock may take a socket away that a killed process left.
 */
import { chmodSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { isPosDoctorError, PosDoctorError } from '../errors.js';
import { boardChangeSchema } from '../incidents/board.js';
import type { Log } from '../log.js';
import { quietly } from '../store/disk.js';
import { codeOf } from '../store/fs.js';
import type { Care } from './care.js';

/** Bytes of a request: some thousand ids. */
export const REQUEST_MAX = 256 * 1024;
/** Bytes of a path that every system takes; Linux allows 107, macOS 103. */
export const PATH_MAX = 100;
const SOCKET = 'control.sock';
/** Says where the socket is if its path in the folder would be too long. */
const ELSEWHERE = 'control.path';
const PREFIX = 'pos-doctor-';

const text = z.string().min(1).max(4096);
const choice = z.object({ ids: z.array(text).max(2_000), all: z.boolean(), door: text.optional() });
const user = z.object({ user: text });
const REQUESTS = {
  letters: z.object({ text: z.boolean() }),
  resend: choice,
  drop: choice,
  look: user,
  forget: user,
  export: user,
  board: z.object({}),
  incident: boardChangeSchema,
} as const satisfies Record<keyof Care, z.ZodType>;

/** Answers 200 with what the operation gave, else `{ error: { code, subject } }`. */
export function controlApp(care: Care, log: Log): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: REQUEST_MAX }));
  const serve = <K extends keyof Care>(name: K, run: (body: unknown) => Promise<unknown>): void => {
    app.post(`/${name}`, async (c) => {
      try {
        return c.json(await run(await c.req.json()));
      } catch (error) {
        if (isPosDoctorError(error)) return c.json({ error: { code: error.code, subject: error.subject } }, 409);
        log.error({ operation: name, error: String(error) }, 'an operation of the control socket failed');
        return c.json({ error: { code: 'CONTROL_FAILED', subject: { why: `${name} failed; the log says why` } } }, 500);
      } finally {
        log.info({ operation: name }, 'the control socket was used');
      }
    });
  };
  serve('letters', (body) => care.letters(checked('letters', body)));
  serve('resend', (body) => care.resend(checked('resend', body)));
  serve('drop', (body) => care.drop(checked('drop', body)));
  serve('look', (body) => care.look(checked('look', body)));
  serve('forget', (body) => care.forget(checked('forget', body)));
  serve('export', (body) => care.export(checked('export', body)));
  serve('board', () => care.board({}));
  serve('incident', (body) => care.incident(checked('incident', body)));
  return app;
}

function checked<K extends keyof typeof REQUESTS>(name: K, body: unknown): z.infer<(typeof REQUESTS)[K]> {
  const parsed = REQUESTS[name].safeParse(body);
  if (parsed.success) return parsed.data as z.infer<(typeof REQUESTS)[K]>;
  throw new PosDoctorError('CONTROL_FAILED', { why: `${name} was asked for in another form` });
}

export interface Control {
  close(): Promise<void>;
}

/**
 * Listens in the data folder, whose lock the caller has. A socket that can't be made is told to the log, and that commands then
 * need the service stopped: the service runs without it.
 */
export async function openControl(folder: string, care: Care, log: Log): Promise<Control | null> {
  try {
    const path = placeIn(folder);
    const server = createServer(getRequestListener(controlApp(care, log).fetch, { overrideGlobalObjects: false }));
    await listen(server, path);
    return {
      async close() {
        const closed = new Promise<void>((done) => server.close(() => done()));
        server.closeIdleConnections();
        await closed;
        remove(path, folder);
      },
    };
  } catch (error) {
    const why = codeOf(error) || String(error);
    log.warn({ error: why }, 'no control socket: outbox, forget, export and incident need the service stopped');
    return null;
  }
}

/** Where the socket of a folder is, as its service has said; it may have died since. */
export function socketOf(folder: string): string {
  try {
    return readFileSync(join(folder, ELSEWHERE), 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return join(resolve(folder), SOCKET);
  }
}

function placeIn(folder: string): string {
  const own = join(resolve(folder), SOCKET);
  remove(socketOf(folder), folder);
  if (Buffer.byteLength(own) <= PATH_MAX) return own;
  const path = join(mkdtempSync(join(tmpdir(), PREFIX)), SOCKET);
  if (Buffer.byteLength(path) > PATH_MAX) {
    remove(path, folder);
    throw new Error('the paths of DATA_DIR and of the folder for temporary files are too long for a socket');
  }
  writeFileSync(join(folder, ELSEWHERE), path, { mode: 0o600 });
  return path;
}

/** A socket, with what was made for it: nothing else, whatever the file that names it says. */
function remove(path: string, folder: string): void {
  if (basename(path) === SOCKET) rmSync(path, { force: true });
  if (basename(dirname(path)).startsWith(PREFIX)) quietly(() => rmdirSync(dirname(path)));
  rmSync(join(folder, ELSEWHERE), { force: true });
}

/** The socket is made while `listen` runs; nobody else may open it even for a moment. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    const mask = process.umask(0o177);
    try {
      server.listen(path, () => {
        chmodSync(path, 0o600);
        done();
      });
    } finally {
      process.umask(mask);
    }
  });
}
