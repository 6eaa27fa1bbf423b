// The page of `npm run sandbox`: wires the chats, the log, the composer and the panel together.
import { byId } from '../../../web/dom.js';
import type { Around } from './bubble.js';
import { drawChats } from './chats.js';
import { Composer } from './composer.js';
import { connect, perform } from './connection.js';
import { Log } from './log.js';
import { drawFaults, drawPanel } from './panel.js';
import { apply, begin, open, type State } from './state.js';
import type { Act, Chat, ServicerAct } from './types.js';

/** How long a note stays. */
const NOTE_MS = 8000;

const list = byId('list', HTMLUListElement);
const banner = byId('banner', HTMLParagraphElement);
const note = byId('note', HTMLParagraphElement);
const enter = byId('enter', HTMLButtonElement);
const sticker = byId('sticker', HTMLDialogElement);
const servicer = byId('servicer', HTMLFormElement);
const servicerText = byId('servicer-text', HTMLInputElement);

let state: State | null = null;
let noteTimer: ReturnType<typeof setTimeout> | undefined;

const log = new Log(byId('log', HTMLDivElement));
const composer = new Composer({
  say: (text, mention) => act((at) => ({ act: 'say', ...at, text, mention })),
  voice: (text) => {
    if (current()?.voice === 'words' && text === '') say('先写下要说的话：语音到机器人那里已经是文字。');
    else act((at) => ({ act: 'voice', ...at, text }));
  },
  picture: (text) => act((at) => ({ act: 'picture', ...at, text })),
  person: () => draw(),
});

function current(): Chat | undefined {
  return state?.chats.find(({ id }) => id === state?.current);
}

/** Does something as the person who sits before the open chat. */
function act(make: (at: { chat: string; user: string }) => Act): void {
  const chat = current();
  if (chat) void tell(make({ chat: chat.id, user: composer.personIn(chat) }));
}

async function tell(what: Act): Promise<void> {
  const { note: said, error } = await perform(what);
  if (error !== undefined || said !== undefined) say(error ?? said ?? '', error !== undefined);
}

function say(words: string, wrong = false): void {
  clearTimeout(noteTimer);
  note.textContent = words;
  note.className = wrong ? 'wrong' : '';
  note.hidden = false;
  noteTimer = setTimeout(() => {
    note.hidden = true;
  }, NOTE_MS);
}

function draw(): void {
  const chat = current();
  if (!state || !chat) return;
  drawChats(list, state, choose);
  drawPanel(state.panel);
  const me = composer.personIn(chat);
  const around: Around = {
    chat,
    me,
    nameOf: (user) => state?.chats.flatMap(({ people }) => people).find(({ id }) => id === user)?.name ?? user,
    tap: (taskId, key) => act((at) => ({ act: 'tap', ...at, taskId, key })),
    pick: (key) => act((at) => ({ act: 'pick', ...at, key })),
    rate: (bubble, type, why) => act((at) => ({ act: 'rate', ...at, bubble, type, ...why })),
  };
  log.draw(state.bubbles[chat.id] ?? [], around);
}

/** All that depends on which chat is open. */
function drawChat(): void {
  const chat = current();
  if (!state || !chat) return;
  document.body.dataset.skin = chat.skin;
  document.title = `${chat.title} · ${chat.door} · 本地企业微信`;
  byId('title', HTMLHeadingElement).textContent = chat.title;
  byId('door', HTMLParagraphElement).textContent = chat.door;
  enter.hidden = chat.enter === 'none';
  servicer.hidden = !chat.servicers;
  drawFaults(state.faults, chat.id, (fault) => act(({ chat: where }) => ({ act: 'fault', fault, chat: where })));
  composer.show(chat);
  draw();
}

function choose(chat: string): void {
  if (!state) return;
  state = open(state, chat);
  history.replaceState(null, '', `#${chat}`);
  note.hidden = true;
  view('chat');
  drawChat();
  composer.focus();
}

/** On a narrow window one of the three is seen at a time. */
function view(which: 'chats' | 'chat' | 'panel'): void {
  document.body.dataset.view = which;
}

connect({
  snapshot: (snapshot) => {
    banner.hidden = true;
    const first = state === null;
    state = begin(snapshot, state, location.hash.slice(1));
    drawChat();
    if (first) composer.focus();
  },
  change: (change) => {
    if (!state) return;
    state = apply(state, change);
    draw();
  },
  down: () => {
    banner.hidden = false;
  },
});

enter.addEventListener('click', () => {
  if (current()?.enter === 'sticker') sticker.showModal();
  else act((at) => ({ act: 'enter', ...at }));
});
sticker.addEventListener('close', () => {
  if (sticker.returnValue !== 'enter') return;
  const value = (id: string) => byId(id, HTMLInputElement).value.trim();
  act((at) => ({ act: 'enter', ...at, merchant: value('merchant'), terminal: value('terminal') }));
  sticker.returnValue = '';
});

const serve = (what: ServicerAct, text = '') => void tell({ act: 'servicer', what, text });
servicer.addEventListener('submit', (event) => {
  event.preventDefault();
  serve('say', servicerText.value);
  servicerText.value = '';
});
byId('take', HTMLButtonElement).addEventListener('click', () => serve('take'));
byId('end', HTMLButtonElement).addEventListener('click', () => serve('end'));
const receives = byId('receives', HTMLInputElement);
receives.addEventListener('change', () => serve(receives.checked ? 'resume' : 'pause'));
byId('restart', HTMLButtonElement).addEventListener('click', () => void tell({ act: 'restart' }));
byId('back', HTMLButtonElement).addEventListener('click', () => view('chats'));
byId('open-panel', HTMLButtonElement).addEventListener('click', () =>
  view(document.body.dataset.view === 'panel' ? 'chat' : 'panel'),
);
byId('close-panel', HTMLButtonElement).addEventListener('click', () => view('chat'));
