/** What came of simulated mornings: minutes, questions and calls with the board and without, and what was false. Pure. */
import { MINUTE_MS } from '../incidents/calendar.js';
import type { Conversation, Morning, Run } from './morning.js';
import { judge, LIES, type Lie, type Truths, type Verdict } from './morning-judge.js';
import type { Happened, Note } from './morning-operator.js';
import { type Block, type Estimate, ratio } from './statistics.js';

/** Whom it is about: merchants of the outage, of the maintenance, of both, all others. */
export const GROUPS = ['outage', 'maintenance', 'affected', 'others'] as const;
export type Group = (typeof GROUPS)[number];

/** With the board, and without; a merchant each, over all mornings. */
export interface Both {
  with: Estimate;
  without: Estimate;
}

export interface GroupFigures {
  group: Group;
  /** Merchants, over all mornings. */
  merchants: number;
  minutes: Both;
  questions: Both;
  /** Share that ended with a call to a human. */
  calls: Both;
  /** Minutes saved: a morning, and a merchant. */
  savedAMorning: Estimate;
  savedEach: Estimate;
}

export interface MorningFigures {
  mornings: number;
  shops: number;
  seeds: number[];
  groups: GroupFigures[];
  /** Of those who came while it was known: who heard it after no or one question; and the share of all affected that came then. */
  soon: Estimate;
  cameKnown: Estimate;
  /** Of those told: who heard that it is over. */
  heardEnd: Estimate;
  /** Minutes from the beginning of each morning's outage; null: never. */
  delays: { seed: number; suspected: number | null; announced: number | null; closed: number | null }[];
  judged: Verdict['judged'];
  hedgedWrongly: number;
  falseStatements: number;
  byKind: Record<Lie, number>;
}

/** A morning with what the judge says of both times that it was played. */
export interface Judged {
  morning: Morning;
  verdict: Verdict;
  verdictWithout: Verdict;
}

export function judged(morning: Morning, truths: Omit<Truths, 'happened'>): Judged {
  const all = { ...truths, happened: morning.with.happened };
  return {
    morning,
    verdict: judge(morning.with.conversations, all),
    verdictWithout: judge(morning.without.conversations, all),
  };
}

export function figuresOf(all: readonly Judged[]): MorningFigures {
  const findings = all.flatMap(({ verdict, verdictWithout }) => [...verdict.findings, ...verdictWithout.findings]);
  const sum = (of: (one: Verdict) => number): number =>
    all.reduce((total, { verdict, verdictWithout }) => total + of(verdict) + of(verdictWithout), 0);
  const over = (of: (morning: Morning) => Block): Estimate => ratio(all.map(({ morning }) => of(morning)));
  return {
    mornings: all.length,
    shops: all[0]?.morning.shops ?? 0,
    seeds: all.map(({ morning }) => morning.seed),
    groups: GROUPS.map((group) =>
      groupFigures(
        group,
        all.map(({ morning }) => morning),
      ),
    ),
    soon: over(({ with: run }) => shareOf(cameKnown(run), ({ told }) => told !== undefined && told.after <= 1)),
    cameKnown: over(({ with: run }) => ({ sum: cameKnown(run).length, count: within(run, 'affected').length })),
    heardEnd: over(({ with: run }) =>
      shareOf(
        run.conversations.filter(({ told }) => told !== undefined),
        ({ news }) => news !== undefined,
      ),
    ),
    delays: all.map(({ morning }) => delaysOf(morning)),
    judged: {
      told: sum(({ judged }) => judged.told),
      over: sum(({ judged }) => judged.over),
      collect: sum(({ judged }) => judged.collect),
    },
    hedgedWrongly: sum(({ hedgedWrongly }) => hedgedWrongly),
    falseStatements: findings.length,
    byKind: Object.fromEntries(
      LIES.map((lie) => [lie, findings.filter((finding) => finding.lie === lie).length]),
    ) as Record<Lie, number>,
  };
}

function groupFigures(group: Group, mornings: readonly Morning[]): GroupFigures {
  const both = (of: (one: Conversation) => number): Both => ({
    with: ratio(mornings.map((morning) => meanOf(within(morning.with, group, morning), of))),
    without: ratio(mornings.map((morning) => meanOf(within(morning.without, group, morning), of))),
  });
  const saved = mornings.map((morning) => {
    const minutes = ({ minutes: each }: Conversation): number => each;
    const ours = meanOf(within(morning.with, group, morning), minutes);
    return { sum: meanOf(within(morning.without, group, morning), minutes).sum - ours.sum, count: ours.count };
  });
  return {
    group,
    merchants: saved.reduce((total, { count }) => total + count, 0),
    minutes: both(({ minutes }) => minutes),
    questions: both(({ questions }) => questions),
    calls: both(({ end }) => Number(end === 'call')),
    savedAMorning: ratio(saved.map(({ sum }) => ({ sum, count: 1 }))),
    savedEach: ratio(saved),
  };
}

