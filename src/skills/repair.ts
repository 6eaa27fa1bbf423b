/** Repair: a closed set of patterns for when a conversation goes wrong. Pure. */
import { INCIDENT_TOLD, isOut } from '../dialogue/incidents.js';
import { joined, prompt, say, sentence } from '../dialogue/interpreter.js';
import { sayStill } from '../dialogue/news.js';
import { emptyCase, openCase, type Session, topFrame } from '../dialogue/session.js';
import { rewound } from '../dialogue/trail.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { UNKNOWN } from '../knowledge/schema.js';
import { caseClosed, noteTried } from './case-events.js';
import { callInEmergency, emergencyOver } from './emergency.js';
import { endHandover, tellOfHandover } from './handoff.js';
import { asksToStop, beneath, sayHowNow, takeStopping, takeWorksNow, waiting } from './how-it-stands.js';
import { summaryOf } from './summary.js';

const SKILL = 'repair';
/** The state in which a colleague has ended it. */
const ENDED = 'handover-ended';
/** Misunderstood this often in a row, a human is offered. */
const PATIENCE = 3;
/** Fixes put aside, after which one more that is too hard means a human. */
const TOO_HARD = 2;

function sayNotUnderstood(turn: Turn): string {
  const { session } = turn;
  session.misunderstood += 1;
  turn.happenings.push({ type: 'not-understood', data: { times: session.misunderstood } });
  if (session.misunderstood >= PATIENCE) {
    session.misunderstood = 0;
    turn.signal = { name: 'asked' };
    return 'twice';
  }
  const inOptions = (waiting(turn)?.options.length ?? 0) > 0;
  const key =
    session.misunderstood > 1 ? 'not-understood-twice' : inOptions ? 'not-understood-options' : 'not-understood';
  say(turn, sentence(turn, key, {}, SKILL));
  return 'said';
}

function askClarify(turn: Turn): string {
  turn.session.misunderstood += 1;
  const ids = [...turn.session.clarify, UNKNOWN];
  const label = (id: string) => sentence(turn, `clarify-${id}`, {}, SKILL);
  const named = turn.session.clarify.map(label);
  const last = named.pop() ?? '';
  const choices = joined(turn, named, 'items') + sentence(turn, 'clarify-or', {}, SKILL) + last;
  const options = ids.map((id) => ({ id, label: label(id) }));
  prompt(turn, {
    type: 'question',
    text: sentence(turn, 'clarify', { choices }, SKILL),
    options,
    links: [],
    question: 'clarify',
  });
  return 'asked';
}

function takeClarified(turn: Turn): string {
  const option = turn.signal.option ?? UNKNOWN;
  turn.happenings.push({ type: 'clarified', data: { offered: turn.session.clarify, chosen: option } });
  turn.session.clarify = [];
  if (option === 'trouble') {
    if (turn.session.caseNumber === 0 || turn.session.closed !== null) openCase(turn.session, turn.at);
    return 'trouble';
  }
  if (option === 'agent') {
    turn.signal = { name: 'asked' };
    return 'human';
  }
  if (option === 'contacts') return 'contacts';
  return option === UNKNOWN ? 'nothing' : 'topic';
}

function goBack(turn: Turn): string {
  return restoreLast(turn, 'back');
}

/** 「说错了」 without saying what: back to the last question, to choose anew. */
function correct(turn: Turn): string {
  return restoreLast(turn, 'correct-which');
}

/** Nobody is led back to being told of an incident that is over. */
function withoutEnded({ session, world, at }: Turn): Session['trail'] {
  if (isOut(world, session.incident, at)) return session.trail;
  return session.trail.filter(({ frames }) => !frames.some(({ prompt }) => prompt?.question === INCIDENT_TOLD));
}

function restoreLast(turn: Turn, key: string): string {
  const { session } = turn;
  session.trail = withoutEnded(turn);
  const last = session.trail.at(-1);
  if (!last) {
    say(turn, sentence(turn, 'nothing-back', {}, SKILL));
    return 'said';
  }
  const repair = session.frames.at(-1);
  Object.assign(session, rewound(session, last));
  if (repair) session.frames.push(repair);
  say(turn, sentence(turn, key, {}, SKILL));
  return 'said';
}

function repeat(turn: Turn): string {
  if (!waiting(turn)) say(turn, sentence(turn, 'nothing-repeat', {}, SKILL));
  return 'said';
}

/** What the skill beneath waits in knows how to go on without an answer. */
function canSkip(turn: Turn): boolean {
  const frame = beneath(turn);
  const state = frame && turn.world.flows.get(frame.skill)?.states[frame.state];
  return state?.do === undefined && state?.on.skip !== undefined;
}

/** 「我不会弄」 of a fix: the next one; after two that were too hard, a human. */
function sayCannot(turn: Turn): string {
  const can = canSkip(turn);
  if (can && (turn.session.case.skippedFixes?.length ?? 0) >= TOO_HARD) {
    turn.signal = { name: 'asked' };
    return 'human';
  }
  say(turn, sentence(turn, can ? 'cannot' : 'cannot-idle', {}, SKILL));
  return can ? 'can' : 'cannot';
}

/** Only a masked number was sent: whoever asked nothing yet hears what to send instead. */
function sayHidden(turn: Turn): string {
  if (!waiting(turn)) say(turn, sentence(turn, 'send-words', {}, SKILL));
  return 'said';
}

