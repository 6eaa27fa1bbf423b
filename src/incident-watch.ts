/**
 * Looks out for outages while the service runs: one of several processes follows the journal, runs the detector over what cases
 * report, and keeps the board and the on-call group up to date. What it does can be done again without harm (a report counts once,
 * changes of the board and cards have names), so one that dies is followed by another that goes on where it was.
 */
import { z } from 'zod';
import type { Service } from './channels/channel.js';
import type { Clock } from './clock.js';
import { REPORT } from './dialogue/reports.js';
import { isPosDoctorError, PosDoctorError } from './errors.js';
import { changeBoard, readBoard } from './incident-board.js';
import { cardsFor, cardText, quietOn } from './incident-cards.js';
import type { Board, BoardChange } from './incidents/board.js';
import { feed } from './incidents/feed.js';
import { ALLOWED, Detector, detectorFrom, STATE_LIMIT, type Suspects, stateOf } from './incidents/index.js';
import { type Noticed, noticedBy, plannedOn, suspicions } from './incidents/suspicion.js';
import type { Knowledge } from './knowledge/schema.js';
import type { Log } from './log.js';
import type { JournalPage, JournalPlace, Store } from './store/store.js';
import type { Noticeboard } from './switchboard.js';

/** Key of the small record, and name of the lease. */
export const WATCH = 'incident-watch';
/** Milliseconds between two looks. */
export const WATCH_MS = 5_000;
/** Milliseconds that the lead lasts; a process that died is followed within this and one {@link WATCH_MS}. */
export const LEAD_MS = 20_000;
/** Milliseconds between two savings of what the detector knows, which take 50 ms each; what came since is read again. */
export const SAVE_MS = 5 * 60_000;
/**
 * Milliseconds after which what was read is read once more: what another process was writing meanwhile may stand before it. A
 * transaction of PostgreSQL's lasts no longer than its statements may.
 */
export const AGAIN_MS = 30_000;
/** Reports read at once, and pages read in one look: the rest comes with the next. */
const PAGE = 500;
const PAGES = 10;
/** Days of the journal that a detector learns from if nothing is known yet, by three as it reads them: the baselines' half-life is longer. */
const LEARN_DAYS = 27;
const DAY_MS = 24 * 3_600_000;
/** Longest record, characters. */
export const RECORD_LIMIT = STATE_LIMIT + 4_096;

const recordSchema = z.strictObject({
  version: z.literal(1),
  place: z.record(z.string(), z.number()).nullable(),
  detector: z.unknown(),
});

interface Kept {
  detector: Detector;
  /** Of the small record; 0: there is none. */
  version: number;
  savedAt: number;
  /** All before it is taken in for good; up to `mark` once that is {@link AGAIN_MS} old; up to `ahead` as far as it could be seen. */
  safe: JournalPlace | null;
  mark: JournalPlace | null;
  markAt: number;
  ahead: JournalPlace | null;
}

export interface IncidentWatchOptions {
  store: Store;
  clock: Clock;
  log: Log;
  knowledge: () => Knowledge;
  /** What an outage is likely to be; without it all faults are suspected alike. */
  suspects?: () => Suspects;
  /** Takes what a noticeboard is to be told, durably, and once for each id. */
  accept: Service['accept'];
  noticeboards: () => readonly Noticeboard[];
  /** Names this process. */
  holder: string;
  /** Longest record, characters. */
  recordLimit?: number;
}

export class IncidentWatch {
  readonly #options: IncidentWatchOptions;
  /** Absent: another process leads, or this one has to look what was kept. */
  #kept: Kept | undefined;
  #caughtUpAt: number | undefined;
  /** Cards that were shown, as far as they are still on the board. */
  #shown = new Set<string>();
  #failing = false;
  #running = false;
  #look: Promise<void> = Promise.resolve();
  #cancel: () => void = () => undefined;

  constructor(options: IncidentWatchOptions) {
    this.#options = options;
  }

  /** Whether this process leads. */
  get leads(): boolean {
    return this.#kept !== undefined;
  }

  /** Milliseconds since all reports were last taken in; undefined where this process does not lead, or has not caught up yet. */
  get lagMs(): number | undefined {
    if (!this.leads || this.#caughtUpAt === undefined) return undefined;
    return Math.max(0, this.#options.clock.now() - this.#caughtUpAt);
  }

  /** The store has to be open and the assistant to take events. */
  start(): void {
    this.#running = true;
    this.#next(0);
  }

  /** Resolves when the look under way is over, and what the detector knows is saved for whoever leads next. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel();
    await this.#look;
    const { store, holder, log } = this.#options;
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept === undefined) return;
    try {
      await this.#save(kept);
      await store.releaseLease(WATCH, holder);
    } catch (error) {
      log.debug({ error: String(error) }, 'what the watch for outages knows could not be saved; the last saving holds');
    }
  }

  /** Resolves when the look under way is over; for tests. */
  settled(): Promise<void> {
    return this.#look;
  }

  #next(ms: number): void {
    if (!this.#running) return;
    this.#cancel = this.#options.clock.after(ms, () => {
      this.#look = this.#take().then(() => this.#next(WATCH_MS));
    });
  }

  async #take(): Promise<void> {
    const { log } = this.#options;
    try {
      if (await this.#mayLead()) await this.#lead();
      else this.#kept = undefined;
      this.#failing = false;
    } catch (error) {
      // What was half done is done again, from what was saved.
      this.#kept = undefined;
      if (!this.#failing && this.#running)
        log.warn({ error: String(error) }, 'the watch for outages failed; trying again');
      this.#failing = true;
    }
  }

  #mayLead(): Promise<boolean> {
    const { store, clock, holder } = this.#options;
    return store.acquireLease(WATCH, holder, clock.now(), LEAD_MS);
  }

