/** The book of what a client did wrong: refusals that a test must not have, those it expected, and display advice. */
import type { Clock } from '../../src/clock.js';
import type { Door } from './rooms.js';
import { type Refusal, type Rule, ruleText } from './rules.js';

export interface Violation {
  at: number;
  door: Door;
  /** The API's path below /cgi-bin/, or the cmd of a frame. */
  api: string;
  rule: Rule;
  errcode: number;
  detail: string;
}

/** WeCom takes it, but a reader would see it cut or badly set: a card text longer than suggested, an unknown card field. */
export interface Warning {
  at: number;
  door: Door;
  api: string;
  field: string;
  detail: string;
}

export class Ledger {
  /** What a client of WeCom must never do. */
  readonly violations: Violation[] = [];
  /** Refusals that were expected, natural, or the consequence of a scripted fault. */
  readonly excused: Violation[] = [];
  readonly warnings: Warning[] = [];
  /** Mistakes of the sandbox itself. */
  readonly crashes: unknown[] = [];
  readonly #expected = new Map<Rule, number>();

  constructor(private readonly clock: Clock) {}

  /** The next `times` breaches of the rule are what the test is about. */
  expect(rule: Rule, times = 1): void {
    this.#expected.set(rule, (this.#expected.get(rule) ?? 0) + times);
  }

  /** Books a refusal. */
  refuse(door: Door, api: string, { rule, errcode, detail, forgiven }: Refusal): void {
    this.#book({ at: this.clock.now(), door, api, rule, errcode, detail }, forgiven);
  }

  /** Books what WeCom takes without a word although the user loses by it. */
  note(door: Door, api: string, rule: Rule, detail: string): void {
    this.#book({ at: this.clock.now(), door, api, rule, errcode: 0, detail }, false);
  }

  warn(door: Door, api: string, field: string, detail: string): void {
    this.warnings.push({ at: this.clock.now(), door, api, field, detail });
  }

  crash(error: unknown): void {
    this.crashes.push(error);
  }

  /** What is wrong, one line each; empty: nothing. */
  problems(options: { warnings?: boolean } = {}): string[] {
    const unmet = [...this.#expected].filter(([, times]) => times > 0);
    return [
      ...this.crashes.map((error) => `the sandbox itself failed: ${error instanceof Error ? error.stack : error}`),
      ...this.violations.map(({ door, api, rule, errcode, detail }) => {
        return `${door} ${api}: ${rule} (${errcode}), ${ruleText(rule).what}; ${detail}`;
      }),
      ...(options.warnings === false
        ? []
        : this.warnings.map(({ door, api, field, detail }) => `${door} ${api}: ${field}: ${detail}`)),
      ...unmet.map(([rule, times]) => `expected ${times} more of ${rule}`),
    ];
  }

  #book(violation: Violation, forgiven: boolean): void {
    const { rule } = violation;
    const expected = this.#expected.get(rule) ?? 0;
    if (!forgiven && expected > 0) this.#expected.set(rule, expected - 1);
    const excused = forgiven || expected > 0 || ruleText(rule).natural === true;
    (excused ? this.excused : this.violations).push(violation);
  }
}
