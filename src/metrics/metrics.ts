/** Counts what the shell tells, and shows it in Prometheus' text format. Labels come from closed sets: never a user, never a text. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Channel } from '../channels/channel.js';
import { OUTAGES } from '../errors.js';
import { CAUSES, type Knowledge } from '../knowledge/schema.js';
import { CLAIM_OPERATIONS, STORE_OPERATIONS } from '../observed-store.js';
import type { Delivery, Observer, Refusal } from '../observer.js';
import type { CaseEvent } from '../store/store.js';
import { CLOSINGS, ESCALATIONS, factsOf, RATINGS, TURN_OUTCOMES } from './facts.js';
import { LOG_EVENTS, logEventOf } from './log-events.js';
import type { OutboxLook } from './outbox.js';

/** What is asked when the metrics are read. */
export interface MetricsSources {
  channels: readonly Pick<Channel, 'name' | 'ready' | 'serves' | 'holdsLease'>[];
  outbox: OutboxLook;
  /** Whether the last write was kept. */
  storeKeeps(): boolean;
  /** How many incidents there are; undefined while the board was never read. */
  incidents?(state: 'open' | 'suspected'): number | undefined;
  lookout?: { leads: boolean; lagMs: number | undefined };
}

export interface MetricsOptions {
  version: string;
  knowledge: () => Knowledge;
  /** Milliseconds of a clock that only goes forward. */
  ticks?: () => number;
  /** Whether the process' own figures (memory, processor time, event loop) are shown as well. */
  process?: boolean;
}

/** Seconds. A turn takes milliseconds; a quarter of a second is the most that is promised. */
const TURN_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const STORE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const DELIVERY_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200, 86_400];
const QUESTIONS_BUCKETS = [0, 1, 2, 3, 4, 5, 6, 8, 10];
const SHED: readonly Refusal[] = ['overload', 'queue-full'];
const REFUSED: readonly Refusal[] = ['store', 'stopping', 'failed'];
const DELIVERIES: readonly Delivery[] = ['sent', 'retry', 'refused', 'expired'];
const LEVELS = { info: 'info', warn: 'warn', error: 'error' } as const;
const OTHER = 'other';

