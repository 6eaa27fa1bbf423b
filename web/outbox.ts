// What the user sent, until it is certain that it arrived. A message keeps its id over every attempt, so the service
// takes it once however often it is sent; it survives a reload of the page.
import type { Body, Line } from './types.js';

export interface Outgoing {
  id: string;
  at: number;
  /** What the bubble shows. */
  label: string;
  body: Body;
  state: 'sending' | 'waiting' | 'sent' | 'failed';
  /** Why it failed, in the service's words. */
  reason?: string;
}

const KEY = 'pos-doctor-outbox';
/** After this the user may no longer mean it (the customer has left), so it goes out only if they say so. */
const STALE_MS = 2 * 60_000;
/** After this an accepted message that the history does not show (a restart) has had its effect. */
const SETTLED_MS = 60_000;
const DELAYS_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];

export class Outbox {
  #items: Outgoing[] = [];
  #busy = false;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param changed called with each item whose state changed. */
  constructor(private readonly changed: (item: Outgoing) => void) {
    this.#items = restore();
    for (const item of this.#items) if (item.state === 'sending') item.state = 'waiting';
  }

  get items(): readonly Outgoing[] {
    return this.#items;
  }

  add(label: string, body: Body): Outgoing {
    const item: Outgoing = { id: newId(), at: Date.now(), label, body, state: 'sending' };
    this.#items.push(item);
    this.#save();
    void this.flush();
    return item;
  }

  /** The user wants this one sent again. */
  retry(id: string): void {
    const item = this.#items.find((candidate) => candidate.id === id);
    if (!item || item.state === 'sent') return;
    item.at = Date.now();
    this.#set(item, 'waiting');
    this.#tries = 0;
    void this.flush();
  }

  /** The assistant has answered this one, and with it all that were accepted before. */
  answered(id: string): void {
    const last = this.#items.findIndex((item) => item.id === id);
    this.#forget((item, index) => item.id === id || (index < last && item.state === 'sent'));
  }

  /** Forgets what is not among these: the history shows it. */
  keepOnly(open: readonly Outgoing[]): void {
    this.#forget((item) => !open.includes(item));
  }

  /** What has arrived need not be sent again, even if we never heard that it arrived. */
  #forget(settled: (item: Outgoing, index: number) => boolean): void {
    const gone = this.#items.filter(settled);
    this.#items = this.#items.filter((item) => !gone.includes(item));
    for (const item of gone) this.#set(item, 'sent');
    this.#save();
  }

  /** Sends what waits, in order, one at a time. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#next(); next; next = this.#next()) {
      if (Date.now() - next.at > STALE_MS) {
        this.#set(next, 'failed');
        continue;
      }
      this.#set(next, 'sending');
      const delay = await this.#attempt(next);
      if (delay === undefined || !this.#items.includes(next)) continue;
      this.#set(next, 'waiting');
      this.#timer = setTimeout(() => void this.flush(), delay);
      break;
    }
    this.#busy = false;
  }

  #next(): Outgoing | undefined {
    return this.#items.find(({ state }) => state === 'sending' || state === 'waiting');
  }

  /** Milliseconds until the next attempt, or undefined if this one settled the matter. */
  async #attempt(item: Outgoing): Promise<number | undefined> {
    let answer: Response;
    try {
      answer = await fetch('/api/messages', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ id: item.id, ...item.body }),
        signal: AbortSignal.timeout(15_000),
      });
    } catch {
      return this.#backOff();
    }
    if (answer.ok) {
      this.#tries = 0;
      const shown = await shownOf(answer);
      if (shown === undefined) this.#set(item, 'sent');
      else this.#hide(item, shown);
      return undefined;
    }
    if (answer.status === 429 || answer.status >= 500) {
      const seconds = Number(answer.headers.get('Retry-After') ?? Number.NaN);
      return Number.isFinite(seconds) ? seconds * 1000 : this.#backOff();
    }
    const text = await sentenceOf(answer);
    if (text !== undefined) item.reason = text;
    if (this.#items.includes(item)) this.#set(item, 'failed');
    return undefined;
  }

  /** It arrived, and is shown without its private numbers; the answer to it may have come first. */
  #hide(item: Outgoing, shown: string): void {
    Object.assign(item, { label: shown, body: { text: shown }, state: 'sent' });
    this.#save();
    this.changed(item);
  }

  #backOff(): number {
    const delay = DELAYS_MS[Math.min(this.#tries, DELAYS_MS.length - 1)] ?? 1000;
    this.#tries += 1;
    return delay;
  }

  #set(item: Outgoing, state: Outgoing['state']): void {
    if (item.state === state) return;
    item.state = state;
    this.#save();
    this.changed(item);
  }

  #save(): void {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.#items.slice(-50)));
    } catch {
      // Storage is switched off or full: the page works, only a reload forgets what was not sent.
    }
  }
}

/** The items that the history does not show yet. */
export function notIn(lines: readonly Line[], items: readonly Outgoing[]): Outgoing[] {
  const shown = new Set(lines.map(({ id }) => id));
  return items.filter(({ id, state, at }) => !shown.has(id) && (state !== 'sent' || Date.now() - at < SETTLED_MS));
}

/** What the bubble is to show instead of what was typed: private numbers are hidden in it. */
async function shownOf(answer: Response): Promise<string | undefined> {
  try {
    const { shown } = (await answer.json()) as { shown?: unknown };
    return typeof shown === 'string' ? shown : undefined;
  } catch {
    return undefined;
  }
}

async function sentenceOf(answer: Response): Promise<string | undefined> {
  try {
    const { error } = (await answer.json()) as { error?: { text?: unknown } };
    return typeof error?.text === 'string' ? error.text : undefined;
  } catch {
    return undefined;
  }
}

function restore(): Outgoing[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((item) => typeof item?.id === 'string' && item.body) : [];
  } catch {
    return [];
  }
}

/** 96 random bits. Not randomUUID: that exists on https and localhost only. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
