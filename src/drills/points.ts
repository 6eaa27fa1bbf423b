/** What a drill's points are given for: the items, their rules and limits, and the shape of a score. */
export const ITEMS = ['record', 'money', 'open', 'isolate', 'steps', 'escalate', 'review'] as const;
export type ItemId = (typeof ITEMS)[number];

/** Points by rule; each item's rules sum to what it is worth. */
export const POINTS = {
  record: { words: 4, details: 3, prompt: 3 },
  money: { 'looked-up': 12, acted: 8 },
  open: { backup: 10, informed: 5 },
  isolate: { narrowed: 12, worth: 8 },
  steps: { right: 10, second: 5, back: 5 },
  escalate: { person: 5, facts: 5 },
  review: { cause: 2, prevention: 2, owner: 1 },
} as const satisfies Record<ItemId, Record<string, number>>;

/** Limits that the rules name. */
export const RULES = {
  /** Seconds to the first right act. */
  prompt: 60,
  /** Seconds to a second way of paying and to a word to the customer. */
  open: 300,
  /** Questions to at most two causes; half the points up to `late`. */
  questions: 4,
  late: 6,
  /** Bits from which a question counts as one that tells something. */
  tells: 0.05,
  /** Facts that a caller has at hand: all points, half of them. */
  facts: 4,
  someFacts: 2,
  /** Minutes around the story's clock within which a time is right. */
  clock: 15,
  /** Taken off the steps for each trap walked into. */
  trap: 5,
  /** Taken off the escalation for each call to somebody who has nothing to do with it. */
  wrongCall: 3,
  /** Different calls and measures that fit nothing: as many are trying; each one more costs steps, and costs the shop's time. */
  tries: 2,
  stray: 5,
  strayTime: 3,
  /** A review that names this many of the five causes names none. */
  allCauses: 3,
} as const;

/** One rule: what it gave, and the entry that earned or lost it. */
export interface Judged {
  rule: string;
  points: number;
  of: number;
  /** Index of the entry; undefined: nothing of the kind was done. */
  entry?: number;
  /** Something was named that contradicts the story. */
  wrong?: true;
}

/** An act and the entry in which it was done. */
export interface ActAt {
  act: string;
  entry: number;
}

export interface Item {
  id: ItemId;
  points: number;
  of: number;
  rules: readonly Judged[];
  /** What made it worth nothing, whatever was earned: the act, and the entry. */
  lost?: ActAt;
  /** Traps walked into. */
  traps?: readonly ActAt[];
  /** What took points off because it fits nothing here. */
  strays?: readonly ActAt[];
}

export interface Score {
  score: number;
  items: readonly Item[];
}
