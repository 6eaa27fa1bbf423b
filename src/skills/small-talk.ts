/** Greetings, thanks, and what is none of our business. Pure. */
import { say, sentence } from '../dialogue/interpreter.js';
import type { Skill, Turn } from '../dialogue/world.js';

const SKILL = 'small-talk';

/** Whether the user is in the middle of something that this interrupts. */
function interrupts(turn: Turn): boolean {
  return turn.session.frames.length > 1;
}

function respond(turn: Turn): string {
  const intent =
    turn.understanding?.intents.find(({ id }) => ['thanks', 'greeting', 'out-of-scope'].includes(id))?.id ?? 'greeting';
  const key = intent !== 'thanks' && interrupts(turn) ? `${intent}-busy` : intent;
  say(turn, sentence(turn, key, { name: turn.world.knowledge.organization.assistantName }, SKILL));
  if (intent === 'out-of-scope') turn.happenings.push({ type: 'out-of-scope', data: {} });
  return 'said';
}

export const smallTalk: Skill = { id: SKILL, verbs: { respond } };
