/** Greetings, thanks, remarks (anger, 「你是人还是机器」), and what is none of our business. Pure. */
import { remarkIn } from '../dialogue/danger.js';
import { fill } from '../dialogue/flow.js';
import { asksWays } from '../dialogue/incident-words.js';
import { toldNow } from '../dialogue/incidents.js';
import { say, sentence } from '../dialogue/interpreter.js';
import { regExpOf } from '../dialogue/regexp.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { roleLine } from './contact-choice.js';
import { forGood, stepsLeft, stepWhere } from './fix-steps.js';
import { sayWays, whenOver } from './incident-ways.js';
import { otherRoles } from './roles.js';

const SKILL = 'small-talk';

/** Whether the user is in the middle of something that this interrupts. */
function interrupts(turn: Turn): boolean {
  return turn.session.frames.length > 1;
}

/** What is on the table beneath this interruption. */
function onTable(turn: Turn): string {
  return turn.session.frames.at(-2)?.prompt?.question ?? '';
}

/** Why the question on the table is asked, or what the fix on the table is against. */
function why(turn: Turn): string {
  const { questions, faults } = turn.world.knowledge;
  const { fix, suspect } = turn.session;
  const reason = fix === null ? undefined : faults.get(suspect ?? '')?.why;
  return sentence(turn, 'why', { why: questions.get(onTable(turn))?.why ?? reason ?? '' }, SKILL);
}

/** How long the fix on the table, or another one for the same fault, takes others; '' if nothing is known of it. */
function howLong(turn: Turn): string {
  const incident = toldNow(turn.session, turn.world, turn.at);
  if (incident !== undefined) return whenOver(turn, incident);
  const { fixes, faults } = turn.world.knowledge;
  const own = fixes.get(turn.session.fix ?? '')?.wait;
  const wait = own ?? faults.get(turn.session.suspect ?? '')?.fixes.find((fix) => fix.wait !== undefined)?.wait;
  return turn.session.closed === null ? sentence(turn, 'wait', { wait: wait ?? '' }, SKILL) : '';
}

/** The step of the fix on the table that was asked about, with the words in it that need explaining. */
function step(turn: Turn): string {
  const { world, session } = turn;
  const ordinals = world.flows.get('repair')?.words ?? {};
  const said = turn.understanding?.normalized ?? '';
  const asked = /\u7b2c(.)\u6b65/u.exec(said)?.[1] ?? '';
  const number = [1, 2, 3, 4, 5, 6].find((n) => ordinals[`ordinal-${n}`]?.includes(asked));
  const steps = world.knowledge.fixes.get(session.fix ?? '')?.steps ?? [];
  if (number === undefined || steps.length === 0) return '';
  const wanted = steps[number - 1];
  if (!wanted) return sentence(turn, 'no-step', { count: steps.length }, SKILL);
  // A step that collects is not repeated while the last attempt is open.
  if (wanted.charges && session.case.money !== 'failed') return sentence(turn, 'hold-money', {}, 'triage');
  const flow = world.flows.get(SKILL);
  const terms = Object.entries(flow?.words ?? {}).filter(([, words]) =>
    words.some((word) => wanted.text.includes(word)),
  );
  const told = terms.map(([id]) => flow?.alerts.find((one) => one.id === id)?.text ?? '');
  return [sentence(turn, 'step', { number, step: wanted.text }, SKILL), ...told]
    .filter((line) => line !== '')
    .join('\n');
}

/** Remarks that are answered from the case, where it knows an answer. */
const ANSWERS: Readonly<Record<string, (turn: Turn) => string>> = {
  why,
  'how-long': howLong,
  'which-step': step,
  'and-then': stepsLeft,
  'where-step': stepWhere,
  'for-good': forGood,
};

/** Anger and the like: one calm sentence, then the thread goes on, or what to send is said. */
function answerRemark(turn: Turn, id: string, text: string): string {
  const hint = interrupts(turn) ? '' : sentence(turn, 'what-to-send', {}, SKILL);
  const name = turn.world.knowledge.organization.assistantName;
  const other =
    id === 'no-answer'
      ? otherRoles(turn)
          .map((role) => roleLine(turn, role))
          .join('\n')
      : '';
  const told = ANSWERS[id]?.(turn) || fill(text, { name, other });
  say(turn, [told, hint].filter((part) => part !== '').join('\n'));
  turn.session.misunderstood = 0;
  turn.happenings.push({ type: 'remark', data: { remark: id } });
  return 'said';
}

/** Nobody who was just robbed, or waits for a human, is wished good business; and 「解决了吗」 is no thanks. */
function thanks(turn: Turn): string {
  const { session, understanding, world } = turn;
  const text = understanding?.normalized ?? '';
  const { thanks: said = [], asks = [] } = world.flows.get(SKILL)?.words ?? {};
  const thanked = said.some((word) => text.includes(word));
  if (!thanked && !interrupts(turn) && asks.some((form) => regExpOf(form).test(text))) return 'asked-idle';
  const grave = session.emergency !== undefined || session.handoff || session.warned !== undefined;
  return thanked && !grave ? 'thanks' : 'thanks-plain';
}

function respond(turn: Turn): string {
  if (toldNow(turn.session, turn.world, turn.at) !== undefined && asksWays(turn)) return sayWays(turn);
  const remark = remarkIn(turn);
  if (remark) return answerRemark(turn, remark.id, remark.text);
  const intent =
    turn.understanding?.intents.find(({ id }) => ['thanks', 'greeting', 'out-of-scope'].includes(id))?.id ?? 'greeting';
  const key = intent === 'thanks' ? thanks(turn) : interrupts(turn) ? `${intent}-busy` : intent;
  say(turn, sentence(turn, key, { name: turn.world.knowledge.organization.assistantName }, SKILL));
  if (intent === 'out-of-scope') turn.happenings.push({ type: 'out-of-scope', data: {} });
  return 'said';
}

export const smallTalk: Skill = { id: SKILL, verbs: { respond } };
