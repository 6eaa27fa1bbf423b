/** Dangers that come before any diagnosis: fraud, a swallowed card. Pure. */
import { dangerIn, mayCollect } from '../dialogue/danger.js';
import { say, sentence } from '../dialogue/interpreter.js';
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
  const text = [textOf(turn, alert), ...unnamed.map((contact) => contactLine(turn, contact))].join('\n');
  say(turn, text, contacts.length > 0 ? 'contact' : 'text', dialLinks(turn, contacts));
  turn.happenings.push({ type: 'alert', data: { alert: alert.id } });
  return alert.final ? 'final' : 'warned';
}

/** Whether to collect again is answered by what is known of the last attempt. */
function textOf(turn: Turn, alert: { text: string; passing: boolean }): string {
  const { money } = turn.session.case;
  if (!alert.passing) return alert.text;
  if (money === 'paid') return sentence(turn, 'collect-paid', {}, SKILL);
  return money === 'failed' ? mayCollect(turn) : alert.text;
}

/** True if a text holds a number as a whole: 「96110」 names no 110. */
function isNamed(text: string, number: string): boolean {
  return text.split(/[^0-9]+/).includes(number);
}

export const alerts: Skill = { id: SKILL, verbs: { warn } };
