/** The command as a person runs it: from the start line to the end, after which nothing is left. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PanelView, Snapshot } from '../page/types.js';

const SCRIPT = fileURLToPath(new URL('../../../scripts/sandbox.js', import.meta.url));
const BUILD_MS = 120_000;
const RUN_MS = 60_000;

let folder: string;
let temp: string;
const running = new Set<ChildProcess>();

beforeAll(() => {
  // Compiles what is not compiled yet.
  execFileSync(process.execPath, [SCRIPT, '--help']);
}, BUILD_MS);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pos-doctor-run-'));
  temp = join(folder, 'temp');
  mkdirSync(temp);
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  ended: Promise<unknown[]>;
}

function run(args: string[], more: NodeJS.ProcessEnv = {}): Run {
  const env = { ...process.env, TMPDIR: temp, NODE_OPTIONS: '', LOG_LEVEL: 'fatal', ...more };
  const child = spawn(process.execPath, [SCRIPT, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return { child, out: () => out, err: () => err, ended: once(child, 'close') };
}

/** The address of its page. */
async function ready({ child, out, err }: Run): Promise<string> {
  for (;;) {
    const url = /^sandbox is ready: (http:\/\/127\.0\.0\.1:\d+) /m.exec(out())?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null || !child.stdout) throw new Error(`it ended: ${err()}`);
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
  }
}

/** What its panel shows. */
async function panelOf(url: string): Promise<PanelView> {
  return ((await (await fetch(`${url}/state`)).json()) as Snapshot).panel;
}

/** Whether something listens there. */
async function isUp(address: string): Promise<boolean> {
  try {
    await (await fetch(`${address}/healthz`)).text();
    return true;
  } catch {
    return false;
  }
}

test(
  'Ctrl-C ends it, and leaves neither a process nor a folder',
  async () => {
    const sandbox = run(['--port', '0']);
    const panel = await panelOf(await ready(sandbox));
    expect(panel).toMatchObject({ service: 'up', violations: [], warnings: [] });
    expect(await isUp(panel.address)).toBe(true);
    expect(readdirSync(temp)).toHaveLength(1);
    sandbox.child.kill('SIGINT');
    // npm passes it on a second time.
    sandbox.child.kill('SIGINT');
    expect(await sandbox.ended).toEqual([0, null]);
    expect(await isUp(panel.address)).toBe(false);
    expect(readdirSync(temp)).toEqual([]);
    expect(sandbox.err()).toBe('');
  },
  RUN_MS,
);

test(
  'Ctrl-C while it begins leaves nothing either',
  async () => {
    const sandbox = run(['--port', '0']);
    while (readdirSync(temp).length === 0) await new Promise((resolve) => setImmediate(resolve));
    sandbox.child.kill('SIGINT');
    // Its output is closed only when the service, which shares it, has ended as well.
    expect(await sandbox.ended).toEqual([0, null]);
    expect(sandbox.out()).toBe('');
    expect(readdirSync(temp)).toEqual([]);
  },
  RUN_MS,
);

test(
  'the service does not outlive it, even if it is killed',
  async () => {
    const sandbox = run(['--port', '0', '--bot-callback']);
    const { address } = await panelOf(await ready(sandbox));
    expect(await isUp(address)).toBe(true);
    sandbox.child.kill('SIGKILL');
    await sandbox.ended;
    // It finishes what is under way first.
    while (await isUp(address));
  },
  RUN_MS,
);

test(
  '--data keeps what the service stored',
  async () => {
    const data = join(folder, 'kept');
    const sandbox = run(['--port', '0', '--data', data]);
    await ready(sandbox);
    sandbox.child.kill('SIGTERM');
    await sandbox.ended;
    expect(readdirSync(data).length).toBeGreaterThan(0);
    expect(readdirSync(temp)).toEqual([]);
    const again = run(['--port', '0', '--data', data]);
    expect(await again.ended).toEqual([1, null]);
    expect(again.err()).toBe(`sandbox: --data ${data} is not empty; name a new folder\n`);
  },
  RUN_MS,
);

test(
  'a port that is taken is said, and nothing is left',
  async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const sandbox = run(['--port', String(port)]);
    expect(await sandbox.ended).toEqual([1, null]);
    expect(sandbox.err()).toBe(`sandbox: port ${port} is in use; choose one with --port N (0: any that is free)\n`);
    expect(readdirSync(temp)).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
  },
  RUN_MS,
);

test(
  'wrong flags and wrong content are said',
  async () => {
    const flags = run(['--dta', 'x']);
    expect(await flags.ended).toEqual([2, null]);
    expect(flags.err()).toBe("sandbox: Unknown option '--dta' (npm run sandbox -- --help shows the flags)\n");
    mkdirSync(join(folder, 'knowledge'));
    writeFileSync(join(folder, 'knowledge', 'organization.yaml'), 'name: [');
    const content = run(['--port', '0'], { CONTENT_DIR: folder });
    expect(await content.ended).toEqual([1, null]);
    expect(content.err()).toContain('organization.yaml');
    expect(content.err()).toContain('sandbox: the service did not start; what it says stands above');
    expect(readdirSync(temp)).toEqual([]);
  },
  RUN_MS,
);
