// What is written below the log, who writes it, and the buttons beside.
import { byId, make } from '../../../web/dom.js';
import type { Chat } from './types.js';

export interface ComposerEvents {
  say(text: string, mention: boolean): void;
  voice(text: string): void;
  picture(text: string): void;
  /** Somebody else sits before the page now. */
  person(): void;
}

const form = byId('composer', HTMLFormElement);
const people = byId('people', HTMLFieldSetElement);
const mention = byId('mention', HTMLInputElement);
const mentionLabel = byId('mention-label', HTMLLabelElement);
const text = byId('text', HTMLTextAreaElement);
const send = byId('send', HTMLButtonElement);
const voice = byId('voice', HTMLButtonElement);
const readOnly = byId('read-only', HTMLParagraphElement);

export class Composer {
  readonly #drafts = new Map<string, string>();
  /** Chat → who sits before the page there. */
  readonly #people = new Map<string, string>();
  #chat: Chat | undefined;

  constructor(private readonly events: ComposerEvents) {
    text.addEventListener('input', () => this.#measure());
    text.addEventListener('keydown', (event) => {
      // 229: the key belongs to an input method that is choosing characters (Safari ends the composition too early).
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (text.value.trim() !== '') this.events.say(this.#take(), mention.checked);
    });
    voice.addEventListener('click', () => this.events.voice(this.#chat?.voice === 'words' ? this.#take() : ''));
    byId('picture', HTMLButtonElement).addEventListener('click', () =>
      this.events.picture(this.#chat?.mention === null ? '' : this.#take()),
    );
  }

  /** Who sits before the page in a chat; '' where nobody can write. */
  personIn(chat: Chat): string {
    return this.#people.get(chat.id) ?? chat.people[0]?.id ?? '';
  }

  show(chat: Chat): void {
    if (this.#chat?.id === chat.id) return;
    if (this.#chat) this.#drafts.set(this.#chat.id, text.value);
    this.#chat = chat;
    form.hidden = chat.people.length === 0;
    readOnly.hidden = chat.people.length > 0;
    people.hidden = chat.people.length < 2;
    people.replaceChildren(
      make('legend', { class: 'hidden' }, '您是谁'),
      ...chat.people.map((one) => this.#person(chat, one)),
    );
    mentionLabel.hidden = chat.mention === null;
    byId('mention-name', HTMLSpanElement).textContent = chat.mention?.trim() ?? '';
    voice.hidden = chat.voice === 'none';
    text.value = this.#drafts.get(chat.id) ?? '';
    this.#measure();
  }

  focus(): void {
    // On a phone the keyboard would cover the chat.
    if (matchMedia('(pointer: fine)').matches && !form.hidden) text.focus();
  }

  #person(chat: Chat, { id, name }: Chat['people'][number]): HTMLElement {
    const radio = make('input', { type: 'radio', name: 'person', value: id, checked: id === this.personIn(chat) });
    radio.addEventListener('change', () => {
      this.#people.set(chat.id, id);
      this.events.person();
    });
    return make('label', {}, radio, name);
  }

  #take(): string {
    const words = text.value.trim();
    text.value = '';
    this.#measure();
    return words;
  }

  #measure(): void {
    send.disabled = text.value.trim() === '';
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight}px`;
  }
}
