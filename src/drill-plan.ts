/**
 * Invites each team to its drill when the time has come, while the service runs: one of several processes looks at the schedule. What
 * it does can be done again without harm: an invitation has a name, by which it is taken in, written down and remembered once.
 */
import { z } from 'zod';
import type { Service } from './channels/channel.js';
import { addressOf } from './channels/wecom/address.js';
import type { Clock } from './clock.js';
import { nextDrill } from './drills/history.js';
import { outagesOn, type PlannedDrill, schedule } from './drills/schedule.js';
import { causeOf } from './drills/truth.js';
import type { Place } from './handover/types.js';
import { readBoard } from './incident-board.js';
import type { Drill, DrillTeam, Knowledge } from './knowledge/schema.js';
import type { Log } from './log.js';
import { DrillRuns, practisedIn, takersOf } from './report/drill-runs.js';
import type { Store } from './store/store.js';

/** Key of the small record, and name of the lease. */
export const DRILL_PLAN = 'drill-plan';
/** Milliseconds between two looks. */
export const LOOK_MS = 60_000;
/** Milliseconds that the lead lasts. */
export const LEAD_MS = 90_000;
/** Nobody is invited later than this after the time, ms: whoever was to come has gone on with the day. */
export const LATE_MS = 60 * 60_000;
/** Invitations remembered: more than all teams can have within the days looked back. */
const REMEMBERED = 500;
const DAY = 24 * 3_600_000;
/** Days for which a drill may have been put off, and one more. */
const LOOK_BACK_DAYS = 32;
/** Days of the journal by which the team's next drill is chosen, read once an invitation. */
const HISTORY_DAYS = 400;

const recordSchema = z.strictObject({ version: z.literal(1), invited: z.array(z.string()).max(REMEMBERED) });

export interface DrillPlanOptions {
  store: Store;
  clock: Clock;
  log: Log;
  knowledge: () => Knowledge;
  /** Takes what a group is to be told, durably, and once for each id. */
  accept: Service['accept'];
  /** Where a group is reached, by its chatid; undefined: nowhere. */
  groupAt: (chat: string) => Place | undefined;
  /** Names this process. */
  holder: string;
}

export class DrillPlan {
  readonly #options: DrillPlanOptions;
  #running = false;
  #failing = false;
  #look: Promise<void> = Promise.resolve();
  #cancel: () => void = () => undefined;

  constructor(options: DrillPlanOptions) {
    this.#options = options;
  }

  /** The store has to be open and the assistant to take events. */
  start(): void {
    this.#running = true;
    this.#next(0);
  }

  /** Resolves when the look under way is over. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel();
    await this.#look;
  }

  /** Resolves when the look under way is over; for tests. */
  settled(): Promise<void> {
    return this.#look;
  }

  #next(ms: number): void {
    if (!this.#running) return;
    this.#cancel = this.#options.clock.after(ms, () => {
      this.#look = this.#take().then(() => this.#next(LOOK_MS));
    });
  }

  async #take(): Promise<void> {
    try {
      await this.#invite();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing && this.#running)
        this.#options.log.warn({ error: String(error) }, 'teams could not be invited to their drills; trying again');
      this.#failing = true;
    }
  }

  async #invite(): Promise<void> {
    const { store, clock, holder, knowledge } = this.#options;
    const { organization, drills } = knowledge();
    const now = clock.now();
    const teams = organization.teams.filter(({ group }) => group !== undefined);
    if (teams.length === 0 || drills.size === 0) return;
    if (!(await store.acquireLease(DRILL_PLAN, holder, now, LEAD_MS))) return;
    const outages = outagesOn(await readBoard(store), now);
    if (outages.some(({ from, to }) => from <= now && now < to)) return;
    const span = { from: now - LOOK_BACK_DAYS * DAY, to: now + 1 };
    const due = schedule(teams, organization, outages, span).filter(
      ({ at }) => at !== null && at <= now && now - at < LATE_MS,
    );
    for (const planned of due) {
      const team = teams.find(({ name }) => name === planned.team);
      if (team) await this.#post(team, planned, now);
    }
  }

  async #post(team: DrillTeam, { wanted }: PlannedDrill, now: number): Promise<void> {
    const { store, log, accept, groupAt } = this.#options;
    const key = `${wanted}:${team.name}`;
    const stored = await store.getSmall(DRILL_PLAN);
    const invited = recordSchema.safeParse(stored?.value).data?.invited ?? [];
    const place = groupAt(team.group ?? '');
    if (invited.includes(key) || place === undefined) return;
    const drill = await this.#drillFor(team, now);
    if (drill === undefined) return;
    const id = `${DRILL_PLAN}:${key}`;
    const { channel, conversation } = place;
    const text = textOf(team, drill, this.#options.knowledge());
    await accept(channel, { kind: 'letter', id, conversation, at: now, note: { kind: 'notice', text } });
    const data = { team: team.name, wanted, at: now, drill: drill.id };
    await store.journal([{ id, conversation, at: now, type: 'drill-invited', data }]);
    const value = { version: 1, invited: [...invited, key].slice(-REMEMBERED) };
    await store.putSmall(DRILL_PLAN, value, stored?.version ?? 0);
    log.info({ drill: drill.id }, 'a team was invited to its drill');
  }

  /** The one that the team's entry names, else what its people have forgotten most. */
  async #drillFor({ drill, people }: DrillTeam, now: number): Promise<Drill | undefined> {
    const { store, knowledge } = this.#options;
    const { drills, faults } = knowledge();
    if (drill !== undefined) return drills.get(drill);
    const span = { from: now - HISTORY_DAYS * DAY, to: now };
    const person = (conversation: string): string => addressOf(conversation)?.user ?? conversation;
    const runs = new DrillRuns(span, { id: (conversation) => conversation, person });
    for await (const event of store.readJournal(span)) runs.take(event);
    const own = runs.finish().drills.filter((one) => takersOf(one).some((who) => people.includes(who)));
    const practised = practisedIn(own, (fault) => faults.get(fault)?.cause ?? fault);
    const playable = [...drills.values()].map((one) => ({
      id: one.id,
      cause: causeOf(one, { knowledge: knowledge() }),
      difficulty: one.difficulty,
    }));
    return drills.get(nextDrill(practised, playable, now)?.drill ?? '') ?? [...drills.values()][0];
  }
}

function textOf({ name }: DrillTeam, { id, title, minutes }: Drill, { ui }: Knowledge): string {
  const values: Readonly<Record<string, string | number>> = { team: name, id, title, minutes };
  return (ui['drill.invite'] ?? '').replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}
