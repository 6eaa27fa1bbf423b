// The web chat's page: wires the composer, the log, the outbox and the event stream together.
import { Connection } from './connection.js';
import { byId, make } from './dom.js';
import { HandoverLine } from './handover.js';
import { Log } from './log.js';
import { notIn, Outbox } from './outbox.js';
import type { History, Item, PublicState, Reply, Ui } from './types.js';
import { setWords, word } from './words.js';

const log = byId('log', HTMLDivElement);
const banner = byId('banner', HTMLDivElement);
const status = byId('status', HTMLParagraphElement);
const quick = byId('quick', HTMLFieldSetElement);
const composer = byId('composer', HTMLFormElement);
const text = byId('text', HTMLTextAreaElement);
const send = byId('send', HTMLButtonElement);
const count = byId('count', HTMLParagraphElement);
const restart = byId('restart', HTMLButtonElement);
const confirm = byId('confirm', HTMLDialogElement);

/** Characters left at which the counter shows. */
const COUNT_FROM = 100;
/** A turn that says nothing (a person has taken over) must not leave the dots for ever. */
const THINKING_MS = 20_000;
/** A break shorter than this is not worth a word. */
const PATIENCE_MS = 1500;
const DRAFT = 'pos-doctor-draft';

let textMax = 0;
let state: PublicState = { status: 'idle', question: null, fix: null };
let thinkingTimer: ReturnType<typeof setTimeout> | undefined;
let bannerTimer: ReturnType<typeof setTimeout> | undefined;
/** Replies that came while the history was being fetched. */
let early: Item[] | undefined;

const view = new Log(log, byId('down', HTMLButtonElement), { tap, retry: (id) => outbox.retry(id) });
const handover = new HandoverLine(byId('handover', HTMLParagraphElement));
const outbox = new Outbox((item) => {
  view.outgoing(item);
  if (item.state === 'sending') think(true);
  if (item.state === 'failed' || item.state === 'waiting') think(false);
});
const connection = new Connection({
  hello: (resumed, at) => {
    view.skew = at - Date.now();
    void greeted(resumed);
  },
  reply: (item) => (early ? early.push(item) : received(item)),
  state: (next) => showState(next),
  said: (id) => {
    think(true);
    // Said in another tab: its words are in the history, masked, as soon as they are stored.
    if (!outbox.items.some((item) => item.id === id)) strangers = true;
  },
  quiet: () => think(false),
  replaced: () => showBanner(word('replaced'), () => connection.open()),
  down: () => {
    clearTimeout(bannerTimer);
    bannerTimer = setTimeout(() => showBanner(unreachable()), PATIENCE_MS);
  },
});
/** What was tapped, for screen readers: the button itself is no longer there to say it. */
let note = '';
/** True if another tab said something that this one has not drawn. */
let strangers = false;

function unreachable(): string {
  return (navigator.onLine ? banner.dataset.unreachable : banner.dataset.offline) ?? '';
}

async function greeted(resumed: boolean): Promise<void> {
  clearTimeout(bannerTimer);
  banner.hidden = true;
  if (!resumed) await sync();
  void outbox.flush();
}

/** Fetches the history and draws it, then what came in meanwhile. */
async function sync(): Promise<void> {
  early = [];
  strangers = false;
  try {
    const answer = await fetch('/api/history', { signal: AbortSignal.timeout(15_000) });
    if (!answer.ok) throw new Error(`history: ${answer.status}`);
    const { transcript, state: current } = (await answer.json()) as History;
    const open = notIn(transcript, outbox.items);
    outbox.keepOnly(open);
    view.reset(transcript, open, current);
    showState(current);
    think(open.some((item) => item.state === 'sent'));
    const items = early;
    early = undefined;
    for (const item of items) received(item);
  } catch {
    early = undefined;
    connection.giveUp();
  }
}

function received(item: Item): void {
  if (strangers) {
    void sync();
    return;
  }
  view.reply(item);
  const last = outbox.items.at(-1);
  // Dots stay only if something was said after what this answers.
  if (!last || last.id === item.inReplyTo || last.state !== 'sent') think(false);
  outbox.answered(item.inReplyTo);
  showQuick();
}

