import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Care } from '../../src/care/care.js';
import { type Control, controlApp, openControl, REQUEST_MAX, socketOf } from '../../src/care/control.js';
import { remoteCare } from '../../src/care/remote.js';
import { PosDoctorError } from '../../src/errors.js';
import { silentLog } from '../../src/log.js';

const never = (): never => {
  throw new Error('not asked for');
};
const care: Care = {
  letters: async ({ text }) => ({ letters: [], more: text ? 1 : 0 }),
  resend: async ({ ids }) => ({ letters: ids.length, conversations: [] }),
  drop: async () => {
    throw new PosDoctorError('BAD_ARGUMENTS', { what: 'no such reply' });
  },
  look: async () => never(),
  forget: async () => never(),
  export: async ({ user }) => ({ user, at: '', conversations: [], small: [], shop: null }),
  board: async () => ({ version: 1, updatedAt: 0, incidents: [] }),
  incident: async () => never(),
};

let folder: string;
let open: Control[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pd-'));
  open = [];
});
afterEach(async () => {
  for (const control of open) await control.close();
  rmSync(folder, { recursive: true });
});

async function listening(at = folder, log = silentLog): Promise<Care> {
  const control = await openControl(at, care, log);
  if (!control) throw new Error('it does not listen');
  open.push(control);
  const remote = await remoteCare(at);
  if (!remote) throw new Error('nobody answers');
  return remote;
}

test('the service does what it is asked for, and its errors arrive as they were thrown', async () => {
  const remote = await listening();
  expect(await remote.letters({ text: true })).toEqual({ letters: [], more: 1 });
  expect(await remote.resend({ ids: ['a', 'b'], all: false })).toEqual({ letters: 2, conversations: [] });
  expect(await remote.export({ user: '店/1' })).toMatchObject({ user: '店/1' });
  await expect(remote.drop({ ids: ['x'], all: false })).rejects.toMatchObject({
    code: 'BAD_ARGUMENTS',
    subject: { what: 'no such reply' },
  });
  await expect(remote.forget({ user: 'x' })).rejects.toMatchObject({ code: 'CONTROL_FAILED' });
});

test('the socket is for this user alone, gone with the service, and nobody answers then', async () => {
  await listening();
  expect(statSync(socketOf(folder)).mode & 0o777).toBe(0o600);
  await open.pop()?.close();
  expect(readdirSync(folder)).toEqual([]);
  expect(await remoteCare(folder)).toBeNull();
});

test('one that a killed process left is nobody, and is replaced', async () => {
  // Bound and never removed, as after kill -9.
  const left = createServer();
  const path = socketOf(folder);
  await new Promise<void>((done) => left.listen(`${path}.x`, done));
  await new Promise((done) => left.close(done));
  writeFileSync(path, '');
  expect(await remoteCare(folder)).toBeNull();
  const remote = await listening();
  expect(await remote.letters({ text: false })).toEqual({ letters: [], more: 0 });
});

test('where its path would be too long it is elsewhere, for this user alone, and the folder says where', async () => {
  const long = join(folder, 'x'.repeat(60), 'y'.repeat(60));
  mkdirSync(long, { recursive: true });
  const remote = await listening(long);
  const path = readFileSync(join(long, 'control.path'), 'utf8');
  expect(path).toBe(socketOf(long));
  expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  expect(await remote.letters({ text: false })).toMatchObject({ more: 0 });
  await open.pop()?.close();
  expect([existsSync(dirname(path)), readdirSync(long)]).toEqual([false, []]);
});

test('what the file of a folder names is not removed unless it is a socket of ours', async () => {
  const precious = join(folder, 'precious');
  mkdirSync(precious);
  writeFileSync(join(precious, 'data'), 'x');
  for (const said of [precious, join(precious, 'data'), '', '/', 'control.sock']) {
    writeFileSync(join(folder, 'control.path'), said);
    await listening();
    await open.pop()?.close();
    expect(readFileSync(join(precious, 'data'), 'utf8')).toBe('x');
  }
});

test('a folder in which no socket can be made is told to the log, and the service runs without', async () => {
  const told: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void told.push(message) };
  expect(await openControl(join(folder, 'missing'), care, log)).toBeNull();
  expect(told).toEqual(['no control socket: outbox, forget, export and incident need the service stopped']);
});

describe('a request', () => {
  const ask = (path: string, body: string) =>
    controlApp(care, silentLog).request(path, {
      method: 'POST',
      body,
      headers: { 'Content-Length': `${body.length}` },
    });

  test('is bounded', async () => {
    expect((await ask('/resend', JSON.stringify({ ids: ['x'.repeat(REQUEST_MAX)] }))).status).toBe(413);
  });

  test.each([
    ['/resend', '{"ids":"all"}'],
    ['/forget', '{}'],
    ['/forget', '{"user":""}'],
    ['/letters', 'no JSON'],
  ])('to %s in another form is refused: %s', async (path, body) => {
    const answer = await ask(path, body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'CONTROL_FAILED' } });
  });

  test('for anything else is nobody’s', async () => {
    expect((await ask('/hello', '{}')).status).toBe(404);
  });
});
