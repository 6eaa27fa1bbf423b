/** Whether the cause was found, and whether what was asked was worth asking. Pure. */
import type { Insight } from './insight.js';
import { namesFault } from './named.js';
import { type Judged, POINTS, RULES } from './points.js';
import { actOf, isAfterHeap, isCalled, isProper, judged, type Seen, type Transcript } from './transcript.js';

export function isolated(transcript: Transcript): Judged[] {
  const { insight, done } = transcript;
  const { narrowed, worth } = POINTS.isolate;
  const acted = actedRightly(transcript)?.entry;
  const entryOf = (question: string | undefined) => done.find(({ found }) => found?.question === question)?.entry;
  const fair = (entry: number | undefined, share: number) =>
    entry === undefined || isAfterHeap(entry, transcript) ? 0 : share;
  // Where nothing is worth asking, what is wasted is taken off the step that could be made at once.
  const worthless = insight.modelBits < RULES.tells;
  const telling = insight.asked.find(({ bits }) => bits >= RULES.tells);
  const by = worthless ? acted : telling && entryOf(telling.question);
  const worthy = judged(worthless ? 'direct' : 'worth', worth, fair(by, worthOf(insight)), by);
  // What the first words settle is earned by acting on it; the rest by the question that settles it.
  if (insight.narrowed === 0) return [judged('at-once', narrowed, fair(acted, 1), acted), worthy];
  const asked = insight.narrowed === null ? undefined : entryOf(insight.asked[insight.narrowed - 1]?.question);
  const ways = [
    { entry: asked, share: fair(asked, shareOf(insight.narrowed ?? Infinity)) },
    ...toldBy(transcript).map(({ entry, questions }) => ({ entry, share: fair(entry, shareOf(questions)) })),
  ];
  const best = ways.toSorted((a, b) => b.share - a.share)[0];
  return [judged('narrowed', narrowed, best?.share ?? 0, best?.entry), worthy];
}

const shareOf = (questions: number): number => (questions <= RULES.questions ? 1 : questions <= RULES.late ? 0.5 : 0);

/**
 * The first step of the right fix. A call to whom it concerns is one too if the cause was said: calling alone does not show that
 * anything was understood.
 */
function actedRightly(transcript: Transcript): Seen | undefined {
  const { done, run } = transcript;
  const saidCause = run.entries.some(
    (entry) => entry.done.some(({ act }) => act === 'review') && entry.told.includes('cause'),
  );
  return done.find((one) =>
    actOf(transcript, one)?.call === undefined ? isProper(transcript, one) : saidCause && isCalled(transcript, one.act),
  );
}

/**
 * What others tell of the cause settles it as a question does: what whoever was called says, and what comes in by itself; for those
 * who had asked something before. The entry is that of the call, or of what was done for it last.
 */
function toldBy(transcript: Transcript): { entry: number; questions: number }[] {
  const { drill, done, insight, world } = transcript;
  const asked = (before: number) => insight.asked.filter(({ at }) => at <= before).length;
  const call = done.find(({ act }) => isCalled(transcript, act));
  const heard = call !== undefined && drill.answered !== undefined && namesFault(drill.answered, drill, world);
  const events = drill.events.filter(({ text, from }) => from !== 'customer' && namesFault(text, drill, world));
  const seen = events.flatMap(({ after }) => {
    const there = done.some(({ at }) => at >= after);
    const last = done.findLast((one) => one.at <= after && (one.found !== undefined || isCalled(transcript, one.act)));
    return there && last ? [{ entry: last.entry, questions: asked(after) }] : [];
  });
  const ways = [...(heard ? [{ entry: call.entry, questions: asked(call.at) }] : []), ...seen];
  return ways.filter(({ questions }) => questions > 0);
}

/** Bits against those of the plan's own way, with what was wasted on top taken off: 0 … 1. */
function worthOf({ bits, wasted, modelBits }: Insight): number {
  const gained = modelBits < RULES.tells ? 1 : Math.min(1, bits / modelBits);
  // Ten minutes wasted are worth nothing any more.
  return gained * Math.max(0, 1 - wasted / 10);
}