function showState(next: PublicState): void {
  state = next;
  view.state(next);
  handover.show(next);
  if (handover.accepted) think(false);
  showQuick();
}

function think(thinks: boolean): void {
  // A colleague has it: the assistant is silent, and must not look as if it were about to answer.
  const on = thinks && !handover.accepted;
  clearTimeout(thinkingTimer);
  view.thinking = on;
  if (!on) note = '';
  status.textContent = on ? `${note} ${word('thinking')}`.trim() : '';
  if (on) thinkingTimer = setTimeout(() => think(false), THINKING_MS);
}

function showBanner(words: string, action?: () => void): void {
  banner.replaceChildren();
  if (action) {
    const button = make('button', { type: 'button', class: 'plain' }, words);
    button.addEventListener('click', action);
    banner.append(button);
  } else banner.append(words);
  banner.hidden = false;
}

/** Typical openings while nothing is under way, and always the way to a person. */
function showQuick(): void {
  const busy = state.status === 'asking' || state.status === 'fixing';
  // What is solved is over, whether or not it is said that it helped.
  const idle = !handover.accepted && (view.empty || state.status === 'resolved' || (!busy && !view.asking));
  const openings = idle ? ['quick.1', 'quick.2', 'quick.3'].map((key) => ({ label: word(key), says: word(key) })) : [];
  const human = view.offers('human') || handover.called ? [] : [{ label: word('human'), says: word('humanSays') }];
  const chips = [...openings, ...human];
  const signature = chips.map(({ label }) => label).join('\n');
  if (quick.dataset.shows === signature) return;
  quick.dataset.shows = signature;
  quick.replaceChildren(
    ...chips.map(({ label, says }) => {
      const chip = make('button', { type: 'button' }, label);
      chip.addEventListener('click', () => say(says));
      return chip;
    }),
  );
}

function say(words: string): void {
  handover.settle();
  view.outgoing(outbox.add(words, { text: words }));
  think(true);
  showQuick();
}

function tap(reply: Reply, option: { id: string; label: string }): void {
  const { question } = reply;
  handover.settle();
  const body = question === undefined ? { option: option.id } : { option: option.id, question };
  view.outgoing(outbox.add(option.label, body));
  note = word('chosenStatus', { label: option.label });
  think(true);
}

function measure(): void {
  const left = textMax - text.value.length;
  count.textContent = left < 0 ? word('overLong', { n: -left }) : left <= COUNT_FROM ? word('left', { n: left }) : '';
  count.classList.toggle('over', left < 0);
  send.disabled = left < 0 || text.value.trim() === '';
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight}px`;
  keepDraft(text.value);
}

function keepDraft(value: string): void {
  try {
    sessionStorage.setItem(DRAFT, value);
  } catch {
    // Storage is switched off: a reload forgets what was not sent.
  }
}

function readDraft(): string {
  try {
    return sessionStorage.getItem(DRAFT) ?? '';
  } catch {
    return '';
  }
}

text.addEventListener('input', measure);
text.addEventListener('keydown', (event) => {
  // 229: the key belongs to an input method that is choosing characters (Safari ends the composition too early).
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  composer.requestSubmit();
});
composer.addEventListener('submit', (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (words === '' || words.length > textMax) return;
  text.value = '';
  measure();
  say(words);
});
restart.addEventListener('click', () => confirm.showModal());
confirm.addEventListener('close', () => {
  if (confirm.returnValue !== 'yes') return;
  view.outgoing(outbox.add(word('restart'), { reset: true }));
  view.divider(word('restarted'));
  showState({ status: 'idle', question: null, fix: null });
  handover.settle();
});

async function start(tries = 0): Promise<void> {
  try {
    const answer = await fetch('/api/ui');
    if (!answer.ok) throw new Error(`ui: ${answer.status}`);
    const ui = (await answer.json()) as Ui;
    setWords(ui);
    textMax = ui.textMax;
  } catch {
    showBanner(unreachable());
    setTimeout(() => void start(tries + 1), Math.min(30_000, 1000 * 2 ** tries));
    return;
  }
  banner.hidden = true;
  text.value = readDraft();
  measure();
  showQuick();
  connection.open();
  // On a phone the keyboard would cover the welcome.
  if (matchMedia('(pointer: fine)').matches) text.focus();
}

void start();
