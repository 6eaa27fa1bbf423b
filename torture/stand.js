// A local WeCom, a balancer, and the service behind it as processes of their own that can be killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSandbox } from '../scripts/build-sandbox.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const faults = new URL('./faults.js', import.meta.url).href;
const secrets = { token: 'TortureToken', aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };
export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function freePort() {
  const probe = createTcp().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** One process of the service. */
class Service {
  #child = null;

  constructor(stand, name, port, env) {
    Object.assign(this, { stand, name, port, env, starts: 0 });
    this.faultFile = join(stand.folder, `${name}.faults`);
    writeFileSync(this.faultFile, '{}');
  }

  get running() {
    return this.#child !== null;
  }

  get pid() {
    return this.#child?.pid;
  }

  /** Resolves when it is ready, or when it ended before: then it says so. */
  async start() {
    const log = openSync(join(this.stand.folder, `${this.name}.log`), 'a');
    // TORTURE_PROF=folder leaves a profile there.
    const prof = process.env.TORTURE_PROF ? ['--cpu-prof', `--cpu-prof-dir=${process.env.TORTURE_PROF}`] : [];
    const preload = this.stand.mayFail ? ['--import', faults] : [];
    const child = spawn(process.execPath, [...prof, ...preload, cli, 'serve'], {
      env: { ...plain(), ...this.env, PORT: String(this.port), TORTURE_FAULTS: this.faultFile },
      stdio: ['ignore', 'pipe', log],
    });
    this.#child = child;
    this.starts += 1;
    child.once('exit', () => {
      if (this.#child === child) this.#child = null;
    });
    const gone = once(child, 'exit').then(() => 'gone');
    const ready = once(createInterface({ input: child.stdout }), 'line');
    if ((await Promise.race([ready, gone])) === 'gone')
      throw new Error(`${this.name} did not start: see ${this.stand.folder}\n${this.#lastWords()}`);
  }

  #lastWords() {
    return readFileSync(join(this.stand.folder, `${this.name}.log`), 'utf8').slice(-1_000);
  }

  /** Ends it, without a word by default. */
  async kill(signal = 'SIGKILL') {
    const child = this.#child;
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** What the preloaded faults do from now on: `clockMs`, `diskFull`. */
  suffer(what) {
    writeFileSync(this.faultFile, JSON.stringify(what));
    this.#child?.kill('SIGUSR2');
  }

  async ready() {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`, { signal: AbortSignal.timeout(5_000) });
      return answer.status === 200;
    } catch {
      return false;
    }
  }
}

function plain() {
  const { NODE_OPTIONS: _, DATABASE_URL: __, ...rest } = process.env;
  return rest;
}

/** Gives requests to the services in turn; one that does not answer is passed over, as balancers do. */
class Balancer {
  #next = 0;
  #agent = new Agent({ keepAlive: true });

  constructor(services) {
    this.services = services;
    this.server = createServer((from, to) => void this.#carry(from, to));
    this.server.keepAliveTimeout = 60_000;
  }

  async start() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  stop() {
    this.#agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
  }

  async #carry(from, to) {
    const chunks = [];
    for await (const chunk of from) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const up = this.services.filter(({ running }) => running);
    for (let tried = 0; tried < up.length; tried += 1) {
      this.#next += 1;
      const answer = await this.#ask(up[this.#next % up.length], from, body);
      if (!answer) continue;
      to.writeHead(answer.status);
      to.end(answer.body);
      return;
    }
    to.writeHead(502);
    to.end();
  }

  /** Null if nobody is there. What broke off in the middle may have been taken: it is not given to another one. */
  #ask({ port }, { method, url, headers }, body) {
    return new Promise((resolve) => {
      const failed = (error) => resolve(error.code === 'ECONNREFUSED' ? null : { status: 502, body: '' });
      const options = { host: '127.0.0.1', port, method, path: url, agent: this.#agent, headers };
      const asked = request(options, (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', failed);
        answer.on('end', () => resolve({ status: answer.statusCode, body: Buffer.concat(chunks) }));
      });
      asked.on('error', failed);
      asked.end(body);
    });
  }
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'pos-doctor-torture-'));

/**
 * `database`: a URL, or undefined for the embedded store; `processes`: how many share it. `doors`: app, kf, bot. `mayFail`:
 * whether the services can be made to suffer faults. `folder`: for data and logs; it stays if something was wrong.
 */
export async function openStand({
  database,
  processes = 1,
  doors = ['app', 'kf'],
  mayFail = true,
  folder = newFolder(),
}) {
  buildSandbox();
  const { createSandbox } = await import('../.sandbox/test/wecom-sandbox/index.js');
  const sandbox = createSandbox({
    keepAlive: true,
    bot: { perMinute: 1e9 },
    gettokenPerHour: 1e9,
    kf: { tokenlessPerMinute: 1e9 },
  });
  const { apiBase, wsUrl } = await sandbox.start();
  const stand = { sandbox, folder, mayFail };
  const { corpId, app, kf, bot } = sandbox.options;
  const env = {
    HOST: '127.0.0.1',
    PUBLIC_URL: 'https://pos.example.com',
    LOG_LEVEL: 'warn',
    ...(database ? { DATABASE_URL: database } : { DATA_DIR: join(folder, 'data') }),
    WECOM_API_BASE: apiBase,
    WECOM_CORP_ID: corpId,
    ...(doors.includes('app') && {
      WECOM_APP_AGENT_ID: String(app.agentId),
      WECOM_APP_SECRET: app.secret,
      WECOM_APP_TOKEN: secrets.token,
      WECOM_APP_AES_KEY: secrets.aesKey,
    }),
    ...(doors.includes('kf') && {
      WECOM_KF_SECRET: kf.secret,
      WECOM_KF_TOKEN: secrets.token,
      WECOM_KF_AES_KEY: secrets.aesKey,
    }),
    ...(doors.includes('bot') && { WECOM_BOT_ID: bot.botId, WECOM_BOT_SECRET: bot.secret, WECOM_BOT_WS_URL: wsUrl }),
  };
  stand.services = [];
  for (let n = 1; n <= processes; n += 1)
    stand.services.push(new Service(stand, `service-${n}`, await freePort(), env));
  const balancer = new Balancer(stand.services);
  const url = await balancer.start();
  sandbox.app.callback = { url: `${url}/wecom/app`, ...secrets };
  sandbox.kf.callback = { url: `${url}/wecom/kf`, ...secrets };
  try {
    for (const service of stand.services) await service.start();
  } catch (error) {
    for (const service of stand.services) await service.kill();
    throw error;
  }
  let closed = false;
  stand.close = async (keep = false) => {
    closed = true;
    for (const service of stand.services) await service.kill('SIGTERM');
    balancer.stop();
    await sandbox.stop();
    if (!keep) rmSync(folder, { recursive: true, force: true });
  };
  /** Where it was closed there is nothing left but logs that somebody may want to read. */
  stand.abandon = () => {
    if (closed) return;
    for (const { pid } of stand.services) if (pid) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  return stand;
}
