/** What the page knows: the chats, what is in them, what was read. Pure. */
import type { BubbleView, Change, PanelView, Snapshot } from './types.js';

/** Bubbles kept a chat, as the local WeCom does. */
export const KEEP = 1000;
/** A pause after which the time is shown. */
const PAUSE_MS = 5 * 60_000;

export interface State extends Snapshot {
  /** Chat → the last bubble that was there to be read. */
  read: Record<string, number>;
  /** The chat that is open. */
  current: string;
}

/** From what the server holds; what was read before stays read. */
export function begin(snapshot: Snapshot, before: State | null, wanted: string): State {
  const { chats } = snapshot;
  const current = [before?.current, wanted].find((id) => chats.some((chat) => chat.id === id)) ?? chats[0]?.id ?? '';
  const read = Object.fromEntries(
    chats.map(({ id }) => [id, before ? (before.read[id] ?? 0) : lastOf(snapshot.bubbles[id])]),
  );
  return open({ ...snapshot, read, current }, current);
}

/** New bubbles are added, changed ones take the place of what they were. */
export function apply(state: State, change: Change): State {
  const bubbles = { ...state.bubbles };
  for (const [chat, news] of Object.entries(change.bubbles)) {
    const merged = new Map((bubbles[chat] ?? []).map((bubble) => [bubble.id, bubble]));
    for (const bubble of news) merged.set(bubble.id, bubble);
    bubbles[chat] = [...merged.values()].sort((a, b) => a.id - b.id).slice(-KEEP);
  }
  const panel: PanelView = change.panel ?? state.panel;
  return open({ ...state, bubbles, panel }, state.current);
}

/** Opens a chat: all that is in it counts as read. */
export function open(state: State, chat: string): State {
  return { ...state, current: chat, read: { ...state.read, [chat]: lastOf(state.bubbles[chat]) } };
}

/** Bubbles of others that came since the chat was open last. */
export function unread(state: State, chat: string): number {
  const read = state.read[chat] ?? 0;
  return (state.bubbles[chat] ?? []).filter(({ id, from }) => id > read && from !== 'user').length;
}

/** The last line of a chat, as the left column shows it. */
export function lastLine(state: State, chat: string): string {
  const last = state.bubbles[chat]?.at(-1);
  if (!last) return '';
  const words = last.kind === 'media' ? mediaWords(last.text) : last.text.replace(/\*\*|[`#>]/g, '');
  return words.replace(/\s+/g, ' ').trim().slice(0, 60);
}

const MEDIA: Readonly<Record<string, string>> = {
  image: '[图片]',
  voice: '[语音]',
  video: '[视频]',
  file: '[文件]',
  mixed: '[图文]',
  location: '[位置]',
  link: '[链接]',
};

/** What stands for something that is no text. */
export const mediaWords = (kind: string): string => MEDIA[kind] ?? kind;

/** How a bubble stands in the log: on whose side, with whose name, after which time. */
export interface Row {
  bubble: BubbleView;
  mine: boolean;
  /** The name is shown; not of oneself, and not where only two talk. */
  named: boolean;
  /** The time stands above it. */
  timed: boolean;
}

/** @param me who sits before the page in this chat; @param group more than two may talk */
export function rows(bubbles: readonly BubbleView[], me: string, group: boolean): Row[] {
  return bubbles.map((bubble, index) => {
    const before = bubbles[index - 1];
    const mine = bubble.from === 'user' && bubble.user === me;
    return {
      bubble,
      mine,
      named: !mine && bubble.from !== 'system' && (group || bubble.from === 'servicer'),
      timed: !before || bubble.at - before.at > PAUSE_MS,
    };
  });
}

const lastOf = (bubbles: readonly BubbleView[] | undefined): number => bubbles?.at(-1)?.id ?? 0;
