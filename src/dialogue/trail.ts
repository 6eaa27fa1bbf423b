/** The way back: spots to which 「上一步」 leads, and what may no longer be led back to. Pure. */
import { type Checkpoint, copyCase, type Session } from './session.js';

/** The spot to which 「上一步」 returns. */
export function checkpoint({ frames, case: known, fix, lookUp, plan }: Session): Checkpoint {
  const point = { frames: frames.map((frame) => ({ ...frame })), case: copyCase(known), fix, lookUp };
  return plan === undefined ? point : { ...point, plan };
}

/** Takes answers back for good: 「上一步」 leads neither to them nor to a fix that was reasoned from them. */
export function withdraw(session: Session, questions: ReadonlySet<string>): void {
  session.trail = session.trail
    .filter(({ fix }) => fix === null)
    .map((point) => {
      const answers = point.case.answers.filter(({ question }) => !questions.has(question));
      return { ...point, case: { ...point.case, answers } };
    });
}

/** A session as it was at its last checkpoint, which is taken off the trail. */
export function rewound(session: Session, last: Checkpoint): Session {
  return {
    ...session,
    frames: last.frames.map((frame) => ({ ...frame })),
    case: copyCase(last.case),
    fix: last.fix,
    lookUp: last.lookUp,
    plan: last.plan,
    paidOtherwise: last.case.money === 'paid',
    closed: null,
    trail: session.trail.slice(0, -1),
  };
}
