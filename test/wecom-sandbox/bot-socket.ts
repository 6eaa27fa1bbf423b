/** 智能机器人, the wire: WebSocket connections, subscribe, heartbeat, one live connection, acks (wecom-protocol.md 1.1–1.3). */
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Random, randomFrom } from '../../src/simulate/random.js';
import type { Core } from './core.js';
import type { AckFault } from './faults.js';
import { type JsonObject, maybeObject, maybeText, needText, parseObject } from './json.js';
import { Refusal } from './rules.js';

/** The SDK gives up waiting for an ack after this long. */
const ACK_TIMEOUT_MS = 5000;
/** Frames remembered. */
const KEEP = 5000;

export interface SocketOptions {
  botId: string;
  secret: string;
  /** Cut a connection that sent nothing for so long; null: never. The real time is not documented. */
  heartbeatTimeoutMs: number | null;
  /** How long after disconnected_event a replaced connection is closed; null: never. 2.2 s and 313 s were seen. */
  kickCloseMs: number | null;
  /** An ack comes so many milliseconds after its frame, at random between the two; null: at once. 240 to 450 were seen. */
  ackMs: { from: number; to: number } | null;
  /** Of what is random about it. */
  ackSeed: number;
}

export interface Frame {
  cmd: string;
  reqId: string;
  body: JsonObject;
  answerLost: boolean;
}

/** A frame that came in, as a test may want to count it. */
export interface SeenFrame {
  at: number;
  cmd: string;
  body: JsonObject;
  errcode: number | 'lost';
}

interface Connection {
  socket: WebSocket;
  state: 'new' | 'live' | 'kicked';
  /** Half-open: it hears nothing and says nothing. */
  deaf: boolean;
  cancelHeartbeat: () => void;
}

export class BotSocket {
  /** Good subscribes so far. */
  subscribes = 0;
  pings = 0;
  readonly frames: SeenFrame[] = [];
  readonly #connections = new Set<Connection>();
  #server: WebSocketServer | null = null;
  #live: Connection | null = null;
  readonly #random: Random;

  constructor(
    private readonly core: Core,
    private readonly options: SocketOptions,
    private readonly handle: (frame: Frame) => JsonObject,
    private readonly disconnectedEvent: () => JsonObject,
  ) {
    this.#random = randomFrom(options.ackSeed);
  }

  start(server: Server): void {
    this.#server = new WebSocketServer({ server, maxPayload: 4 * 1024 * 1024 });
    this.#server.on('connection', (socket) => this.#connected(socket));
  }

  async stop(): Promise<void> {
    for (const { socket } of this.#connections) socket.terminate();
    const server = this.#server;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** A subscribed connection is there and hears. */
  get connected(): boolean {
    return this.#live !== null && !this.#live.deaf;
  }

  /** Sends a callback to the live connection; false if there is none to hear it. */
  push(cmd: string, reqId: string, body: JsonObject): boolean {
    const live = this.#live;
    if (!live || live.deaf) return false;
    this.#write(live, { cmd, headers: { req_id: reqId }, body });
    return true;
  }

  /** Sends anything to the live connection. */
  raw(text: string): void {
    if (this.#live && !this.#live.deaf) this.#live.socket.send(text);
  }

  /** Another process subscribes with the same bot. */
  kick(): void {
    if (this.#live) this.#replace(this.#live);
    this.#live = null;
    this.core.rooms.touch('bot', '');
  }

  /** The live connection hears and says nothing more, but is not closed. */
  halfOpen(): void {
    if (!this.#live) throw new Error('there is no live connection');
    this.#live.deaf = true;
    this.#live.socket.pause();
  }

  /** Closes the live connection: cut, or with a close frame. */
  close(how: 'cut' | 'close-frame' = 'cut'): void {
    if (how === 'cut') this.#live?.socket.terminate();
    else this.#live?.socket.close(1001, 'going away');
  }

  /** Resolves when the client has read everything sent so far and we what it had sent by then. */
  async flushed(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      const live = this.#live;
      if (!live || live.deaf || live.socket.readyState !== live.socket.OPEN) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          live.socket.off('pong', done);
          live.socket.off('close', done);
          resolve();
        };
        live.socket.on('pong', done);
        live.socket.on('close', done);
        live.socket.ping();
      });
    }
  }

  #connected(socket: WebSocket): void {
    const connection: Connection = { socket, state: 'new', deaf: false, cancelHeartbeat: () => undefined };
    this.#connections.add(connection);
    this.#beat(connection);
    socket.on('message', (data) => this.#received(connection, data.toString()));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      connection.cancelHeartbeat();
      this.#connections.delete(connection);
      if (this.#live === connection) this.#live = null;
      this.core.rooms.touch('bot', '');
    });
  }

