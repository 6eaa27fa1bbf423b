/** Walks the flows: from an outcome to the next state, running verbs, until a state waits for the user. Pure. */
import { PosDoctorError } from '../errors.js';
import { type Flow, type FlowState, fill, parseTarget } from './flow.js';
import type { Reply } from './reply.js';
import { type Frame, SESSION_LIMITS, topFrame } from './session.js';
import type { Turn } from './world.js';

/** More transitions than any sane flow needs in one turn: a loop in an edited flow ends here, not in a hung process. */
const MAX_TRANSITIONS = 40;
/** The skill that goes on with a case, the one that waits for a human, and its state that takes what is told meanwhile. */
const CASE = 'triage';
const HANDOFF = 'handoff';
const MORE = 'more';

export function flowOf(turn: Turn, skill: string): Flow {
  const flow = turn.world.flows.get(skill);
  if (!flow) throw new PosDoctorError('FLOW_STUCK', { flow: skill, state: '-', outcome: '-' });
  return flow;
}

/** The state in which the conversation waits, or undefined when idle. A state that an edit removed counts as idle. */
export function currentState(turn: Turn): FlowState | undefined {
  const frame = topFrame(turn.session);
  return frame && turn.world.flows.get(frame.skill)?.states[frame.state];
}

/** A sentence of the skill that has the turn, filled in. A missing key is a content defect that lint reports; say nothing. */
export function sentence(
  turn: Turn,
  key: string,
  values: Readonly<Record<string, string | number>> = {},
  skill = topFrame(turn.session)?.skill ?? 'repair',
): string {
  const template = turn.world.flows.get(skill)?.texts[key];
  return template === undefined ? '' : fill(template, values);
}

/**
 * Things named one after the other: things, parts of a sentence, sentences. Empty ones are left
 * out. How they are joined is wording of the repair flow.
 */
export function joined(turn: Turn, parts: readonly string[], as: 'items' | 'clauses' | 'points'): string {
  return parts.filter((part) => part !== '').join(sentence(turn, `join-${as}`, {}, 'repair'));
}

/** Adds a reply with nothing to tap. */
export function say(turn: Turn, text: string, type: Reply['type'] = 'text', links: Reply['links'] = []): void {
  if (text !== '') turn.replies.push({ type, text, options: [], links });
}

/** Adds the reply that the user is to answer, and remembers it for 「再说一遍」 and for resuming. */
export function prompt(turn: Turn, reply: Reply): void {
  turn.replies.push(reply);
  const frame = topFrame(turn.session);
  if (frame) frame.prompt = reply;
}

/** Gives the turn to a skill, interrupting the one that has it, and runs it. */
export function call(turn: Turn, skill: string, state: string = flowOf(turn, skill).initial): void {
  push(turn, skill, state);
  settle(turn);
}

/** Continues the skill that has the turn with a signal or outcome, until a state waits. */
export function advance(turn: Turn, outcome: string): void {
  follow(turn, outcome);
  settle(turn);
}

/** True if the waiting state knows a way on for this signal. */
export function accepts(turn: Turn, signal: string): boolean {
  const state = currentState(turn);
  return state !== undefined && state.do === undefined && state.on[signal] !== undefined;
}

function push(turn: Turn, skill: string, state: string): void {
  const { frames } = turn.session;
  frames.push({ skill, state, prompt: null });
  turn.visited.push(`${skill}.${state}`);
  // The oldest interrupted skill is forgotten: nobody comes back to it.
  if (frames.length > SESSION_LIMITS.frames) frames.shift();
}

function settle(turn: Turn): void {
  for (let step = 0; step < MAX_TRANSITIONS; step += 1) {
    const frame = topFrame(turn.session);
    const state = currentState(turn);
    if (!frame || state?.do === undefined) return;
    const verb = turn.world.skills.get(frame.skill)?.verbs[state.do];
    if (!verb) throw new PosDoctorError('FLOW_STUCK', { flow: frame.skill, state: frame.state, outcome: state.do });
    follow(turn, verb(turn));
  }
  const frame = topFrame(turn.session);
  throw new PosDoctorError('FLOW_STUCK', { flow: frame?.skill ?? '-', state: frame?.state ?? '-', outcome: 'loop' });
}

