/** The real service as a process of its own, told to take the local WeCom for WeCom. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Milliseconds that it has to finish what is under way. */
const GRACE_MS = 8000;
const READY = /^pos-doctor is ready: (http:\/\/\S+)$/m;

export class Service {
  private constructor(
    /** Where it listens. */
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /**
   * Resolves when it is ready.
   * @param env all that it sees of the environment
   * @throws {Error} if it ends before
   */
  static async start(cli: string, env: NodeJS.ProcessEnv): Promise<Service> {
    const leash = pathToFileURL(fileURLToPath(new URL('./leash.js', import.meta.url))).href;
    const child = spawn(process.execPath, ['--import', leash, cli, 'serve'], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
      // In a process group of its own: Ctrl-C is for the sandbox, which ends the service once, and in order.
      detached: true,
    });
    child.stdin.on('error', () => undefined);
    const kill = () => child.kill('SIGKILL');
    // Before its folder is removed.
    process.prependOnceListener('exit', kill);
    child.once('exit', () => process.removeListener('exit', kill));
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const ready = READY.exec(said)?.[1];
        if (ready !== undefined) resolve(ready);
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error('the service did not start; what it says stands above')));
    });
    return new Service(url, child);
  }

  /** Resolves when it has ended. */
  async ended(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
  }

  /** Lets it finish what is under way. */
  async stop(): Promise<void> {
    this.child.stdin?.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    await this.ended();
    clearTimeout(timer);
  }
}
