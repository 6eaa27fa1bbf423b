/** `chat --json`: one message a line in, one JSON a line out. The contract by which other programs drive the assistant. */
import { z } from 'zod';
import type { Assistant } from '../assistant.js';
import type { ConsoleChannel } from '../channels/console.js';
import type { InboundEvent } from '../dialogue/event.js';
import type { Reply } from '../dialogue/reply.js';
import { JOIN_MS } from '../mailbox.js';
import { type Line, readLines } from './lines.js';

const messageSchema = z.union([
  z.object({ text: z.string(), burst: z.boolean().optional() }),
  z.object({ option: z.string().max(200), question: z.string().max(200).optional(), burst: z.boolean().optional() }),
  z.object({ reset: z.literal(true), burst: z.boolean().optional() }),
]);
type Message = z.infer<typeof messageSchema>;

export interface JsonChat {
  assistant: Assistant;
  channel: ConsoleChannel;
  conversation: string;
  input: AsyncIterable<Uint8Array | string>;
  write: (line: string) => void;
  now: () => number;
  /** Sentences for lines that can't be used, by what is wrong. */
  complaint: (problem: 'encoding' | 'length' | 'json' | 'message') => string;
}

/** Runs until the input ends. A line that can't be used is answered with an `error` reply and nothing else happens. */
export async function runJsonChat(chat: JsonChat): Promise<void> {
  const lines = readLines(chat.input);
  // A held line is answered together with the next, or alone once its wait is over.
  let held = 0;
  let count = 0;
  let next = lines.next();
  for (;;) {
    const line = held > 0 ? await firstOf(next, JOIN_MS) : await next;
    if (line === 'waited' || line.done === true) {
      if (held > 0) {
        await chat.assistant.flush(chat.conversation);
        await emitHeld(chat, held);
        held = 0;
      }
      if (line === 'waited') continue;
      return;
    }
    next = lines.next();
    const message = parse(line.value);
    if ('problem' in message) {
      await emit(chat, [{ type: 'error', text: chat.complaint(message.problem), options: [], links: [] }]);
      continue;
    }
    count += 1;
    const joins = message.burst === true;
    if (held > 0 && !joins) {
      await chat.assistant.flush(chat.conversation);
      await emitHeld(chat, held);
      held = 0;
    }
    await chat.assistant.accept(chat.channel.name, eventOf(message, chat, count));
    await chat.assistant.settled(chat.conversation);
    const replies = chat.channel.take();
    if (joins && replies.length === 0) {
      held += 1;
      continue;
    }
    await emitBlank(chat, held);
    held = 0;
    await emit(chat, replies);
  }
}

async function firstOf<T>(next: Promise<T>, ms: number): Promise<T | 'waited'> {
  let timer: NodeJS.Timeout | undefined;
  const wait = new Promise<'waited'>((resolve) => {
    timer = setTimeout(() => resolve('waited'), ms);
  });
  try {
    return await Promise.race([next, wait]);
  } finally {
    clearTimeout(timer);
  }
}

/** One line a held message: the last one carries the answer to all of them. */
async function emitHeld(chat: JsonChat, held: number): Promise<void> {
  await emitBlank(chat, held - 1);
  await emit(chat, chat.channel.take());
}

async function emitBlank(chat: JsonChat, times: number): Promise<void> {
  for (let line = 0; line < times; line += 1) await emit(chat, []);
}

async function emit(chat: JsonChat, replies: readonly Reply[]): Promise<void> {
  const shown = replies.map(({ type, text, options, links }) => ({ type, text, options, links }));
  chat.write(JSON.stringify({ replies: shown, state: await chat.assistant.state(chat.conversation) }));
}

/** A line that begins with a brace is JSON; anything else is what the user wrote. */
function parse(line: Line): Message | { problem: 'encoding' | 'length' | 'json' | 'message' } {
  if ('problem' in line) return line;
  if (!line.text.trimStart().startsWith('{')) return { text: line.text };
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch {
    return { problem: 'json' };
  }
  const message = messageSchema.safeParse(value);
  return message.success ? message.data : { problem: 'message' };
}

function eventOf(message: Message, { conversation, now }: JsonChat, count: number): InboundEvent {
  const at = now();
  const base = { id: `line-${at}-${count}`, conversation, at, mayJoin: message.burst === true };
  if ('text' in message) return { ...base, kind: 'message', text: message.text };
  if ('option' in message)
    return message.question === undefined
      ? { ...base, kind: 'option', option: message.option }
      : { ...base, kind: 'option', option: message.option, question: message.question };
  return { ...base, kind: 'reset' };
}
