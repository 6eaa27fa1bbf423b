/** Dangers that come before any diagnosis: fraud, a swallowed card. Pure. */
import { dangerIn, warningOf } from '../dialogue/danger.js';
import { say } from '../dialogue/interpreter.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { contactLine, dialLinks } from './contact-choice.js';

const SKILL = 'alerts';

function warn(turn: Turn): string {
  const alert = dangerIn(turn);
  if (!alert) return 'warned';
  const contacts = alert.contacts
    .map((id) => turn.world.knowledge.contacts.get(id))
    .filter((contact) => contact !== undefined);
  // A number that the warning itself names is a tap away below; its line would only say it again.
  const unnamed = contacts.filter(({ number }) => !isNamed(alert.text, number));
  const text = [warningOf(turn, alert), ...unnamed.map((contact) => contactLine(turn, contact))].join('\n');
  say(turn, text, contacts.length > 0 ? 'contact' : 'text', dialLinks(turn, contacts));
  turn.session.warned = { alert: alert.id, turn: turn.session.turns };
  turn.happenings.push({ type: 'alert', data: { alert: alert.id } });
  return alert.final ? 'final' : 'warned';
}

/** True if a text holds a number as a whole: 「96110」 names no 110. */
function isNamed(text: string, number: string): boolean {
  return text.split(/[^0-9]+/).includes(number);
}

export const alerts: Skill = { id: SKILL, verbs: { warn } };
