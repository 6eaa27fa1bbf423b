/** What the page has to be told: everything at first, then what changed. */
import type { Clock } from '../../../src/clock.js';
import type { Sandbox } from '../index.js';
import type { BubbleView, Change, Fault, PanelView, Rating, Snapshot } from '../page/types.js';
import { Recent } from '../recent.js';
import type { Place } from './corp.js';
import { panelOf, type ServiceView } from './panel.js';
import { viewOf } from './view.js';

/** Changes within this time go out together. */
const GATHER_MS = 40;
const RATINGS_MAX = 5000;

export interface FeedOptions {
  sandbox: Sandbox;
  places: readonly Place[];
  faults: readonly Fault[];
  callbackMode: boolean;
  clock: Clock;
}

export class Feed {
  /** Bubble → whose rating of it is which; as many as may still be seen. */
  readonly #ratings = new Recent<Record<string, Rating>>(RATINGS_MAX);
  readonly #listeners = new Set<(change: Change) => void>();
  /** Chat → bubble → how it looked when it was told last. */
  readonly #told = new Map<string, Map<number, string>>();
  readonly #dirty = new Set<string>();
  #panel = '';
  #service: ServiceView = { service: 'up', address: '' };
  #cancel: (() => void) | null = null;

  constructor(private readonly options: FeedOptions) {
    options.sandbox.on('change', (door, room) => {
      for (const place of options.places) if (place.where === door && place.room === room) this.#dirty.add(place.id);
      this.#soon();
    });
  }

  set service(service: ServiceView) {
    this.#service = service;
    this.#soon();
  }

  /** Somebody rated an answer, or (null) took that back. */
  rate(chat: string, bubble: number, user: string, rating: Rating | null): void {
    const { [user]: _before, ...others } = this.#ratings.get(String(bubble)) ?? {};
    this.#ratings.set(String(bubble), rating === null ? others : { ...others, [user]: rating });
    this.#dirty.add(chat);
    this.#soon();
  }

  snapshot(): Snapshot {
    this.#flush();
    const { places, faults } = this.options;
    return {
      chats: places.map(({ where: _where, room: _room, speaker: _speaker, ...chat }) => chat),
      faults: [...faults],
      bubbles: Object.fromEntries(places.map((place) => [place.id, this.#views(place)])),
      panel: this.#panelNow(),
    };
  }

  /** Calls back after changes; returns what ends that. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#cancel?.();
    this.#listeners.clear();
  }

  #soon(): void {
    this.#cancel ??= this.options.clock.after(GATHER_MS, () => this.#flush());
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    const change: Change = { bubbles: {} };
    for (const place of this.options.places) {
      if (!this.#dirty.delete(place.id)) continue;
      const news = this.#news(place);
      if (news.length > 0) change.bubbles[place.id] = news;
    }
    const panel = this.#panelNow();
    const drawn = JSON.stringify(panel);
    if (drawn !== this.#panel) change.panel = panel;
    this.#panel = drawn;
    if (!change.panel && Object.keys(change.bubbles).length === 0) return;
    for (const listener of this.#listeners) listener(change);
  }

  /** Bubbles that are new or look different; those that the room forgot are forgotten here too. */
  #news(place: Place): BubbleView[] {
    const before = this.#told.get(place.id);
    const now = new Map<number, string>();
    const news: BubbleView[] = [];
    for (const view of this.#views(place)) {
      const drawn = JSON.stringify(view);
      if (before?.get(view.id) !== drawn) news.push(view);
      now.set(view.id, drawn);
    }
    this.#told.set(place.id, now);
    return news;
  }

  #views(place: Place): BubbleView[] {
    const seen = this.options.sandbox.rooms.seen(place.where, place.room);
    return seen.flatMap((bubble) => viewOf(bubble, place, this.#ratings.get(String(bubble.id)) ?? {}) ?? []);
  }

  #panelNow(): PanelView {
    return panelOf(this.options.sandbox, this.#service, this.options.callbackMode);
  }
}
