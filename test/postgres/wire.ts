/** A way to the server that a test can cut or silence. */
import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';

export class Wire {
  readonly #sockets = new Set<Socket>();
  readonly #server: NetServer;
  /** Swallows everything. */
  silent = false;
  /** Lets nobody in. */
  #away = false;

  private constructor(to: URL) {
    this.#server = createServer((near) => {
      if (this.#away) {
        near.destroy();
        return;
      }
      const far = connect(Number(to.port), to.hostname);
      for (const [from, into] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (chunk) => this.silent || into.write(chunk));
        from.on('close', () => into.destroy());
        from.on('error', () => into.destroy());
      }
    });
  }

  static async to(url: string): Promise<{ wire: Wire; url: string }> {
    const near = new URL(url);
    const wire = new Wire(new URL(url));
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve));
    near.hostname = '127.0.0.1';
    near.port = String((wire.#server.address() as { port: number }).port);
    return { wire, url: near.href };
  }

  /** Cuts all connections and lets nobody in, until `restore`. */
  cut(): void {
    this.#away = true;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  restore(): void {
    this.#away = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
