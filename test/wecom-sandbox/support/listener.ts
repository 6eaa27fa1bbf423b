/** An HTTP server that takes callbacks: opens each with the given keys, answers as told, keeps what it heard. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallbackConfig } from '../callbacks.js';
import { seal, sign, unseal } from '../crypto.js';
import { document, textOf } from '../xml.js';

export interface Heard {
  method: string;
  query: URLSearchParams;
  plain: string;
  receiveid: string;
}

export type Answer = { status?: number; body?: string } | 'never';

export class Listener {
  readonly heard: Heard[] = [];
  /** Decides on the answer; an empty 200 by default. */
  answer: (heard: Heard) => Answer = () => ({});
  readonly token = 'sandboxToken1';
  readonly aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
  #server: Server | null = null;
  readonly #waiting: ((heard: Heard) => void)[] = [];

  async start(): Promise<CallbackConfig> {
    const server = createServer((request, response) => void this.#serve(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/callback`, token: this.token, aesKey: this.aesKey };
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** The next callback. */
  next(): Promise<Heard> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** An encrypted answer in JSON, as the bot's HTTP mode wants it. */
  json({ query }: Heard, body: object, more: object = {}): Answer {
    const encrypt = seal({ aesKey: this.aesKey, receiveid: '', message: JSON.stringify(body) });
    const nonce = query.get('nonce') ?? '';
    const timestamp = 1795392003;
    const msgsignature = sign(this.token, String(timestamp), nonce, encrypt);
    return { body: JSON.stringify({ encrypt, msgsignature, timestamp, nonce, ...more }) };
  }

  /** An encrypted answer in XML, as an app's passive reply wants it. */
  xml(receiveid: string, parts: Record<string, string>): Answer {
    const Encrypt = seal({ aesKey: this.aesKey, receiveid, message: document(parts) });
    const MsgSignature = sign(this.token, '1795392004', 'n', Encrypt);
    return { body: document({ Encrypt, MsgSignature, TimeStamp: '1795392004', Nonce: 'n' }) };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const { searchParams: query } = new URL(request.url ?? '/', 'http://local');
    const sealed =
      query.get('echostr') ?? (body.startsWith('{') ? String(JSON.parse(body).encrypt) : textOf(body, 'Encrypt'));
    const part = (name: string) => query.get(name) ?? '';
    if (part('msg_signature') !== sign(this.token, part('timestamp'), part('nonce'), sealed ?? '')) {
      response.writeHead(403).end();
      return;
    }
    let opened: { message: string; receiveid: string };
    try {
      opened = unseal(this.aesKey, sealed ?? '');
    } catch {
      response.writeHead(500).end();
      return;
    }
    const { message: plain, receiveid } = opened;
    const heard = { method: request.method ?? '', query, plain, receiveid };
    this.heard.push(heard);
    const answer: Answer = request.method === 'GET' ? { body: plain } : this.answer(heard);
    for (const wake of this.#waiting.splice(0)) wake(heard);
    if (answer !== 'never') response.writeHead(answer.status ?? 200).end(answer.body ?? '');
  }
}