  #beat(connection: Connection): void {
    const { heartbeatTimeoutMs } = this.options;
    connection.cancelHeartbeat();
    if (heartbeatTimeoutMs === null) return;
    connection.cancelHeartbeat = this.core.clock.after(heartbeatTimeoutMs, () => connection.socket.terminate());
  }

  #received(connection: Connection, text: string): void {
    if (connection.deaf) return;
    this.#beat(connection);
    const read = this.#read(text);
    if (!read) return;
    const fault = this.core.faults.takeAck(read.cmd) ?? {};
    const { cmd, body } = read;
    const at = this.core.clock.now();
    if (fault.close === 'before' || fault.drop === 'before') {
      this.#seen({ at, cmd, body, errcode: 'lost' });
      if (fault.close) connection.socket.terminate();
      return;
    }
    const late = fault.delayMs !== undefined && fault.delayMs >= ACK_TIMEOUT_MS;
    const answerLost = late || fault.drop === 'after' || fault.close === 'after';
    const ack = this.#ack(connection, { ...read, answerLost }, fault);
    this.#seen({ at, cmd, body, errcode: Number(ack.errcode) });
    const send = () => this.#write(connection, { headers: { req_id: read.reqId }, ...ack });
    if (fault.close === 'after') connection.socket.terminate();
    else if (fault.drop === undefined) this.#later(fault.delayMs ?? this.#ackMs(), send);
  }

  #later(ms: number, send: () => void): void {
    if (ms > 0) this.core.clock.after(ms, send);
    else send();
  }

  #ackMs(): number {
    const { ackMs } = this.options;
    return ackMs === null ? 0 : Math.round(ackMs.from + this.#random() * (ackMs.to - ackMs.from));
  }

  #read(text: string): { cmd: string; reqId: string; body: JsonObject } | null {
    try {
      const frame = parseObject(text, 'frame');
      const reqId = needText(maybeObject(frame, 'headers', 'frame') ?? {}, 'req_id', 'frame');
      return { cmd: needText(frame, 'cmd', 'frame'), reqId, body: maybeObject(frame, 'body', 'frame') ?? {} };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.core.ledger.refuse('bot', 'frame', error);
      return null;
    }
  }

  #ack(connection: Connection, frame: Frame, fault: AckFault): JsonObject {
    if (fault.errcode !== undefined) return { errcode: fault.errcode, errmsg: fault.errmsg ?? 'scripted' };
    try {
      return { errcode: 0, errmsg: 'ok', ...this.#take(connection, frame) };
    } catch (error) {
      if (error instanceof Refusal) {
        this.core.ledger.refuse('bot', frame.cmd, error);
        const isAuth = error.rule === 'bot-secret';
        return { errcode: error.errcode, errmsg: isAuth ? 'invalid bot_id or secret' : error.rule };
      }
      this.core.ledger.crash(error);
      return { errcode: -1, errmsg: 'system error' };
    }
  }

  #take(connection: Connection, frame: Frame): JsonObject {
    if (frame.cmd === 'aibot_subscribe') return this.#subscribe(connection, frame.body);
    if (connection.state === 'new') throw new Refusal('not-subscribed', frame.cmd);
    if (connection.state === 'kicked') throw new Refusal('kicked-frame', frame.cmd);
    if (frame.cmd !== 'ping') return this.handle(frame);
    this.pings += 1;
    return {};
  }

  #subscribe(connection: Connection, body: JsonObject): JsonObject {
    if (connection.state === 'live') throw new Refusal('subscribe-twice', 'one connection');
    const { botId, secret } = this.options;
    if (maybeText(body, 'bot_id') !== botId || maybeText(body, 'secret') !== secret)
      throw new Refusal('bot-secret', 'bot_id or secret');
    if (this.#live) this.#replace(this.#live);
    connection.state = 'live';
    this.#live = connection;
    this.subscribes += 1;
    this.core.rooms.touch('bot', '');
    return {};
  }

  #replace(connection: Connection): void {
    connection.state = 'kicked';
    const body = this.disconnectedEvent();
    this.#write(connection, { cmd: 'aibot_event_callback', headers: { req_id: this.core.id('req') }, body });
    const { kickCloseMs } = this.options;
    if (kickCloseMs !== null) this.core.clock.after(kickCloseMs, () => connection.socket.close());
  }

  #write(connection: Connection, frame: JsonObject): void {
    if (connection.deaf || connection.socket.readyState !== connection.socket.OPEN) return;
    connection.socket.send(JSON.stringify(frame));
  }

  #seen(frame: SeenFrame): void {
    const isChunk = frame.cmd === 'aibot_upload_media_chunk';
    this.frames.push(isChunk ? { ...frame, body: { chunk_index: frame.body.chunk_index ?? null } } : frame);
    if (this.frames.length > KEEP) this.frames.shift();
    this.core.rooms.touch('bot', '');
  }
}
