/** `chat --json` inside one process, with a clock and an input that the test moves. */
import { Assistant } from '../../src/assistant.js';
import { createConsoleChannel } from '../../src/channels/console.js';
import { runJsonChat } from '../../src/commands/chat-json.js';
import type { Reply } from '../../src/dialogue/reply.js';
import { silentLog } from '../../src/log.js';
import { JOIN_MS } from '../../src/mailbox.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Store } from '../../src/store/store.js';
import { newDisk, storeOn } from '../store/sim-machine.js';
import { gate } from '../support/channel.js';
import { testClock } from '../support/clock.js';
import { realWorld } from '../support/world.js';

const TROUBLE = '该渠道业务不可用';
const burst = (text: string) => JSON.stringify({ text, burst: true });

class Session {
  readonly clock = testClock();
  readonly out: { replies: Reply[] }[] = [];
  readonly warned: string[] = [];
  readonly channel = createConsoleChannel('c');
  readonly assistant: Assistant;
  readonly done: Promise<void>;
  #lines: (string | null)[] = [];
  #wake: () => void = () => undefined;
  #written: () => void = () => undefined;

  constructor(store: Store = createMemoryStore()) {
    this.assistant = new Assistant({
      store,
      world: realWorld,
      channels: [this.channel],
      clock: this.clock,
      log: silentLog,
    });
    this.done = this.#run();
  }

  /** A line from the user; null ends the input. */
  line(text: string | null): void {
    this.#lines.push(text);
    this.#wake();
  }

  /** Waits until so many lines have come out. */
  async until(count: number): Promise<void> {
    while (this.out.length < count) {
      const { opened, open } = gate();
      this.#written = open;
      await opened;
    }
  }

  answered(): boolean[] {
    return this.out.map(({ replies }) => replies.length > 0);
  }

  async #run(): Promise<void> {
    await this.assistant.start();
    await runJsonChat({
      assistant: this.assistant,
      channel: this.channel,
      conversation: 'c',
      input: this.#input(),
      write: (line) => {
        this.out.push(JSON.parse(line));
        this.#written();
      },
      now: this.clock.now,
      complaint: (problem) => `(${problem})`,
      warn: ({ code }) => this.warned.push(code),
    });
    await this.assistant.stop();
  }

  async *#input(): AsyncGenerator<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line === null) return;
      if (line !== undefined) yield `${line}\n`;
      else {
        const { opened, open } = gate();
        this.#wake = open;
        await opened;
      }
    }
  }
}

const held = async (session: Session, count: number): Promise<void> => {
  while ((await session.assistant.held('c')) !== count) await new Promise(setImmediate);
};

test('what the assistant answers by itself when the time to join is over belongs to the line that waited', async () => {
  const session = new Session();
  session.line(TROUBLE);
  await session.until(1);
  session.line(burst('刷卡的'));
  await held(session, 1);
  await session.clock.advance(JOIN_MS);
  await held(session, 0);
  // The driver's own wait is not over yet when the next line comes.
  session.line(burst('换卡也不行'));
  await session.until(2);
  expect(session.answered()).toEqual([true, true]);
  await held(session, 1);
  session.line(null);
  await session.done;
  expect(session.answered()).toEqual([true, true, true]);
  const texts = session.out.map(({ replies }) => replies.map(({ text }) => text).join());
  expect(new Set(texts).size).toBe(3);
});

test('a message that the store refuses gets an error, and the next one is answered; each outage is told once', async () => {
  const full = (operation: string) => (operation === 'write' || operation === 'create' ? 'ENOSPC' : null);
  const disk = newDisk();
  const session = new Session(storeOn(disk));
  session.line(TROUBLE);
  await session.until(1);
  disk.refuse = full;
  session.line('刷卡的');
  await session.until(2);
  expect(session.out[1]?.replies).toEqual([{ type: 'error', text: '(store)', options: [], links: [] }]);
  session.line('没扣款');
  await session.until(3);
  expect(session.warned).toEqual(['STORE_FULL']);
  disk.refuse = () => null;
  session.line('刷卡的');
  await session.until(4);
  expect(session.out[3]?.replies[0]?.type).not.toBe('error');
  disk.refuse = full;
  session.line('没扣款');
  session.line(null);
  await session.done;
  expect(session.answered()).toEqual([true, true, true, true, true]);
  expect(session.warned).toEqual(['STORE_FULL', 'STORE_FULL']);
});

test('a reply that an earlier run could not mark as sent is no answer to a line of this one', async () => {
  const disk = newDisk();
  const first = new Session(storeOn(disk));
  const { send } = first.channel;
  first.channel.send = async (to, items, progress) => {
    await send(to, items, progress);
    disk.refuse = (operation) => (operation === 'write' || operation === 'create' ? 'ENOSPC' : null);
  };
  first.line(TROUBLE);
  first.line(null);
  await first.done;
  disk.refuse = () => null;
  const second = new Session(storeOn(disk));
  await second.clock.advance(60_000);
  second.line('谢谢');
  second.line(null);
  await second.done;
  const told = first.out[0]?.replies[0]?.text;
  expect(second.out).toHaveLength(1);
  expect(second.out[0]?.replies.length).toBeGreaterThan(0);
  expect(second.out[0]?.replies[0]?.text).not.toBe(told);
});

test('lines that wait get one line each even if the store refuses to answer them', async () => {
  const disk = newDisk();
  const session = new Session(storeOn(disk));
  session.line(TROUBLE);
  await session.until(1);
  session.line(burst('刷卡的'));
  session.line(burst('换卡也不行'));
  await held(session, 2);
  disk.refuse = (operation) => (operation === 'write' || operation === 'create' ? 'ENOSPC' : null);
  session.line(null);
  await session.done;
  expect(session.out.slice(1).map(({ replies }) => replies.map(({ text }) => text))).toEqual([[], ['(store)']]);
});

test('input that fails is told as unreadable, after what came before was answered', async () => {
  const channel = createConsoleChannel('c');
  const assistant = new Assistant({
    store: createMemoryStore(),
    world: realWorld,
    channels: [channel],
    clock: testClock(),
    log: silentLog,
  });
  await assistant.start();
  const out: string[] = [];
  async function* input(): AsyncGenerator<string> {
    yield `${TROUBLE}\n`;
    throw Object.assign(new Error('EISDIR'), { code: 'EISDIR' });
  }
  const failed = runJsonChat({
    assistant,
    channel,
    conversation: 'c',
    input: input(),
    write: (line) => void out.push(line),
    now: () => 0,
    complaint: (problem) => problem,
    warn: () => undefined,
  });
  await expect(failed).rejects.toMatchObject({ code: 'UNREADABLE_FILE' });
  expect(out).toHaveLength(1);
  await assistant.stop();
});