export class Metrics implements Observer {
  readonly registry = new Registry();
  readonly ticks: () => number;
  readonly #knowledge: () => Knowledge;
  readonly #messages = this.#counter('messages_total', 'Events taken in and kept, redeliveries among them', [
    'door',
    'kind',
  ]);
  readonly #refused = this.#counter(
    'messages_refused_total',
    'Times that an event could not be kept; one that is delivered again counts again',
    ['door', 'reason'],
  );
  readonly #shed = this.#counter(
    'messages_shed_total',
    'Times that a message was turned away because too many came; one that is tried again counts again',
    ['door', 'reason'],
  );
  readonly #joined = this.#counter('messages_joined_total', 'Messages answered together with one before them', [
    'door',
  ]);
  readonly #turns = this.#counter('turns_total', 'Turns taken, by how they ended', ['door', 'outcome']);
  readonly #turnTime = this.#histogram(
    'turn_duration_seconds',
    'From taking a message up until its answer is durable',
    TURN_BUCKETS,
    ['door'],
  );
  readonly #deliveries = this.#counter('deliveries_total', 'Attempts to deliver a reply, by result', [
    'door',
    'result',
  ]);
  readonly #deliveryTime = this.#histogram(
    'delivery_duration_seconds',
    'From a durable reply until the door took it',
    DELIVERY_BUCKETS,
    ['door'],
  );
  readonly #causes = this.#counter('causes_concluded_total', 'Fixes offered, by the cause that they mend', ['cause']);
  readonly #closed = this.#counter('cases_closed_total', 'Cases that ended', ['outcome']);
  readonly #questions = this.#histogram(
    'case_questions',
    'Questions asked in a case, when it ends',
    QUESTIONS_BUCKETS,
    [],
  );
  readonly #escalations = this.#counter('escalations_total', 'Cases handed over to a human', ['reason']);
  readonly #unanswered = this.#counter(
    'not_understood_total',
    'Messages that were not understood or are not our matter',
    ['kind'],
  );
  readonly #ratings = this.#counter('ratings_total', 'Answers rated by users', ['rating']);
  readonly #storeTime = this.#histogram(
    'store_duration_seconds',
    'Time the store took, without our own work in a transaction',
    STORE_BUCKETS,
    ['operation'],
  );
  readonly #storeErrors = this.#counter('store_errors_total', 'Uses of the store that failed', ['operation', 'code']);
  readonly #reconnects = this.#counter('door_reconnects_total', 'Connections that were lost or could not be made', [
    'door',
  ]);
  readonly #lines = this.#counter('log_lines_total', 'Log lines, by the event that they tell of', ['level', 'event']);

  constructor({ version, knowledge, ticks = () => performance.now(), process: own = false }: MetricsOptions) {
    this.ticks = ticks;
    this.#knowledge = knowledge;
    this.#gauge('build_info', 'The version that runs', ['version', 'node']).set({ version, node: process.version }, 1);
    // Known from the start, so that the first of a kind shows as an increase.
    for (const cause of [...CAUSES, OTHER]) this.#causes.inc({ cause }, 0);
    for (const outcome of CLOSINGS) this.#closed.inc({ outcome }, 0);
    for (const reason of ESCALATIONS) this.#escalations.inc({ reason }, 0);
    for (const kind of ['words', 'out-of-scope']) this.#unanswered.inc({ kind }, 0);
    for (const rating of RATINGS) this.#ratings.inc({ rating }, 0);
    for (const level of Object.values(LEVELS))
      for (const event of [...Object.values(LOG_EVENTS), OTHER]) this.#lines.inc({ level, event }, 0);
    for (const operation of new Set([...Object.values(STORE_OPERATIONS), ...Object.values(CLAIM_OPERATIONS)]))
      for (const code of [...OUTAGES, 'OTHER']) this.#storeErrors.inc({ operation, code }, 0);
    if (own) collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  read(): Promise<string> {
    return this.registry.metrics();
  }

  /** What is not told but asked for; once, before the metrics are read first. */
  watch({ channels, outbox, storeKeeps, incidents, lookout }: MetricsSources): void {
    for (const { name: door } of channels) {
      for (const outcome of TURN_OUTCOMES) this.#turns.inc({ door, outcome }, 0);
      for (const result of DELIVERIES) this.#deliveries.inc({ door, result }, 0);
      for (const reason of SHED) this.#shed.inc({ door, reason }, 0);
      for (const reason of REFUSED) this.#refused.inc({ door, reason }, 0);
    }
    const doors = (
      name: string,
      help: string,
      value: (channel: MetricsSources['channels'][number]) => boolean | undefined,
    ) => {
      const gauge = this.#gauge(name, help, ['door'], () => {
        for (const channel of channels) {
          const state = value(channel);
          if (state !== undefined) gauge.set({ door: channel.name }, Number(state));
        }
      });
    };
    for (const { name: door, holdsLease } of channels) if (holdsLease) this.#reconnects.inc({ door }, 0);
    doors(
      'door_ready',
      '1 if the door is connected as it should be, or needs no connection',
      (one) => one.ready?.().ok ?? true,
    );
    doors('door_lease', '1 if this process holds the lease of the one connection', (one) => one.holdsLease?.());
    doors('door_connected', '1 if this process has the one connection', (one) =>
      one.holdsLease ? one.serves?.() : undefined,
    );
    const looked = (name: string, help: string, value: () => number | null | undefined) => {
      const gauge = this.#gauge(name, help, [], () => {
        const now = value();
        if (typeof now === 'number') gauge.set(now);
      });
    };
    looked('incidents_open', 'Incidents that are known and last, over all processes', () => incidents?.('open'));
    looked('incidents_suspected', 'Incidents that nobody has confirmed, over all processes', () =>
      incidents?.('suspected'),
    );
    looked('lookout_leads', '1 if this process looks out for outages', () => lookout && Number(lookout.leads));
    const lag = this.#gauge(
      'lookout_lag_seconds',
      'Since all reports were last taken in, where this process looks out for outages',
      [],
      () => {
        lag.reset();
        if (lookout?.lagMs === undefined) lag.remove();
        else lag.set(lookout.lagMs / 1000);
      },
    );
    looked('store_keeps', '1 if the last write was kept', () => Number(storeKeeps()));
    looked('outbox_waiting', 'Replies that wait, over all processes', () => {
      // In the background: a store that hangs must not keep the other figures from being read.
      void outbox.look();
      return outbox.state?.waiting;
    });
    looked(
      'outbox_dead',
      'Replies given up that are kept to be looked at, over all processes; at least',
      () => outbox.state?.dead,
    );
    looked(
      'outbox_oldest_seconds',
      'Age of the oldest reply that waits; 0 if none does',
      () => outbox.state && outbox.state.oldestMs / 1000,
    );
    looked(
      'outbox_looked_timestamp_seconds',
      'When the outboxes were looked at last',
      () => outbox.state && outbox.state.at / 1000,
    );
    looked(
      'outbox_cut',
      '1 if more waits than one look takes, and the numbers are too low',
      () => outbox.state && Number(outbox.state.cut),
    );
  }

  /** A line was written to the log. */
  logged(level: keyof typeof LEVELS, message: string): void {
    this.#lines.inc({ level, event: logEventOf(message) });
  }

  accepted(door: string, kind: string): void {
    this.#messages.inc({ door, kind });
  }

  refused(door: string, reason: Refusal): void {
    (SHED.includes(reason) ? this.#shed : this.#refused).inc({ door, reason });
  }

  committed(door: string, events: readonly CaseEvent[], ms: number): void {
    const facts = factsOf(events);
    for (const outcome of facts.turns) {
      this.#turns.inc({ door, outcome });
      this.#turnTime.observe({ door }, ms / 1000);
    }
    if (facts.joined > 0) this.#joined.inc({ door }, facts.joined);
    for (const fix of facts.offered) this.#causes.inc({ cause: this.#causeOf(fix) });
    for (const { closing, questions } of facts.closed) {
      this.#closed.inc({ outcome: closing });
      this.#questions.observe(questions);
    }
    for (const reason of facts.escalations) this.#escalations.inc({ reason });
    if (facts.notUnderstood > 0) this.#unanswered.inc({ kind: 'words' }, facts.notUnderstood);
    if (facts.outOfScope > 0) this.#unanswered.inc({ kind: 'out-of-scope' }, facts.outOfScope);
    for (const rating of facts.ratings) this.#ratings.inc({ rating });
  }

  delivery(door: string, result: Delivery, ms: number): void {
    this.#deliveries.inc({ door, result });
    if (result === 'sent') this.#deliveryTime.observe({ door }, ms / 1000);
  }

  stored(operation: string, ms: number, failed?: string): void {
    this.#storeTime.observe({ operation }, Math.max(0, ms) / 1000);
    if (failed !== undefined) this.#storeErrors.inc({ operation, code: failed });
  }

  reconnect(door: string): void {
    this.#reconnects.inc({ door });
  }

  #causeOf(fix: string): string {
    const { fixes, faults } = this.#knowledge();
    return faults.get(fixes.get(fix)?.fault ?? '')?.cause ?? OTHER;
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name: `pos_doctor_${name}`, help, labelNames, registers: [this.registry] });
  }

  #histogram<L extends string>(name: string, help: string, buckets: number[], labelNames: L[]): Histogram<L> {
    return new Histogram({ name: `pos_doctor_${name}`, help, buckets, labelNames, registers: [this.registry] });
  }

  #gauge<L extends string>(name: string, help: string, labelNames: L[], collect?: () => void): Gauge<L> {
    return new Gauge({
      name: `pos_doctor_${name}`,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect && { collect }),
    });
  }
}