const meanOf = (conversations: readonly Conversation[], of: (one: Conversation) => number): Block => ({
  sum: conversations.reduce((total, one) => total + of(one), 0),
  count: conversations.length,
});
const shareOf = (conversations: readonly Conversation[], of: (one: Conversation) => boolean): Block =>
  meanOf(conversations, (one) => Number(of(one)));

/** `morning`: for the run without a board, which knows of nothing that happened. */
function within(run: Run, group: Group, morning?: Morning): Conversation[] {
  const happened = morning?.with.happened ?? run.happened;
  return run.conversations.filter(({ visitor: { trouble } }) => {
    const kind = happened.find(({ what }) => what === trouble?.what)?.kind;
    return group === 'others' ? kind === undefined : group === 'affected' ? kind !== undefined : kind === group;
  });
}

/** Affected merchants who came while the board said so. */
const cameKnown = (run: Run): Conversation[] =>
  within(run, 'affected').filter(({ visitor: { at, trouble } }) =>
    run.happened.some((one) => one.what === trouble?.what && isKnown(one, at)),
  );

const isKnown = ({ announced, over }: Happened, at: number): boolean =>
  announced !== undefined && at >= announced && (over === undefined || at < over);

function delaysOf({ seed, with: { notes, happened } }: Morning): MorningFigures['delays'][number] {
  const from = happened.find(({ kind }) => kind === 'outage')?.from ?? 0;
  const after = (what: Note['what']): number | null => {
    const at = notes.find((note) => note.what === what && note.at >= from && note.kind === 'outage')?.at;
    return at === undefined ? null : (at - from) / MINUTE_MS;
  };
  return { seed, suspected: after('suspected'), announced: after('announced'), closed: after('closed') };
}

/** Conversations that show what merchants heard. */
export const SAMPLES = ['early', 'first', 'later', 'question', 'ordinary', 'elsewhere', 'planned'] as const;
export type SampleKind = (typeof SAMPLES)[number];
export interface Sample {
  kind: SampleKind;
  conversation: Conversation;
}

/** One of each kind, as far as there was one, of the first morning that has it; no conversation twice. */
export function samplesOf(all: readonly Pick<Judged, 'morning'>[]): Sample[] {
  const taken = new Set<Conversation>();
  return SAMPLES.flatMap((kind) => {
    const found = all.flatMap(({ morning }) => {
      const is = wanted(kind, morning.with);
      return is === undefined ? [] : morning.with.conversations.filter((one) => is(one) && !taken.has(one)).slice(0, 1);
    });
    const [conversation] = found;
    if (conversation === undefined) return [];
    taken.add(conversation);
    return [{ kind, conversation }];
  });
}

function wanted(kind: SampleKind, { happened }: Run): ((one: Conversation) => boolean) | undefined {
  const out = happened.find((one) => one.kind === 'outage');
  const planned = happened.find((one) => one.kind === 'maintenance');
  if (out === undefined || planned === undefined) return undefined;
  const known = out.announced ?? Number.POSITIVE_INFINITY;
  const isOut = ({ visitor }: Conversation): boolean => visitor.trouble?.what === out.what;
  const isLater = (one: Conversation): boolean => isOut(one) && one.visitor.at >= known && one.end === 'told';
  const isOther = ({ visitor: { at, trouble }, end }: Conversation): boolean =>
    trouble === undefined && at >= known && at < out.to && end === 'helped';
  switch (kind) {
    case 'early':
      return (one) => isOut(one) && one.visitor.at < known && one.told !== undefined && one.news !== undefined;
    case 'first':
      return (one) => isOut(one) && one.told === undefined;
    case 'later':
      return (one) => isLater(one) && one.told?.after === 0;
    case 'question':
      return (one) => isLater(one) && one.told?.after === 1;
    case 'ordinary':
      return (one) => isOther(one) && one.visitor.acquirer === out.acquirer;
    case 'elsewhere':
      return (one) => isOther(one) && one.visitor.acquirer !== out.acquirer;
    case 'planned':
      return (one) => one.visitor.trouble?.what === planned.what && one.end === 'told';
  }
}
