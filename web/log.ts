// The log of the conversation: bubbles, cards, times, what is still under way.
import { type Buttons, buttonsOf, linksOf, textOf } from './card.js';
import { hidden, make } from './dom.js';
import type { Outgoing } from './outbox.js';
import type { Item, Line, PublicState, Reply } from './types.js';
import { word } from './words.js';

/** A pause after which the time is shown. */
const PAUSE_MS = 5 * 60_000;
/** As far from the end as somebody may have scrolled and still be reading the newest message. */
const NEAR_END_PX = 120;
/** Room above the message that the log is placed at. */
const ROOM_PX = 10;
/** A reply that comes this long after the last message of one's own (a reminder) is read from its own beginning. */
const UNASKED_MS = 30_000;

interface Card {
  reply: Reply;
  element: HTMLElement;
  buttons: Buttons;
}

export interface LogEvents {
  tap(reply: Reply, option: { id: string; label: string }): void;
  retry(id: string): void;
}

export class Log {
  readonly #list = make('div', { class: 'list' });
  readonly #typing = make('div', { class: 'msg bot typing', 'aria-hidden': 'true', hidden: true });
  readonly #seen = new Set<string>();
  readonly #bubbles = new Map<string, HTMLElement>();
  #card: Card | undefined;
  #lastAt = 0;
  /** What is read from: the last message of one's own, so that the beginning of a long answer stays in sight. */
  #anchor: HTMLElement | undefined;
  #anchorAt = 0;
  /** Where we last put the log; somebody who scrolled elsewhere is left alone. */
  #placed = 0;
  /** How far the service's clock is ahead of this machine's (ms), so that times in the log agree. */
  skew = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly down: HTMLButtonElement,
    private readonly events: LogEvents,
  ) {
    const dots = make('div', { class: 'bubble' }, make('i'), make('i'), make('i'));
    this.#typing.append(avatar(), dots);
    root.append(this.#list, this.#typing);
    // What scrolls must be reachable by keyboard.
    root.tabIndex = 0;
    root.addEventListener('scroll', () => this.#showDown(), { passive: true });
    down.addEventListener('click', () => {
      root.scrollTo({
        top: root.scrollHeight,
        behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
      });
      root.focus({ preventScroll: true });
    });
  }

  /** Draws everything anew: what the service has, then what it has not got yet. */
  reset(lines: readonly Line[], outgoing: readonly Outgoing[], state: PublicState): void {
    // Screen readers should not read the whole history again.
    this.root.setAttribute('aria-busy', 'true');
    this.#list.replaceChildren();
    this.#seen.clear();
    this.#bubbles.clear();
    this.#card = undefined;
    this.#lastAt = 0;
    this.#anchor = undefined;
    for (const key of ['welcome', 'welcomeSafe']) this.#list.append(message('bot', make('p', {}, word(key))));
    for (const line of lines) this.#line(line);
    for (const item of outgoing) this.outgoing(item);
    this.state(state);
    this.#place();
    this.root.removeAttribute('aria-busy');
  }

  /** True if there is nothing but the welcome. */
  get empty(): boolean {
    return this.#lastAt === 0;
  }

  /** Draws a reply that came by the stream, unless it is there already. */
  reply(item: Item): void {
    if (!this.#known(item.id)) this.#reply(item.reply, item.at, item.by);
  }

  /** Draws a message of this page, or what became of it. */
  outgoing(item: Outgoing): void {
    const known = this.#bubbles.get(item.id);
    // The history may show it before we hear that it arrived.
    if (!known && this.#known(item.id)) return;
    const bubble = known ?? this.#user(item.label, item.at + this.skew);
    this.#bubbles.set(item.id, bubble);
    const words = bubble.querySelector('p');
    if (words && words.textContent !== item.label) words.textContent = item.label;
    bubble.querySelector('.fate')?.remove();
    if (item.state === 'sent') return;
    const fate = make('div', { class: `fate ${item.state}` });
    if (item.state === 'sending') fate.append(make('span', { 'aria-hidden': 'true' }, word('sending')));
    else {
      const again = make('button', { type: 'button' }, word('retry'));
      again.addEventListener('click', () => this.events.retry(item.id));
      fate.append(make('span', {}, item.reason ?? word(item.state)), again);
    }
    bubble.prepend(fate);
  }

  /** Buttons of a question that is no longer asked cannot be used. */
  state({ status, question }: PublicState): void {
    const asked = this.#card?.reply.question;
    if (status === 'asking' && asked !== undefined && asked !== question) this.#card?.buttons.close();
  }

  /** True if there is a card whose buttons can be used. */
  get asking(): boolean {
    return this.#card !== undefined && !this.#card.buttons.element.classList.contains('closed');
  }

  /** True if a button with this option can be tapped. */
  offers(option: string): boolean {
    return this.asking && (this.#card?.reply.options.some(({ id }) => id === option) ?? false);
  }

  /** A line across, with words. */
  divider(text: string): void {
    this.#card?.buttons.close();
    this.#list.append(make('div', { class: 'divider' }, make('span', {}, text)));
    this.#place();
  }

  set thinking(on: boolean) {
    if (this.#typing.hidden === !on) return;
    const follow = this.#following();
    this.#typing.hidden = !on;
    if (follow) this.#place();
  }

  #line(line: Line): void {
    if (this.#known(line.id)) return;
    if (line.from === 'assistant') {
      this.#reply(line.reply ?? { type: 'text', text: line.text, options: [], links: [] }, line.at, line.by);
      return;
    }
    const chosen = this.#card?.reply.options.find(({ label }) => label === line.text);
    if (chosen) this.#card?.buttons.close(chosen.id);
    this.#user(line.text, line.at);
  }

  #user(text: string, at: number): HTMLElement {
    this.#time(at);
    const bubble = message('me', make('p', {}, text));
    this.#list.append(bubble);
    this.#anchor = bubble;
    this.#anchorAt = at;
    this.#place();
    return bubble;
  }

  #reply(reply: Reply, at: number, by?: string): void {
    const follow = this.#following();
    this.#time(at);
    const parts: (HTMLElement | undefined)[] = [];
    if (by === undefined && reply.type !== 'text') parts.push(make('p', { class: 'kind' }, word(`type.${reply.type}`)));
    parts.push(textOf(by === undefined ? reply : withoutName(reply, by)), linksOf(reply.links));
    if (reply.type === 'summary') parts.push(copyButton(reply.text));
    const element = by === undefined ? message('bot', ...parts) : colleague(by, ...parts);
    element.classList.add(reply.type);
    if (reply.options.length > 0) this.#deal(reply, element);
    this.#list.append(element);
    if (at - this.#anchorAt > UNASKED_MS) this.#anchor = element;
    if (follow) this.#place();
    else this.#showDown();
  }

  /** Puts a card on the table: the one before is closed. */
  #deal(reply: Reply, element: HTMLElement): void {
    this.#card?.buttons.close();
    const buttons = buttonsOf(reply, (option) => {
      buttons.close(option.id);
      // The button that had the focus is gone; the card keeps the place for whoever uses the keyboard.
      element.focus({ preventScroll: true });
      this.events.tap(reply, option);
    });
    element.tabIndex = -1;
    element.querySelector('.bubble')?.append(buttons.element);
    element.classList.add('card');
    this.#card = { reply, element, buttons };
  }

  #time(at: number): void {
    if (at - this.#lastAt > PAUSE_MS) {
      const time = make('time', { datetime: new Date(at).toISOString() }, clock(at));
      this.#list.append(make('div', { class: 'time' }, time));
    }
    this.#lastAt = Math.max(at, this.#lastAt);
  }

  /** Remembers a line; true if it was drawn before. */
  #known(id: string): boolean {
    const known = this.#seen.has(id);
    this.#seen.add(id);
    return known;
  }

  /** As far down as it goes, but not so far that the beginning of what is new goes out of sight. */
  #place(): void {
    const { root } = this;
    const end = root.scrollHeight - root.clientHeight;
    root.scrollTop = this.#anchor ? Math.min(end, this.#anchor.offsetTop - ROOM_PX) : end;
    this.#placed = root.scrollTop;
    this.#showDown();
  }

  /** True if nobody has scrolled away to read something else. */
  #following(): boolean {
    return this.#below() < NEAR_END_PX || Math.abs(this.root.scrollTop - this.#placed) < 2;
  }

  #below(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    return scrollHeight - scrollTop - clientHeight;
  }

  #showDown(): void {
    this.down.hidden = this.#below() < NEAR_END_PX / 2;
  }
}

