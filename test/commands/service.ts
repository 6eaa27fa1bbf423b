/** The service as a process of its own, and people who visit it. */
import { conversationOf } from '../../src/channels/web/identity.js';
import type { PublicState, Reply } from '../../src/dialogue/reply.js';
import { type Env, Running } from './cli.js';

interface History {
  transcript: { from: 'user' | 'assistant'; text: string; reply?: Reply }[];
  state: PublicState;
}

export class Service {
  private constructor(
    readonly running: Running,
    readonly url: string,
  ) {}

  /** Resolves when it is ready. */
  static async start(env: Env): Promise<Service> {
    const running = new Running(['serve'], { PORT: '0', ...env });
    const line = await running.line();
    const url = /^pos-doctor is ready: (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
    if (url === undefined) throw new Error(`it says: ${line}`);
    return new Service(running, url);
  }

  async visit(): Promise<Visitor> {
    const page = await fetch(`${this.url}/`);
    await page.text();
    return new Visitor(this.url, (page.headers.get('set-cookie') ?? '').split(';')[0] ?? '');
  }

  /** What is logged, as JSON lines. */
  get log(): { msg: string; level: number }[] {
    return this.running.err
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
}

export class Visitor {
  #count = 0;

  constructor(
    private readonly url: string,
    private readonly cookie: string,
  ) {}

  get conversation(): string {
    return conversationOf(/=([0-9a-f]{32})\./.exec(this.cookie)?.[1] ?? '');
  }

  /** @returns the HTTP status */
  async send(message: { text: string } | { option: string }): Promise<number> {
    this.#count += 1;
    const answer = await fetch(`${this.url}/api/messages`, {
      method: 'POST',
      headers: { Cookie: this.cookie, Origin: this.url, 'Content-Type': 'application/json' },
      body: JSON.stringify({ id: `message-${this.#count}`, ...message }),
    });
    await answer.text();
    return answer.status;
  }

  async history(url = this.url): Promise<History> {
    const answer = await fetch(`${url}/api/history`, { headers: { Cookie: this.cookie } });
    return (await answer.json()) as History;
  }

  /** What the assistant said last. */
  async lastText(): Promise<string> {
    return (await this.history()).transcript.at(-1)?.text ?? '';
  }

  async stream(): Promise<Response> {
    return fetch(`${this.url}/api/stream`, { headers: { Cookie: this.cookie } });
  }
}
