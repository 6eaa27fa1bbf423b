/** The operator of the simulated morning: hears what the detector suspects, calls the acquirer, keeps the board. Pure. */

import { type Board, type BoardChange, changed, emptyBoard } from '../incidents/board.js';
import { MINUTE_MS } from '../incidents/calendar.js';
import { asTime, type Change, type Report, streamAttributes } from '../incidents/index.js';
import { chinaTime } from '../text/china-time.js';
import type { MorningSettings, Trouble } from './morning-settings.js';
import { type Town, timeOf } from './morning-town.js';

/** What really happened, and what was said of it when: what statements are judged by. ms since the epoch. */
export interface Happened {
  kind: 'outage' | 'maintenance';
  what: string;
  channel: string;
  acquirer: string;
  from: number;
  to: number;
  /** When the operator put it on the board as known; absent: never. */
  announced?: number;
  /** From when it was known to be over. */
  over?: number;
  /** What end was expected from when on. */
  expected: { at: number; until: number }[];
  workaround: string;
}

/** For the timeline. */
export interface Note {
  at: number;
  what: 'began' | 'suspected' | 'dismissed' | 'announced' | 'expected' | 'ended' | 'closed';
  kind: 'outage' | 'maintenance';
  detail: string;
}

export class Operator {
  board: Board = emptyBoard();
  readonly notes: Note[] = [];
  readonly happened: Happened[];
  readonly #outage: Happened;
  /** Id on the board of what is suspected, and of the outage. */
  #suspected: { id: string; since: number; decide: number; real: boolean } | undefined;
  #open: string | undefined;

  constructor(
    private readonly town: Town,
    private readonly settings: MorningSettings,
  ) {
    const { outage, maintenance } = settings;
    const happened = (kind: Happened['kind'], trouble: Trouble): Happened => ({
      kind,
      what: trouble.what,
      channel: trouble.channel,
      acquirer: settings.acquirers[trouble.acquirer] ?? '',
      from: timeOf(town, trouble.from),
      to: timeOf(town, trouble.to),
      expected: [],
      workaround: trouble.workaround,
    });
    this.#outage = happened('outage', outage);
    const planned = happened('maintenance', maintenance);
    planned.announced = planned.from;
    planned.over = planned.to;
    planned.expected.push({ at: 0, until: planned.to });
    this.happened = [this.#outage, planned];
    const { what, means, workaround } = maintenance;
    const scope = this.#scope(planned);
    this.#change(
      { do: 'plan', what, scope, means, workaround, since: planned.from, expectedEnd: planned.to },
      planned.from - maintenance.ahead * 60 * MINUTE_MS,
    );
    town.detector.plan([{ attributes: scope, from: planned.from, to: planned.to }]);
    for (const one of this.happened) {
      this.#note(one.from, 'began', one.kind, one.what);
      this.#note(one.to, 'ended', one.kind, one.what);
    }
  }

  /** A case as far as it is known; it may be reported again as more becomes known. @param now ms since the epoch */
  report(report: Report, now: number): void {
    this.#hear(this.town.detector.observe(report, now), now);
  }

  /** To be called every minute. @param now ms since the epoch */
  tick(now: number): void {
    this.#hear(this.town.detector.advance(now), now);
    const { operator, outage } = this.settings;
    const out = this.#outage;
    const suspected = this.#suspected;
    if (suspected !== undefined && now >= suspected.decide) {
      this.#suspected = undefined;
      if (suspected.real && this.#open === undefined) this.#announce(now, suspected);
      else this.#dismiss(suspected.id, now);
    }
    if (
      this.#open === undefined &&
      out.announced === undefined &&
      now >= out.from + operator.notice * MINUTE_MS &&
      now < out.to
    )
      this.#announce(now, this.#suspected);
    if (this.#open === undefined) return;
    for (const { at, until } of outage.expected) {
      const [when, end] = [timeOf(this.town, at), timeOf(this.town, until)];
      if (now >= when && when > (out.announced ?? 0) && out.expected.every((one) => one.until !== end)) {
        this.#change({ do: 'update', id: this.#open, expectedEnd: end }, now);
        out.expected.push({ at: now, until: end });
        this.#note(now, 'expected', 'outage', chinaTime(end, now));
      }
    }
    if (now >= out.to + operator.close * MINUTE_MS) {
      this.#change({ do: 'close', id: this.#open }, now);
      this.#open = undefined;
      out.over = now;
      this.#note(now, 'closed', 'outage', out.what);
    }
  }

  #hear(changes: readonly Change[], now: number): void {
    for (const { kind, incident } of changes) {
      if (kind !== 'opened' || this.#suspected !== undefined || this.#open !== undefined) continue;
      const out = this.#outage;
      const { what, means } = this.settings.outage;
      const scope = streamAttributes(incident.stream);
      const ratio = Math.min(50, Math.max(1, incident.reports / Math.max(incident.expected, 1e-3)));
      const since = Math.min(asTime(incident.since), now);
      const { id } = this.#change({ do: 'suspect', what, scope, means, since, ratio }, now);
      // The acquirer says whether there is something, whatever the detector took it for.
      const real = now >= out.from && now < out.to;
      this.#suspected = { id, since, decide: now + this.settings.operator.confirm * MINUTE_MS, real };
      this.#note(
        now,
        'suspected',
        'outage',
        `${incident.stream} (${incident.reports} : ${incident.expected.toFixed(1)})`,
      );
    }
  }

  /** What the acquirer says of it goes onto the board; a suspicion that says the same is confirmed, another one taken off. */
  #announce(now: number, suspected: { id: string; since: number } | undefined): void {
    const out = this.#outage;
    const { what, means, workaround, expected } = this.settings.outage;
    const said = expected.findLast(({ at }) => timeOf(this.town, at) <= now);
    const expectedEnd = said === undefined ? undefined : timeOf(this.town, said.until);
    const held = this.board.incidents.find(({ id }) => id === suspected?.id);
    const scope = this.#scope(out);
    const same =
      held !== undefined &&
      chinaTime(held.since, now) === chinaTime(out.from, now) &&
      JSON.stringify(held.scope) === JSON.stringify(scope);
    // What is known takes its place.
    if (held !== undefined && !same) this.#change({ do: 'close', id: held.id }, now);
    const more = { workaround, ...(expectedEnd === undefined ? {} : { expectedEnd }) };
    const { id } = this.#change(
      same
        ? { do: 'update', id: held.id, confirm: true, ...more }
        : { do: 'open', what, scope, means, since: out.from, ...more },
      now,
    );
    this.#suspected = undefined;
    this.#open = id;
    out.announced = now;
    if (expectedEnd !== undefined) out.expected.push({ at: now, until: expectedEnd });
    this.#note(now, 'announced', 'outage', out.what);
  }

  #dismiss(id: string, now: number): void {
    this.#change({ do: 'close', id }, now);
    this.#note(now, 'dismissed', 'outage', id);
  }

  #scope({ channel, acquirer }: Happened): { channel: string; acquirer: string } {
    return { channel, acquirer };
  }

  #change(change: BoardChange, now: number) {
    const after = changed(this.board, change, now);
    this.board = after.board;
    return after.incident;
  }

  #note(at: number, what: Note['what'], kind: Note['kind'], detail: string): void {
    this.notes.push({ at, what, kind, detail });
  }
}
