/**
 * What is said while a human is waited for or after a call was made (「修好了没有」, 「打了没人接」, 「说明天派人来」), and 「好了没」 without
 * one. Patterns stand in handoff.yaml and repair.yaml. Pure.
 */
import { DRILL } from './drill-words.js';
import { call } from './interpreter.js';
import { askHuman } from './meaning.js';
import { PLAN } from './plan-run.js';
import { regExpOf } from './regexp.js';
import { topFrame } from './session.js';
import { statusOf } from './state.js';
import type { Turn } from './world.js';

/** Characters of the longest such sentence: what is longer tells a story. */
const LONGEST = 28;
/** Skills whose own questions such words may answer. */
const OTHERS: readonly string[] = [PLAN, DRILL, 'contacts'];

/** What a hand-over is told of, in the order in which it is looked for: each has a list of patterns `heard-…` in handoff.yaml. */
export const HEARD = [
  'myself',
  'hours',
  'how-now',
  'not-theirs',
  'they-come',
  'no-answer',
  'through',
  'collect',
] as const;
export type Heard = (typeof HEARD)[number];

/** Who wants to be called, or has had enough, is asking for a human: lists of repair.yaml, and what the hand-over is told. */
const WISHES = [
  { list: 'call-me', why: 'call-me' },
  { list: 'fed-up', why: 'impatient' },
] as const;

/** Takes words about how things stand. @returns false if they are about something else */
export function takeHowItStands(turn: Turn): boolean {
  const { session, standing } = turn;
  const text = (turn.understanding?.normalized ?? '').trim();
  if (matches(turn, 'repair', 'wants-human', text)) return false;
  if (text.length > LONGEST || OTHERS.includes(topFrame(session)?.skill ?? '')) return false;
  const wish = WISHES.find(({ list }) => matches(turn, 'repair', list, text));
  if (wish !== undefined) {
    askHuman(turn, wish.why);
    return true;
  }
  const asksIfWell = matches(turn, 'repair', 'how-now', text);
  if (standing === undefined && !session.handoff) {
    if (asksIfWell) call(turn, 'repair', 'how-now');
    return asksIfWell;
  }
  const heard = HEARD.find((one) => matches(turn, 'handoff', `heard-${one}`, text));
  const kind = heard ?? (asksIfWell ? 'how-now' : undefined);
  // Whoever tries a fix meanwhile asks how long that takes.
  if (kind === undefined || (kind === 'how-now' && statusOf(session, turn.world) === 'fixing' && !asksIfWell))
    return false;
  askHuman(turn, kind);
  return true;
}

function matches(turn: Turn, flow: string, list: string, text: string): boolean {
  return turn.world.flows.get(flow)?.words[list]?.some((form) => regExpOf(form).test(text)) === true;
}