  async #lead(): Promise<void> {
    const { store, clock } = this.#options;
    this.#kept ??= await this.#load();
    const kept = this.#kept;
    let board = await readBoard(store);
    kept.detector.plan(plannedOn(board));
    if (await this.#read(kept)) {
      const now = clock.now();
      this.#caughtUpAt = now;
      kept.detector.advance(now);
      if (await this.#post(board, noticedBy(kept.detector))) {
        board = await readBoard(store);
        // Whoever follows then knows it by the same name.
        kept.savedAt = 0;
      }
      await this.#show(board, noticedBy(kept.detector));
    }
    if (clock.now() - kept.savedAt >= SAVE_MS) await this.#save(kept);
  }

  /** @returns false if there is more than one look takes */
  async #read(kept: Kept): Promise<boolean> {
    const { store, clock } = this.#options;
    const again = clock.now() - kept.markAt >= AGAIN_MS;
    let place = again ? kept.safe : kept.ahead;
    for (let page = 0; page < PAGES; page += 1) {
      const found = await store.journalAfter(place, REPORT, clock.now(), PAGE);
      for (const event of found.events) feed(kept.detector, event, clock.now());
      ({ place } = found);
      if (!found.more) {
        kept.ahead = place;
        if (again) Object.assign(kept, { safe: kept.mark, mark: place, markAt: clock.now() });
        return true;
      }
    }
    // Behind: the same is not read twice before the rest.
    Object.assign(kept, { ahead: place, safe: again ? place : kept.safe, mark: again ? place : kept.mark });
    return false;
  }

  async #load(): Promise<Kept> {
    const { store, clock, log } = this.#options;
    const stored = await store.getSmall(WATCH);
    const record = recordSchema.safeParse(stored?.value).data;
    const known = record && detectorFrom(record.detector, ALLOWED, this.#options.suspects?.());
    const { detector, place } = known ? { detector: known, place: record.place } : await this.#learned();
    // What was being written while it learned stands before that place.
    const safe = known ? place : null;
    this.#caughtUpAt = undefined;
    log.info(
      { learned: known === undefined || known === null, hours: detector.memory.hours },
      'this process looks out for outages',
    );
    const now = clock.now();
    return { detector, version: stored?.version ?? 0, savedAt: now, safe, mark: place, markAt: now, ahead: place };
  }

  /** What the journal can teach a detector that knows nothing, and how far that is. */
  async #learned(): Promise<{ detector: Detector; place: JournalPlace | null }> {
    const { store, clock } = this.#options;
    const detector = new Detector(ALLOWED, this.#options.suspects?.());
    const now = clock.now();
    let place: JournalPlace | null = null;
    for (let ago = LEARN_DAYS; ago >= 0; ago -= 3) {
      place = null;
      for (let more = true; more && this.#running; ) {
        const page: JournalPage = await store.journalAfter(place, REPORT, now - ago * DAY_MS, PAGE);
        for (const event of page.events) feed(detector, event, now);
        ({ place, more } = page);
        await this.#mayLead();
      }
    }
    // Half of it would pass for all of it.
    if (!this.#running) throw new PosDoctorError('STOPPING');
    return { detector, place };
  }

  async #save(kept: Kept): Promise<void> {
    const { store, clock, log } = this.#options;
    kept.savedAt = clock.now();
    const value = { version: 1, place: kept.safe, detector: stateOf(kept.detector) };
    if (JSON.stringify(value).length > (this.#options.recordLimit ?? RECORD_LIMIT)) {
      log.warn({}, 'what the watch for outages knows is too much to be saved');
      return;
    }
    if (await store.putSmall(WATCH, value, kept.version)) kept.version += 1;
    // Another process leads and has saved: what it knows counts.
    else this.#kept = undefined;
  }

  /** @returns whether the board was changed */
  async #post(board: Board, noticed: readonly Noticed[]): Promise<boolean> {
    const { store, clock, log, knowledge } = this.#options;
    const changes = suspicions(board, noticed, clock.now(), knowledge());
    for (const change of changes) {
      try {
        const { id, ratio, counted } = await changeBoard(store, change, clock.now());
        if (change.do === 'suspect') log.warn({ incident: id, ratio, ...counted }, 'an outage is suspected');
      } catch (error) {
        // Somebody decided on it meanwhile, or the board is full.
        if (!isPosDoctorError(error, 'BAD_ARGUMENTS')) throw error;
        log.debug(
          { change: change.do satisfies BoardChange['do'], error: String(error) },
          'the board did not take a change',
        );
      }
    }
    return changes.length > 0;
  }

  async #show(board: Board, noticed: readonly Noticed[]): Promise<void> {
    const { clock, log, knowledge, accept, noticeboards } = this.#options;
    const now = clock.now();
    const cards = cardsFor(board, quietOn(board, noticed, now), now);
    const shown = new Set<string>();
    for (const { channel, conversation, way } of noticeboards())
      for (const card of cards) {
        const key = `${conversation}:${card.key}`;
        if (!this.#shown.has(key)) {
          const text = cardText(card, way, knowledge(), now);
          const suspected = card.kind === 'Suspected' ? { suspected: card.incident.id } : {};
          const note = { kind: 'notice' as const, text, ...suspected };
          try {
            await accept(channel, { kind: 'letter', id: `board:${card.key}`, conversation, at: now, note });
          } catch (error) {
            log.debug({ channel, error: String(error) }, 'a card of the board could not be kept; trying again');
            continue;
          }
        }
        shown.add(key);
      }
    this.#shown = shown;
  }
}
