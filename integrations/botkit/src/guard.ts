/**
 * What Botkit 4.15 does not guard: an error in a handler leaves a promise that nobody holds and ends the process; two messages at
 * once read the same state; an event in the middle of a dialogue is taken for its answer; a link in a message is escaped.
 * A guarded controller keeps its interface and its handlers.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import type { BotAdapter, TurnContext } from 'botbuilder-core';
import { type Botkit, BotkitConversation, type BotkitHandler } from 'botkit';
import type { Log } from 'pos-doctor';
import { Turns } from './turns.js';

const guarded = new WeakSet<object>();

/** Guards a controller and its adapter, once. */
export function guard(controller: Botkit, log: Log): void {
  if (guarded.has(controller)) return;
  guarded.add(controller);
  for (const ware of Object.values(controller.middleware) as Ware[]) keepErrors(ware);
  keepHandlerErrors(controller);
  deliverEvents(controller);
  keepLinks(controller);
  oneAtATime(controller);
  if (controller.adapter) catchAll(controller.adapter, log);
}

/** Botkit's middleware chain (the package `ware`). Its last argument is called when all functions have run, or with an error. */
interface Ware {
  fns: ((...args: unknown[]) => unknown)[];
  run: (...args: unknown[]) => void;
}

/** Botkit goes on inside of the last argument, asynchronously; what fails there has to come back as an error too. */
function keepErrors(ware: Ware): void {
  ware.run = (...all) => {
    const done = all.at(-1) as (error: unknown, ...args: unknown[]) => unknown;
    const args = all.slice(0, -1);
    through(ware, args)
      .then(() => done(null, ...args))
      .catch((error: unknown) => done(error));
  };
}

async function through(ware: Ware, args: readonly unknown[]): Promise<void> {
  for (const step of ware.fns) await take(ware, step, args);
}

/** A step that names one argument more than there are gets `next`; every other one is over when it returns, or its promise does. */
function take(ware: Ware, step: Ware['fns'][number], args: readonly unknown[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (error?: unknown): void => (error ? reject(error) : resolve());
    const callsNext = step.length > args.length;
    const result = step.apply(ware, callsNext ? [...args, next] : [...args]);
    if (isPromise(result)) result.then(callsNext ? undefined : () => resolve(), reject);
    else if (result instanceof Error) reject(result);
    else if (!callsNext) resolve();
  });
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** Botkit wraps what a handler throws into an Error of its text; who has to tell one error from another needs the error itself. */
function keepHandlerErrors(controller: Botkit): void {
  const { _events: handlers } = controller as unknown as { _events: Record<string, BotkitHandler[]> };
  controller.trigger = async (event, bot, message) => {
    for (const handler of handlers[event] ?? [])
      if ((await (handler as (...args: unknown[]) => Promise<unknown>).call(bot, bot, message)) === false) break;
  };
}

const PROMPT = '_default_prompt';

/** A question waits for words: an event in between goes to who listens to it, and the question goes on waiting. */
function deliverEvents(controller: Botkit): void {
  const { dialogSet } = controller;
  const create = dialogSet.createContext.bind(dialogSet);
  dialogSet.createContext = async (context) => {
    const dialogs = await create(context);
    const proceed = dialogs.continueDialog.bind(dialogs);
    const waits = (): boolean => {
      const id = dialogs.activeDialog?.id ?? '';
      const owner = id.endsWith(PROMPT) ? id.slice(0, -PROMPT.length) : id;
      return dialogSet.find(owner) instanceof BotkitConversation;
    };
    const nothing = { status: 'empty' } as Awaited<ReturnType<typeof proceed>>;
    dialogs.continueDialog = async () => (context.activity.type !== 'message' && waits() ? nothing : proceed());
    return dialogs;
  };
}

/** Whole addresses, without a character that means anything in HTML but `&`. */
const LINK = /^https?:\/\/[^\s<>"'`]+$/;
const rendering = new AsyncLocalStorage<true>();
let mustacheKeepsLinks = false;

/** Everything else stays escaped: some adapters show what they get as HTML, and users write what they like. */
function keepLinks(controller: Botkit): void {
  if (!mustacheKeepsLinks) {
    mustacheKeepsLinks = true;
    const require = createRequire(import.meta.url);
    const mustache = createRequire(require.resolve('botkit'))('mustache') as { escape: (value: unknown) => string };
    const forHtml = mustache.escape;
    mustache.escape = (value) => (rendering.getStore() && LINK.test(String(value)) ? String(value) : forHtml(value));
  }
  const { dialogSet } = controller;
  const add = dialogSet.add.bind(dialogSet);
  dialogSet.add = (dialog) => {
    keepLinksOf(dialog);
    return add(dialog);
  };
  for (const dialog of dialogSet.getDialogs()) keepLinksOf(dialog);
}

function keepLinksOf(dialog: object): void {
  if (!(dialog instanceof BotkitConversation) || guarded.has(dialog)) return;
  guarded.add(dialog);
  const rendered = dialog as unknown as { makeOutgoing: (...args: unknown[]) => Promise<unknown> };
  const make = rendered.makeOutgoing.bind(dialog);
  rendered.makeOutgoing = (...args) => rendering.run(true, () => make(...args));
}

/** A conversation is what Botkit keeps one state for: a user in a place. */
function keyOf({ activity }: TurnContext): string {
  return JSON.stringify([activity.channelId, activity.conversation, activity.from?.id]);
}

function oneAtATime(controller: Botkit): void {
  const turns = new Turns();
  const handle = controller.handleTurn.bind(controller);
  controller.handleTurn = (context) => turns.run(keyOf(context), () => handle(context));
  // Some adapters have taken hold of `handleTurn` before; their turns pass here as well. What the bot says of its own accord does not wait.
  const adapter = controller.adapter as Partial<BotAdapter> | undefined;
  adapter?.use?.((context, next) =>
    context.activity.name === 'continueConversation' ? next() : turns.run(keyOf(context), next),
  );
}

interface WebhookAdapter {
  onTurnError?: BotAdapter['onTurnError'];
  processActivity?: (request: unknown, response: WebhookResponse, logic: unknown) => Promise<unknown>;
}

interface WebhookResponse {
  headersSent?: boolean;
  statusCode?: number;
  end?: () => void;
}

/** Botkit throws what a webhook's turn rejects with once more, where nobody catches it. */
function catchAll(adapter: WebhookAdapter, log: Log): void {
  adapter.onTurnError ??= async (_context, error) => log.error({ error: String(error) }, 'a turn failed');
  const process = adapter.processActivity?.bind(adapter);
  if (!process) return;
  adapter.processActivity = async (request, response, logic) => {
    try {
      return await process(request, response, logic);
    } catch (error) {
      log.error({ error: String(error) }, 'a webhook failed');
      if (response.headersSent) return undefined;
      response.statusCode = 500;
      response.end?.();
      return undefined;
    }
  };
}