function follow(turn: Turn, outcome: string): void {
  const frame = topFrame(turn.session);
  const written = currentState(turn)?.on[outcome];
  if (!frame || written === undefined)
    throw new PosDoctorError('FLOW_STUCK', { flow: frame?.skill ?? '-', state: frame?.state ?? '-', outcome });
  const target = parseTarget(written);
  switch (target.kind) {
    case 'state':
      frame.state = target.name;
      forgetPrompt(turn, frame);
      turn.visited.push(`${frame.skill}.${frame.state}`);
      return;
    case 'call':
      push(turn, target.name, flowOf(turn, target.name).initial);
      return;
    case 'become':
      turn.session.frames.pop();
      become(turn, target.name);
      return;
    case 'done':
      turn.session.frames.pop();
      return;
    case 'again':
    case 'nudge':
    case 'resume':
      turn.session.frames.pop();
      promptAgain(turn, target.kind);
      return;
    case 'pass':
      turn.session.frames.pop();
      follow(turn, target.name);
  }
}

/** A state that waits for no answer has nothing on the table: an old button must not count there. */
function forgetPrompt(turn: Turn, frame: Frame): void {
  const state = currentState(turn);
  if (state && state.do === undefined && state.on.answered === undefined) frame.prompt = null;
}

/**
 * Hands the turn to a skill for good: one that was interrupted starts over with what it knows, else it starts fresh. What is told of
 * the case while a human is waited for goes to them: nobody who only says more has said that nobody is needed.
 */
function become(turn: Turn, skill: string): void {
  const { frames, handoff } = turn.session;
  const waiting = frames.findLastIndex((frame) => frame.skill === HANDOFF);
  if (handoff && skill === CASE && waiting >= 0 && flowOf(turn, HANDOFF).states[MORE] !== undefined) {
    frames.length = waiting;
    push(turn, HANDOFF, MORE);
    return;
  }
  const beneath = frames.findLastIndex((frame) => frame.skill === skill);
  if (beneath >= 0) frames.length = beneath;
  push(turn, skill, flowOf(turn, skill).initial);
}

/** Says what the skill beneath had put to the user once more, if it waits for an answer. */
function promptAgain(turn: Turn, how: 'again' | 'nudge' | 'resume'): void {
  const frame = topFrame(turn.session);
  const state = currentState(turn);
  if (!frame?.prompt || !state || state.do !== undefined) return;
  // Whether it helped may be left open: it is asked once.
  if (state.status === 'resolved') return;
  // A case that was handed over is not waiting for an answer: its summary is not read out after every word.
  if (how === 'resume' && state.status === 'escalated') return;
  turn.visited.push(`${frame.skill}.${frame.state}`);
  const lead = how === 'resume' ? sentence(turn, 'resume', {}, 'repair') : '';
  // The steps of a fix stand a screen above; the buttons are what is wanted.
  const short = how === 'again' ? '' : shortOf(turn, frame.prompt);
  const text = [lead, short === '' ? frame.prompt.text : short].filter((line) => line !== '').join('\n');
  turn.replies.push({ ...frame.prompt, text, ...(short === '' ? {} : { links: [] }) });
}

/** What is enough to say again of a prompt that stands a few lines above; '' if all of it. */
function shortOf(turn: Turn, { type, question, options }: Reply): string {
  if (type === 'fix') return sentence(turn, 'fix-again', {}, 'repair');
  if (type === 'summary') return sentence(turn, 'continue', {}, 'handoff');
  const [first] = options;
  if (question === 'incident') return sentence(turn, 'incident-again', { label: first?.label ?? '' }, 'triage');
  return turn.world.knowledge.questions.get(question ?? '')?.ask ?? '';
}
