/** Dangers that come before any diagnosis: fraud, a swallowed card. Pure. */
import { dangerIn } from '../dialogue/danger.js';
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
  const text = [alert.text, ...contacts.map((contact) => contactLine(turn, contact))].join('\n');
  say(turn, text, contacts.length > 0 ? 'contact' : 'text', dialLinks(turn, contacts));
  turn.happenings.push({ type: 'alert', data: { alert: alert.id } });
  return alert.final ? 'final' : 'warned';
}

export const alerts: Skill = { id: SKILL, verbs: { warn } };
