/** A bot's socket without any SDK: sends what it is told, also what no SDK would. */
import { WebSocket } from 'ws';
import type { Sandbox } from '../index.js';
import type { JsonObject } from '../json.js';

export interface WireFrame {
  cmd?: string;
  headers: { req_id: string };
  errcode?: number;
  errmsg?: string;
  body?: JsonObject;
}

export class Wire {
  /** Frames that came with a cmd, not yet taken. */
  readonly #heard: WireFrame[] = [];
  readonly #waiting: ((frame: WireFrame) => void)[] = [];
  readonly #acks = new Map<string, (frame: WireFrame) => void>();
  readonly closed: Promise<void>;
  #count = 0;

  private constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('message', (data) => this.#take(JSON.parse(data.toString()) as WireFrame));
  }

  /** An open connection, not subscribed. */
  static async open(url: string): Promise<Wire> {
    const socket = new WebSocket(url);
    const wire = new Wire(socket);
    await new Promise((resolve) => socket.once('open', resolve));
    return wire;
  }

  /** A subscribed one. */
  static async subscribed(url: string, { options }: Sandbox): Promise<Wire> {
    const wire = await Wire.open(url);
    await wire.send('aibot_subscribe', { bot_id: options.bot.botId, secret: options.bot.secret });
    return wire;
  }

  /** Sends a frame; resolves with its ack. */
  send(cmd: string, body: JsonObject = {}, reqId?: string): Promise<WireFrame> {
    this.#count += 1;
    const req_id = reqId ?? `own_${this.#count}`;
    const acked = new Promise<WireFrame>((resolve) => this.#acks.set(req_id, resolve));
    this.socket.send(JSON.stringify({ cmd, headers: { req_id }, body }));
    return acked;
  }

  /** The next callback. */
  next(): Promise<WireFrame> {
    const [heard] = this.#heard.splice(0, 1);
    return heard ? Promise.resolve(heard) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #take(frame: WireFrame): void {
    const { req_id } = frame.headers;
    if (frame.cmd === undefined) {
      this.#acks.get(req_id)?.(frame);
      return;
    }
    const [waiting] = this.#waiting.splice(0, 1);
    if (waiting) waiting(frame);
    else this.#heard.push(frame);
  }
}
