/** The built command line, run as its users run it: as a process of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist', 'cli.js');

export type Env = Readonly<Record<string, string>>;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
  /** Of standard output, without the last newline. */
  lines: string[];
}

/** A command under way. */
export class Running {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  #out = Buffer.alloc(0);
  #err = '';
  #taken = 0;
  #over = false;
  #wake: () => void = () => undefined;

  constructor(args: readonly string[], env: Env = {}) {
    this.process = spawn(process.execPath, [CLI, ...args], { cwd: ROOT, env: { ...bareEnvironment(), ...env } });
    // A process that ended early: what it left unread is no error of the test.
    this.process.stdin.on('error', () => undefined);
    this.process.stdout.on('data', (chunk: Buffer) => {
      this.#out = Buffer.concat([this.#out, chunk]);
      this.#wake();
    });
    this.process.stderr.on('data', (chunk: Buffer) => {
      this.#err += chunk.toString();
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      this.process.on('close', (code, signal) => {
        this.#over = true;
        this.#wake();
        resolve({ code, signal, out: this.out, err: this.#err, lines: linesOf(this.out) });
      });
    });
    running.add(this);
    void this.ended.then(() => running.delete(this));
  }

  get out(): string {
    return this.#out.toString();
  }

  get err(): string {
    return this.#err;
  }

  write(text: string | Uint8Array): void {
    this.process.stdin.write(text);
  }

  /** The next line of standard output. */
  async line(): Promise<string> {
    await this.until(() => linesOf(this.out, true).length > this.#taken);
    const line = linesOf(this.out)[this.#taken] ?? '';
    this.#taken += 1;
    return line;
  }

  /** Waits until something holds of the output; fails if the process ends before. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#over) throw new Error(`it ended before: ${this.#err.slice(-2000)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Sends one line and waits for the line that answers it. */
  async ask(line: string | object): Promise<string> {
    this.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
    return this.line();
  }

  end(): Promise<Ended> {
    this.process.stdin.end();
    return this.ended;
  }

  kill(signal: NodeJS.Signals): Promise<Ended> {
    this.process.kill(signal);
    return this.ended;
  }
}

const running = new Set<Running>();
const folders: string[] = [];

/** For afterEach: ends what a failed test left running and removes the folders. */
export async function cleanUp(): Promise<void> {
  await Promise.all([...running].map((one) => one.kill('SIGKILL')));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A new folder, gone after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-cli-'));
  folders.push(folder);
  return folder;
}

/** Runs a command to its end. */
export function run(args: readonly string[], input: string | Uint8Array = '', env: Env = {}): Promise<Ended> {
  const command = new Running(args, env);
  command.write(input);
  return command.end();
}

/** One line on standard error: what happened, what to do next. No stack, nothing else printed. */
export function expectComplaint({ code, err, out }: Ended, wanted: number, ...parts: (string | RegExp)[]): void {
  expect(err).toMatch(/^pos-doctor: [^\n]+\n$/);
  expect(err).not.toMatch(/ {4}at /);
  for (const part of parts) expect(err).toMatch(part);
  expect(out).toBe('');
  expect(code).toBe(wanted);
}

/** The environment without anything that steers us or jest. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(kept);
}

/** `complete`: only those that have ended. */
function linesOf(text: string, complete = false): string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return complete || last === '' ? lines : [...lines, last];
}