function skip(turn: Turn): string {
  if (canSkip(turn)) return 'can';
  say(turn, sentence(turn, 'nothing-skip', {}, SKILL));
  return 'cannot';
}

/** 「好了」 out of the blue: whatever waits takes it, if it knows what to do with it; the fix on the table gets the credit. */
function solved(turn: Turn): string {
  // A colleague ended what was an emergency: nobody knows here that all is well.
  if (turn.session.emergency !== undefined && topFrame(turn.session)?.state === ENDED) {
    emergencyOver(turn, 'emergency-ended');
    return 'over';
  }
  const frame = beneath(turn);
  const state = frame && turn.world.flows.get(frame.skill)?.states[frame.state];
  if (state?.on.solved === undefined) return isAlone(turn) ? emergencyOver(turn) : 'cannot';
  if (turn.session.fix !== null) noteTried(turn, turn.session.fix, 'solved');
  turn.signal = { name: 'answered', option: 'solved' };
  return 'can';
}

/** A human was called, and nothing is open that could take 「好了」. */
function isAlone({ session: { handoff, frames } }: Turn): boolean {
  return handoff && !frames.some(({ skill }) => ['handoff', 'triage'].includes(skill));
}

/** Ends what is going on; what was found out about the shop stays. */
function end(turn: Turn, key: string, outcome: string): string {
  const { session } = turn;
  if (session.frames.length > 1 && session.closed === null) caseClosed(turn, outcome);
  session.frames = session.frames.slice(-1);
  if (outcome === 'cancelled' && session.closed === null) session.left = { case: session.case, at: turn.at };
  session.case = emptyCase();
  session.closed = 'cancelled';
  session.fix = null;
  session.handoff = false;
  session.trail = [];
  session.misunderstood = 0;
  say(turn, sentence(turn, key, {}, SKILL));
  return 'said';
}

function sayStale(turn: Turn): string {
  const waits = waiting(turn) !== null;
  const key = isSomeOption(turn, turn.signal.option ?? '') ? 'stale' : 'no-option';
  say(turn, sentence(turn, waits ? key : `${key}-idle`, {}, SKILL), 'error');
  return 'said';
}

/** True if an option of this id may ever have been on the table. */
function isSomeOption({ world: { knowledge, flows } }: Turn, id: string): boolean {
  const has = (options: readonly { id: string }[]) => options.some((option) => option.id === id);
  return (
    id === UNKNOWN ||
    knowledge.systems.has(id) ||
    flows.get(SKILL)?.texts[`clarify-${id}`] !== undefined ||
    [...knowledge.questions.values()].some(({ options }) => has(options)) ||
    [...flows.values()].some(({ states }) => Object.values(states).some(({ options }) => has(options)))
  );
}

function sayEmpty(turn: Turn): string {
  const blank = (turn.words ?? '').trim() === '';
  say(turn, sentence(turn, blank ? 'empty' : 'no-words', {}, SKILL));
  return 'said';
}

export const repair: Skill = {
  id: SKILL,
  verbs: {
    'say-not-understood': sayNotUnderstood,
    'ask-clarify': askClarify,
    'take-clarified': takeClarified,
    'say-none': (turn) => {
      say(turn, sentence(turn, 'not-understood', {}, SKILL));
      return 'said';
    },
    'say-empty': sayEmpty,
    'say-nothing': () => 'said',
    'say-stale': sayStale,
    'say-hidden': sayHidden,
    'say-cannot': sayCannot,
    correct,
    'go-back': goBack,
    repeat,
    skip,
    cancel: (turn) => (asksToStop(turn) ? 'ask' : end(turn, 'cancelled', 'cancelled')),
    'take-stopping': (turn) => (takeStopping(turn) === 'drop' ? end(turn, 'cancelled', 'cancelled') : 'keep'),
    'say-how-now': sayHowNow,
    'take-works-now': takeWorksNow,
    restart: (turn) => {
      const reply = end(turn, 'restarted', 'restarted');
      turn.session.facts = {};
      openCase(turn.session, turn.at);
      turn.session.closed = 'cancelled';
      return reply;
    },
    solved,
    'say-slower': (turn) => {
      say(turn, sentence(turn, 'slower', {}, SKILL));
      return 'said';
    },
    'go-on': (turn) => {
      if (!waiting(turn) && sayStill(turn)) return 'said';
      say(turn, sentence(turn, waiting(turn) ? 'go-on' : 'nothing-repeat', {}, SKILL));
      return 'said';
    },
    wait: (turn) => {
      say(turn, sentence(turn, 'waiting', {}, SKILL));
      return 'said';
    },
    remind: (turn) => {
      // What came of a fix is one tap; what a question asks stands above, and may want a look first.
      const onTable = turn.session.frames.at(-2)?.prompt;
      if (onTable?.question === 'fix')
        turn.replies.push({ ...onTable, type: 'question', text: sentence(turn, 'reminder-fix', {}, SKILL), links: [] });
      else say(turn, sentence(turn, 'reminder', {}, SKILL));
      return 'said';
    },
    'close-silent': (turn) => end(turn, 'closed', 'silence'),
    'call-in-emergency': callInEmergency,
    'brief-more': (turn) => {
      turn.briefing = summaryOf(turn, 'people');
      return 'said';
    },
    'tell-of-handover': tellOfHandover,
    'end-handover': endHandover,
  },
};
