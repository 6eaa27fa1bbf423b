/** What a report says, in numbers: the stable form that `pos-doctor report --json` prints (docs/report.zh-CN.md). */
import type { BadReason } from './answers.js';
import type { Outcome } from './case-record.js';
import type { DoorName } from './door.js';
import type { HandoverEnd, Severity, WaitEnd } from './handover.js';
import type { Share, Summary } from './spread.js';

export interface OfCause {
  /** Null: not known. */
  cause: string | null;
  cases: number;
  withoutHuman: Share;
  /** Minutes of those that were solved without a human. */
  minutes: Summary;
  questions: Summary;
  handovers: number;
  /** By the hour in which they began, 0 … 23. */
  byHour: number[];
}

export interface Figures {
  /** First and last day, YYYY-MM-DD. */
  from: string;
  to: string;
  timeZone: 'Asia/Shanghai';
  /** Null: all of them. */
  door: DoorName | null;
  cases: {
    n: number;
    byOutcome: Record<Outcome, number>;
    byDoor: Partial<Record<DoorName, number>>;
    /** Most frequent first. */
    byCause: OfCause[];
    /** By the hour in which they began, 0 … 23. */
    byHour: number[];
    /** By the day on which they began; every day of the report. */
    byDay: { day: string; n: number }[];
  };
  /** Solved, and no human was asked for at any time. */
  withoutHuman: Share;
  /** Minutes from the first word to the solution. */
  timeToFix: { withoutHuman: Summary; withHuman: Summary };
  /** A case. */
  questions: Summary;
  /** Fixes offered a case. */
  fixes: Summary;
  handovers: {
    n: number;
    byWhy: Record<string, number>;
    /** What ended the wait. */
    byEnd: Record<WaitEnd | 'unknown', number>;
    /** How the whole ended, and so who ended it. */
    byOutcome: Record<HandoverEnd | 'unknown', number>;
    /** Those in which somebody who was asked, or all of them, let the time pass. */
    timedOut: number;
    /** Most urgent first; `unknown`: of before severities were kept. */
    bySeverity: { severity: Severity; n: number; timedOut: number; nobody: number; accepted: Summary }[];
    /** Minutes from the request to what ended it, whatever it was. */
    wait: Summary;
    /** Minutes from the request until a human took over. */
    accepted: Summary;
  };
  satisfaction: {
    asked: number;
    good: Share;
    /** Reason → times. */
    why: Record<string, number>;
    words: { text: string; n: number }[];
  };
  answers: {
    rated: number;
    good: Share;
    /** Ratings of answers that lie too far back to be known. */
    unknown: number;
    /** What was wrong, where it was said with a bad rating → times. */
    why: Partial<Record<BadReason, number>>;
    words: { text: string; n: number }[];
    worst: { text: string; rated: number; bad: Share }[];
  };
  notUnderstood: {
    n: number;
    outOfScope: number;
    top: { text: string; n: number }[];
    /** False: there were so many different ones that counts may be too low. */
    complete: boolean;
  };
}