function message(side: 'bot' | 'me', ...parts: (HTMLElement | undefined)[]): HTMLElement {
  const says = hidden(word(side === 'bot' ? 'assistantSays' : 'userSays'));
  const bubble = make('div', { class: 'bubble' }, says, ...parts);
  return make('div', { class: `msg ${side}` }, side === 'bot' ? avatar() : undefined, bubble);
}

/** What a colleague says: theirs, not the assistant's, to the eye and to the ear. */
function colleague(name: string, ...parts: (HTMLElement | undefined)[]): HTMLElement {
  const says = hidden(word('colleagueSays', { name }));
  const kind = make('p', { class: 'kind', 'aria-hidden': 'true' }, word('colleague', { name }));
  const bubble = make('div', { class: 'bubble' }, says, kind, ...parts);
  const mark = make('span', { class: 'avatar', 'aria-hidden': 'true' }, [...name][0] ?? '');
  return make('div', { class: 'msg bot colleague' }, mark, bubble);
}

/** Doors that show nothing but text put the name in front of the words; here it stands above them. */
function withoutName({ text, ...reply }: Reply, name: string): Reply {
  const rest = text.startsWith(name) ? text.slice(name.length) : '';
  return { ...reply, text: /^[:\uff1a]/.test(rest) ? rest.slice(1) : text };
}

function avatar(): HTMLElement {
  return make('img', { class: 'avatar', src: '/icon.svg', alt: '', width: '36', height: '36' });
}

/** The summary is read out or sent to a person; copying needs a secure context, without it there is no button. */
function copyButton(text: string): HTMLElement | undefined {
  if (!navigator.clipboard) return undefined;
  const button = make('button', { type: 'button', class: 'copy' }, word('copy'));
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = word('copied');
  });
  return button;
}

function clock(at: number): string {
  const date = new Date(at);
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const today = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat('zh-CN', today ? time : { month: 'long', day: 'numeric', ...time }).format(date);
}
