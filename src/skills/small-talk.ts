/** Greetings, thanks, remarks (anger, 「你是人还是机器」), and what is none of our business. Pure. */
import { remarkIn } from '../dialogue/danger.js';
import { fill } from '../dialogue/flow.js';
import { say, sentence } from '../dialogue/interpreter.js';
import type { Skill, Turn } from '../dialogue/world.js';

const SKILL = 'small-talk';

/** Whether the user is in the middle of something that this interrupts. */
function interrupts(turn: Turn): boolean {
  return turn.session.frames.length > 1;
}

/** Anger and the like: one calm sentence, then the thread goes on, or what to send is said. */
function answerRemark(turn: Turn, id: string, text: string): string {
  const hint = interrupts(turn) ? '' : sentence(turn, 'what-to-send', {}, SKILL);
  const name = turn.world.knowledge.organization.assistantName;
  say(turn, [fill(text, { name }), hint].filter((part) => part !== '').join('\n'));
  turn.session.misunderstood = 0;
  turn.happenings.push({ type: 'remark', data: { remark: id } });
  return 'said';
}

function respond(turn: Turn): string {
  const remark = remarkIn(turn);
  if (remark) return answerRemark(turn, remark.id, remark.text);
  const intent =
    turn.understanding?.intents.find(({ id }) => ['thanks', 'greeting', 'out-of-scope'].includes(id))?.id ?? 'greeting';
  const key = intent !== 'thanks' && interrupts(turn) ? `${intent}-busy` : intent;
  say(turn, sentence(turn, key, { name: turn.world.knowledge.organization.assistantName }, SKILL));
  if (intent === 'out-of-scope') turn.happenings.push({ type: 'out-of-scope', data: {} });
  return 'said';
}

export const smallTalk: Skill = { id: SKILL, verbs: { respond } };
