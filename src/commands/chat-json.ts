/** `chat --json`: one message a line in, one JSON a line out. The contract by which other programs drive the assistant. */
import { z } from 'zod';
import type { Assistant } from '../assistant.js';
import type { ConsoleChannel } from '../channels/console.js';
import type { InboundEvent } from '../dialogue/event.js';
import type { Reply } from '../dialogue/reply.js';
import { isPosDoctorError, type PosDoctorError } from '../errors.js';
import { JOIN_MS } from '../mailbox.js';
import { type Line, readLines } from './lines.js';

const messageSchema = z.union([
  z.object({ text: z.string(), burst: z.boolean().optional() }),
  z.object({ option: z.string().max(200), question: z.string().max(200).nullish(), burst: z.boolean().optional() }),
  z.object({ reset: z.literal(true), burst: z.boolean().optional() }),
]);
/** A message is one of these. */
const KINDS = ['text', 'option', 'reset'] as const;
type Message = z.infer<typeof messageSchema>;

/** Why a line gets no answer: it can't be used, or (`store`) it could not be kept. */
export type LineProblem = 'encoding' | 'length' | 'json' | 'message' | 'several' | 'store';

export interface JsonChat {
  assistant: Assistant;
  channel: ConsoleChannel;
  conversation: string;
  input: AsyncIterable<Uint8Array | string>;
  write: (line: string) => void;
  now: () => number;
  /** Sentences for lines that can't be used, by what is wrong. */
  complaint: (problem: LineProblem) => string;
  /** Told why nothing could be kept: once for each reason, until something is kept again. */
  warn: (error: PosDoctorError) => void;
  /** Asked after each answer: true if no further line is to be taken. Lines are taken until the input ends without it. */
  over?: () => boolean;
}

interface Running extends JsonChat {
  kept: () => void;
}

/** Runs until the input ends, or it is over. A line that can't be used is answered with an `error` reply and nothing else happens. */
export async function runJsonChat(given: JsonChat): Promise<void> {
  const told = new Set<string>();
  const warn = (error: PosDoctorError): void => {
    if (!told.has(error.message)) given.warn(error);
    told.add(error.message);
  };
  const chat: Running = { ...given, warn, kept: () => told.clear() };
  await forgetLeftovers(chat);
  const lines = readAhead(readLines(chat.input));
  // Lines that were taken in but not answered yet: bursts that wait for others to join them.
  let waiting = 0;
  let count = 0;
  for (let next = lines(); given.over?.() !== true; ) {
    const line = waiting > 0 ? await firstOf(next, JOIN_MS) : await next;
    if (line === 'waited') {
      waiting = await endWait(chat, waiting);
      continue;
    }
    if (line.done === true) {
      await endWait(chat, waiting);
      return;
    }
    next = lines();
    const message = parse(line.value);
    if ('problem' in message || message.burst !== true) waiting = await endWait(chat, waiting);
    if (given.over?.() === true) return;
    count += 1;
    waiting = await answer(chat, message, count, waiting);
  }
}

/**
 * Replies that an earlier run left, because it was killed or the disk was full when they should have been marked as sent: they
 * answer lines of that run, and must not be read as answers to lines of this one. The transcript keeps them.
 */
async function forgetLeftovers({ assistant, channel, conversation, warn }: JsonChat): Promise<void> {
  try {
    await assistant.flush(conversation);
  } catch (error) {
    if (!isPosDoctorError(error)) throw error;
    warn(error);
  }
  channel.take();
}

/** Reading a line ahead must not end the process if it fails before anybody waits for it. */
function readAhead<T>(lines: AsyncGenerator<T, void>): () => Promise<IteratorResult<T, void>> {
  return () => {
    const next = lines.next();
    next.catch(() => undefined);
    return next;
  };
}

/** Takes one line in and writes what is answered. @returns how many lines wait for an answer now */
async function answer(
  chat: Running,
  message: Message | { problem: LineProblem },
  count: number,
  waiting: number,
): Promise<number> {
  const problem = 'problem' in message ? message.problem : await take(chat, eventOf(message, chat, count));
  if (problem !== null) {
    await endWait(chat, waiting);
    await emit(chat, [{ type: 'error', text: chat.complaint(problem), options: [], links: [] }]);
    return 0;
  }
  const held = Math.min(waiting + 1, await chat.assistant.held(chat.conversation));
  await emitAnswered(chat, waiting + 1 - held);
  return held;
}

/** Null when the event was taken in. */
async function take(chat: Running, event: InboundEvent): Promise<'store' | null> {
  try {
    await chat.assistant.accept(chat.channel.name, event);
  } catch (error) {
    if (!isPosDoctorError(error)) throw error;
    chat.warn(error);
    return 'store';
  }
  chat.kept();
  await chat.assistant.settled(chat.conversation);
  return null;
}

/** Has the lines that wait answered now. @returns 0: none wait any more */
async function endWait(chat: JsonChat, waiting: number): Promise<0> {
  if (waiting === 0) return 0;
  try {
    await chat.assistant.flush(chat.conversation);
    await emitAnswered(chat, waiting);
  } catch (error) {
    if (!isPosDoctorError(error)) throw error;
    chat.warn(error);
    await emitBlank(chat, waiting - 1);
    await emit(chat, [{ type: 'error', text: chat.complaint('store'), options: [], links: [] }]);
  }
  return 0;
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

/** One line of output for each line of input: the last one carries the answer to all of them. */
async function emitAnswered(chat: JsonChat, lines: number): Promise<void> {
  if (lines === 0) return;
  await emitBlank(chat, lines - 1);
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
function parse(line: Line): Message | { problem: LineProblem } {
  if ('problem' in line) return line;
  if (!line.text.trimStart().startsWith('{')) return { text: line.text };
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch {
    return { problem: 'json' };
  }
  // Which of them was meant can't be told, so nothing is done.
  if (typeof value === 'object' && value !== null && KINDS.filter((kind) => Object.hasOwn(value, kind)).length > 1)
    return { problem: 'several' };
  const message = messageSchema.safeParse(value);
  return message.success ? message.data : { problem: 'message' };
}

function eventOf(message: Message, { conversation, now }: JsonChat, count: number): InboundEvent {
  const at = now();
  const base = { id: `line-${at}-${count}`, conversation, at, mayJoin: message.burst === true };
  if ('text' in message) return { ...base, kind: 'message', text: message.text };
  if ('option' in message)
    return message.question === undefined || message.question === null
      ? { ...base, kind: 'option', option: message.option }
      : { ...base, kind: 'option', option: message.option, question: message.question };
  return { ...base, kind: 'reset' };
}
