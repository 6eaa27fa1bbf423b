/** What the checks of `pos-doctor doctor` find, and what they share. */
import type { Clock } from '../../clock.js';
import type { Config } from '../../config.js';
import type { Site } from '../../pages/site.js';
import type { Service } from './service.js';

/** `wrong`: somebody has to change something. `note`: not checked, or worth knowing; nothing is wrong. */
export type Verdict = 'ok' | 'wrong' | 'note';

/** In the words of ui.yaml, but for an error's own code. */
export interface Outcome {
  verdict: Verdict;
  text: string;
  /** What to do, and where to click. */
  fix?: string;
}

export interface Finding extends Outcome {
  /** Stable, for machines; unique within its door unless it stands for one of several accounts. */
  id: string;
}

export type Checks = AsyncGenerator<Finding, void, undefined>;

export interface Desk {
  config: Config;
  word: Site['word'];
  ui: Readonly<Record<string, string>>;
  clock: Clock;
  fetch: typeof globalThis.fetch;
  /** 0 ≤ x < 1. */
  random: () => number;
  /** The bot may be logged in. */
  connect: boolean;
  /** A line may be sent to the group. */
  send: boolean;
  /** Tells the person something before it is done. */
  say: (text: string) => Promise<void>;
  /** Whether the service runs; found out once. */
  service: Service;
}

export function ok(text: string): Outcome {
  return { verdict: 'ok', text };
}

export function note(text: string, fix?: string): Outcome {
  return { verdict: 'note', text, ...(fix === undefined ? {} : { fix }) };
}

export function wrong(text: string, fix: string): Outcome {
  return { verdict: 'wrong', text, fix };
}

/** A callback door: WeCom has to reach the service from outside. */
export function hasCallback({ wecom }: Config): boolean {
  return wecom.app !== undefined || wecom.kf !== undefined || wecom.botCallback !== undefined;
}
