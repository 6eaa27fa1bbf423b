/** How a fix is put to the person at the till. Pure. */

import type { Belief } from '../diagnosis/case.js';
import { reasonsFor } from '../diagnosis/explain.js';
import { flowOf, joined, prompt, say, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions } from '../dialogue/options.js';
import { topFrame } from '../dialogue/session.js';
import type { Turn } from '../dialogue/world.js';
import { pathTo } from '../knowledge/paths.js';
import type { Cause, Fault, Fix } from '../knowledge/schema.js';
import { noteTried } from './case-events.js';
import { citations, pageLink, sourceLinks } from './wording.js';

/** From here on 「很可能」 and 「可能」 are fair words; below, the uncertainty is said. */
const STRONG = 0.7;
const FAIR = 0.35;
/** A cause this likely is named even if none of its faults is. */
const SURE_OF_CAUSE = 0.6;
const MOST_REASONS = 2;

/** Puts a fix with its reason, steps and what not to do; charging steps only once the last attempt is known to have failed. */
export function offerFix(turn: Turn, id: string, belief: Belief): void {
  const { world, session } = turn;
  const fix = world.knowledge.fixes.get(id);
  const fault = fix && world.knowledge.faults.get(likeliestCured(fix, belief));
  if (!fix || !fault) return;
  const steps = stepsOf(turn, id);
  const onTable = session.fix === id ? topFrame(session)?.prompt : null;
  if (onTable?.text.includes(steps)) {
    // More words that leave the plan where it was: the steps stand above, the buttons are what is wanted.
    const silent = turn.signal.name === 'told' && turn.replies.length === 0;
    const text = sentence(turn, silent ? 'fix-noted' : 'fix-again', {}, 'repair');
    turn.replies.push({ ...onTable, text, links: [] });
    return;
  }
  const another = session.case.failedFixes.length > 0;
  if (another) say(turn, sentence(turn, 'offer-next', {}, 'triage'));
  // The second fix for one fault need not explain it again.
  const follows = another || (session.case.skippedFixes?.length ?? 0) > 0;
  const key = follows && session.suspect === fault.id ? 'offer-other' : 'offer';
  session.fix = id;
  session.suspect = fault.id;
  noteTried(turn, id, 'open');
  const reasons = citations(turn, reasonsFor(world.model, session.case, fault.id)).slice(0, MOST_REASONS);
  const values = {
    likely: likelihood(turn, fault, belief),
    title: fault.title,
    because: joined(turn, reasons, 'clauses'),
    reason: fault.why,
    bridge: bridge(turn, fix, fault.id, belief),
    who: sentence(turn, `who-${fix.who}`, {}, 'triage'),
    minutes: fix.minutes,
    wait: fix.wait ?? '',
    steps,
    avoid: joined(turn, fix.avoid, 'points'),
  };
  const text = brief(turn, key, values, fix.avoid[0] ?? '');
  const options = asReplyOptions(flowOf(turn, 'triage').states.fixing?.options ?? []);
  const page = pageLink(turn, pathTo.fix(id), sentence(turn, 'fix-link', { title: fix.title }, 'triage'));
  prompt(turn, { type: 'fix', text, options, links: [page, ...sourceLinks(turn, fix.links)], question: 'fix' });
}

/** Characters that a phone's screen shows at once; what is over it stands on the page that the reply links to. */
const LONGEST = 160;

/** The text of a fix; too long, it is told without why, then with the first warning alone. */
function brief(
  turn: Turn,
  key: string,
  values: Readonly<Record<string, string | number>>,
  firstWarning: string,
): string {
  const shorter = [values, { ...values, reason: '' }, { ...values, reason: '', avoid: firstWarning }];
  const texts = shorter.map((some) => sentence(turn, key, some, 'triage'));
  return texts.find((text) => text.length <= LONGEST) ?? texts.at(-1) ?? '';
}

/** How sure to sound: of the fault, else of its cause, else not at all. */
function likelihood(turn: Turn, fault: Fault & { cause: Cause }, belief: Belief): string {
  const p = belief.faults.get(fault.id) ?? 0;
  const ofCause = belief.causes.get(fault.cause) ?? 0;
  const cause = turn.world.knowledge.causes.get(fault.cause)?.short ?? '';
  const key =
    p >= STRONG
      ? 'likely-strong'
      : p >= FAIR
        ? 'likely-fair'
        : ofCause >= SURE_OF_CAUSE
          ? 'likely-cause'
          : 'likely-weak';
  return sentence(turn, key, { cause }, 'triage');
}

/** True if neither the fault that a fix would cure nor its cause is likely enough to be named. */
export function isGuess(turn: Turn, id: string, belief: Belief): boolean {
  const fix = turn.world.knowledge.fixes.get(id);
  const fault = fix && turn.world.knowledge.faults.get(likeliestCured(fix, belief));
  if (!fault) return false;
  return (belief.faults.get(fault.id) ?? 0) < FAIR && (belief.causes.get(fault.cause) ?? 0) < SURE_OF_CAUSE;
}

/** A fault this likely is named beside the headline one. */
const WORTH_NAMING = 0.15;

/** What a fix does that was written under another fault than the one in the headline; '' if it was not. */
function bridge(turn: Turn, fix: Fix & { fault: string }, suspect: string, belief: Belief): string {
  if (fix.fault === suspect) return '';
  const other = turn.world.knowledge.faults.get(fix.fault)?.title ?? '';
  const both = other !== '' && (belief.faults.get(fix.fault) ?? 0) >= WORTH_NAMING;
  return sentence(turn, both ? 'bridge-both' : 'bridge-same', { other, fix: fix.title }, 'triage');
}

/** The fault that the fix would most likely cure: the one it was written under, or one it helps as well. */
function likeliestCured(fix: Fix & { fault: string }, belief: Belief): string {
  const cured = { ...fix.helps, [fix.fault]: fix.success };
  const ranked = Object.entries(cured).sort(
    ([a, p], [b, q]) => q * (belief.faults.get(b) ?? 0) - p * (belief.faults.get(a) ?? 0),
  );
  return ranked[0]?.[0] ?? fix.fault;
}

/** The numbered steps that are safe now. */
function stepsOf(turn: Turn, id: string): string {
  const steps = turn.world.knowledge.fixes.get(id)?.steps ?? [];
  const mayCharge = turn.session.case.money === 'failed';
  const safe = steps.filter((step) => mayCharge || !step.charges);
  const lines = safe.map((step, index) =>
    sentence(turn, step.charges ? 'step-charging' : 'step-plain', { number: index + 1, text: step.text }, 'triage'),
  );
  if (safe.length < steps.length) lines.push(sentence(turn, 'hold-charging', {}, 'triage'));
  return lines.join('\n');
}
